#include "records/attempt.h"

#include <fmt/format.h>

#include <algorithm>

namespace relearn {
namespace {

bool decides(const Actor& by) {
  return by.user && (by.role == Role::Approver || by.role == Role::Admin);
}

Result<void> check_waiting(const Attempt& attempt) {
  if (attempt.state == AttemptState::Waiting) return {};
  return conflict(fmt::format("attempt {} of {} is {}, not waiting for people", attempt.number,
                              attempt.what.disease, attempt_state_word(attempt.state)));
}

Result<void> check_decider(const Attempt& attempt, const Actor& by) {
  if (decides(by)) return {};
  return not_allowed(
      fmt::format("attempt {} of {} is decided on by an approver or an admin with an account, "
                  "not by {}",
                  attempt.number, attempt.what.disease, actor_text(by)));
}

}  // namespace

std::string actor_text(const Actor& actor) {
  if (!actor.user) return "operator";
  return fmt::format("user {} ({})", actor.user->value, role_word(actor.role));
}

std::string_view attempt_state_word(AttemptState state) {
  switch (state) {
    case AttemptState::Published:
      return "published";
    case AttemptState::Kept:
      return "kept";
    case AttemptState::Waiting:
      return "waiting";
    case AttemptState::Rejected:
      return "rejected";
    case AttemptState::Overtaken:
      return "overtaken";
  }
  return "";
}

int approvals_needed(const NewAttempt& attempt) {
  const bool anybody = !attempt.started_by.user && !attempt.one_person_may_do_both;
  return attempt.approvals + (anybody ? 1 : 0);
}

Result<void> check_approval(const Attempt& attempt, std::span<const Approval> given,
                            const Actor& by) {
  TRY(check_waiting(attempt));
  TRY(check_decider(attempt, by));
  if (by.user == attempt.what.started_by.user && !attempt.what.one_person_may_do_both) {
    return not_allowed(
        fmt::format("attempt {} of {} was started by the same person; by the plan somebody else "
                    "has to approve it",
                    attempt.number, attempt.what.disease));
  }
  if (std::ranges::any_of(given, [&](const Approval& one) { return one.by.user == by.user; })) {
    return not_allowed(fmt::format("{} has approved attempt {} of {} already; it takes others",
                                   actor_text(by), attempt.number, attempt.what.disease));
  }
  return {};
}

Result<void> check_rejection(const Attempt& attempt, const Actor& by) {
  TRY(check_waiting(attempt));
  return check_decider(attempt, by);
}

Result<void> check_force(const Attempt& attempt, const Actor& by, std::string_view reason) {
  if (!by.user || by.role != Role::Admin) {
    return not_allowed(
        fmt::format("a publish is forced by an admin with an account, not by {}", actor_text(by)));
  }
  if (attempt.state == AttemptState::Published) {
    return conflict(
        fmt::format("attempt {} of {} is published", attempt.number, attempt.what.disease));
  }
  if (reason.empty()) return invalid_input("a publish is forced for a reason; say it");
  return {};
}

}  // namespace relearn
