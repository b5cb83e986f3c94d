// What the evidence for a verdict costs on the real sets, part by part: the last quarter of each
// baseline's people are new, confirmed by four contributors in turn; the live model learnt from the
// others. And what 64 shadow models say of each family. Each answer is checked: the evidence holds
// together, and an attack on a forest with leaves of one person succeeds.
//
// usage: benchmark_gate_time DISEASES_FOLDER DATA_FOLDER
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <numeric>

#include "base/digest.h"
#include "base/random.h"
#include "clinical/disease_file.h"
#include "learning/cohort/assemble.h"
#include "learning/cohort/baseline.h"
#include "learning/cohort/locked_set.h"
#include "learning/scrutiny/membership.h"
#include "learning/scrutiny/stability.h"
#include "learning/search/search.h"
#include "lifecycle/gate/evidence_json.h"
#include "lifecycle/training/gather_evidence.h"

namespace {

using namespace relearn;  // NOLINT: a program of one file
namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Prints how long each part took, when the next begins.
class PartTimes final : public ProgressSink {
 public:
  void report(const ProgressEvent& event) override {
    if (event.step != "judge") return;
    finish();
    part_ = event.detail;
    start_ = Clock::now();
  }
  void finish() {
    if (!part_.empty()) fmt::print("  {:<40} {:6.2f} s\n", part_, seconds_since(start_));
    part_.clear();
  }

 private:
  std::string part_;
  Clock::time_point start_;
};

Result<Cohort> people_of(const DiseaseFile& disease, const fs::path& folder) {
  const CancelToken never;
  std::vector<SourceReading> readings;
  for (const std::string& file : disease.baseline) {
    readings.push_back(TRY(read_source(disease, folder / file, "", never)));
  }
  const Cohort records = TRY(assemble(disease, std::move(readings))).cohort;
  return disease.repeated_measures ? mean_per_person(records) : records;
}

/// A quarter of the persons, by lot, are new.
void make_some_new(Cohort& people) {
  std::vector<std::uint32_t> rows(people.rows());
  std::iota(rows.begin(), rows.end(), 0u);
  Random(1).shuffle(std::span(rows));
  people.is_new.assign(people.rows(), 0);
  people.contributors.assign(people.rows(), kNoContributor);
  for (std::size_t i = 0; i < rows.size() / 4; ++i) {
    people.is_new[rows[i]] = 1;
    people.contributors[rows[i]] = static_cast<std::uint32_t>(i % 4);
  }
}

Result<void> whole_gate(const DiseaseFile& disease, Cohort people) {
  const CancelToken never;
  NoProgress nobody;
  make_some_new(people);
  for (std::size_t i = 0; i < people.rows(); ++i) people.files[i] = people.is_new[i];
  const LockedSet lock =
      lock_people(people, {.share = disease.plan.locked.share, .baseline_files = 1});
  const Cohort learning = take_rows(people, lock.learning), locked = take_rows(people, lock.locked);
  std::vector<std::uint32_t> before;
  for (std::uint32_t row = 0; row < learning.rows(); ++row) {
    if (!learning.is_new[row]) before.push_back(row);
  }
  const SearchResult live = TRY(search(take_rows(learning, before), {}, never, nobody));
  const LiveModel champion{live.model, live.recipe, sha256("champion")};
  fmt::print("{}: {} locked, {} learnt from, {} of them new\n", disease.id, locked.rows(),
             learning.rows(), learning.rows() - before.size());
  const auto start = Clock::now();
  const CandidateModel candidate =
      TRY(make_candidate({.learning = learning,
                          .champion = &champion,
                          .allowed = disease.plan.rungs,
                          .not_worse_nats = disease.plan.margins.new_nats},
                         never, nobody));
  fmt::print("  {:<40} {:6.2f} s   {}: {}\n", "ladder", seconds_since(start),
             word_of(candidate.rung), candidate.because);
  const Judgement judgement;
  const EvidenceQuestion question{disease,   judgement, learning,  locked,
                                  candidate, &champion, &champion, {}};
  PartTimes times;
  GateEvidence evidence = TRY(gather_evidence(question, never, times)).evidence;
  times.finish();
  evidence.candidate_digest = sha256("candidate");
  if (const auto read = evidence_from_json(evidence_to_json(evidence)); !read.ok()) {
    return read.error();
  }
  fmt::print("  {:<40} {:6.2f} s   goal 30 s\n", "all", seconds_since(start));
  return {};
}

Result<void> scrutinise(const std::string& name, const Cohort& people, const RiskModel& model,
                        const Recipe& recipe) {
  const CancelToken never;
  const Refit refit = [&](const Cohort& some, std::uint64_t seed) {
    return refit_like(some, model, recipe, seed, never);
  };
  const auto start = Clock::now();
  const Membership attack = TRY(measure_membership(people, refit, {}, never));
  const Stability stability = TRY(measure_stability(people, model, refit, {}, never));
  fmt::print(
      "  {:<16} loss {:.3f}  LiRA {:.3f}  TPR@1% {:.3f}  change {:.3f}, 95th {:.3f}  {:.2f} s\n",
      name, attack.loss_auroc_upper, attack.lira_auroc, attack.lira_true_positives,
      stability.mean_change, stability.change_95th, seconds_since(start));
  const bool too_free = name == "leaves of one";
  if (too_free && !(attack.lira_auroc > 0.8)) {
    return broken_invariant("the attack does not see a forest that remembers everybody");
  }
  return {};
}

Result<void> each_family(const Cohort& people) {
  const CancelToken never;
  NoProgress nobody;
  const std::vector<std::vector<std::string>> choices = {{},      {"logistic"}, {"spline_logistic"},
                                                         {"svm"}, {"boosting"}, {"forest"}};
  for (const auto& families : choices) {
    const SearchResult found = TRY(search(people, {.families = families}, never, nobody));
    TRY(scrutinise(families.empty() ? "average" : families.front(), people, found.model,
                   found.recipe));
    if (families.empty() || families.front() != "forest" || people.rows() < 100) continue;
    Recipe free = found.recipe;
    for (auto& [setting, value] : free.front().candidate.settings) {
      if (setting == "leaf") value = 1;
    }
    TRY(scrutinise("leaves of one", people, found.model, free));
  }
  return {};
}

Result<void> run(const DiseaseFile& disease, const fs::path& folder) {
  const Cohort people = TRY(people_of(disease, folder));
  TRY(whole_gate(disease, people));
  return each_family(people);
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
