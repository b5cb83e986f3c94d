// Evidence in which everything is fine, and every number of it by a short name, with the way in
// which it gets worse. For specifications (*.gate) and for the property that worse numbers never
// give a better verdict.
#pragma once

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "lifecycle/gate/decide.h"

namespace relearn {

inline std::string some_digest(char letter) { return std::string(64, letter); }

inline LossDifference loss_difference(double mean, double standard_error) {
  return {mean,
          standard_error,
          mean - 1.645 * standard_error,
          mean + 1.282 * standard_error,
          mean + 1.645 * standard_error,
          mean + 1.548 * standard_error};
}

inline LeftOut fine_without(std::string name) {
  LeftOut without;
  without.name = std::move(name);
  without.largest_risk_change = 0.03;
  without.locked_champion = loss_difference(-0.004, 0.008);
  without.locked_anchor = loss_difference(-0.004, 0.008);
  without.locked_auroc = AurocDifference{0.004, 0.006, -0.006, -0.006};
  without.fresh = loss_difference(-0.03, 0.012);
  return without;
}

inline SubgroupEvidence fine_group(std::string id, std::string label) {
  return {std::move(id), std::move(label), {60, 28, 32}, loss_difference(-0.01, 0.02), 0.7, 0.1};
}

/// Of the first look. 100 locked people, 60 new ones of three contributors.
inline GateEvidence fine_evidence(const ChangePlan& plan) {
  GateEvidence evidence;
  evidence.disease = "heart";
  evidence.candidate_digest = some_digest('a');
  evidence.champion_digest = some_digest('b');
  evidence.anchor_digest = some_digest('c');
  evidence.plan_digest = plan.digest;
  evidence.look = 1;
  evidence.look_error = look_budget(plan.locked, 0, 0).of_next;
  evidence.facts = {true, true, true, true, 0, 0, 0, 0, 0, {}, 1.5, 100.0};
  evidence.change = {Rung::Slope, 0.4, 1.2, 20, 0.12, 0.04};
  evidence.locked = LockedEvidence{{100, 46, 54},
                                   {0.9, 0.03, 0.84, 0.95},
                                   {0.87, 0.05, 0.75, 0.94},
                                   loss_difference(-0.005, 0.008),
                                   loss_difference(-0.006, 0.009),
                                   AurocDifference{0.004, 0.006, -0.006, -0.006}};
  evidence.fresh = NewEvidence{{60, 26, 34},
                               loss_difference(-0.03, 0.01),
                               Estimate{0.88, 0.04, 0.79, 0.95},
                               Estimate{1.05, 0.2, 0.66, 1.44},
                               Estimate{0.05, 0.3, -0.54, 0.64},
                               false,
                               60,
                               1.0 / 60};
  evidence.pooled = loss_difference(-0.014, 0.006);
  evidence.sensitivity = SensitivityEvidence{72, 1, 2, 0.875, 62.0 / 72, 61.0 / 72};
  evidence.net_benefit = NetBenefitEvidence{0.004, -0.006, 0.014};
  evidence.subgroups = {fine_group("women", "Women"), fine_group("men", "Men"),
                        fine_group("old", "60 and over")};
  evidence.stability = StabilityEvidence{200, 0.04, 0.1};
  evidence.membership = MembershipEvidence{64, 0.55, 0.58, 0.03};
  evidence.without_contributor = {fine_without("1"), fine_without("2"), fine_without("3")};
  evidence.drift = DriftEvidence{{0.9, 0.2, 0.5, 1.3}, -0.4, 0, {}, {}};
  return evidence;
}

inline DecisionContext ordinary_context() { return {RetrainTrigger::Button, 0, 3, 30}; }
inline LiveVersion ordinary_champion() { return {7, some_digest('b')}; }

/// A number that a clause may look at. get is NaN where its part is absent, and set does nothing.
struct GateNumber {
  enum class Worse { Larger, Smaller, FurtherFromZero, FurtherFromOne, NoSide };
  std::string name;
  Worse worse;
  double step;  // of a change that matters
  std::function<double(const GateEvidence&)> get;
  std::function<void(GateEvidence&, double)> set;

  /// The value made worse by so many steps.
  double worsened(double value, double steps) const {
    switch (worse) {
      case Worse::Larger:
        return value + steps * step;
      case Worse::Smaller:
        return value - steps * step;
      case Worse::FurtherFromZero:
        return value < 0 ? value - steps * step : value + steps * step;
      case Worse::FurtherFromOne:
        return value < 1 ? value - steps * step : value + steps * step;
      case Worse::NoSide:
        break;
    }
    return value;
  }
};

/// Made from a function that finds the number, or null, in an evidence.
template <typename Find>
GateNumber gate_number(std::string name, GateNumber::Worse worse, double step, Find find) {
  return {std::move(name), worse, step,
          [find](const GateEvidence& evidence) {
            GateEvidence copy = evidence;
            const auto* found = find(copy);
            return found == nullptr ? NAN : static_cast<double>(*found);
          },
          [find](GateEvidence& evidence, double value) {
            auto* found = find(evidence);
            using Number = std::remove_pointer_t<decltype(found)>;
            if (found == nullptr) return;
            if constexpr (std::is_integral_v<Number> && !std::is_same_v<Number, bool>) {
              value = std::max(0.0, std::round(value));
            }
            *found = std::is_same_v<Number, bool> ? static_cast<Number>(value >= 0.5)
                                                  : static_cast<Number>(value);
          }};
}

template <typename Part>
Part* pointer(std::optional<Part>& part) {
  return part ? &*part : nullptr;
}

/// An interval moves with its value.
template <typename Find>
GateNumber gate_interval(std::string name, GateNumber::Worse worse, double step, Find find) {
  return {std::move(name), worse, step,
          [find](const GateEvidence& evidence) {
            GateEvidence copy = evidence;
            const Estimate* found = find(copy);
            return found == nullptr ? NAN : found->value;
          },
          [find](GateEvidence& evidence, double value) {
            Estimate* found = find(evidence);
            if (found == nullptr) return;
            const double move = value - found->value;
            *found = {value, found->standard_error, found->low + move, found->high + move};
          }};
}

/// Cases or non-cases; persons go with them.
template <typename Find>
GateNumber gate_count(std::string name, std::uint64_t PeopleCounted::*counted, Find find) {
  return {std::move(name), GateNumber::Worse::Smaller, 5,
          [find, counted](const GateEvidence& evidence) {
            GateEvidence copy = evidence;
            const PeopleCounted* found = find(copy);
            return found == nullptr ? NAN : static_cast<double>(found->*counted);
          },
          [find, counted](GateEvidence& evidence, double value) {
            PeopleCounted* found = find(evidence);
            if (found == nullptr) return;
            found->*counted = static_cast<std::uint64_t>(std::max(0.0, std::round(value)));
            found->persons = found->cases + found->non_cases;
          }};
}

#define RELEARN_IN(part, member) [](GateEvidence& e) { return e.part ? &e.part->member : nullptr; }
#define RELEARN_IN_MAYBE(part, inner, member) \
  [](GateEvidence& e) { return e.part && e.part->inner ? &e.part->inner->member : nullptr; }
#define RELEARN_IN_GROUP(index, member)                                                            \
  [](GateEvidence& e) {                                                                            \
    return e.subgroups && e.subgroups->size() > (index) ? &(*e.subgroups)[index].member : nullptr; \
  }
#define RELEARN_IN_LEFT_OUT(inner, member)                                         \
  [](GateEvidence& e) {                                                            \
    const bool there = e.without_contributor && !e.without_contributor->empty() && \
                       e.without_contributor->front().inner;                       \
    return there ? &e.without_contributor->front().inner->member : nullptr;        \
  }

inline void add_facts(std::vector<GateNumber>& all) {
  using enum GateNumber::Worse;
  const auto flag = [&](std::string name, auto find) {
    all.push_back(gate_number(std::move(name), Smaller, 1, find));
  };
  const auto none = [&](std::string name, auto find) {
    all.push_back(gate_number(std::move(name), Larger, 1, find));
  };
  flag("same_inputs", [](GateEvidence& e) { return &e.facts.same_inputs; });
  flag("converged", [](GateEvidence& e) { return &e.facts.converged; });
  flag("finite", [](GateEvidence& e) { return &e.facts.finite; });
  flag("reproduced", [](GateEvidence& e) { return &e.facts.reproduced; });
  none("untraced_rows", [](GateEvidence& e) { return &e.facts.untraced_rows; });
  none("persons_in_both", [](GateEvidence& e) { return &e.facts.persons_in_both; });
  none("privacy_findings", [](GateEvidence& e) { return &e.facts.privacy_findings; });
  none("open_quarantines", [](GateEvidence& e) { return &e.facts.open_quarantines; });
  none("polarity_failures", [](GateEvidence& e) { return &e.facts.polarity_failures; });
  all.push_back(gate_number("largest_coefficient", Larger, 3,
                            [](GateEvidence& e) { return pointer(e.facts.largest_coefficient); }));
  all.push_back(gate_number("condition_number", Larger, 4e7,
                            [](GateEvidence& e) { return pointer(e.facts.condition_number); }));
  all.push_back(
      {"shifted_predictors", Larger, 1,
       [](const GateEvidence& e) { return static_cast<double>(e.facts.shifted_predictors.size()); },
       [](GateEvidence& e, double value) {
         e.facts.shifted_predictors.assign(static_cast<std::size_t>(std::max(0.0, value)), "bmi");
       }});
  all.push_back(gate_number("intercept_move", FurtherFromZero, 0.5,
                            [](GateEvidence& e) { return pointer(e.change.intercept_move); }));
  all.push_back(gate_number("slope_of_change", FurtherFromOne, 0.4,
                            [](GateEvidence& e) { return pointer(e.change.slope); }));
  all.push_back(gate_number("parameters", Larger, 60'000,
                            [](GateEvidence& e) { return &e.change.parameters; }));
}

inline void add_locked(std::vector<GateNumber>& all) {
  using enum GateNumber::Worse;
  all.push_back(gate_count("locked_cases", &PeopleCounted::cases, RELEARN_IN(locked, people)));
  all.push_back(
      gate_count("locked_non_cases", &PeopleCounted::non_cases, RELEARN_IN(locked, people)));
  all.push_back(gate_number("locked_auroc", Smaller, 0.05, RELEARN_IN(locked, auroc.value)));
  all.push_back(gate_number("locked_auroc_low", Smaller, 0.03, RELEARN_IN(locked, auroc.low)));
  all.push_back(
      gate_number("locked_sensitivity", Smaller, 0.05, RELEARN_IN(locked, sensitivity.value)));
  all.push_back(
      gate_number("locked_sensitivity_low", Smaller, 0.05, RELEARN_IN(locked, sensitivity.low)));
  all.push_back(
      gate_number("locked_mean", Larger, 0.02, RELEARN_IN_MAYBE(locked, against_champion, mean)));
  all.push_back(
      gate_number("anchor_mean", Larger, 0.02, RELEARN_IN_MAYBE(locked, against_anchor, mean)));
  all.push_back(
      gate_number("anchor_auroc", Smaller, 0.02, RELEARN_IN_MAYBE(locked, auroc_to_anchor, value)));
  all.push_back(gate_number("locked_upper", Larger, 0.01,
                            RELEARN_IN_MAYBE(locked, against_champion, upper_95)));
  all.push_back(gate_number("anchor_upper", Larger, 0.01,
                            RELEARN_IN_MAYBE(locked, against_anchor, upper_look)));
  all.push_back(gate_number("anchor_upper_95", Larger, 0.01,
                            RELEARN_IN_MAYBE(locked, against_anchor, upper_95)));
  all.push_back(gate_number("anchor_auroc_lower", Smaller, 0.01,
                            RELEARN_IN_MAYBE(locked, auroc_to_anchor, lower_look)));
  all.push_back(gate_number("anchor_auroc_lower_95", Smaller, 0.01,
                            RELEARN_IN_MAYBE(locked, auroc_to_anchor, lower_95)));
}

inline void add_new(std::vector<GateNumber>& all) {
  using enum GateNumber::Worse;
  all.push_back(gate_count("new_cases", &PeopleCounted::cases, RELEARN_IN(fresh, people)));
  all.push_back(gate_count("new_non_cases", &PeopleCounted::non_cases, RELEARN_IN(fresh, people)));
  all.push_back(
      gate_number("new_mean", Larger, 0.01, RELEARN_IN_MAYBE(fresh, against_champion, mean)));
  all.push_back(
      gate_number("new_lower", Larger, 0.01, RELEARN_IN_MAYBE(fresh, against_champion, lower_95)));
  all.push_back(
      gate_number("new_upper", Larger, 0.01, RELEARN_IN_MAYBE(fresh, against_champion, upper_95)));
  all.push_back(gate_number("new_standard_error", Larger, 0.01,
                            RELEARN_IN_MAYBE(fresh, against_champion, standard_error)));
  all.push_back(gate_number("new_auroc_high", Smaller, 0.06, RELEARN_IN_MAYBE(fresh, auroc, high)));
  all.push_back(gate_interval("new_slope", FurtherFromOne, 0.3, [](GateEvidence& e) {
    return e.fresh ? pointer(e.fresh->slope) : nullptr;
  }));
  all.push_back(gate_interval("new_intercept", FurtherFromZero, 0.4, [](GateEvidence& e) {
    return e.fresh ? pointer(e.fresh->intercept) : nullptr;
  }));
  all.push_back(gate_number("weighted", NoSide, 1, RELEARN_IN(fresh, weighted)));
  all.push_back(
      gate_number("effective_persons", Smaller, 10, RELEARN_IN(fresh, effective_persons)));
  all.push_back(gate_number("largest_weight", Larger, 0.05, RELEARN_IN(fresh, largest_weight)));
  all.push_back(
      gate_number("champion_slope", Smaller, 0.5, RELEARN_IN(drift, champion_slope.value)));
  all.push_back(gate_number("second_readings", Smaller, 10, RELEARN_IN(drift, second_readings)));
  all.push_back(gate_number("kappa", Smaller, 0.2, [](GateEvidence& e) {
    return e.drift ? pointer(e.drift->kappa) : nullptr;
  }));
}

inline void add_harm(std::vector<GateNumber>& all) {
  using enum GateNumber::Worse;
  all.push_back(gate_number("all_mean", Larger, 0.01, RELEARN_IN(pooled, mean)));
  all.push_back(gate_number("all_lower", Larger, 0.01, RELEARN_IN(pooled, lower_95)));
  all.push_back(gate_number("all_upper", Larger, 0.01, RELEARN_IN(pooled, upper_look)));
  all.push_back(gate_number("more_lost", Smaller, 0.2, RELEARN_IN(sensitivity, more_lost)));
  all.push_back(gate_number("sensitivity", Smaller, 0.02, RELEARN_IN(sensitivity, candidate)));
  all.push_back(gate_number("live_sensitivity", Larger, 0.02, RELEARN_IN(sensitivity, champion)));
  all.push_back(gate_number("net_benefit", Smaller, 0.004, RELEARN_IN(net_benefit, difference)));
  all.push_back(
      gate_number("net_benefit_low", Smaller, 0.01, RELEARN_IN(net_benefit, quantile_05)));
  all.push_back(
      gate_number("net_benefit_high", Smaller, 0.01, RELEARN_IN(net_benefit, quantile_95)));
  all.push_back(gate_count("women_cases", &PeopleCounted::cases, RELEARN_IN_GROUP(0, people)));
  all.back().worse = NoSide;  // fewer are not worse: they are "not enough evidence"
  all.push_back(gate_number("women_upper", Larger, 0.02, [](GateEvidence& e) {
    const bool there =
        e.subgroups && !e.subgroups->empty() && e.subgroups->front().against_champion;
    return there ? &e.subgroups->front().against_champion->upper_95 : nullptr;
  }));
  const auto group = [&](std::string name, std::size_t index) {
    all.push_back(gate_number(name + "_harm_p", Smaller, 0.3, [index](GateEvidence& e) {
      return e.subgroups && e.subgroups->size() > index ? pointer((*e.subgroups)[index].harm_p)
                                                        : nullptr;
    }));
    all.push_back(gate_number(name + "_intercept", FurtherFromZero, 0.3, [index](GateEvidence& e) {
      return e.subgroups && e.subgroups->size() > index ? pointer((*e.subgroups)[index].intercept)
                                                        : nullptr;
    }));
  };
  group("women", 0);
  group("men", 1);
  all.push_back(gate_number("mean_change", Larger, 0.02, RELEARN_IN(stability, mean_change)));
  all.push_back(gate_number("change_95th", Larger, 0.05, RELEARN_IN(stability, change_95th)));
  all.push_back(
      gate_number("lira_found", Larger, 0.02, RELEARN_IN(membership, lira_true_positives)));
  all.push_back(gate_number("lira_auroc", Larger, 0.05, RELEARN_IN(membership, lira_auroc)));
  all.push_back(gate_number("loss_auroc", Larger, 0.04, RELEARN_IN(membership, loss_auroc_upper)));
}

/// Of the first contributor.
inline void add_left_out(std::vector<GateNumber>& all) {
  using enum GateNumber::Worse;
  all.push_back(gate_number("without_change", Larger, 0.05, [](GateEvidence& e) {
    const bool there = e.without_contributor && !e.without_contributor->empty();
    return there ? &e.without_contributor->front().largest_risk_change : nullptr;
  }));
  all.push_back(gate_number("without_locked_upper_90", Larger, 0.01,
                            RELEARN_IN_LEFT_OUT(locked_champion, upper_90)));
  all.push_back(gate_number("without_anchor_upper_90", Larger, 0.01,
                            RELEARN_IN_LEFT_OUT(locked_anchor, upper_90)));
  all.push_back(
      gate_number("without_auroc", Smaller, 0.02, RELEARN_IN_LEFT_OUT(locked_auroc, value)));
  all.push_back(gate_number("without_new_mean", Larger, 0.02, RELEARN_IN_LEFT_OUT(fresh, mean)));
  all.push_back(
      gate_number("without_new_upper", Larger, 0.02, RELEARN_IN_LEFT_OUT(fresh, upper_95)));
  all.push_back(
      gate_number("without_new_upper_90", Larger, 0.02, RELEARN_IN_LEFT_OUT(fresh, upper_90)));
}

inline std::vector<GateNumber> gate_numbers() {
  std::vector<GateNumber> all;
  add_facts(all);
  add_locked(all);
  add_new(all);
  add_harm(all);
  add_left_out(all);
  return all;
}

#undef RELEARN_IN
#undef RELEARN_IN_MAYBE
#undef RELEARN_IN_GROUP
#undef RELEARN_IN_LEFT_OUT

}  // namespace relearn
