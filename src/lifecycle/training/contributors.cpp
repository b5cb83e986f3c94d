#include "lifecycle/training/contributors.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/normal.h"
#include "base/parallel.h"
#include "base/random.h"
#include "learning/cohort/folds.h"
#include "learning/models/risk_scorer.h"
#include "lifecycle/training/evidence_numbers.h"

namespace relearn {
namespace {

constexpr unsigned kFolds = 5;

std::vector<double> risks_of(const RiskModel& model, const Cohort& people) {
  std::vector<double> risks = log_odds_of(model, people);
  for (double& risk : risks) risk = logistic(risk);
  return risks;
}

/// Who confirmed new people, those of most people first.
std::vector<std::uint32_t> contributors_of(const Cohort& learning) {
  std::map<std::uint32_t, std::size_t> rows;
  for (const std::uint32_t row : new_rows(learning)) {
    if (learning.contributors.empty() || learning.contributors[row] == kNoContributor) continue;
    ++rows[learning.contributors[row]];
  }
  std::vector<std::uint32_t> names;
  for (const auto& [name, count] : rows) names.push_back(name);
  std::ranges::stable_sort(names,
                           [&](std::uint32_t a, std::uint32_t b) { return rows[a] > rows[b]; });
  if (names.size() > kContributorsMax) names.resize(kContributorsMax);
  return names;
}

/// One contributor left out.
class Without {
 public:
  Without(const EvidenceQuestion& question, const JudgedPeople& judged, const Refit& refit,
          std::span<const double> with_all, std::uint32_t contributor)
      : question_(question),
        judged_(judged),
        refit_(refit),
        with_all_(with_all),
        contributor_(contributor) {
    const Cohort& learning = question.learning;
    for (std::uint32_t row = 0; row < learning.rows(); ++row) {
      if (learning.contributors[row] != contributor) rows_.push_back(row);
    }
    // The rows of N stand in the judged people behind L, in the order of the learning set.
    std::uint32_t place = static_cast<std::uint32_t>(judged.locked_rows);
    for (const std::uint32_t row : new_rows(learning)) {
      if (learning.contributors[row] != contributor) {
        new_rows_.push_back(row);
        places_.push_back(place);
      }
      ++place;
    }
  }

  Result<LeftOut> measure() const {
    LeftOut left_out;
    left_out.name = fmt::format("{}", contributor_);
    const RiskModel model =
        TRY(refit_(take_rows(question_.learning, rows_), question_.search.seed));
    JudgedPeople other = judged_;
    other.candidate = risks_of(model, judged_.people);
    for (std::size_t i = 0; i < with_all_.size(); ++i) {
      left_out.largest_risk_change =
          std::max(left_out.largest_risk_change, std::fabs(other.candidate[i] - with_all_[i]));
    }
    TRY(judge_locked(other, left_out));
    TRY(judge_new(other, left_out));
    return left_out;
  }

 private:
  std::uint64_t seed(std::string_view purpose) const {
    return derive_seed(derive_seed(question_.search.seed, "without", contributor_), purpose);
  }

  Result<void> judge_locked(const JudgedPeople& other, LeftOut& left_out) const {
    const auto rows = rows_of_part(other, JudgedPart::Locked);
    if (rows.empty()) return {};
    const double error = look_error(question_);
    left_out.locked_champion = TRY(loss_difference(pair_up(other, other.champion, rows), error));
    const PairedRisks pairs = pair_up(other, other.anchor, rows);
    left_out.locked_anchor = TRY(loss_difference(pairs, error));
    left_out.locked_auroc = TRY(auroc_to(pairs, error));
    return {};
  }

  /// Nothing when those who are left are too few for folds or for the change itself.
  Result<void> judge_new(JudgedPeople& other, LeftOut& left_out) const {
    const Cohort& learning = question_.learning;
    const auto folds = person_folds(learning, new_rows_, kFolds, seed("folds"));
    if (!folds.ok()) return {};
    for (const Fold& fold : folds.value()) {
      std::vector<std::uint32_t> train;
      std::ranges::set_difference(rows_, fold.test, std::back_inserter(train));
      auto model = refit_(take_rows(learning, train), seed("fold"));
      if (!model.ok() && model.error().kind == ErrorKind::NotReady) return {};
      if (!model.ok()) return model.take_error();
      const std::vector<double> risks = risks_of(model.value(), take_rows(learning, fold.test));
      for (std::size_t i = 0; i < risks.size(); ++i) {
        const auto found = std::ranges::lower_bound(new_rows_, fold.test[i]);
        const auto at = static_cast<std::size_t>(found - new_rows_.begin());
        other.candidate[places_[at]] = risks[i];
      }
    }
    left_out.fresh =
        TRY(loss_difference(pair_up(other, other.champion, places_), look_error(question_)));
    return {};
  }

  const EvidenceQuestion& question_;
  const JudgedPeople& judged_;
  const Refit& refit_;
  std::span<const double> with_all_;  // risks of the same refit with everybody, same seed
  std::uint32_t contributor_;
  std::vector<std::uint32_t> rows_;      // of the learning set, not theirs
  std::vector<std::uint32_t> new_rows_;  // of these the new ones
  std::vector<std::uint32_t> places_;    // of the new ones among the judged people
};

}  // namespace

Result<std::vector<LeftOut>> without_each_contributor(const EvidenceQuestion& question,
                                                      const JudgedPeople& judged,
                                                      const CancelToken& cancel) {
  const std::vector<std::uint32_t> names = contributors_of(question.learning);
  const Refit refit = refit_of(question.candidate, question.champion, RefitFrom::LiveModel, cancel);
  std::vector<LeftOut> found(names.size());
  if (names.empty()) return found;
  // So that only the people differ, and not the draws of a forest.
  const RiskModel everybody = TRY(refit(question.learning, question.search.seed));
  const std::vector<double> with_all = risks_of(everybody, judged.people);
  TRY(parallel_for(names.size(), question.search.threads, cancel,
                   [&](std::size_t i) -> Result<void> {
                     auto one = Without(question, judged, refit, with_all, names[i]).measure();
                     if (!one.ok()) return one.take_error();
                     found[i] = one.take_value();
                     return {};
                   }));
  return found;
}

}  // namespace relearn
