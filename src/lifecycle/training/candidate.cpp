#include "lifecycle/training/candidate.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/normal.h"
#include "learning/models/risk_scorer.h"

namespace relearn {
namespace {

bool allows(const CandidateQuestion& question, Rung rung) {
  return std::ranges::find(question.allowed, rung) != question.allowed.end();
}

/// The published risks of a nested evaluation on the given rows, first repeat.
std::vector<double> nested_on(const NestedRisks& nested, std::span<const std::uint32_t> rows) {
  std::vector<double> risks;
  for (const std::uint32_t row : rows) {
    risks.push_back(nested.contenders.front().risks.front()[row]);
  }
  return risks;
}

Result<void> fit_by_search(const CandidateQuestion& question, const SearchOptions& options,
                           const CancelToken& cancel, ProgressSink& progress,
                           CandidateModel& candidate) {
  SearchResult found = TRY(search(question.learning, options, cancel, progress));
  candidate.model = std::move(found.model);
  candidate.recipe = std::move(found.recipe);
  candidate.families = std::move(found.families);
  if (!candidate.nested) {
    candidate.nested = TRY(
        nested_risks(question.learning, question.learning, as_searched(options), cancel, progress));
  }
  candidate.new_risks = nested_on(*candidate.nested, new_rows(question.learning));
  return {};
}

/// The live model's recipe and a new search on the learning set, as far as the plan allows them.
struct Refits {
  std::optional<NestedRisks> recipe, searched;
  SearchOptions recipe_options;
};

Result<Refits> nested_refits(const CandidateQuestion& question, const CancelToken& cancel,
                             ProgressSink& progress) {
  Refits refits;
  refits.recipe_options = question.search;
  refits.recipe_options.recipe = question.champion->recipe;
  const Cohort& learning = question.learning;
  if (allows(question, Rung::SameRecipe) && !question.champion->recipe.empty()) {
    refits.recipe = TRY(nested_risks(learning, learning, refits.recipe_options, cancel, progress));
  }
  if (allows(question, Rung::NewSearch)) {
    refits.searched = TRY(nested_risks(learning, learning, question.search, cancel, progress));
  }
  return refits;
}

/// Nobody new to compare on: what the plan allows that learns from everybody, else nothing.
Rung rung_without_new_people(const CandidateQuestion& question) {
  if (allows(question, Rung::Keep)) return Rung::Keep;
  if (allows(question, Rung::SameRecipe) && !question.champion->recipe.empty()) {
    return Rung::SameRecipe;
  }
  return allows(question, Rung::NewSearch) ? Rung::NewSearch : Rung::Keep;
}

Result<void> choose_rung(const CandidateQuestion& question, const Cohort& people,
                         const Refits& refits, CandidateModel& candidate) {
  const auto rows = new_rows(question.learning);
  const auto risks_of = [&](const std::optional<NestedRisks>& nested) {
    return nested ? nested_on(*nested, rows) : std::vector<double>{};
  };
  const std::vector<double> recipe = risks_of(refits.recipe), searched = risks_of(refits.searched);
  auto climbed = climb({.champion = question.champion->model,
                        .people = people,
                        .learnt_before = question.learning.rows() - rows.size(),
                        .allowed = question.allowed,
                        .recipe = recipe,
                        .searched = searched,
                        .recipe_missing = "the live model's file does not say how it was made",
                        .not_worse_nats = question.not_worse_nats,
                        .seed = question.search.seed});
  if (climbed.ok()) {
    candidate.ladder = climbed.take_value();
    candidate.rung = candidate.ladder->chosen;
    candidate.because = candidate.ladder->because;
    candidate.new_risks = candidate.ladder->procedure;
    return {};
  }
  if (climbed.error().kind != ErrorKind::NotReady) return climbed.take_error();
  candidate.rung = rung_without_new_people(question);
  candidate.because = fmt::format("there is nobody new to choose by: {}", climbed.error().message);
  return {};
}

}  // namespace

std::vector<std::uint32_t> new_rows(const Cohort& learning) {
  std::vector<std::uint32_t> rows;
  for (std::uint32_t row = 0; row < learning.is_new.size(); ++row) {
    if (learning.is_new[row]) rows.push_back(row);
  }
  return rows;
}

Result<CandidateModel> make_candidate(const CandidateQuestion& question, const CancelToken& cancel,
                                      ProgressSink& progress) {
  CandidateModel candidate;
  if (question.champion == nullptr) {
    candidate.because = "there is no live model to change";
    TRY(fit_by_search(question, question.search, cancel, progress, candidate));
    return candidate;
  }
  Refits refits = TRY(nested_refits(question, cancel, progress));
  const Cohort people = take_rows(question.learning, new_rows(question.learning));
  TRY(choose_rung(question, people, refits, candidate));
  if (candidate.rung == Rung::SameRecipe || candidate.rung == Rung::NewSearch) {
    const bool searched = candidate.rung == Rung::NewSearch;
    const std::vector<double> chosen_by = std::move(candidate.new_risks);
    candidate.nested = std::move(searched ? refits.searched : refits.recipe);
    TRY(fit_by_search(question, searched ? question.search : refits.recipe_options, cancel,
                      progress, candidate));
    if (!chosen_by.empty()) candidate.new_risks = chosen_by;
    return candidate;
  }
  const double penalty = candidate.ladder ? candidate.ladder->penalty : 0;
  candidate.update = TRY(update_of(candidate.rung, question.champion->model, people, penalty));
  candidate.model = candidate.update->model;
  candidate.recipe = question.champion->recipe;
  if (candidate.new_risks.empty()) {
    for (const double z : log_odds_of(candidate.model, people)) {
      candidate.new_risks.push_back(logistic(z));
    }
  }
  return candidate;
}

Refit refit_of(const CandidateModel& candidate, const LiveModel* champion, RefitFrom from,
               const CancelToken& cancel) {
  if (!candidate.update) {
    return [&candidate, &cancel](const Cohort& people, std::uint64_t seed) {
      return refit_like(people, candidate.model, candidate.recipe, seed, cancel);
    };
  }
  return [&candidate, champion, from, &cancel](const Cohort& people,
                                               std::uint64_t seed) -> Result<RiskModel> {
    const std::vector<std::uint32_t> fresh = new_rows(people);
    RiskModel base = champion->model;
    if (from == RefitFrom::Nothing) {
      std::vector<std::uint32_t> before;
      for (std::uint32_t row = 0; row < people.rows(); ++row) {
        if (people.is_new.empty() || !people.is_new[row]) before.push_back(row);
      }
      base = TRY(
          refit_like(take_rows(people, before), champion->model, champion->recipe, seed, cancel));
    }
    if (candidate.rung == Rung::Keep) return base;
    auto update =
        update_of(candidate.rung, base, take_rows(people, fresh), candidate.update->penalty);
    // With too few of the new people left, the model would have stayed what it is.
    if (!update.ok() && update.error().kind == ErrorKind::NotReady) return base;
    if (!update.ok()) return update.take_error();
    return std::move(update.value().model);
  };
}

}  // namespace relearn
