// Who uses the platform and who its records are about. A user has an account; a person is whom
// predictions are about: a user, or somebody whom a clinic knows under a reference of its own.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/calendar.h"

namespace relearn {

struct UserId {
  std::int64_t value = 0;
  auto operator<=>(const UserId&) const = default;
};

struct PersonId {
  std::int64_t value = 0;
  auto operator<=>(const PersonId&) const = default;
};

/// What a user may do; looked up at each request, never carried in a token.
enum class Role { Patient, Clinician, Approver, Admin };

std::string_view role_word(Role role);  // "patient"
std::optional<Role> parse_role(std::string_view word);

/// What is kept instead of a password.
enum class PasswordState {
  Current,    // argon2id of today's cost
  Legacy,     // bcrypt of the Python platform: still works, replaced at the next login
  MustReset,  // nothing that could be a password: the account needs a new one
};

struct NewUser {
  std::string email;      // as given; looked up in one canonical form
  std::string full_name;  // may be empty
  Role role = Role::Patient;
  std::string password_hash;  // empty when MustReset
  PasswordState password = PasswordState::Current;
};

struct User {
  UserId id;
  PersonId person;
  std::string email, full_name;
  Role role = Role::Patient;
  std::string password_hash;
  PasswordState password = PasswordState::MustReset;
  bool disabled = false;
};

}  // namespace relearn
