#include "lifecycle/intake/account_lookup.h"

#include <fmt/format.h>

#include "base/csv.h"
#include "lifecycle/intake/outcome_line.h"

namespace relearn {
namespace {

constexpr std::size_t kNameBytesMax = 200;
constexpr std::size_t kAccountsRemembered = 10'000;

}  // namespace

Result<Subject> AccountLookup::read_subject(std::string_view person, std::string_view user) {
  if (person.empty() == user.empty()) {
    return invalid_input(person.empty() ? "person: who was assessed is missing; give person or user"
                                        : "person: give either person or user, not both");
  }
  Subject subject;
  if (!person.empty()) {
    subject.reference = TRY(read_text_cell("person", person, kNameBytesMax));
    return subject;
  }
  const std::string email = TRY(read_text_cell("user", user, kNameBytesMax));
  if (const auto known = found_.find(email); known != found_.end()) {
    subject.user = known->second;
    return subject;
  }
  const auto account = TRY(people_.find_user(email));
  if (!account) return not_found(fmt::format("user: nobody has the account '{}'", shown(user)));
  if (found_.size() >= kAccountsRemembered) found_.clear();
  found_[email] = account->id;
  subject.user = account->id;
  return subject;
}

}  // namespace relearn
