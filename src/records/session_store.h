// Port to who is signed in. A token only names a session; who its owner is, and what they may do,
// is looked up at each request, so that a logout, a withdrawal and another role count at once.
// Implementations: storage/. Each call is one durable transaction, as in record_store.h.
#pragma once

#include <optional>
#include <string_view>

#include "base/calendar.h"
#include "base/result.h"
#include "records/person.h"

namespace relearn {

/// Of one account; the oldest ends when there would be more.
inline constexpr int kSessionsOfAUserMax = 20;

class SessionStore {
 public:
  virtual ~SessionStore() = default;
  /// `id` is not kept, only a keyed index of it. Forgets sessions that have expired. NotFound when
  /// there is no such user.
  virtual Result<void> add_session(std::string_view id, UserId user, Moment now,
                                   Moment expires) = 0;
  /// The account as it is now; nothing when the session has ended or expired, or the account is
  /// disabled.
  virtual Result<std::optional<User>> session_user(std::string_view id, Moment now) = 0;
  /// Nothing happens when it has ended already.
  virtual Result<void> end_session(std::string_view id) = 0;
  virtual Result<void> end_sessions(UserId user) = 0;
};

}  // namespace relearn
