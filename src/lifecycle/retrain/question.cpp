#include "lifecycle/retrain/question.h"

#include <algorithm>

#include "learning/cohort/locked_set.h"
#include "lifecycle/gate/look_budget.h"
#include "lifecycle/registry/kept_files.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;

/// The people by whom candidates are judged now.
struct LockedNow {
  unsigned generation = 1;
  std::string digest;  // empty: nobody could be locked
  Moment since{0};
};

LockedNow locked_now(const DiseaseFile& disease, const RegistryState& registry) {
  if (registry.locked) {
    const unsigned generation = registry.locked->generation;
    return {generation, locked_set_digest(disease.id, generation), registry.locked->drawn_at};
  }
  LockedNow now{.digest = registry.live->what.locked_set};
  const auto first = std::ranges::find(registry.attempts, now.digest,
                                       [](const Attempt& one) { return one.what.locked_set; });
  if (first != registry.attempts.end()) now.since = first->at;
  return now;
}

/// The version that candidates must not fall behind, too: the one that was live when people of this
/// platform were locked, or the first that was judged by the baseline's. The live one, when nobody
/// was locked or the other's model is gone.
const Version& anchor_of(const RegistryState& registry, const LockedNow& locked) {
  const Version& live = *registry.live;
  if (locked.digest.empty()) return live;
  const auto found = std::ranges::find_if(registry.versions, [&](const Version& version) {
    const bool is_anchor = registry.locked ? version.number == registry.locked->anchor
                                           : version.what.locked_set == locked.digest;
    return is_anchor && !version.contains_withdrawn;
  });
  return found == registry.versions.end() ? live : *found;
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

RetrainQuestion question_of(const DiseaseFile& disease, const RegistryState& registry,
                            Comparison comparison, RetrainTrigger asked_by, Moment now) {
  RetrainQuestion question;
  Judgement& judgement = question.judgement;
  DecisionContext& context = question.context;
  judgement.open_quarantines = registry.open_quarantines;
  judgement.look = 0;
  judgement.look_error = kNoLookError;
  if (!registry.live) return question;
  const Version& live = *registry.live;
  question.champion = {live.number, live.what.model_digest};
  const LockedNow locked = locked_now(disease, registry);
  judgement.locked_generation = locked.generation;
  question.locked_set = locked.digest;
  context.trigger = live.contains_withdrawn ? RetrainTrigger::Erasure : asked_by;
  context.days_since_change = days_since_change(registry, now);
  context.comparison = comparison;
  judgement.trigger = context.trigger;
  judgement.days_since_change = context.days_since_change;
  if (comparison != Comparison::WithLive) return question;
  const Version& anchor = anchor_of(registry, locked);
  question.anchor = anchor.number;
  judgement.champion = compared(registry, live);
  judgement.anchor = compared(registry, anchor);
  context.looks_done = looks_at(locked.digest, registry);
  context.locked_age_months =
      locked.digest.empty() ? 0 : std::max(0, whole_months(date_of(locked.since), date_of(now)));
  judgement.locked_age_months = context.locked_age_months;
  if (context.trigger == RetrainTrigger::Erasure) return question;
  const LookBudget budget =
      look_budget(disease.plan.locked, context.looks_done, context.locked_age_months);
  judgement.look = context.looks_done + 1;
  judgement.look_error = budget.of_next;
  return question;
}

unsigned generation_due(const DiseaseFile& disease, const RegistryState& registry, Moment now) {
  if (!registry.live || registry.live->contains_withdrawn) return 0;
  const RetrainQuestion question =
      question_of(disease, registry, Comparison::WithLive, RetrainTrigger::Button, now);
  const LookBudget budget = look_budget(disease.plan.locked, question.context.looks_done,
                                        question.context.locked_age_months);
  const bool worn_out = !budget.rotate_because.empty();
  if (!question.locked_set.empty() && !worn_out) return 0;
  return question.judgement.locked_generation + 1;
}

}  // namespace relearn
