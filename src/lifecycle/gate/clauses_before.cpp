#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "lifecycle/gate/clauses.h"
#include "lifecycle/gate/finding.h"

namespace relearn {
namespace {

// Clinical reference P10: beyond, a linear fit has separated or is nearly singular.
constexpr double kLargestCoefficient = 8;
constexpr double kLargestCondition = 1e8;
// Of people weighted by their chance to be confirmed.
constexpr double kEffectivePersons = 40;
constexpr double kLargestWeight = 0.1;

void need_none(Finding& found, std::uint64_t count, std::string_view what) {
  if (count > 0) found.keep(fmt::format("{}: {}.", what, count));
}

int missing(int needed, std::uint64_t there) {
  return std::max(0, needed - static_cast<int>(std::min<std::uint64_t>(there, 1'000'000'000)));
}

PeopleNeeded missing(const PeopleNeeded& needed, const PeopleCounted& there) {
  return {missing(needed.persons, there.persons), missing(needed.cases, there.cases),
          missing(needed.non_cases, there.non_cases)};
}

bool nobody(const PeopleNeeded& people) {
  return people.persons == 0 && people.cases == 0 && people.non_cases == 0;
}

}  // namespace

ClauseFinding made_against_what_is_live(const GateCase& one) {
  Finding found;
  const GateEvidence& evidence = one.evidence;
  if (evidence.plan_digest != one.plan.digest) {
    found.keep("The evidence was measured by another plan than the one in force.");
  }
  if (one.alone()) {
    if (!evidence.champion_digest.empty()) {
      found.keep("The evidence compares with a model that nothing can be compared with.");
    }
  } else if (evidence.champion_digest != one.champion.digest) {
    found.keep(
        fmt::format("The evidence compares with another model than version {}, which is live now.",
                    one.champion.number));
  }
  const std::uint32_t look = one.costs_a_look() ? one.budget.looks_done + 1 : 0;
  const double error = one.costs_a_look() ? one.budget.of_next : kNoLookError;
  if (evidence.look != look || !(std::abs(evidence.look_error - error) < 1e-9)) {
    found.keep(fmt::format(
        "The bounds were computed for look {} with an error of {}; this is look {} with {}.",
        evidence.look, number(evidence.look_error), look, number(error)));
  }
  return found.take();
}

ClauseFinding sound(const GateCase& one) {
  Finding found;
  const CandidateFacts& facts = one.evidence.facts;
  if (!facts.same_inputs) {
    found.keep("Inputs, outcome or thresholds are not those of the disease file.");
  }
  if (!facts.converged) found.keep("The fit did not converge.");
  if (!facts.finite) found.keep("Some of its numbers are not finite.");
  if (!facts.reproduced) found.keep("A second fit from the same data and seed gave another model.");
  need_none(found, facts.untraced_rows, "Training rows that cannot be traced to their source");
  need_none(found, facts.persons_in_both, "People who are both learnt from and locked");
  need_none(found, facts.privacy_findings, "Open findings of the privacy check");
  need_none(found, facts.open_quarantines,
            "Batches or contributors held back until somebody looks at them");
  need_none(found, facts.polarity_failures,
            "Sources whose known clinical directions point the wrong way");
  if (facts.largest_coefficient && !(*facts.largest_coefficient < kLargestCoefficient)) {
    found.keep(fmt::format("A coefficient is {}; {} and more means that the fit has separated.",
                           number(*facts.largest_coefficient), kLargestCoefficient));
  }
  if (facts.condition_number && !(*facts.condition_number < kLargestCondition)) {
    found.keep(fmt::format("The condition number is {}, the limit is {}.",
                           number(*facts.condition_number), kLargestCondition));
  }
  const auto shifted = facts.shifted_predictors.size();
  if (shifted > static_cast<std::size_t>(one.plan.shifted_predictors_max)) {
    found.ask(fmt::format(
        "{} predictors of the new people are unlike the baseline's ({}), the plan accepts {}.",
        shifted, fmt::join(facts.shifted_predictors, ", "), one.plan.shifted_predictors_max));
  }
  return found.take();
}

ClauseFinding allowed_change(const GateCase& one) {
  Finding found;
  const CandidateChange& change = one.evidence.change;
  const BoundsPlan& bounds = one.plan.bounds;
  if (!(change.parameters <= static_cast<std::uint64_t>(bounds.parameters_max))) {
    found.keep(fmt::format("The candidate has {} fitted numbers, the plan allows {}.",
                           change.parameters, bounds.parameters_max));
  }
  if (one.erasure() || one.alone()) return found.take();
  if (change.rung == Rung::Keep) {
    found.keep("The new outcomes justify no change of the live model.");
    found.settle();
    return found.take();
  }
  if (!one.plan.allows(change.rung)) {
    found.keep(
        fmt::format("The plan does not allow this kind of change: {}.", word_of(change.rung)));
  }
  const bool recalibrated = change.rung == Rung::Intercept || change.rung == Rung::Slope;
  if ((recalibrated && !change.intercept_move) || (change.rung == Rung::Slope && !change.slope)) {
    found.keep("How far the recalibration goes was not measured.");
  }
  if (change.intercept_move && !(std::abs(*change.intercept_move) <= bounds.intercept_move)) {
    found.keep(fmt::format("All risks move by {} on the scale of log-odds, the plan allows {}.",
                           number(*change.intercept_move), number(bounds.intercept_move)));
  }
  if (change.slope && !bounds.slope.contains(*change.slope)) {
    found.keep(fmt::format("The slope of the recalibration is {}, the plan allows {} to {}.",
                           number(*change.slope), number(bounds.slope.low),
                           number(bounds.slope.high)));
  }
  found.fine(
      fmt::format("Nobody's risk changes by more than {}; {} of the people change side of "
                  "the decision threshold.",
                  number(change.largest_risk_change), percent(change.category_changes)));
  return found.take();
}

ClauseFinding not_too_often(const GateCase& one) {
  Finding found;
  const auto& days = one.context.days_since_change;
  if (!one.first_version() && days && *days < one.plan.days_between_min) {
    found.keep(fmt::format("The live model is {} days old, the plan asks {} between two changes.",
                           *days, one.plan.days_between_min));
  }
  return found.take();
}

ClauseFinding enough_new_people(const GateCase& one) {
  Finding found;
  if (one.alone()) return found.take();
  const PeopleNeeded& needed = one.plan.needed_for(one.context.trigger);
  const PeopleCounted there = one.evidence.fresh ? one.evidence.fresh->people : PeopleCounted();
  const PeopleNeeded lacking = missing(needed, there);
  if (!one.evidence.fresh || !nobody(lacking)) {
    found.inconclusive(
        fmt::format(
            "There are {} new confirmed people, {} of them ill and {} not; the plan asks {}, "
            "{} and {}.",
            there.persons, there.cases, there.non_cases, needed.persons, needed.cases,
            needed.non_cases),
        lacking);
    return found.take();
  }
  const NewEvidence& fresh = *one.evidence.fresh;
  if (fresh.weighted && !(fresh.effective_persons >= kEffectivePersons)) {
    const double lacking_persons = std::ceil(kEffectivePersons - fresh.effective_persons);
    found.inconclusive(
        fmt::format("Weighted by their chance to be confirmed, {} new people count as {}; {} are "
                    "needed.",
                    there.persons, number(fresh.effective_persons), number(kEffectivePersons)),
        {std::max(1, static_cast<int>(lacking_persons)), 0, 0});
  }
  if (fresh.weighted && !(fresh.largest_weight <= kLargestWeight)) {
    found.inconclusive(fmt::format("One of the new people has {} of all weight, {} is allowed.",
                                   percent(fresh.largest_weight), percent(kLargestWeight)),
                       {1, 0, 0});
  }
  return found.take();
}

ClauseFinding enough_locked_people(const GateCase& one) {
  Finding found;
  if (!one.erasure() && !one.alone() && !one.budget.rotate_because.empty()) {
    found.keep(
        fmt::format("The locked people must be replaced first: {}.", one.budget.rotate_because));
  }
  if (one.evidence.locked_closed) return found.take();
  if (!one.evidence.locked && one.first_version()) {
    found.ask(
        "Too few people for any to be locked away and kept for judging it: how well it does was "
        "measured by leaving people out in turn.");
    return found.take();
  }
  if (!one.evidence.locked) return not_measured("The performance on locked people");
  const PeopleCounted& there = one.evidence.locked->people;
  const LockedSetPlan& plan = one.plan.locked;
  const PeopleNeeded lacking = missing(plan.at_least, there);
  if (nobody(lacking)) return found.take();
  const std::string sentence = fmt::format(
      "There are {} locked people, {} of them ill and {} not; the plan asks {}, {} and "
      "{}.",
      there.persons, there.cases, there.non_cases, plan.at_least.persons, plan.at_least.cases,
      plan.at_least.non_cases);
  if (one.alone()) {
    found.ask(sentence);
    return found.take();
  }
  // Of new people the same share is locked away.
  const auto confirmed = [&](int locked) {
    return static_cast<int>(std::ceil(locked / plan.share));
  };
  found.inconclusive(sentence, {confirmed(lacking.persons), confirmed(lacking.cases),
                                confirmed(lacking.non_cases)});
  return found.take();
}

}  // namespace relearn
