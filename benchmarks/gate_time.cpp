// How long the parts of the gate's evidence take on the real sets, and what they say of the model
// that `relearn retrain` makes: 64 shadow models, 64 bootstrap refits. Each answer is checked
// against what it must be at least: an attack on a model that is far too free must succeed.
//
// usage: benchmark_gate_time DISEASES_FOLDER DATA_FOLDER
#include <fmt/format.h>

#include <chrono>
#include <filesystem>

#include "clinical/disease_file.h"
#include "learning/cohort/assemble.h"
#include "learning/cohort/baseline.h"
#include "learning/cohort/locked_set.h"
#include "learning/scrutiny/membership.h"
#include "learning/scrutiny/stability.h"
#include "learning/search/search.h"

namespace {

using namespace relearn;  // NOLINT: a program of one file
namespace fs = std::filesystem;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

Result<void> scrutinise(const std::string& name, const Cohort& people, const RiskModel& model,
                        const Recipe& recipe) {
  const CancelToken never;
  const Refit refit = [&](const Cohort& some, std::uint64_t seed) {
    return refit_like(some, model, recipe, seed, never);
  };
  auto start = std::chrono::steady_clock::now();
  const Membership attack = TRY(measure_membership(people, refit, {}, never));
  const double attack_time = seconds_since(start);
  start = std::chrono::steady_clock::now();
  const Stability stability = TRY(measure_stability(people, model, refit, {}, never));
  fmt::print(
      "  {:<18} loss AUROC {:.3f} (upper {:.3f})  LiRA {:.3f}  TPR@1% {:.3f}  {:5.1f} s   "
      "change {:.3f}, 95th {:.3f}  {:5.1f} s\n",
      name, attack.loss_auroc, attack.loss_auroc_upper, attack.lira_auroc,
      attack.lira_true_positives, attack_time, stability.mean_change, stability.change_95th,
      seconds_since(start));
  return {};
}

Result<void> run(const DiseaseFile& disease, const fs::path& folder) {
  const CancelToken never;
  NoProgress nobody;
  std::vector<SourceReading> readings;
  for (const std::string& file : disease.baseline) {
    readings.push_back(TRY(read_source(disease, folder / file, "", never)));
  }
  const Cohort records = TRY(assemble(disease, std::move(readings))).cohort;
  const Cohort all = disease.repeated_measures ? mean_per_person(records) : records;
  const LockedSet locked = lock_people(all, {});
  const Cohort people = take_rows(all, locked.learning);
  fmt::print("{}: {} rows, {} locked, {} learnt from\n", disease.id, all.rows(),
             locked.locked.size(), people.rows());
  std::vector<std::vector<std::string>> choices = {
      {},
      {"logistic"},
      {"spline_logistic"},
      {"svm"},
      {"forest"},
      {"boosting"},
      {"logistic", "spline_logistic"},
      {"logistic", "spline_logistic", "svm", "boosting"}};
  for (const auto& families : choices) {
    const auto start = std::chrono::steady_clock::now();
    const auto searched = search(people, {.families = families}, never, nobody);
    if (!searched.ok()) {
      fmt::print("  {}\n", searched.error().message);
      continue;
    }
    const SearchResult& found = searched.value();
    std::string name;
    for (const auto& family : families) name += (name.empty() ? "" : "+") + family;
    if (families.empty()) {
      fmt::print("  {} ({:.1f} s)\n", recipe_text(found.recipe), seconds_since(start));
      name = "average";
    }
    TRY(scrutinise(name, people, found.model, found.recipe));
  }
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    fmt::print("usage: benchmark_gate_time DISEASES_FOLDER DATA_FOLDER\n");
    return 2;
  }
  const auto diseases = load_disease_folder(argv[1]);
  if (!diseases.ok()) {
    fmt::print("{}\n", diseases.error().message);
    return 1;
  }
  for (const DiseaseFile& disease : diseases.value()) {
    if (const auto done = run(disease, fs::path(argv[2]) / disease.id); !done.ok()) {
      fmt::print("{}: {}\n", disease.id, done.error().message);
      return 1;
    }
  }
  return 0;
}
