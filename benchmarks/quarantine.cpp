// What the tests on arrival see: how often a contributor's m outcomes are held back when none, 30
// %, 50 % or all of them are flipped. Risks are out-of-fold risks of the published recipe on the
// real data; records are drawn with replacement. Beside each figure what the literature's
// simulation found (power at the cut -3.3; Pima / heart).
//
// usage: benchmark_quarantine DISEASES_FOLDER DATA_FOLDER [DRAWS]
#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "base/random.h"
#include "learning/cohort/assemble.h"
#include "learning/cohort/baseline.h"
#include "learning/search/search.h"
#include "lifecycle/selection/arrival_tests.h"

namespace {

using namespace relearn;  // NOLINT: a program of one file
namespace fs = std::filesystem;

struct Judged {
  DiseaseFile disease;
  Cohort cohort;
  std::vector<double> risks;
};

Result<Judged> judged(const fs::path& diseases, const fs::path& data, const char* id,
                      const char* file) {
  const CancelToken cancel;
  NoProgress progress;
  Judged people;
  people.disease = TRY(load_disease_file(diseases / fmt::format("{}.toml", id)));
  std::vector<SourceReading> readings;
  readings.push_back(TRY(read_source(people.disease, data / id / file, "", cancel)));
  people.cohort = TRY(assemble(people.disease, std::move(readings))).cohort;
  const NestedRisks nested = TRY(nested_risks(people.cohort, people.cohort, {}, cancel, progress));
  people.risks = nested.contenders.front().risks.front();
  return people;
}

ConfirmedRecord record_of(const Judged& people, std::size_t row, std::size_t number,
                          std::uint8_t label) {
  ConfirmedRecord record;
  record.prediction.id = {fmt::format("p-{:06}", number)};
  record.prediction.person = PersonId{static_cast<std::int64_t>(number)};
  for (std::size_t j = 0; j < people.cohort.columns.size(); ++j) {
    const float value = people.cohort.column(j)[row];
    if (!std::isnan(value))
      record.prediction.inputs.emplace_back(people.cohort.columns[j].id, value);
  }
  record.prediction.risk = ServedRisk(people.risks[row]);
  record.value = label == 1 ? OutcomeValue::Present : OutcomeValue::Absent;
  record.contributor = "contributor";
  record.batch = "batch";
  return record;
}

/// Share of draws in which the scope is held back. well_kept: of those without the disease so many
/// come to this contributor, so that it is more frequent than the risks say.
Result<double> held_back(const Judged& people, std::size_t m, double flipped, double well_kept,
                         QuarantineScope scope, std::size_t draws) {
  std::size_t held = 0;
  for (std::size_t draw = 0; draw < draws; ++draw) {
    Random random(derive_seed(draw, "draw", m));
    std::vector<ConfirmedRecord> records;
    for (std::size_t i = 0; i < m; ++i) {
      std::size_t row = random.below(people.cohort.rows());
      while (people.cohort.outcomes[row] == 0 && random.uniform() >= well_kept) {
        row = random.below(people.cohort.rows());
      }
      const bool flip = static_cast<double>(i) < flipped * static_cast<double>(m);
      const auto label = static_cast<std::uint8_t>(people.cohort.outcomes[row] ^ (flip ? 1 : 0));
      records.push_back(record_of(people, row, i, label));
    }
    const Moment later{100 * 366 * kSecondsPerDay};
    for (const auto& failed :
         TRY(failed_arrivals(people.disease, records, QuarantineList({}), later))) {
      if (failed.scope == scope) {
        ++held;
        break;
      }
    }
  }
  return static_cast<double>(held) / static_cast<double>(draws);
}

Result<void> run(const char* id, const Judged& people, std::size_t draws) {
  fmt::print("{}: share held back in {} draws\n  {:>8} {:>6} {:>12} {:>8}\n", id, draws, "flipped",
             "m", "contributor", "batch");
  for (const double flipped : {0.0, 0.1, 0.3, 0.5, 1.0}) {
    for (const std::size_t m : {10, 20, 40, 60}) {
      fmt::print("  {:>7.0f}% {:>6} {:>12.3f} {:>8.3f}\n", 100 * flipped, m,
                 TRY(held_back(people, m, flipped, 1, QuarantineScope::Contributor, draws)),
                 TRY(held_back(people, m, flipped, 1, QuarantineScope::Batch, draws)));
    }
  }
  fmt::print("{}: no outcome flipped, the disease more frequent\n  {:>8} {:>6} {:>12} {:>8}\n", id,
             "kept well", "m", "contributor", "batch");
  for (const double kept : {0.5, 0.33, 0.2}) {
    for (const std::size_t m : {20, 60, 200}) {
      fmt::print("  {:>7.0f}% {:>6} {:>12.3f} {:>8.3f}\n", 100 * kept, m,
                 TRY(held_back(people, m, 0, kept, QuarantineScope::Contributor, draws)),
                 TRY(held_back(people, m, 0, kept, QuarantineScope::Batch, draws)));
    }
  }
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    fmt::print(stderr, "usage: {} DISEASES_FOLDER DATA_FOLDER [DRAWS]\n", argv[0]);
    return 2;
  }
  const std::size_t draws = argc > 3 ? static_cast<std::size_t>(std::atoi(argv[3])) : 2000;
  for (const auto& [id, file] :
       {std::pair{"heart", "processed.cleveland.data"}, {"diabetes", "diabetes.csv"}}) {
    const auto people = judged(argv[1], argv[2], id, file);
    const auto done = people.ok() ? run(id, people.value(), draws) : Result<void>(people.error());
    if (!done.ok()) {
      fmt::print(stderr, "{}: {}\n", id, done.error().message);
      return 1;
    }
  }
}
