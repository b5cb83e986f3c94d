// What decide() says: one of four words, and why.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clinical/change_plan.h"

namespace relearn {

/// From worst to best; a verdict is the worst that any clause says.
enum class VerdictKind {
  Keep,          // the live model stays
  Inconclusive,  // it stays, because too little is known; the verdict says how much more it takes
  Ask,           // people decide; until then the live model stays
  Publish,       // the candidate goes live
};
inline constexpr std::array<std::string_view, 4> kVerdictWords = {"keep", "inconclusive", "ask",
                                                                  "publish"};

/// What one clause found.
struct VerdictReason {
  std::string clause;                         // id of the clause, docs/gate.md: "locked_not_worse"
  VerdictKind allows = VerdictKind::Publish;  // the best verdict that this finding leaves
  bool unknown = false;  // too little evidence to say, and said so: never called a pass
  bool benefit = false;  // it is what speaks for the candidate
  std::string sentence;  // for a clinician, with the numbers
};

struct Verdict {
  VerdictKind kind = VerdictKind::Keep;
  std::vector<VerdictReason> reasons;  // of all clauses, in their order
  bool superior = false;  // better than the live model on all people, at the look's error;
                          // else "as good, and better on the new people"
  std::optional<PeopleNeeded> still_needed;  // confirmed new people, of an Inconclusive verdict
  int approvals_needed = 0;                  // people who must agree, of an Ask
  std::int64_t champion = 0;                 // number of the version it was made against; 0: none
  std::string champion_digest, candidate_digest;
  int plan_version = 0;
  std::string plan_digest;
  std::uint32_t look = 0;      // number of the look at the locked people; 0: none was spent
  bool locked_closed = false;  // they were not looked at: the new people alone settled it
  double error_spent = 0;      // after this look
  double error_left = 0;

  /// The sentences of the reasons that decided it: those that allow no more than this verdict. Of a
  /// Publish: those that show the benefit.
  std::vector<std::string> because() const;
};

std::string_view word_of(VerdictKind kind);

}  // namespace relearn
