// A retrain that came to a verdict, whether or not it was published; and who may decide about it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/calendar.h"
#include "base/result.h"
#include "records/person.h"

namespace relearn {

/// Who does something to the models. An account; or whoever has the command line, whom nobody
/// knows by name.
struct Actor {
  std::optional<UserId> user;
  Role role = Role::Admin;  // of the account, when it acted

  bool operator==(const Actor&) const = default;
};

/// "user 12 (approver)", "operator": what the ledger keeps. Nobody's name.
std::string actor_text(const Actor& actor);

/// A run of a job (job.h) in somebody's hands.
struct RunTicket {
  std::int64_t job = 0;
  std::string disease;
  std::int64_t fence = 0;

  bool operator==(const RunTicket&) const = default;
};

/// The run that an attempt belongs to, and whether it ends with it.
struct RunOfAttempt {
  enum class Then { GoesOn, Ends } then = Then::Ends;
  RunTicket ticket;
};

/// What a retrain came to. Never changed. Its files are in the store's folder bundles/<bundle>.
struct NewAttempt {
  std::string disease;
  std::string model_digest;     // SHA-256 of the .sav file
  std::string snapshot;         // digest; empty: learnt from the baseline only
  std::string baseline_digest;  // SHA-256 over the baseline files; empty: synthetic
  std::string reason;           // why it was trained
  Actor started_by;
  std::string bundle;         // SHA-256 of its manifest
  std::string verdict;        // "keep", "inconclusive", "ask", "publish"
  std::int64_t champion = 0;  // number of the version it was judged against; 0: none was live
  std::string locked_set;     // digest of the locked people; empty: nobody was locked
  std::uint32_t look = 0;     // number of its look at them; 0: they were not looked at
  int approvals = 0;          // people who must agree, of an "ask"
  bool one_person_may_do_both = false;  // start and approve, as the plan says
  std::optional<RunOfAttempt> run;      // none: made on the command line
};

enum class AttemptState {
  Published,  // it became a version: by itself, by approval or by force
  Kept,       // the live version stayed (keep, inconclusive)
  Waiting,    // for people (ask)
  Rejected,   // by somebody
  Overtaken,  // another version went live before people agreed
};

std::string_view attempt_state_word(AttemptState state);  // "waiting"

struct Attempt {
  std::int64_t number = 0;  // 1, 2, 3 ... within its disease
  NewAttempt what;
  AttemptState state = AttemptState::Kept;
  Moment at;
  std::int64_t version = 0;         // that it became; 0: none
  bool contains_withdrawn = false;  // learnt from somebody who has withdrawn since: no model left
};

/// One person's word on a waiting attempt.
struct Approval {
  Actor by;
  std::string reason;
  Moment at;
};

/// People who must agree. Of an attempt that nobody knows who started it is one more than the plan
/// says, because any of them may have: unless the plan lets one person do both.
int approvals_needed(const NewAttempt& attempt);

/// NotAllowed: not an approver or admin with an account; who started it, where the plan forbids
/// that; who has approved already. Conflict: it is not waiting.
Result<void> check_approval(const Attempt& attempt, std::span<const Approval> given,
                            const Actor& by);

/// NotAllowed but for approvers and admins with an account. Conflict: it is not waiting.
Result<void> check_rejection(const Attempt& attempt, const Actor& by);

/// What may be forced live: anything that was not published, by an admin with an account.
/// NotAllowed, Conflict, as above; a reason is needed (InvalidInput).
Result<void> check_force(const Attempt& attempt, const Actor& by, std::string_view reason);

}  // namespace relearn
