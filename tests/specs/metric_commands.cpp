// What the commands of *.metric files mean. All are tables: one row, one set of people.
//
// Every metric of the catalogue is a command of its own name with the columns risks, outcomes, and,
// if wanted, persons and threshold; it answers value, standard_error, low and high, or why it is
// undefined. `digits=7` says to how many decimals answers are rounded (6 when it is not given).
#include <fmt/format.h>

#include <cmath>

#include "base/text.h"
#include "learning/metrics/auroc.h"
#include "learning/metrics/calibration_e_process.h"
#include "learning/metrics/calibration_tests.h"
#include "learning/metrics/catalog.h"
#include "learning/metrics/corrected_t.h"
#include "learning/metrics/error_budget.h"
#include "learning/metrics/expected_performance.h"
#include "learning/metrics/flexible_calibration.h"
#include "learning/metrics/log_loss.h"
#include "learning/metrics/mcnemar.h"
#include "learning/metrics/net_benefit.h"
#include "learning/metrics/population_stability.h"
#include "learning/metrics/privacy_cost.h"
#include "learning/metrics/sample_size.h"
#include "support/spec_runner.h"

namespace relearn {
namespace {

constexpr std::string_view kEnding = "metric";

Result<std::vector<double>> numbers_of(SpecRow& row, std::string_view column) {
  std::vector<double> numbers;
  const std::string cell = row.cell(column);
  for (const std::string_view word : split(cell, ' ')) {
    const auto number = parse_number(word);
    if (!number) return invalid_input(fmt::format("{}: \"{}\" is not a number", column, word));
    numbers.push_back(*number);
  }
  return numbers;
}

Result<double> number_of(SpecRow& row, std::string_view column) {
  const auto numbers = TRY(numbers_of(row, column));
  if (numbers.size() == 1) return numbers[0];
  return invalid_input(fmt::format("{}: one number is wanted", column));
}

/// The rows that a metric looks at, as a table's row spells them.
struct People {
  std::vector<std::uint8_t> outcomes;
  std::vector<double> risks;
  std::vector<std::uint32_t> persons;
};

Result<People> people_of(SpecRow& row) {
  People people;
  for (const double y : TRY(numbers_of(row, "outcomes"))) {
    people.outcomes.push_back(static_cast<std::uint8_t>(y));
  }
  people.risks = TRY(numbers_of(row, "risks"));
  if (row.find("persons")) {
    for (const double person : TRY(numbers_of(row, "persons"))) {
      people.persons.push_back(static_cast<std::uint32_t>(person));
    }
  }
  return people;
}

/// Rounds answers to the digits that the command asks for.
class Rounded {
 public:
  explicit Rounded(SpecCommand& command)
      : digits_(
            static_cast<int>(parse_number(command.argument("digits").value_or("6")).value_or(6))) {}

  std::string operator()(double value) const { return fmt::format("{:.{}f}", value, digits_); }

  SpecAnswer estimate(const Result<Estimate>& result) const {
    if (!result.ok()) {
      const std::string& why = result.error().message;
      return {{"value", why}, {"standard_error", why}, {"low", why}, {"high", why}};
    }
    const Estimate& estimate = result.value();
    return {{"value", (*this)(estimate.value)},
            {"standard_error", (*this)(estimate.standard_error)},
            {"variance", (*this)(estimate.standard_error * estimate.standard_error)},
            {"low", (*this)(estimate.low)},
            {"high", (*this)(estimate.high)}};
  }

 private:
  int digits_;
};

IntervalMethod interval_of(SpecCommand& command) {
  const std::string name = command.argument("interval").value_or("by_size");
  if (name == "asymptotic") return IntervalMethod::Asymptotic;
  return name == "bootstrap" ? IntervalMethod::Bootstrap : IntervalMethod::BySize;
}

void add_catalogue(SpecRunner& runner) {
  for (const Metric& metric : metric_catalog()) {
    if (metric.id == "auroc") continue;  // has an argument more
    const auto compute = metric.compute;
    runner.add_table(
        kEnding, metric.id,
        [compute](SpecCommand& command, SpecRow& row, SpecState&) -> Result<SpecAnswer> {
          const People people = TRY(people_of(row));
          MetricInput input{people.outcomes, people.risks, people.persons};
          if (row.find("threshold")) input.threshold = TRY(number_of(row, "threshold"));
          return Rounded(command).estimate(compute(input));
        });
  }
}

Result<SpecAnswer> answer_auroc(SpecCommand& command, SpecRow& row, SpecState&) {
  const People people = TRY(people_of(row));
  return Rounded(command).estimate(
      auroc(people.outcomes, people.risks, people.persons, interval_of(command)));
}

Result<SpecAnswer> answer_calibration_distance(SpecCommand& command, SpecRow& row, SpecState&) {
  const Rounded rounded(command);
  const People people = TRY(people_of(row));
  const auto distance = calibration_distance(people.outcomes, people.risks, people.persons);
  if (!distance.ok()) return SpecAnswer{{"ici", distance.error().message}};
  return SpecAnswer{{"ici", rounded(distance.value().ici.value)},
                    {"e50", rounded(distance.value().e50.value)},
                    {"e90", rounded(distance.value().e90.value)}};
}

Result<SpecAnswer> answer_auroc_difference(SpecCommand& command, SpecRow& row, SpecState&) {
  const People people = TRY(people_of(row));
  const auto reference = TRY(numbers_of(row, "reference"));
  return Rounded(command).estimate(auroc_difference(people.outcomes, people.risks, reference,
                                                    people.persons, interval_of(command)));
}

Result<SpecAnswer> answer_log_loss_difference(SpecCommand& command, SpecRow& row, SpecState&) {
  const People people = TRY(people_of(row));
  const auto reference = TRY(numbers_of(row, "reference"));
  return Rounded(command).estimate(
      log_loss_difference(people.outcomes, people.risks, reference, people.persons));
}

Result<SpecAnswer> answer_treating_all(SpecCommand& command, SpecRow& row, SpecState&) {
  const double prevalence = TRY(number_of(row, "prevalence"));
  const double threshold = TRY(number_of(row, "threshold"));
  return SpecAnswer{
      {"value", Rounded(command)(net_benefit_of_treating_all(prevalence, threshold))}};
}

Result<SpecAnswer> answer_wilson(SpecCommand& command, SpecRow& row, SpecState&) {
  const double successes = TRY(number_of(row, "successes"));
  const double trials = TRY(number_of(row, "trials"));
  return Rounded(command).estimate(wilson_interval(successes / trials, trials));
}

Result<SpecAnswer> answer_mcnemar(SpecCommand& command, SpecRow& row, SpecState&) {
  const Rounded rounded(command);
  const auto lost = static_cast<std::size_t>(TRY(number_of(row, "lost")));
  const auto gained = static_cast<std::size_t>(TRY(number_of(row, "gained")));
  const auto test = mcnemar(lost, gained);
  if (!test.ok()) return SpecAnswer{{"exact", test.error().message}};
  return SpecAnswer{{"exact", rounded(test.value().exact)},
                    {"mid_p", rounded(test.value().mid_p)},
                    {"more_lost", rounded(test.value().more_lost)}};
}

Result<SpecAnswer> answer_corrected_t(SpecCommand& command, SpecRow& row, SpecState&) {
  const Rounded rounded(command);
  const auto differences = TRY(numbers_of(row, "differences"));
  const double ratio = TRY(number_of(row, "test_to_train"));
  const auto test = corrected_t(differences, ratio);
  if (!test.ok()) return SpecAnswer{{"t", test.error().message}};
  return SpecAnswer{{"t", rounded(test.value().t)},
                    {"p", rounded(test.value().p_above_zero)},
                    {"naive_t", rounded(test.value().naive_t)}};
}

Result<SpecAnswer> answer_calibration_tests(SpecCommand& command, SpecRow& row, SpecState&) {
  const Rounded rounded(command);
  const People people = TRY(people_of(row));
  const auto tests = calibration_tests(people.outcomes, people.risks);
  if (!tests.ok()) return SpecAnswer{{"slope_z", tests.error().message}};
  const auto& beside = tests.value().slope_z_beside_intercept;
  return SpecAnswer{{"slope_z", rounded(tests.value().slope_z)},
                    {"beside_intercept", beside ? rounded(*beside) : "undefined"},
                    {"intercept_z", rounded(tests.value().intercept_z)},
                    {"spiegelhalter_z", rounded(tests.value().spiegelhalter_z)}};
}

Result<SpecAnswer> answer_population_stability(SpecCommand& command, SpecRow& row, SpecState&) {
  const auto reference = TRY(numbers_of(row, "reference"));
  const auto current = TRY(numbers_of(row, "current"));
  const auto index = population_stability(reference, current);
  return SpecAnswer{
      {"value", index.ok() ? Rounded(command)(index.value()) : index.error().message}};
}

Result<SpecAnswer> answer_population_stability_limit(SpecCommand& command, SpecRow& row,
                                                     SpecState&) {
  const double bins = TRY(number_of(row, "bins"));
  const double reference = TRY(number_of(row, "reference_count"));
  const double current = TRY(number_of(row, "current_count"));
  return SpecAnswer{{"value", Rounded(command)(population_stability_limit(
                                  static_cast<std::size_t>(bins), reference, current))}};
}

Result<SpecAnswer> answer_expected_performance(SpecCommand& command, SpecRow& row, SpecState&) {
  const Rounded rounded(command);
  const auto risks = TRY(numbers_of(row, "risks"));
  const auto expected = expected_performance(risks, TRY(number_of(row, "threshold")));
  if (!expected.ok()) return SpecAnswer{{"auroc", expected.error().message}};
  return SpecAnswer{{"auroc", rounded(expected.value().auroc)},
                    {"accuracy", rounded(expected.value().accuracy)},
                    {"sensitivity", rounded(expected.value().sensitivity)},
                    {"specificity", rounded(expected.value().specificity)}};
}

Result<SpecAnswer> answer_e_process(SpecCommand& command, SpecRow& row, SpecState&) {
  const People people = TRY(people_of(row));
  CalibrationEProcess process;
  for (std::size_t i = 0; i < people.risks.size(); ++i) {
    process.observe(people.outcomes.at(i), people.risks[i]);
  }
  return SpecAnswer{{"wealth", Rounded(command)(process.wealth())}};
}

Result<SpecAnswer> answer_privacy_cost(SpecCommand& command, SpecRow& row, SpecState&) {
  const Rounded rounded(command);
  const double epsilon = TRY(number_of(row, "epsilon")), delta = TRY(number_of(row, "delta"));
  const double rho = rho_of(epsilon, delta);
  const auto steps = static_cast<unsigned>(TRY(number_of(row, "steps")));
  return SpecAnswer{{"rho", rounded(rho)},
                    {"noise_per_step", rounded(noise_per_step(rho, steps))},
                    {"back", rounded(epsilon_of(rho, delta))}};
}

Result<SpecAnswer> answer_error_budget(SpecCommand& command, SpecRow& row, SpecState&) {
  const double total = TRY(number_of(row, "total"));
  const auto look = static_cast<unsigned>(TRY(number_of(row, "look")));
  return SpecAnswer{{"error", Rounded(command)(error_of_look(total, look))}};
}

Result<SpecAnswer> answer_sample_size(SpecCommand& command, SpecRow& row, SpecState&) {
  const Rounded rounded(command);
  SampleSizeQuestion question;
  question.parameters = static_cast<unsigned>(TRY(number_of(row, "parameters")));
  question.prevalence = TRY(number_of(row, "prevalence"));
  question.r_squared = TRY(number_of(row, "r_squared"));
  const auto size = sample_size(question);
  if (!size.ok()) return SpecAnswer{{"for_shrinkage", size.error().message}};
  return SpecAnswer{{"for_shrinkage", rounded(size.value().for_shrinkage)},
                    {"for_optimism", rounded(size.value().for_optimism)},
                    {"for_overall_risk", rounded(size.value().for_overall_risk)},
                    {"shrinkage_needed", rounded(size.value().shrinkage_needed)},
                    {"r_squared_max", rounded(size.value().r_squared_max)},
                    {"needed", rounded(size.value().needed())}};
}

Result<SpecAnswer> answer_r_squared(SpecCommand& command, SpecRow& row, SpecState&) {
  const auto r_squared =
      r_squared_of_auroc(TRY(number_of(row, "auroc")), TRY(number_of(row, "prevalence")));
  return SpecAnswer{{"r_squared", r_squared.ok() ? Rounded(command)(r_squared.value())
                                                 : r_squared.error().message}};
}

Result<SpecAnswer> answer_newcombe(SpecCommand& command, SpecRow& row, SpecState&) {
  const double auroc = TRY(number_of(row, "auroc"));
  const double cases = TRY(number_of(row, "cases"));
  const double non_cases = TRY(number_of(row, "non_cases"));
  return SpecAnswer{
      {"standard_error", Rounded(command)(newcombe_standard_error(auroc, cases, non_cases))}};
}

}  // namespace

void register_metric_commands(SpecRunner& runner) {
  add_catalogue(runner);
  runner.add_table(kEnding, "auroc", answer_auroc);
  runner.add_table(kEnding, "calibration_distance", answer_calibration_distance);
  runner.add_table(kEnding, "auroc_difference", answer_auroc_difference);
  runner.add_table(kEnding, "log_loss_difference", answer_log_loss_difference);
  runner.add_table(kEnding, "net_benefit_of_treating_all", answer_treating_all);
  runner.add_table(kEnding, "wilson_interval", answer_wilson);
  runner.add_table(kEnding, "mcnemar", answer_mcnemar);
  runner.add_table(kEnding, "corrected_t", answer_corrected_t);
  runner.add_table(kEnding, "calibration_tests", answer_calibration_tests);
  runner.add_table(kEnding, "population_stability", answer_population_stability);
  runner.add_table(kEnding, "population_stability_limit", answer_population_stability_limit);
  runner.add_table(kEnding, "expected_performance", answer_expected_performance);
  runner.add_table(kEnding, "calibration_e_process", answer_e_process);
  runner.add_table(kEnding, "privacy_cost", answer_privacy_cost);
  runner.add_table(kEnding, "error_budget", answer_error_budget);
  runner.add_table(kEnding, "sample_size", answer_sample_size);
  runner.add_table(kEnding, "r_squared_of_auroc", answer_r_squared);
  runner.add_table(kEnding, "newcombe_standard_error", answer_newcombe);
}

}  // namespace relearn
