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

struct DecisionContext {
  RetrainTrigger trigger = RetrainTrigger::Button;
  std::uint32_t looks_done = 0;          // at these locked people, before this one
  int locked_age_months = 0;             // since they were locked away
  std::optional<int> days_since_change;  // of the live model; nothing: it never changed
};

/// All that a clause may look at.
struct GateCase {
  const ChangePlan& plan;
  const GateEvidence& evidence;
  const LiveVersion& champion;
  const DecisionContext& context;
  LookBudget budget;

  bool first_version() const { return champion.number == 0; }
  bool erasure() const { return context.trigger == RetrainTrigger::Erasure; }
};

/// What a clause says. A clause that does not apply says nothing.
struct ClauseFinding {
  std::vector<Reason> reasons;               // Reason::clause is filled in by decide()
  std::optional<PeopleNeeded> still_needed;  // confirmed new people that would settle it
  int approvals = 0;                         // at least, if it comes to people
  bool settles = false;                      // what follows need not be asked
};

/// A rule of the gate. It may only get stricter when a number gets worse.
struct Clause {
  enum class For { Every, NotErasure };  // an erasure is judged for safety only
  std::string_view id;
  For asked_for;
  ClauseFinding (*find)(const GateCase&);
};

/// All clauses, in their order.
std::span<const Clause> gate_clauses();

Verdict decide(const ChangePlan& plan, const GateEvidence& evidence, const LiveVersion& champion,
               const DecisionContext& context);

}  // namespace relearn
