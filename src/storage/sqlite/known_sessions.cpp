#include "storage/sqlite/known_sessions.h"

namespace relearn {

std::optional<User> KnownSessions::find(const std::string& index, std::uint64_t changes,
                                        Moment now) {
  const std::lock_guard lock(mutex_);
  forget_what_is_older(changes);
  const auto found = known_.find(index);
  if (changes != changes_ || found == known_.end() || found->second.expires <= now) {
    return std::nullopt;
  }
  return found->second.user;
}

void KnownSessions::keep(const std::string& index, std::uint64_t changes, const User& user,
                         Moment expires) {
  const std::lock_guard lock(mutex_);
  forget_what_is_older(changes);
  if (changes != changes_ || known_.size() >= kSessionsMax) return;
  known_.insert_or_assign(index, Known{user, expires});
}

void KnownSessions::forget_what_is_older(std::uint64_t changes) {
  if (changes <= changes_) return;
  known_.clear();
  changes_ = changes;
}

}  // namespace relearn
