#include "parity/fitted_cases.h"

#include <fmt/format.h>

#include <limits>

#include "base/progress.h"
#include "base/random.h"
#include "clinical/disease_file.h"
#include "learning/cohort/assemble.h"
#include "learning/cohort/baseline.h"
#include "learning/ladder/ladder.h"
#include "learning/models/catalog.h"
#include "learning/search/search.h"

namespace relearn {
namespace {

constexpr std::size_t kMixedPatients = 1000;

/// The disease's default baseline, each recording a row of its own.
Result<Cohort> read_baseline(const DiseaseFile& disease, const std::filesystem::path& folder) {
  const CancelToken never;
  std::vector<SourceReading> readings;
  for (const std::string& file : disease.baseline) {
    readings.push_back(TRY(read_source(disease, folder / file, "", never)));
  }
  return TRY(assemble(disease, std::move(readings))).cohort;
}

/// Patients who never were: each value is of some record or, now and then, missing or far outside.
std::vector<std::vector<float>> mixed_patients(const Cohort& cohort) {
  Random random(derive_seed(1, "mixed patients"));
  std::vector<std::vector<float>> patients(kMixedPatients);
  for (std::vector<float>& patient : patients) {
    for (std::size_t j = 0; j < cohort.columns.size(); ++j) {
      const std::uint64_t choice = random.below(20);
      float value = cohort.column(j)[random.below(cohort.rows())];
      if (choice < 2) value = std::numeric_limits<float>::quiet_NaN();
      if (choice == 2) value *= 10;
      if (choice == 3) value = -value;
      patient.push_back(value);
    }
  }
  return patients;
}

/// The rungs of the ladder that change a live model a little, and a refit upon a refit.
Result<void> add_updates(CaseWriter& cases, const std::string& disease, const RiskModel& live,
                         const Cohort& cohort, const std::vector<std::vector<float>>& patients) {
  constexpr double kPenalty = 3;
  RiskModel refitted;
  for (const Rung rung : {Rung::Intercept, Rung::Slope, Rung::RefitWithPrior}) {
    refitted = TRY(update_of(rung, live, cohort, kPenalty)).model;
    TRY(cases.add(fmt::format("{} {}", disease, word_of(rung)), refitted, patients));
  }
  refitted = TRY(update_of(Rung::RefitWithPrior, refitted, cohort, kPenalty)).model;
  return cases.add(fmt::format("{} refit_twice", disease), refitted, patients);
}

/// What `relearn retrain` would publish: each family alone, then their average.
Result<void> add_disease(CaseWriter& cases, const DiseaseFile& disease,
                         const std::filesystem::path& folder) {
  const CancelToken never;
  NoProgress nobody;
  const Cohort records = TRY(read_baseline(disease, folder));
  const Cohort cohort = disease.repeated_measures ? mean_per_person(records) : records;
  std::vector<std::vector<float>> patients = mixed_patients(records);
  for (const Cohort* rows : {&records, &cohort}) {
    for (std::size_t i = 0; i < rows->rows(); ++i) patients.push_back(rows->row(i));
  }
  std::vector<std::vector<std::string>> choices;
  for (const Learner* learner : learner_catalog()) {
    choices.push_back({std::string(learner->family())});
  }
  choices.emplace_back();  // all of them
  for (const std::vector<std::string>& families : choices) {
    const SearchResult found = TRY(search(cohort, {.families = families}, never, nobody));
    const std::string name = families.empty() ? kAverageFamily : families.front();
    TRY(cases.add(fmt::format("{} {}", disease.id, name), found.model, patients));
    if (families.empty()) TRY(add_updates(cases, disease.id, found.model, cohort, patients));
  }
  return {};
}

}  // namespace

Result<void> add_fitted_cases(CaseWriter& cases, const std::filesystem::path& data) {
  const std::vector<DiseaseFile> diseases =
      TRY(load_disease_folder(std::filesystem::path(RELEARN_SOURCE_DIR) / "diseases"));
  for (const DiseaseFile& disease : diseases) TRY(add_disease(cases, disease, data / disease.id));
  return {};
}

}  // namespace relearn
