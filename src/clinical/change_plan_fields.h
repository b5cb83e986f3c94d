// Every number of a change plan, once: its key, where it is kept, and what it can be. Reading a
// plan and writing its canonical text both walk this list, so neither can forget a field.
//
// A walker has: section(name, fields) calls fields(walker of that table); count, number, limits,
// people, flag, rungs as used below. Ranges are what makes sense at all; a value outside is a slip
// of the pen.
#pragma once

#include "clinical/change_plan.h"

namespace relearn {

template <typename Walker>
void walk_people_sections(Walker& at, ChangePlan& plan) {
  at.section("to_open", [&](auto& in) {
    for (std::size_t i = 0; i < kTriggerWords.size(); ++i) {
      in.people(kTriggerWords[i], plan.to_open[i]);
    }
  });
  at.section("locked", [&](auto& in) {
    LockedSetPlan& locked = plan.locked;
    in.number("share", locked.share, {0.1, 0.5});
    in.people("at_least", locked.at_least);
    in.count("looks_max", locked.looks_max, {1, 50});
    in.count("months_max", locked.months_max, {1, 60});
    in.number("error_total", locked.error_total, {0.001, 0.2});
    in.word("error_rule", locked.error_rule, "inverse_square");
  });
}

template <typename Walker>
void walk_judgement_sections(Walker& at, ChangePlan& plan) {
  at.section("margins", [&](auto& in) {
    in.number("champion_nats", plan.margins.champion_nats, {0, 0.1});
    in.number("anchor_nats", plan.margins.anchor_nats, {0, 0.1});
    in.number("anchor_auroc", plan.margins.anchor_auroc, {0, 0.1});
    in.number("new_nats", plan.margins.new_nats, {0, 0.1});
    in.number("benefit_nats", plan.margins.benefit_nats, {0.0001, 0.1});
  });
  at.section("floors", [&](auto& in) {
    in.number("auroc", plan.floors.auroc, {0.5, 1});
    in.number("sensitivity", plan.floors.sensitivity, {0, 1});
    in.limits("slope", plan.floors.slope, {0, 5});
    in.number("intercept", plan.floors.intercept, {0, 3});
  });
  at.section("bounds", [&](auto& in) {
    in.number("intercept_move", plan.bounds.intercept_move, {0, 5});
    in.limits("slope", plan.bounds.slope, {0, 5});
    in.count("parameters_max", plan.bounds.parameters_max, {0, 1'000'000'000});
  });
  at.section("safety", [&](auto& in) {
    SafetyPlan& safety = plan.safety;
    in.number("sensitivity_loss", safety.sensitivity_loss, {0, 0.2});
    in.number("net_benefit_loss", safety.net_benefit_loss, {0, 0.1});
    in.number("net_benefit_loss_low", safety.net_benefit_loss_low, {0, 0.2});
    in.number("subgroup_nats", safety.subgroup_nats, {0, 0.5});
    in.number("subgroup_intercept", safety.subgroup_intercept, {0, 3});
    in.people("subgroup", safety.subgroup);
  });
  at.section("stability", [&](auto& in) {
    in.number("mean_change", plan.stability.mean_change, {0, 0.5});
    in.number("change_95th", plan.stability.change_95th, {0, 1});
    in.number("contributor_change", plan.stability.contributor_change, {0, 1});
    in.count("contributors_min", plan.stability.contributors_min, {1, 100});
  });
  at.section("membership", [&](auto& in) {
    in.number("loss_auroc", plan.membership.loss_auroc, {0.5, 1});
    in.number("lira_auroc", plan.membership.lira_auroc, {0.5, 1});
    in.number("lira_true_positives", plan.membership.lira_true_positives, {0, 1});
  });
  at.section("drift", [&](auto& in) {
    in.count("contributors_min", plan.drift.contributors_min, {2, 100});
    in.count("second_readings_min", plan.drift.second_readings_min, {0, 10'000});
    in.number("second_readings_share", plan.drift.second_readings_share, {0, 1});
    in.number("kappa_min", plan.drift.kappa_min, {0, 1});
    in.count("approvals", plan.drift.approvals, {1, 2});
  });
}

template <typename Walker>
void walk_plan(Walker& at, ChangePlan& plan) {
  at.count("version", plan.version, {1, 1'000'000});
  at.rungs("rungs", plan.rungs);
  at.rungs("automatic", plan.automatic);
  at.flag("first_version_asks", plan.first_version_asks);
  at.count("approvals", plan.approvals, {1, 2});
  at.flag("one_person_may_do_both", plan.one_person_may_do_both);
  at.count("days_between_min", plan.days_between_min, {0, 3650});
  at.count("new_persons_max", plan.new_persons_max, {1, 1'000'000});
  at.count("shifted_predictors_max", plan.shifted_predictors_max, {0, 1000});
  walk_people_sections(at, plan);
  walk_judgement_sections(at, plan);
}

}  // namespace relearn
