#include "lifecycle/gate/evidence_check.h"

#include <fmt/format.h>

#include <cmath>

#include "learning/metrics/mcnemar.h"

namespace relearn {
namespace {

constexpr double kRounding = 1e-6;  // of numbers computed twice

class Check {
 public:
  void that(bool holds, std::string_view place, std::string_view otherwise) {
    if (!holds && problem_.empty()) problem_ = fmt::format("{}: {}", place, otherwise);
  }
  std::string take() { return std::move(problem_); }

 private:
  std::string problem_;
};

void check_people(Check& check, const PeopleCounted& people, std::string_view place) {
  check.that(people.persons == people.cases + people.non_cases, place,
             fmt::format("{} persons are not {} cases and {} non-cases", people.persons,
                         people.cases, people.non_cases));
}

void check_loss(Check& check, const std::optional<LossDifference>& difference, double look_error,
                std::string_view place) {
  if (!difference) return;
  const LossDifference& d = *difference;
  check.that(d.lower_95 <= d.mean && d.mean <= d.upper_90 && d.upper_90 <= d.upper_95, place,
             "the bounds are not around the mean");
  check.that(look_error <= 0.05 ? d.upper_look >= d.upper_95 : d.upper_look <= d.upper_95, place,
             "the bound of the look is on the wrong side of the 95 % bound");
  check.that(d.upper_look >= d.mean, place, "the bound of the look is below the mean");
}

void check_estimate(Check& check, const std::optional<Estimate>& estimate, std::string_view place) {
  if (!estimate) return;
  check.that(estimate->low <= estimate->value && estimate->value <= estimate->high, place,
             "the value is outside its interval");
}

void check_share(Check& check, const std::optional<Estimate>& estimate, std::string_view place) {
  check_estimate(check, estimate, place);
  if (!estimate) return;
  check.that(estimate->low >= 0 && estimate->high <= 1, place, "the interval leaves 0 to 1");
}

void check_auroc(Check& check, const std::optional<AurocDifference>& difference, double look_error,
                 std::string_view place) {
  if (!difference) return;
  const AurocDifference& d = *difference;
  check.that(d.lower_95 <= d.value && d.lower_look <= d.value, place,
             "a lower bound is above the value");
  check.that(look_error <= 0.05 ? d.lower_look <= d.lower_95 : d.lower_look >= d.lower_95, place,
             "the bound of the look is on the wrong side of the 95 % bound");
}

void check_locked(Check& check, const GateEvidence& evidence) {
  if (!evidence.locked) return;
  const LockedEvidence& locked = *evidence.locked;
  check_people(check, locked.people, "locked.people");
  check_share(check, locked.auroc, "locked.auroc");
  check_share(check, locked.sensitivity, "locked.sensitivity");
  check_loss(check, locked.against_champion, evidence.look_error, "locked.against_champion");
  check_loss(check, locked.against_anchor, evidence.look_error, "locked.against_anchor");
  check_auroc(check, locked.auroc_to_anchor, evidence.look_error, "locked.auroc_to_anchor");
}

void check_new(Check& check, const GateEvidence& evidence) {
  if (!evidence.fresh) return;
  const NewEvidence& fresh = *evidence.fresh;
  check_people(check, fresh.people, "new.people");
  check_loss(check, fresh.against_champion, evidence.look_error, "new.against_champion");
  check_share(check, fresh.auroc, "new.auroc");
  check_estimate(check, fresh.slope, "new.slope");
  check_estimate(check, fresh.intercept, "new.intercept");
  const auto persons = static_cast<double>(fresh.people.persons);
  check.that(fresh.effective_persons <= persons + kRounding, "new.effective_persons",
             fmt::format("{} is more than the {} there are", fresh.effective_persons, persons));
}

void check_sensitivity(Check& check, const GateEvidence& evidence) {
  if (!evidence.sensitivity) return;
  const SensitivityEvidence& s = *evidence.sensitivity;
  const std::string_view place = "sensitivity";
  check.that(s.lost <= s.cases && s.gained <= s.cases - s.lost, place,
             "more true positives changed than there are cases");
  if (evidence.locked && evidence.fresh) {
    const auto cases = evidence.locked->people.cases + evidence.fresh->people.cases;
    check.that(s.cases == cases, place,
               fmt::format("it is of {} cases, locked and new people have {}", s.cases, cases));
  }
  const auto tested = mcnemar(s.lost, s.gained);
  const double p = tested.ok() ? tested.value().more_lost : 1;
  check.that(std::abs(p - s.more_lost) < kRounding, place,
             fmt::format("p of {} lost and {} gained is {:.6f}, not {:.6f}", s.lost, s.gained, p,
                         s.more_lost));
  const auto cases = static_cast<double>(s.cases);
  const double change = static_cast<double>(s.gained) - static_cast<double>(s.lost);
  check.that(std::abs((s.candidate - s.champion) * cases - change) < kRounding * (1 + cases), place,
             "the sensitivities do not differ by what was lost and gained");
}

void check_groups(Check& check, const GateEvidence& evidence) {
  if (!evidence.subgroups) return;
  std::uint64_t everybody = 0;
  if (evidence.locked) everybody += evidence.locked->people.persons;
  if (evidence.fresh) everybody += evidence.fresh->people.persons;
  for (const SubgroupEvidence& group : *evidence.subgroups) {
    const std::string place = "subgroup " + group.id;
    check_people(check, group.people, place);
    check.that(group.people.persons <= everybody, place, "it has more people than there are");
    check_loss(check, group.against_champion, evidence.look_error, place);
    check.that(group.against_champion.has_value() == group.harm_p.has_value(), place,
               "the difference and its p-value go together");
  }
}

void check_left_out(Check& check, const std::vector<LeftOut>& without, double look_error) {
  for (const LeftOut& each : without) {
    const std::string place = "without " + each.name;
    check_loss(check, each.locked_champion, look_error, place);
    check_loss(check, each.locked_anchor, look_error, place);
    check_auroc(check, each.locked_auroc, look_error, place);
    check_loss(check, each.fresh, look_error, place);
  }
}

}  // namespace

std::string contradiction(const GateEvidence& evidence) {
  Check check;
  check.that(!evidence.candidate_digest.empty(), "candidate_digest", "it is empty");
  check.that(!evidence.plan_digest.empty(), "plan_digest", "it is empty");
  check.that(evidence.champion_digest.empty() == evidence.anchor_digest.empty(), "anchor_digest",
             "a live model and an anchor go together");
  const bool of_locked = evidence.locked || evidence.pooled || evidence.sensitivity ||
                         evidence.net_benefit || evidence.subgroups || evidence.without_contributor;
  check.that(!evidence.locked_closed || (!of_locked && evidence.look == 0), "locked_closed",
             "the locked people are closed, and there are numbers about them");
  check_locked(check, evidence);
  check_new(check, evidence);
  check_loss(check, evidence.pooled, evidence.look_error, "pooled");
  check_sensitivity(check, evidence);
  if (evidence.net_benefit) {
    const NetBenefitEvidence& benefit = *evidence.net_benefit;
    check.that(benefit.quantile_05 <= benefit.difference, "net_benefit",
               "the 5 % quantile is above the difference");
    check.that(benefit.quantile_95 >= benefit.difference, "net_benefit",
               "the 95 % quantile is below the difference");
  }
  check_groups(check, evidence);
  if (evidence.without_contributor) {
    check_left_out(check, *evidence.without_contributor, evidence.look_error);
  }
  if (evidence.drift) {
    check_estimate(check, evidence.drift->champion_slope, "drift.champion_slope");
    check_left_out(check, evidence.drift->without_site, evidence.look_error);
    check.that(!evidence.drift->kappa || evidence.drift->second_readings > 0, "drift.kappa",
               "there is an agreement without second readings");
  }
  return check.take();
}

}  // namespace relearn
