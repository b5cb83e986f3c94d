// From a store of a million predictions, a tenth of them confirmed, to the cohort file of a
// retrain: seconds, peak memory, and beside them the time to read the same records once (the
// limit). The answer it checks: the funnel adds up, everybody mature and confirmed is used or
// named, and k holds.
//
// usage: benchmark_cohort_from_store DISEASES_FOLDER SCRATCH_FOLDER [PREDICTIONS]
#include "lifecycle/retrain/cohort_from_store.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "base/normal.h"
#include "base/random.h"
#include "storage/sqlite/store.h"

namespace {

using namespace relearn;  // NOLINT: a program of one file
namespace fs = std::filesystem;

constexpr std::uint64_t kChunk = 10'000;
constexpr std::uint64_t kContributors = 20;

double seconds_since(std::chrono::steady_clock::time_point started) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
}

double peak_mib() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

/// Somebody whose glucose, age and body-mass index say how likely they are ill.
NewPrediction invented(const DiseaseFile& disease, std::uint64_t number, Random& random) {
  NewPrediction prediction;
  prediction.disease = disease.id;
  prediction.disease_version = disease.version;
  prediction.subject.reference = fmt::format("clinic/{}", number);
  prediction.made_at = Moment{1'700'000'000 + static_cast<std::int64_t>(number)};
  const double glucose = 120 + 28 * random.normal(), age = 21 + 40 * random.uniform();
  const double bmi = 32 + 6 * random.normal();
  prediction.inputs = {{"pregnancies", static_cast<double>(random.below(3))},
                       {"glucose_2h_mg_per_dl", std::clamp(std::round(glucose), 60.0, 199.0)},
                       {"bmi_kg_per_m2", std::clamp(std::round(10 * bmi) / 10, 18.0, 60.0)},
                       {"age_years", std::floor(age)}};
  const double risk = logistic((glucose - 125) / 25 + (bmi - 32) / 12 + (age - 40) / 25 - 0.7);
  prediction.risk = ServedRisk(std::clamp(risk, 0.001, 0.999));
  prediction.model_version = "a model";
  return prediction;
}

NewOutcomeEvent confirmed(const PredictionId& id, double risk, std::uint64_t number,
                          Random& random) {
  NewOutcomeEvent event;
  event.prediction = id;
  event.state = OutcomeState::Confirmed;
  event.value = random.uniform() < risk ? OutcomeValue::Present : OutcomeValue::Absent;
  event.source = OutcomeSource::Laboratory;
  event.reference_standard = "hba1c";
  event.actor = fmt::format("doctor {}", number % kContributors);
  event.observed_on = date_of(Moment{1'710'000'000});
  event.recorded_at = Moment{1'710'000'000};
  return event;
}

Result<void> fill(const DiseaseFile& disease, SqliteStore& store, std::uint64_t predictions) {
  Random random(1);
  for (std::uint64_t done = 0; done < predictions; done += kChunk) {
    std::vector<NewPrediction> chunk;
    for (std::uint64_t i = done; i < std::min(done + kChunk, predictions); ++i) {
      chunk.push_back(invented(disease, i, random));
    }
    const auto receipts = TRY(store.add_predictions(
        chunk, {"predictions", fmt::format("chunk {}", done), Moment{1'710'000'000}}));
    std::vector<NewOutcomeEvent> events;
    for (std::size_t i = 0; i < chunk.size(); i += 10) {
      events.push_back(confirmed(receipts[i].prediction, chunk[i].risk->value, i / 10, random));
    }
    TRY(store.add_outcomes(events,
                           {"outcomes", fmt::format("chunk {}", done), Moment{1'710'000'000}}));
  }
  return {};
}

Result<bool> run(const fs::path& diseases, const fs::path& scratch, std::uint64_t predictions) {
  const DiseaseFile disease = TRY(load_disease_file(diseases / "diabetes.toml"));
  fs::remove_all(scratch / "store");
  fs::remove(scratch / "key");
  StoreOptions options;
  options.folder = scratch / "store";
  options.if_missing = IfMissing::Create;
  KeyRing keys = TRY(KeyRing::create(scratch / "key"));
  const auto store = TRY(SqliteStore::open(options, std::move(keys)));
  auto started = std::chrono::steady_clock::now();
  TRY(fill(disease, *store, predictions));
  fmt::print("{} predictions and {} confirmed outcomes stored in {:.1f} s\n", predictions,
             predictions / 10, seconds_since(started));

  const CancelToken cancel;
  started = std::chrono::steady_clock::now();
  std::uint64_t visited = 0;
  TRY(store->visit_confirmed(disease.id, [&](const ConfirmedRecord&) -> Result<void> {
    ++visited;
    return {};
  }));
  const double reading = seconds_since(started);
  fmt::print("reading the {} confirmed once: {:.2f} s, peak memory {:.0f} MiB\n", visited, reading,
             peak_mib());

  started = std::chrono::steady_clock::now();
  const KeyedText keyed = [&](std::string_view domain, std::string_view text) {
    return store->keyed(domain, text);
  };
  const PreparedCohort prepared =
      TRY(prepare_cohort({disease, {}, "", Moment{1'750'000'000}, scratch / "store" / "snapshots"},
                         *store, *store, keyed, cancel));
  const double whole = seconds_since(started);
  fmt::print(
      "{}from start to cohort file: {:.2f} s, {:.1f} times reading; peak memory {:.0f} MiB\n",
      funnel_text(prepared.funnel), whole, whole / reading, peak_mib());
  return prepared.funnel.adds_up() && prepared.funnel.found == predictions &&
         visited == predictions / 10 && prepared.privacy.k_reached >= 5 &&
         prepared.funnel.used > visited / 2;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    fmt::print(stderr, "usage: {} DISEASES_FOLDER SCRATCH_FOLDER [PREDICTIONS]\n", argv[0]);
    return 2;
  }
  const std::uint64_t predictions = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 1'000'000;
  const auto right = run(argv[1], argv[2], predictions);
  if (!right.ok()) fmt::print(stderr, "{}\n", right.error().message);
  if (!right.ok()) return 1;
  fmt::print("the answer is {}\n", right.value() ? "right" : "WRONG");
  return right.value() ? 0 : 1;
}
