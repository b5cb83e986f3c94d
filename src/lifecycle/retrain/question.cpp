#include "lifecycle/retrain/question.h"

#include <algorithm>

#include "lifecycle/gate/look_budget.h"
#include "lifecycle/retrain/bundle_folder.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;

/// The oldest version that was judged on the same locked people and still has its model; the live
/// one, when nobody was locked or no other is left.
const Version& anchor_of(const RegistryState& registry) {
  const Version& live = *registry.live;
  if (live.what.locked_set.empty()) return live;
  const auto first = std::ranges::find_if(registry.versions, [&](const Version& version) {
    return version.what.locked_set == live.what.locked_set && !version.contains_withdrawn;
  });
  return first == registry.versions.end() ? live : *first;
}

std::uint32_t looks_at(const std::string& locked_set, const RegistryState& registry) {
  return static_cast<std::uint32_t>(
      std::ranges::count_if(registry.attempts, [&](const Attempt& attempt) {
        return attempt.what.locked_set == locked_set && attempt.what.look > 0;
      }));
}

int whole_months(Date from, Date to) {
  return 12 * (to.year - from.year) + to.month - from.month - (to.day < from.day ? 1 : 0);
}

int months_since_locked(const std::string& locked_set, const RegistryState& registry, Moment now) {
  const auto first = std::ranges::find(registry.attempts, locked_set,
                                       [](const Attempt& one) { return one.what.locked_set; });
  if (locked_set.empty() || first == registry.attempts.end()) return 0;
  return std::max(0, whole_months(date_of(first->at), date_of(now)));
}

/// The version that came first is no change of anything.
std::optional<int> days_since_change(const RegistryState& registry, Moment now) {
  if (registry.changes.size() < 2) return std::nullopt;
  const std::int64_t seconds = now.seconds - registry.changes.back().at.seconds;
  return static_cast<int>(std::max<std::int64_t>(seconds, 0) / kSecondsPerDay);
}

ComparedModel compared(const RegistryState& registry, const Version& version) {
  std::error_code ec;
  return {fs::absolute(kept_model(registry.store, version.what), ec), version.what.model_digest};
}

}  // namespace

fs::path kept_model(const fs::path& store, const NewAttempt& attempt) {
  // Before there were bundles, models were kept by their own digest.
  if (attempt.bundle.empty()) return store / "versions" / (attempt.model_digest + ".sav");
  return store / "bundles" / attempt.bundle / kBundledModel;
}

RetrainQuestion question_of(const DiseaseFile& disease, const RegistryState& registry,
                            Comparable comparable, Moment now) {
  RetrainQuestion question;
  Judgement& judgement = question.judgement;
  DecisionContext& context = question.context;
  judgement.open_quarantines = registry.open_quarantines;
  judgement.look = 0;
  judgement.look_error = kNoLookError;
  if (!registry.live) return question;
  const Version& live = *registry.live;
  question.champion = {live.number, live.what.model_digest};
  const std::string& locked_set = live.what.locked_set;
  context.trigger = live.contains_withdrawn ? RetrainTrigger::Erasure : RetrainTrigger::Button;
  context.days_since_change = days_since_change(registry, now);
  context.baseline_changed = comparable == Comparable::No;
  judgement.trigger = context.trigger;
  judgement.days_since_change = context.days_since_change;
  if (comparable == Comparable::No) return question;
  const Version& anchor = anchor_of(registry);
  question.anchor = anchor.number;
  judgement.champion = compared(registry, live);
  judgement.anchor = compared(registry, anchor);
  context.looks_done = looks_at(locked_set, registry);
  context.locked_age_months = months_since_locked(locked_set, registry, now);
  judgement.locked_age_months = context.locked_age_months;
  if (context.trigger == RetrainTrigger::Erasure) return question;
  const LookBudget budget =
      look_budget(disease.plan.locked, context.looks_done, context.locked_age_months);
  judgement.look = context.looks_done + 1;
  judgement.look_error = budget.of_next;
  return question;
}

}  // namespace relearn
