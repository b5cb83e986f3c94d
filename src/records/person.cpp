#include "records/person.h"

#include <array>

namespace relearn {
namespace {

constexpr std::array<std::string_view, 4> kRoles = {"patient", "clinician", "approver", "admin"};

}  // namespace

std::string_view role_word(Role role) { return kRoles[static_cast<std::size_t>(role)]; }

std::optional<Role> parse_role(std::string_view word) {
  for (std::size_t i = 0; i < kRoles.size(); ++i) {
    if (kRoles[i] == word) return static_cast<Role>(i);
  }
  return std::nullopt;
}

}  // namespace relearn
