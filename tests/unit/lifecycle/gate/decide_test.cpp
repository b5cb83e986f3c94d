// What no table can show: over thousands of random evidences, worse numbers never give a better
// verdict, and nothing that was not measured goes live.
#include "lifecycle/gate/decide.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <set>

#include "base/random.h"
#include "clinical/disease_file.h"
#include "support/gate_numbers.h"

namespace relearn {
namespace {

ChangePlan plan_of(std::string_view disease) {
  return load_disease_file(fmt::format("{}/diseases/{}.toml", RELEARN_SOURCE_DIR, disease))
      .take_value()
      .plan;
}

/// Everything fine but for a few numbers, which are up to two steps better or worse.
GateEvidence random_evidence(const ChangePlan& plan, const std::vector<GateNumber>& numbers,
                             Random& random) {
  GateEvidence evidence = fine_evidence(plan);
  evidence.change.rung = static_cast<Rung>(random.below(kRungWords.size()));
  if (random.below(4) == 0) evidence.drift->kappa = 0.5 + 0.5 * random.uniform();
  const auto special = random.below(8);
  if (special < 2) {
    // The locked people disagree and the new ones are sure: the drift path.
    evidence.locked->against_champion->upper_95 = 0.05;
    if (special == 0) evidence.locked->against_champion->mean = 0.035;
    evidence.change.rung = Rung::Slope;
    return evidence;
  }
  if (special < 4) {
    evidence.fresh->against_champion->upper_95 = 0.05;  // better, but not surely
    evidence.change.rung = Rung::Slope;
  }
  const auto few = random.below(4);
  for (std::uint64_t i = 0; i < few; ++i) {
    const GateNumber& number = numbers[random.below(numbers.size())];
    const double value = number.get(evidence);
    if (std::isnan(value)) continue;
    number.set(evidence, number.worsened(value, 4 * random.uniform() - 2));
  }
  return evidence;
}

void compare_with_nobody(GateEvidence& evidence) {
  evidence.champion_digest.clear();
  evidence.anchor_digest.clear();
  evidence.look = 0;
  evidence.look_error = kNoLookError;
}

DecisionContext random_context(Random& random) {
  DecisionContext context = ordinary_context();
  context.trigger = static_cast<RetrainTrigger>(random.below(3));
  if (random.below(10) == 0) context.days_since_change = static_cast<int>(random.below(10));
  return context;
}

TEST(Decide, AWorseNumberNeverGivesABetterVerdict) {
  const std::vector<GateNumber> numbers = gate_numbers();
  std::array<int, 4> seen{}, lowered{};
  Random random(20261124);
  for (const char* disease : {"heart", "diabetes", "parkinsons"}) {
    const ChangePlan plan = plan_of(disease);
    for (int trial = 0; trial < 1000; ++trial) {
      const GateEvidence evidence = random_evidence(plan, numbers, random);
      const DecisionContext context = random_context(random);
      const LiveVersion champion = random.below(8) == 0 ? LiveVersion() : ordinary_champion();
      GateEvidence base = evidence;
      if (champion.number == 0) compare_with_nobody(base);
      const VerdictKind before = decide(plan, base, champion, context).kind;
      ++seen[static_cast<std::size_t>(before)];
      for (const GateNumber& number : numbers) {
        const double value = number.get(base);
        if (std::isnan(value) || number.worse == GateNumber::Worse::NoSide) continue;
        GateEvidence worse = base;
        number.set(worse, number.worsened(value, 3 * random.uniform()));
        const VerdictKind after = decide(plan, worse, champion, context).kind;
        ASSERT_LE(after, before) << disease << ": " << number.name << " went from " << value
                                 << " to " << number.get(worse) << " and the verdict from "
                                 << word_of(before) << " to " << word_of(after);
        lowered[static_cast<std::size_t>(before)] += after < before ? 1 : 0;
      }
    }
  }
  for (const VerdictKind kind :
       {VerdictKind::Keep, VerdictKind::Inconclusive, VerdictKind::Ask, VerdictKind::Publish}) {
    EXPECT_GT(seen[static_cast<std::size_t>(kind)], 100) << word_of(kind) << " hardly occurs";
    if (kind == VerdictKind::Keep) continue;
    EXPECT_GT(lowered[static_cast<std::size_t>(kind)], 500) << word_of(kind) << " never gets worse";
  }
}

/// Numbers that alone decide nothing in fine evidence: bounds of erasures and of the drift path,
/// what matters only to weighted evidence or to a first version. The specifications show what they
/// do.
bool decides_elsewhere(const std::string& name) {
  static const std::set<std::string> names = {"anchor_upper_95",    "anchor_auroc_lower_95",
                                              "all_upper",          "all_lower",
                                              "new_standard_error", "new_lower",
                                              "second_readings",    "kappa",
                                              "net_benefit_high",   "weighted",
                                              "effective_persons",  "largest_weight",
                                              "women_cases",        "without_new_mean",
                                              "without_new_upper",  "locked_auroc",
                                              "locked_sensitivity", "locked_mean",
                                              "anchor_mean",        "anchor_auroc"};
  return names.contains(name);
}

TEST(Decide, EveryOtherNumberCanCostThePublication) {
  const ChangePlan plan = plan_of("heart");
  for (const GateNumber& number : gate_numbers()) {
    if (decides_elsewhere(number.name)) continue;
    GateEvidence worse = fine_evidence(plan);
    number.set(worse, number.worsened(number.get(worse), 100));
    EXPECT_NE(decide(plan, worse, ordinary_champion(), ordinary_context()).kind,
              VerdictKind::Publish)
        << number.name;
  }
}

TEST(Decide, ANumberThatIsNoNumberNeverGoesLive) {
  const ChangePlan plan = plan_of("heart");
  for (const GateNumber& number : gate_numbers()) {
    GateEvidence evidence = fine_evidence(plan);
    const double value = number.get(evidence);
    if (decides_elsewhere(number.name) || value == std::floor(value)) continue;  // counts
    number.set(evidence, NAN);
    EXPECT_NE(decide(plan, evidence, ordinary_champion(), ordinary_context()).kind,
              VerdictKind::Publish)
        << number.name;
  }
}

TEST(Decide, NothingThatIsAbsentGoesLive) {
  const ChangePlan plan = plan_of("heart");
  const auto verdict = [&](auto take_away) {
    GateEvidence evidence = fine_evidence(plan);
    take_away(evidence);
    return decide(plan, evidence, ordinary_champion(), ordinary_context()).kind;
  };
  ASSERT_EQ(verdict([](GateEvidence&) {}), VerdictKind::Publish);
  const std::vector<void (*)(GateEvidence&)> parts = {
      [](GateEvidence& e) { e.locked.reset(); },
      [](GateEvidence& e) { e.locked->against_champion.reset(); },
      [](GateEvidence& e) { e.locked->against_anchor.reset(); },
      [](GateEvidence& e) { e.locked->auroc_to_anchor.reset(); },
      [](GateEvidence& e) { e.fresh.reset(); },
      [](GateEvidence& e) { e.fresh->against_champion.reset(); },
      [](GateEvidence& e) { e.fresh->auroc.reset(); },
      [](GateEvidence& e) { e.fresh->slope.reset(); },
      [](GateEvidence& e) { e.fresh->intercept.reset(); },
      [](GateEvidence& e) { e.pooled.reset(); },
      [](GateEvidence& e) { e.sensitivity.reset(); },
      [](GateEvidence& e) { e.net_benefit.reset(); },
      [](GateEvidence& e) { e.subgroups.reset(); },
      [](GateEvidence& e) { e.subgroups->front().against_champion.reset(); },
      [](GateEvidence& e) { e.subgroups->front().intercept.reset(); },
      [](GateEvidence& e) { e.stability.reset(); },
      [](GateEvidence& e) { e.membership.reset(); },
      [](GateEvidence& e) { e.without_contributor.reset(); },
      [](GateEvidence& e) { e.without_contributor->front().locked_champion.reset(); },
      [](GateEvidence& e) { e.without_contributor->front().locked_anchor.reset(); },
      [](GateEvidence& e) { e.without_contributor->front().locked_auroc.reset(); },
      [](GateEvidence& e) { e.without_contributor->front().fresh.reset(); },
      [](GateEvidence& e) { e.drift.reset(); },
      [](GateEvidence& e) { e.change.intercept_move.reset(); },
      [](GateEvidence& e) { e.change.slope.reset(); },
  };
  for (std::size_t i = 0; i < parts.size(); ++i) {
    EXPECT_NE(verdict(parts[i]), VerdictKind::Publish) << "part " << i;
  }
}

TEST(Decide, AVerdictNamesWhatItWasMadeAgainstAndWhatItCost) {
  const ChangePlan plan = plan_of("heart");
  GateEvidence evidence = fine_evidence(plan);
  evidence.look = 3;
  evidence.look_error = look_budget(plan.locked, 2, 0).of_next;
  DecisionContext context = ordinary_context();
  context.looks_done = 2;
  const Verdict verdict = decide(plan, evidence, ordinary_champion(), context);
  EXPECT_EQ(verdict.kind, VerdictKind::Publish);
  EXPECT_EQ(verdict.champion, 7);
  EXPECT_EQ(verdict.champion_digest, some_digest('b'));
  EXPECT_EQ(verdict.candidate_digest, some_digest('a'));
  EXPECT_EQ(verdict.plan_version, plan.version);
  EXPECT_EQ(verdict.plan_digest, plan.digest);
  EXPECT_EQ(verdict.look, 3u);
  EXPECT_NEAR(verdict.error_spent, .06079 + .01520 + .00675, 2e-5);
  EXPECT_NEAR(verdict.error_left, plan.locked.error_total - verdict.error_spent, 1e-12);
}

TEST(Decide, TheFirstModelOfADiseaseMayGoLiveByItselfWhereThePlanSaysSo) {
  ChangePlan plan = plan_of("heart");
  GateEvidence evidence = fine_evidence(plan);
  compare_with_nobody(evidence);
  evidence.fresh.reset();
  plan.first_version_asks = true;
  EXPECT_EQ(decide(plan, evidence, {}, ordinary_context()).kind, VerdictKind::Ask);
  plan.first_version_asks = false;
  EXPECT_EQ(decide(plan, evidence, {}, ordinary_context()).kind, VerdictKind::Publish);
  evidence.locked->auroc.low = 0.7;
  EXPECT_EQ(decide(plan, evidence, {}, ordinary_context()).kind, VerdictKind::Ask);
}

TEST(Decide, WithOtherBaselineFilesNothingGoesLiveByItself) {
  GateEvidence evidence = fine_evidence(plan_of("heart"));
  compare_with_nobody(evidence);
  DecisionContext context = ordinary_context();
  context.comparison = Comparison::OtherBaseline;
  for (const RetrainTrigger trigger : {RetrainTrigger::Button, RetrainTrigger::Erasure}) {
    context.trigger = trigger;
    const Verdict verdict = decide(plan_of("heart"), evidence, ordinary_champion(), context);
    EXPECT_EQ(verdict.kind, VerdictKind::Ask);
    EXPECT_EQ(verdict.error_spent, 0);
  }
  evidence.champion_digest = ordinary_champion().digest;
  EXPECT_EQ(decide(plan_of("heart"), evidence, ordinary_champion(), context).kind,
            VerdictKind::Keep);
}

TEST(Decide, ClosedLockedPeopleNeverPublishAndOpenedOnesAreNeverNeeded) {
  const std::vector<GateNumber> numbers = gate_numbers();
  const ChangePlan plan = plan_of("heart");
  Random random(7);
  int opened = 0, settled = 0;
  for (int trial = 0; trial < 2000; ++trial) {
    const GateEvidence evidence = random_evidence(plan, numbers, random);
    const DecisionContext context = random_context(random);
    const VerdictKind open = decide(plan, evidence, ordinary_champion(), context).kind;
    GateEvidence closed = evidence;
    closed.locked_closed = true;
    closed.locked.reset();
    closed.look = 0;
    closed.look_error = kNoLookError;
    const Verdict verdict = decide(plan, closed, ordinary_champion(), context);
    ASSERT_LE(verdict.kind, VerdictKind::Inconclusive);
    EXPECT_EQ(verdict.error_spent, 0);
    if (opens_locked_set(plan, evidence, ordinary_champion(), context)) {
      ++opened;
      EXPECT_EQ(verdict.kind, VerdictKind::Keep);
    } else {
      ++settled;
      ASSERT_LE(open, verdict.kind) << "a look would have given a better verdict";
    }
  }
  EXPECT_GT(opened, 200);
  EXPECT_GT(settled, 200);
}

TEST(Decide, EveryClauseHasItsOwnName) {
  std::set<std::string_view> ids;
  for (const Clause& clause : gate_clauses()) ids.insert(clause.id);
  EXPECT_EQ(ids.size(), gate_clauses().size());
}

}  // namespace
}  // namespace relearn
