// The verdict on a candidate. Pure: the same plan, evidence, champion and context give the same
// verdict, nothing is read or written. docs/gate.md tells each clause, its numbers and its source.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "clinical/change_plan.h"
#include "lifecycle/gate/evidence.h"
#include "lifecycle/gate/look_budget.h"
#include "lifecycle/gate/verdict.h"

namespace relearn {

/// The version that is live when the verdict is made.
struct LiveVersion {
  std::int64_t number = 0;  // 0: the disease has no model yet
  std::string digest;       // SHA-256 of its bytes; empty: likewise
};

/// Can a candidate be compared with the live version?
enum class Comparison {
  WithLive,
  // The baseline files or inputs are not those of the live version: other people are locked, of
  // whom it may have learnt.
  OtherBaseline,
  // The live version learnt from invented people, the candidate from real ones: the first.
  LiveIsInvented,
};

struct DecisionContext {
  RetrainTrigger trigger = RetrainTrigger::Button;
  std::uint32_t looks_done = 0;          // at these locked people, before this one
  int locked_age_months = 0;             // since they were locked away
  std::optional<int> days_since_change;  // of the live model; nothing: it never changed
  Comparison comparison = Comparison::WithLive;
};

/// All that a clause may look at.
struct GateCase {
  const ChangePlan& plan;
  const GateEvidence& evidence;
  const LiveVersion& champion;
  const DecisionContext& context;
  LookBudget budget;

  bool first_version() const {
    return champion.number == 0 || context.comparison == Comparison::LiveIsInvented;
  }
  /// Nothing to compare with: what holds of one model alone is asked.
  bool alone() const { return first_version() || context.comparison != Comparison::WithLive; }
  bool erasure() const { return context.trigger == RetrainTrigger::Erasure; }
  bool costs_a_look() const { return !alone() && !erasure() && !evidence.locked_closed; }
};

/// What a clause says. A clause that does not apply says nothing.
struct ClauseFinding {
  std::vector<VerdictReason> reasons;        // VerdictReason::clause is filled in by decide()
  std::optional<PeopleNeeded> still_needed;  // confirmed new people that would settle it
  int approvals = 0;                         // at least, if it comes to people
  bool settles = false;                      // what follows need not be asked
};

/// A rule of the gate. It may only get stricter when a number gets worse.
struct Clause {
  enum class For { Every, NotErasure };  // an erasure is judged for safety only
  enum class Reads { New, Locked };      // Locked: not asked while they are closed
  std::string_view id;
  For asked_for;
  Reads reads;
  ClauseFinding (*find)(const GateCase&);
};

/// All clauses, in their order.
std::span<const Clause> gate_clauses();

/// May the locked people be looked at? Not while the new ones alone settle it: a candidate for
/// which they do not speak is not published whatever the locked ones say, and the look is saved.
/// Asked by the trainer before it measures anything on them, with evidence that has neither them
/// nor what is of both (locked, pooled, sensitivity, net benefit, subgroups, contributors); and
/// again by decide(). An erasure, and what is compared with nobody, opens them always, and costs no
/// look.
bool opens_locked_set(const ChangePlan& plan, const GateEvidence& evidence,
                      const LiveVersion& champion, const DecisionContext& context);

Verdict decide(const ChangePlan& plan, const GateEvidence& evidence, const LiveVersion& champion,
               const DecisionContext& context);

}  // namespace relearn
