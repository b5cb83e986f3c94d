#include <algorithm>
#include <cmath>

#include "lifecycle/gate/clauses.h"
#include "lifecycle/gate/comparison.h"
#include "lifecycle/gate/finding.h"

namespace relearn {
namespace {

constexpr double kSignificance = 0.05;  // of lost true positives
// To be refused a candidate must be shown to be worse at 1 %, not only not shown to be better: the
// same new people are judged on in every retrain until one of them is published.
constexpr double kRefused = 0.01;
constexpr double kSpeaksAgainst = 2.3263478740408408;  // normal quantile
// Of all people together the candidate must be better by half a standard error: by 7 to 3 rather
// than 1 to 1. With less, challengers that are noise cost more than they bring (validation study).
constexpr double kHopeful = 0.5;
constexpr double kNormal95 = 1.6448536269514722;

/// New confirmed people of whom so many are locked away.
PeopleNeeded to_lock(const GateCase& one, int locked) {
  return {static_cast<int>(std::ceil(std::min(locked / one.plan.locked.share, 1e9))), 0, 0};
}

void judge_locked_floor(Finding& found, const GateCase& one, std::string_view what,
                        const Estimate& measured, double floor) {
  const std::string sentence = fmt::format(
      "{} on locked people is {} ({} to {}), it must surely be above {}.", what,
      number(measured.value), number(measured.low), number(measured.high), number(floor));
  if (measured.low > floor) {
    found.fine(sentence);
  } else if (!(measured.value > floor)) {
    found.keep(sentence);
  } else if (one.alone()) {
    found.ask(sentence);  // there is nothing live that it could be worse than
  } else {
    found.inconclusive(
        sentence, to_lock(one, more_people(one.evidence.locked->people.persons,
                                           measured.value - measured.low, measured.value - floor)));
  }
}

/// On new people only what contradicts the floor counts: their number is small.
void judge_new_floor(Finding& found, std::string_view what, const std::optional<Estimate>& measured,
                     Range allowed) {
  if (!measured) {
    found.inconclusive(fmt::format("{} on new people cannot be told yet.", what), {1, 0, 0});
    return;
  }
  const bool touches = measured->high >= allowed.low && measured->low <= allowed.high;
  found.add(touches ? VerdictKind::Publish : VerdictKind::Keep,
            fmt::format("{} on new people is {} ({} to {}), allowed is {} to {}.", what,
                        number(measured->value), number(measured->low), number(measured->high),
                        number(allowed.low), number(allowed.high)));
}

std::string told(const LossDifference& d, double bound, std::string_view whose, double margin) {
  return fmt::format("{} {}, {} (allowed: less than {} higher)", compared(d.mean), whose,
                     at_worst(bound), number(margin));
}

/// Labels say that the world has changed and the locked people disagree. From labels alone this
/// cannot be told from a coordinated error, so people decide, and only when no one contributor or
/// site carries the benefit and blinded second readings do not contradict.
/// Otherwise it says why not, and allows no more than the locked people do.
void take_drift_path(Finding& found, const GateCase& one, VerdictKind otherwise) {
  const GateEvidence& evidence = one.evidence;
  const DriftPlan& plan = one.plan.drift;
  if (!evidence.fresh || !evidence.fresh->against_champion ||
      !(evidence.fresh->against_champion->upper_95 < 0) || !evidence.drift ||
      !evidence.without_contributor) {
    return;
  }
  const std::string changed =
      "The new outcomes say that the world has changed and the locked people disagree";
  const DriftEvidence& drift = *evidence.drift;
  const auto persists = [](const LeftOut& without) {
    return without.fresh && without.fresh->upper_90 < 0;
  };
  if (evidence.without_contributor->size() < static_cast<std::size_t>(plan.contributors_min)) {
    found.add(otherwise,
              fmt::format("{}, but only {} contributors confirmed them; it takes {}.", changed,
                          evidence.without_contributor->size(), plan.contributors_min));
    return;
  }
  const std::pair<std::string_view, const std::vector<LeftOut>*> kinds[] = {
      {"contributor", &*evidence.without_contributor}, {"site", &drift.without_site}};
  for (const auto& [kind, left_out] : kinds) {
    const auto carried = std::find_if_not(left_out->begin(), left_out->end(), persists);
    if (carried == left_out->end()) continue;
    found.add(otherwise, fmt::format("{}, but without {} {} the benefit is not shown.", changed,
                                     kind, carried->name));
    return;
  }
  if (drift.kappa && !(*drift.kappa >= plan.kappa_min)) {
    found.add(otherwise,
              fmt::format("{}, but second readings agree with a kappa of {} only; it takes {}.",
                          changed, number(*drift.kappa), number(plan.kappa_min)));
    return;
  }
  const double share =
      plan.second_readings_share * static_cast<double>(evidence.fresh->people.persons);
  const auto readings = std::max(plan.second_readings_min, static_cast<int>(std::ceil(share)));
  found.ask(
      fmt::format("{}: {} of {} blinded second readings are there; then {} people decide, and "
                  "the locked people are renewed afterwards.",
                  changed, drift.second_readings, readings, plan.approvals));
  found.approvals(plan.approvals);
}

}  // namespace

ClauseFinding above_the_floors(const GateCase& one) {
  Finding found;
  const FloorPlan& floors = one.plan.floors;
  if (!one.evidence.locked) return found.take();  // told by enough_locked_people
  judge_locked_floor(found, one, "AUROC", one.evidence.locked->auroc, floors.auroc);
  judge_locked_floor(found, one, "Sensitivity", one.evidence.locked->sensitivity,
                     floors.sensitivity);
  if (!one.evidence.fresh) return found.take();
  const NewEvidence& fresh = *one.evidence.fresh;
  judge_new_floor(found, "AUROC", fresh.auroc, {floors.auroc, 1});
  judge_new_floor(found, "The calibration slope", fresh.slope, floors.slope);
  judge_new_floor(found, "The calibration in the large", fresh.intercept,
                  {-floors.intercept, floors.intercept});
  return found.take();
}

ClauseFinding labels_not_reversed(const GateCase& one) {
  Finding found;
  if (one.alone() || !one.evidence.fresh) return found.take();
  if (!one.evidence.drift) {
    found.inconclusive("The live model's slope on new people cannot be told yet.", {1, 0, 0});
    return found.take();
  }
  const Estimate& slope = one.evidence.drift->champion_slope;
  if (slope.value >= 0) return found.take();
  found.keep(
      fmt::format("On new people the ill have lower risks than the healthy (slope {} of the "
                  "live model): a coding error until somebody has shown otherwise.",
                  number(slope.value)));
  return found.take();
}

ClauseFinding locked_not_worse(const GateCase& one) {
  Finding found;
  if (one.alone() || !one.evidence.locked) return found.take();
  const LockedEvidence& locked = *one.evidence.locked;
  if (!locked.against_champion || !locked.against_anchor || !locked.auroc_to_anchor) {
    return not_measured("The difference on locked people");
  }
  const MarginPlan& margins = one.plan.margins;
  const LossDifference& champion = *locked.against_champion;
  const LossDifference& anchor = *locked.against_anchor;
  const AurocDifference& auroc = *locked.auroc_to_anchor;
  const double anchor_upper = one.erasure() ? anchor.upper_95 : anchor.upper_look;
  const double auroc_lower = one.erasure() ? auroc.lower_95 : auroc.lower_look;
  const std::string sentence = fmt::format(
      "On {} locked people the error (log loss) is {}, and {}. AUROC changes by {} from the first "
      "model's, at worst by {} (allowed: more than {}).",
      locked.people.persons,
      told(champion, champion.upper_95, "the live model's", margins.champion_nats),
      told(anchor, anchor_upper, "the first model's", margins.anchor_nats), number(auroc.value),
      number(auroc_lower), number(-margins.anchor_auroc));
  const LockedWord word = locked_word(one, locked);
  if (word == LockedWord::NotWorse) {
    found.fine(sentence);
    return found.take();
  }
  const VerdictKind allows =
      word == LockedWord::Unclear ? VerdictKind::Inconclusive : VerdictKind::Keep;
  if (!one.erasure()) take_drift_path(found, one, allows);
  ClauseFinding taken = found.take();
  VerdictReason reason;
  reason.allows = taken.reasons.empty() ? allows : taken.reasons.front().allows;
  reason.sentence = sentence;
  taken.reasons.insert(taken.reasons.begin(), std::move(reason));
  if (reason.allows == VerdictKind::Inconclusive) {
    const auto more = [&](double width, double room) {
      return more_people(locked.people.persons, width, room);
    };
    taken.still_needed = to_lock(
        one,
        std::max({more(champion.upper_95 - champion.mean, margins.champion_nats - champion.mean),
                  more(anchor_upper - anchor.mean, margins.anchor_nats - anchor.mean),
                  more(auroc.value - auroc_lower, margins.anchor_auroc + auroc.value)}));
  }
  return taken;
}

ClauseFinding new_people_better(const GateCase& one) {
  Finding found;
  if (one.alone() || !one.evidence.fresh) return found.take();
  const NewEvidence& fresh = *one.evidence.fresh;
  if (!fresh.against_champion) return not_measured("The difference on new people");
  const LossDifference& d = *fresh.against_champion;
  const double margin = one.plan.margins.new_nats;
  const std::string sentence =
      fmt::format("On {} new people the error (log loss) is {}.", fresh.people.persons,
                  told(d, d.upper_95, "the live model's", margin));
  if (better_on_new(one, fresh.against_champion)) {
    found.benefit(sentence);
    return found.take();
  }
  if (!(d.lower_95 <= 0) && !(d.mean - kSpeaksAgainst * d.standard_error <= 0)) {
    found.keep(sentence);
    return found.take();
  }
  // n ~ (z_.95 sd / margin)^2, sd = standard error * sqrt(n); clinical reference 5.7, step 9. Where
  // it is not even better on average: until a gain worth a change would be.
  const double width = kNormal95 * d.standard_error;
  const double room = d.mean < 0 ? margin : std::min(margin, one.plan.margins.benefit_nats);
  if (d.mean >= 0 && width <= room) {
    found.keep(sentence + fmt::format(" A gain of {} would have shown by now.", number(room)));
  } else {
    found.inconclusive(sentence, {more_people(fresh.people.persons, width, room), 0, 0});
  }
  return found.take();
}

ClauseFinding sensitivity_kept(const GateCase& one) {
  Finding found;
  if (one.alone()) return found.take();
  if (!one.evidence.sensitivity) return not_measured("What becomes of the true positives");
  const SensitivityEvidence& s = *one.evidence.sensitivity;
  const double allowed = one.plan.safety.sensitivity_loss;
  const std::string sentence = fmt::format(
      "Of {} ill people {} are no longer found and {} newly found (p {} that more are lost); "
      "sensitivity is {}, the live model's {}, and may lose {}.",
      s.cases, s.lost, s.gained, number(s.more_lost), number(s.candidate), number(s.champion),
      number(allowed));
  if (!(s.more_lost > kRefused)) {
    found.keep(sentence);
  } else if (s.more_lost > kSignificance && s.candidate >= s.champion - allowed) {
    found.fine(sentence);
  } else {
    // A handful of people, as by chance. With so many ill that chance hardly reaches what is
    // allowed it would be told: the difference has a standard error of sqrt((lost + gained) /
    // cases) / sqrt(cases).
    const double changed = static_cast<double>(s.lost + s.gained);
    const double width = kNormal95 * std::sqrt(changed) / static_cast<double>(s.cases);
    const int cases = more_people(s.cases, width, allowed);
    found.inconclusive(sentence, {cases, cases, 0});
  }
  return found.take();
}

ClauseFinding net_benefit_kept(const GateCase& one) {
  Finding found;
  if (one.alone()) return found.take();
  if (!one.evidence.net_benefit) return not_measured("The net benefit");
  const NetBenefitEvidence& benefit = *one.evidence.net_benefit;
  const SafetyPlan& plan = one.plan.safety;
  const std::string sentence =
      fmt::format("Net benefit changes by {}, at worst {}; losses of {} and {} are allowed.",
                  number(benefit.difference), number(benefit.quantile_05),
                  number(plan.net_benefit_loss), number(plan.net_benefit_loss_low));
  const bool little = benefit.difference >= -plan.net_benefit_loss;
  if (little && benefit.quantile_05 >= -plan.net_benefit_loss_low) {
    found.fine(sentence);
  } else if (!little && !(benefit.quantile_95 >= 0)) {
    found.keep(sentence);
  } else {
    const double width = benefit.difference - benefit.quantile_05;
    const double room =
        little ? plan.net_benefit_loss_low + benefit.difference : -benefit.difference;
    const std::uint64_t people = one.evidence.fresh ? one.evidence.fresh->people.persons : 0;
    found.inconclusive(sentence, {more_people(people, width, room), 0, 0});
  }
  return found.take();
}

ClauseFinding better_for_all(const GateCase& one) {
  Finding found;
  if (one.alone()) return found.take();
  if (!one.evidence.pooled) return not_measured("The difference on all people");
  const LossDifference& d = *one.evidence.pooled;
  if (superior(one)) {
    found.benefit(fmt::format("On all people together the error is {} the live model's, {}.",
                              compared(d.mean), at_worst(d.upper_look)));
    return found.take();
  }
  const std::string sentence = fmt::format(
      "On all people together the error is {} the live model's, {}: not shown to be "
      "better.",
      compared(d.mean), at_worst(d.upper_look));
  if (d.mean + kHopeful * d.standard_error < 0) {
    found.fine(sentence);
  } else if (!(d.lower_95 <= 0)) {
    found.keep(sentence);
  } else {
    const std::uint64_t people = one.evidence.fresh ? one.evidence.fresh->people.persons : 0;
    found.inconclusive(
        sentence,
        {more_people(people, kNormal95 * d.standard_error, one.plan.margins.benefit_nats), 0, 0});
  }
  return found.take();
}

}  // namespace relearn
