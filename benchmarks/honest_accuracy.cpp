// What the whole procedure is worth on real people it never saw: pooled out-of-fold AUROC, Brier
// and log loss, everything that learns inside the folds (nested, person-grouped), mean over
// repeats. Beside it the figures of a careful scikit-learn + XGBoost reference (5 folds x 10
// repeats).
//
// usage: benchmark_honest_accuracy DISEASES_FOLDER DATA_FOLDER [REPEATS [SEED]]
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <numeric>
#include <string_view>

#include "learning/cohort/assemble.h"
#include "learning/cohort/baseline.h"
#include "learning/metrics/auroc.h"
#include "learning/metrics/brier.h"
#include "learning/metrics/log_loss.h"
#include "learning/search/search.h"

namespace {

using namespace relearn;  // NOLINT: a program of one file
namespace fs = std::filesystem;

enum class Learn { FromRows, FromPersonMeans };
/// WithoutTests: those who have all of kTests, as if they had none.
enum class Judge { AsLearnt, EachRecording, WithoutTests };
enum class Missing { AsDeclared, WithIndicators };

constexpr std::string_view kTests[] = {"st_slope", "major_vessels", "thallium_scan"};

struct Task {
  const char* name;
  const char* disease;
  std::vector<const char*> files;
  Learn learn;
  Judge judge;
  double auroc = NAN, brier = NAN, log_loss = NAN;  // the best of the reference's row
  Missing missing = Missing::AsDeclared;
};

struct Figures {
  double auroc = 0, brier = 0, log_loss = 0;
  double mean_risk = 0;
};

std::vector<std::uint32_t> all_rows(const Cohort& cohort) {
  std::vector<std::uint32_t> rows(cohort.rows());
  std::iota(rows.begin(), rows.end(), 0U);
  return rows;
}

/// The rows of those who have all tests.
std::vector<std::uint32_t> rows_with_tests(const Cohort& cohort) {
  std::vector<std::uint32_t> rows;
  for (std::uint32_t row = 0; row < cohort.rows(); ++row) {
    bool has_all = true;
    for (std::size_t j = 0; j < cohort.columns.size(); ++j) {
      const bool test = std::ranges::count(kTests, cohort.columns[j].id) > 0;
      has_all = has_all && !(test && std::isnan(cohort.column(j)[row]));
    }
    if (has_all) rows.push_back(row);
  }
  return rows;
}

Cohort without_tests(Cohort cohort) {
  for (std::size_t j = 0; j < cohort.columns.size(); ++j) {
    if (std::ranges::count(kTests, cohort.columns[j].id) == 0) continue;
    std::fill_n(cohort.values.begin() + static_cast<std::ptrdiff_t>(j * cohort.rows()),
                cohort.rows(), std::numeric_limits<float>::quiet_NaN());
  }
  return cohort;
}

/// Metrics of each repeat's pooled risks, averaged over repeats. Ends the program on an error.
Figures pooled(const Cohort& judged, const std::vector<std::uint32_t>& rows,
               const std::vector<std::vector<double>>& repeats) {
  Figures mean;
  std::vector<std::uint8_t> outcomes;
  for (const std::uint32_t row : rows) outcomes.push_back(judged.outcomes[row]);
  for (const auto& all_risks : repeats) {
    std::vector<double> risks;
    for (const std::uint32_t row : rows) risks.push_back(all_risks[row]);
    mean.auroc += auroc(outcomes, risks).value().value;
    mean.brier += brier(outcomes, risks).value().value;
    mean.log_loss += log_loss(outcomes, risks).value().value;
    mean.mean_risk +=
        std::accumulate(risks.begin(), risks.end(), 0.0) / static_cast<double>(risks.size());
  }
  const double count = static_cast<double>(repeats.size());
  return {mean.auroc / count, mean.brier / count, mean.log_loss / count, mean.mean_risk / count};
}

Result<void> run(const Task& task, const fs::path& diseases, const fs::path& data, unsigned repeats,
                 std::uint64_t seed) {
  const CancelToken cancel;
  NoProgress progress;
  DiseaseFile disease = TRY(load_disease_file(diseases / fmt::format("{}.toml", task.disease)));
  for (Predictor& predictor : disease.predictors) {
    if (task.missing == Missing::WithIndicators && predictor.missing == MissingPolicy::Impute) {
      predictor.missing = MissingPolicy::ImputeWithIndicator;
    }
  }
  std::vector<SourceReading> readings;
  for (const char* file : task.files) {
    readings.push_back(TRY(read_source(disease, data / task.disease / file, "", cancel)));
  }
  const Cohort rows = TRY(assemble(disease, std::move(readings))).cohort;
  const Cohort cohort = task.learn == Learn::FromPersonMeans ? mean_per_person(rows) : rows;
  const bool hide = task.judge == Judge::WithoutTests;
  const Cohort judged = task.judge == Judge::EachRecording ? rows
                        : hide                             ? without_tests(cohort)
                                                           : cohort;
  std::vector<std::uint32_t> judged_rows = hide ? rows_with_tests(cohort) : all_rows(judged);

  const auto started = std::chrono::steady_clock::now();
  const NestedRisks nested =
      TRY(nested_risks(cohort, judged, {.repeats = repeats, .seed = seed}, cancel, progress));
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - started;
  fmt::print("{}: {} rows judged, {} learnt from, 5 folds x {} repeats, {:.1f} s\n", task.name,
             judged_rows.size(), cohort.rows(), repeats, seconds.count());
  double cases = 0;
  for (const std::uint32_t row : judged_rows) cases += judged.outcomes[row];
  fmt::print("  {:<18} {:>6} {:>6} {:>8} {:>9}\n", "", "AUROC", "Brier", "log loss", "mean risk");
  if (!std::isnan(task.auroc)) {
    fmt::print("  {:<18} {:6.3f} {:6.3f} {:8.3f}\n", "reference's best", task.auroc, task.brier,
               task.log_loss);
  }
  fmt::print("  {:<18} {:>6} {:>6} {:>8} {:9.3f}\n", "share of the ill", "", "", "",
             cases / static_cast<double>(judged_rows.size()));
  for (const auto& contender : nested.contenders) {
    const Figures figures = pooled(judged, judged_rows, contender.risks);
    fmt::print("  {:<18} {:6.3f} {:6.3f} {:8.3f} {:9.3f}\n", contender.family, figures.auroc,
               figures.brier, figures.log_loss, figures.mean_risk);
  }
  std::fflush(stdout);
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    fmt::print(stderr, "usage: {} DISEASES_FOLDER DATA_FOLDER [REPEATS [SEED]]\n", argv[0]);
    return 2;
  }
  const unsigned repeats = argc > 3 ? static_cast<unsigned>(std::atoi(argv[3])) : 10;
  const std::uint64_t seed = argc > 4 ? static_cast<std::uint64_t>(std::atoll(argv[4])) : 1;
  const std::vector<Task> tasks = {
      {"heart, Cleveland",
       "heart",
       {"processed.cleveland.data"},
       Learn::FromRows,
       Judge::AsLearnt,
       .908,
       .120,
       .382},
      {"heart, Cleveland + Hungarian",
       "heart",
       {"processed.cleveland.data", "processed.hungarian.data"},
       Learn::FromRows,
       Judge::AsLearnt,
       .908,
       .117,
       .373},
      // Which test a patient lacks tells the hospital: better figures, worse risks elsewhere.
      {"the same, 'is missing' seen by the models",
       "heart",
       {"processed.cleveland.data", "processed.hungarian.data"},
       Learn::FromRows,
       Judge::AsLearnt,
       .908,
       .117,
       .373,
       Missing::WithIndicators},
      {.name = "those of them who had all tests, the tests taken away",
       .disease = "heart",
       .files = {"processed.cleveland.data", "processed.hungarian.data"},
       .learn = Learn::FromRows,
       .judge = Judge::WithoutTests},
      {.name = "the same, 'is missing' seen by the models",
       .disease = "heart",
       .files = {"processed.cleveland.data", "processed.hungarian.data"},
       .learn = Learn::FromRows,
       .judge = Judge::WithoutTests,
       .missing = Missing::WithIndicators},
      {"diabetes",
       "diabetes",
       {"diabetes.csv"},
       Learn::FromRows,
       Judge::AsLearnt,
       .843,
       .153,
       .466},
      {"Parkinson's, each recording",
       "parkinsons",
       {"parkinsons.data"},
       Learn::FromPersonMeans,
       Judge::EachRecording,
       .774,
       .149,
       .463},
      {"Parkinson's, a person's recordings together",
       "parkinsons",
       {"parkinsons.data"},
       Learn::FromPersonMeans,
       Judge::AsLearnt,
       .806,
       .137,
       .419},
  };
  for (const Task& task : tasks) {
    if (auto done = run(task, argv[1], argv[2], repeats, seed); !done.ok()) {
      fmt::print(stderr, "{}: {}\n", task.name, done.error().message);
      return 1;
    }
  }
}
