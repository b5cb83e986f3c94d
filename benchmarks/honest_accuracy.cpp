// What the whole procedure is worth on real people it never saw: pooled out-of-fold AUROC, Brier
// and log loss, everything that learns inside the folds (nested, person-grouped), mean over
// repeats. Beside it the figures of a careful scikit-learn + XGBoost reference (5 folds x 10
// repeats).
//
// usage: benchmark_honest_accuracy DISEASES_FOLDER DATA_FOLDER [REPEATS]
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>

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
enum class Judge { AsLearnt, EachRecording };
enum class Missing { AsDeclared, WithIndicators };

struct Task {
  const char* name;
  const char* disease;
  std::vector<const char*> files;
  Learn learn;
  Judge judge;
  double auroc, brier, log_loss;  // the best of the reference's row
  Missing missing = Missing::AsDeclared;
};

struct Figures {
  double auroc = 0, brier = 0, log_loss = 0;
};

/// Metrics of each repeat's pooled risks, averaged over repeats. Ends the program on an error.
Figures pooled(const Cohort& judged, const std::vector<std::vector<double>>& repeats) {
  Figures mean;
  for (const auto& risks : repeats) {
    mean.auroc += auroc(judged.outcomes, risks).value().value;
    mean.brier += brier(judged.outcomes, risks).value().value;
    mean.log_loss += log_loss(judged.outcomes, risks).value().value;
  }
  const double count = static_cast<double>(repeats.size());
  return {mean.auroc / count, mean.brier / count, mean.log_loss / count};
}

Result<void> run(const Task& task, const fs::path& diseases, const fs::path& data,
                 unsigned repeats) {
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
  const Cohort& judged = task.judge == Judge::EachRecording ? rows : cohort;

  const auto started = std::chrono::steady_clock::now();
  const NestedRisks nested =
      TRY(nested_risks(cohort, judged, {.repeats = repeats}, cancel, progress));
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - started;
  fmt::print("{}: {} rows judged, {} learnt from, 5 folds x {} repeats, {:.1f} s\n", task.name,
             judged.rows(), cohort.rows(), repeats, seconds.count());
  fmt::print("  {:<18} {:>6} {:>6} {:>8}\n", "", "AUROC", "Brier", "log loss");
  fmt::print("  {:<18} {:6.3f} {:6.3f} {:8.3f}\n", "reference's best", task.auroc, task.brier,
             task.log_loss);
  for (const auto& contender : nested.contenders) {
    const Figures figures = pooled(judged, contender.risks);
    fmt::print("  {:<18} {:6.3f} {:6.3f} {:8.3f}\n", contender.family, figures.auroc, figures.brier,
               figures.log_loss);
  }
  std::fflush(stdout);
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    fmt::print(stderr, "usage: {} DISEASES_FOLDER DATA_FOLDER [REPEATS]\n", argv[0]);
    return 2;
  }
  const unsigned repeats = argc > 3 ? static_cast<unsigned>(std::atoi(argv[3])) : 10;
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
    if (auto done = run(task, argv[1], argv[2], repeats); !done.ok()) {
      fmt::print(stderr, "{}: {}\n", task.name, done.error().message);
      return 1;
    }
  }
}
