#include "learning/evaluation/population_reference.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "base/random.h"
#include "learning/cohort/input_bins.h"
#include "learning/metrics/expected_performance.h"

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kFormat = 1;
constexpr int kTenths = 10;
constexpr std::size_t kPeopleABin = 10;  // fewer people than a hundred have fewer bins
constexpr int kGroups = 200;             // drawn, for how the expected AUROC varies
constexpr std::uint64_t kSeed = 1;

std::vector<std::uint32_t> first_rows(const Cohort& cohort) {
  std::vector<std::uint32_t> rows;
  std::set<std::uint32_t> seen;
  for (std::size_t row = 0; row < cohort.rows(); ++row) {
    if (seen.insert(cohort.persons[row]).second) rows.push_back(static_cast<std::uint32_t>(row));
  }
  return rows;
}

int bins_for(std::size_t people) {
  return static_cast<int>(std::clamp<std::size_t>(people / kPeopleABin, 2, kTenths));
}

CountedInput begin_input(std::string id, std::vector<double> ends) {
  CountedInput input;
  input.id = std::move(id);
  input.counts.assign(ends.size() + 1, 0);
  input.ends = std::move(ends);
  return input;
}

CountedInput count_column(const DiseaseFile& disease, const Cohort& people, std::size_t column) {
  const InputColumn& declared = people.columns[column];
  std::vector<double> ends(declared.codes.begin(), declared.codes.end());
  if (ends.empty()) {
    ends = input_bin_ends(disease, declared, people.column(column), bins_for(people.rows()));
  }
  std::sort(ends.begin(), ends.end());
  CountedInput input = begin_input(declared.id, std::move(ends));
  const int predictor = disease.find(declared.id);
  const Range usual = disease.predictors.at(static_cast<std::size_t>(predictor)).soft;
  for (const float value : people.column(column)) input.count(value, usual);
  return input;
}

/// Groups drawn from these risks, with replacement.
ExpectedAuroc expected_auroc(const std::vector<double>& risks, double threshold) {
  ExpectedAuroc expected;
  if (risks.size() < 2) return expected;
  Random random(derive_seed(kSeed, "expected auroc of a group"));
  double sum = 0, squares = 0;
  int groups = 0;
  std::vector<double> group(kReferenceGroup);
  for (int draw = 0; draw < kGroups; ++draw) {
    for (double& risk : group) risk = risks[random.below(risks.size())];
    const auto one = expected_performance(group, threshold);
    if (!one.ok()) continue;
    ++groups;
    sum += one.value().auroc;
    squares += one.value().auroc * one.value().auroc;
  }
  if (groups < kGroups / 2) return expected;
  expected.people = kReferenceGroup;
  expected.mean = sum / groups;
  expected.standard_deviation =
      std::sqrt(std::max(0.0, squares / groups - expected.mean * expected.mean));
  return expected;
}

Json input_json(const CountedInput& input) {
  return {{"id", input.id},
          {"ends", input.ends},
          {"counts", input.counts},
          {"missing", input.missing},
          {"outside", input.outside}};
}

CountedInput input_of(const Json& json) {
  CountedInput input;
  input.id = json.at("id").get<std::string>();
  input.ends = json.at("ends").get<std::vector<double>>();
  input.counts = json.at("counts").get<std::vector<std::uint64_t>>();
  input.missing = json.at("missing").get<std::uint64_t>();
  input.outside = json.at("outside").get<std::uint64_t>();
  return input;
}

bool adds_up(const CountedInput& input, std::uint64_t people) {
  std::uint64_t sum = input.missing;
  for (const std::uint64_t count : input.counts) sum += std::min(count, people + 1);
  const bool ascending = std::is_sorted(input.ends.begin(), input.ends.end(), std::less_equal<>());
  return sum == people && input.counts.size() == input.ends.size() + 1 && ascending &&
         input.outside <= people;
}

}  // namespace

void CountedInput::count(double value, const Range& usual) {
  if (std::isnan(value)) {
    ++missing;
    return;
  }
  ++counts[bin_of(ends, value)];
  if (value < usual.low || value > usual.high) ++outside;
}

PopulationReference make_population_reference(const DiseaseFile& disease, const Cohort& cohort,
                                              std::span<const double> risks) {
  const std::vector<std::uint32_t> rows = first_rows(cohort);
  const Cohort people = take_rows(cohort, rows);
  PopulationReference reference;
  reference.people = rows.size();
  for (std::size_t column = 0; column < people.columns.size(); ++column) {
    reference.inputs.push_back(count_column(disease, people, column));
  }
  std::vector<double> known;
  for (const std::uint32_t row : rows) {
    if (!std::isnan(risks[row])) known.push_back(risks[row]);
  }
  reference.risk = begin_input("risk", quantile_bin_ends(known, bins_for(known.size())));
  for (const std::uint32_t row : rows) reference.risk.count(risks[row], {0, 1});
  reference.expected = expected_auroc(known, disease.thresholds.decision);
  return reference;
}

std::string population_reference_json(const PopulationReference& reference) {
  Json inputs = Json::array();
  for (const CountedInput& input : reference.inputs) inputs.push_back(input_json(input));
  const ExpectedAuroc& expected = reference.expected;
  return Json{{"format", kFormat},
              {"people", reference.people},
              {"inputs", inputs},
              {"risk", input_json(reference.risk)},
              {"expected_auroc",
               {{"people", expected.people},
                {"mean", expected.mean},
                {"standard_deviation", expected.standard_deviation}}}}
             .dump(2) +
         "\n";
}

Result<PopulationReference> parse_population_reference(std::string_view text,
                                                       const DiseaseFile& disease) {
  PopulationReference reference;
  try {
    const Json json = Json::parse(text);
    if (json.at("format") != kFormat) return invalid_input("it is of another format");
    reference.people = json.at("people").get<std::uint64_t>();
    for (const Json& input : json.at("inputs")) reference.inputs.push_back(input_of(input));
    reference.risk = input_of(json.at("risk"));
    const Json& expected = json.at("expected_auroc");
    reference.expected.people = expected.at("people").get<std::uint64_t>();
    reference.expected.mean = expected.at("mean").get<double>();
    reference.expected.standard_deviation = expected.at("standard_deviation").get<double>();
  } catch (const Json::exception& error) {
    return invalid_input(fmt::format("it is no reference of people: {}", error.what()));
  }
  const std::vector<InputColumn> columns = input_columns(disease);
  const bool same =
      std::ranges::equal(reference.inputs, columns, {}, &CountedInput::id, &InputColumn::id);
  if (!same) return invalid_input("it is about other inputs than the disease's models have");
  const auto wrong = std::ranges::find_if(reference.inputs, [&](const CountedInput& input) {
    return !adds_up(input, reference.people);
  });
  if (wrong != reference.inputs.end() || !adds_up(reference.risk, reference.people)) {
    return invalid_input("its counts do not add up to its people");
  }
  return reference;
}

}  // namespace relearn
