#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "lifecycle/gate/clauses.h"
#include "lifecycle/gate/comparison.h"
#include "lifecycle/gate/finding.h"

namespace relearn {
namespace {

constexpr double kFamilyError = 0.05;  // to call any group harmed that is not

/// Groups that are surely worse off, by Holm's step-down test over all groups with a p-value (Holm
/// 1979, Scand J Stat 6:65-70). A p-value that is not a number counts as the worst.
std::vector<const SubgroupEvidence*> harmed_groups(const std::vector<SubgroupEvidence>& groups) {
  std::vector<const SubgroupEvidence*> tested;
  const auto p_value = [](const auto* group) {
    return std::isnan(*group->harm_p) ? 0 : *group->harm_p;
  };
  for (const SubgroupEvidence& group : groups) {
    if (group.harm_p) tested.push_back(&group);
  }
  std::ranges::stable_sort(tested, {}, p_value);
  std::size_t harmed = 0;
  while (harmed < tested.size() &&
         p_value(tested[harmed]) <= kFamilyError / static_cast<double>(tested.size() - harmed)) {
    ++harmed;
  }
  tested.resize(harmed);
  return tested;
}

bool few(const PeopleCounted& there, const PeopleNeeded& needed) {
  const auto below = [](std::uint64_t have, int need) {
    return have < static_cast<std::uint64_t>(need);
  };
  return below(there.persons, needed.persons) || below(there.cases, needed.cases) ||
         below(there.non_cases, needed.non_cases);
}

void judge_group(Finding& found, const GateCase& one, const SubgroupEvidence& group) {
  const SafetyPlan& plan = one.plan.safety;
  const PeopleCounted& people = group.people;
  if (few(people, plan.subgroup)) {
    found.unknown(fmt::format("{}: not enough evidence ({} people, {} of them ill).", group.label,
                              people.persons, people.cases));
    return;
  }
  if (!group.intercept || (!one.alone() && !group.against_champion)) {
    found.keep(fmt::format("{}: the difference was not measured.", group.label));
    return;
  }
  const bool calibrated = std::abs(*group.intercept) <= plan.subgroup_intercept;
  if (one.alone()) {
    found.add(calibrated ? VerdictKind::Publish : VerdictKind::Ask,
              fmt::format("{}: risks are off by {} log-odds (allowed: {}).", group.label,
                          number(*group.intercept), number(plan.subgroup_intercept)));
    return;
  }
  const LossDifference& d = *group.against_champion;
  found.add(
      calibrated && d.upper_95 < plan.subgroup_nats ? VerdictKind::Publish : VerdictKind::Ask,
      fmt::format("{}: the error is {} the live model's, {}; less than {} is allowed; risks "
                  "are off by {} log-odds, allowed is {}.",
                  group.label, compared(d.mean), at_worst(d.upper_95), number(plan.subgroup_nats),
                  number(*group.intercept), number(plan.subgroup_intercept)));
}

}  // namespace

ClauseFinding no_group_harmed(const GateCase& one) {
  Finding found;
  if (!one.evidence.subgroups) return not_measured("How subgroups fare");
  for (const SubgroupEvidence& group : *one.evidence.subgroups) judge_group(found, one, group);
  if (one.alone()) return found.take();
  const auto harmed = harmed_groups(*one.evidence.subgroups);
  std::vector<std::string_view> labels;
  for (const SubgroupEvidence* group : harmed) labels.push_back(group->label);
  if (harmed.size() == 1) {
    found.ask(fmt::format("The candidate is surely worse for one group: {}.", labels.front()));
  } else if (harmed.size() > 1) {
    found.keep(fmt::format("The candidate is surely worse for {} groups: {}.", harmed.size(),
                           fmt::join(labels, ", ")));
  }
  return found.take();
}

ClauseFinding stable(const GateCase& one) {
  Finding found;
  if (!one.evidence.stability) return not_measured("How stable the risks are");
  const StabilityEvidence& measured = *one.evidence.stability;
  const StabilityPlan& plan = one.plan.stability;
  const bool is_stable =
      measured.mean_change <= plan.mean_change && measured.change_95th <= plan.change_95th;
  found.add(is_stable ? VerdictKind::Publish : VerdictKind::Ask,
            fmt::format("Learnt from other samples of the same people, a risk changes by {} on "
                        "average and by {} for one in twenty; allowed are {} and {}.",
                        number(measured.mean_change), number(measured.change_95th),
                        number(plan.mean_change), number(plan.change_95th)));
  return found.take();
}

ClauseFinding nobody_recognised(const GateCase& one) {
  Finding found;
  if (!one.evidence.membership && one.evidence.locked_closed) return found.take();
  if (!one.evidence.membership) return not_measured("Whether the model gives away who trained it");
  const MembershipEvidence& measured = *one.evidence.membership;
  const MembershipPlan& plan = one.plan.membership;
  const bool hidden = measured.lira_true_positives <= plan.lira_true_positives &&
                      measured.lira_auroc <= plan.lira_auroc &&
                      measured.loss_auroc_upper <= plan.loss_auroc;
  // Where no model answers yet, people weigh a small leak against having none.
  const VerdictKind otherwise = one.first_version() ? VerdictKind::Ask : VerdictKind::Keep;
  found.add(hidden ? VerdictKind::Publish : otherwise,
            fmt::format("An attacker recognises {} of those who trained it at 1 % false alarms "
                        "(allowed {}); AUROC of the attacks {} and {} (allowed {} and {}).",
                        percent(measured.lira_true_positives), percent(plan.lira_true_positives),
                        number(measured.lira_auroc), number(measured.loss_auroc_upper),
                        number(plan.lira_auroc), number(plan.loss_auroc)));
  return found.take();
}

ClauseFinding no_contributor_decides(const GateCase& one) {
  Finding found;
  if (one.alone()) return found.take();
  if (!one.evidence.without_contributor) return not_measured("The influence of each contributor");
  const auto& without = *one.evidence.without_contributor;
  const StabilityPlan& plan = one.plan.stability;
  if (without.size() < static_cast<std::size_t>(plan.contributors_min)) {
    found.ask(fmt::format("Contributors of the new outcomes: {}; the plan asks {}.", without.size(),
                          plan.contributors_min));
  }
  for (const LeftOut& each : without) {
    if (!(each.largest_risk_change <= plan.contributor_change)) {
      found.ask(fmt::format(
          "Without contributor {} somebody's risk would differ by {}, allowed is {}.", each.name,
          number(each.largest_risk_change), number(plan.contributor_change)));
    }
    if (!not_worse_without(one, each)) {
      found.ask(fmt::format(
          "Without contributor {} it is not shown that the candidate is not worse.", each.name));
    }
  }
  return found.take();
}

ClauseFinding who_decides(const GateCase& one) {
  Finding found;
  if (one.first_version()) {
    const std::string_view first = one.champion.number == 0
                                       ? "It is the first model of this disease"
                                       : "It is the first model that learnt from real people";
    if (one.plan.first_version_asks) {
      found.ask(fmt::format("{}.", first));
    } else {
      found.benefit(fmt::format("{} and above every floor of the plan.", first));
    }
    return found.take();
  }
  if (one.context.comparison == Comparison::OtherBaseline) {
    found.ask(fmt::format(
        "The baseline files are not those of version {}: other people are locked, so that nothing "
        "can be compared.",
        one.champion.number));
    return found.take();
  }
  const Rung rung = one.evidence.change.rung;
  const bool automatic = one.erasure() ? !one.plan.automatic.empty() : one.plan.is_automatic(rung);
  if (!automatic) {
    found.ask(fmt::format("The plan lets no change of this kind go live by itself: {}.",
                          one.erasure() ? "erasure" : word_of(rung)));
  }
  return found.take();
}

}  // namespace relearn
