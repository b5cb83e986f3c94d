#include "base/error_kind.h"

#include <array>
#include <utility>

namespace relearn {
namespace {

constexpr std::array<std::pair<ErrorKind, std::string_view>, 8> kWords = {{
    {ErrorKind::InvalidInput, "invalid_input"},
    {ErrorKind::NotFound, "not_found"},
    {ErrorKind::Conflict, "conflict"},
    {ErrorKind::NotAllowed, "not_allowed"},
    {ErrorKind::NotReady, "not_ready"},
    {ErrorKind::Cancelled, "cancelled"},
    {ErrorKind::Unavailable, "unavailable"},
    {ErrorKind::BrokenInvariant, "broken_invariant"},
}};

}  // namespace

std::string_view kind_word(ErrorKind kind) {
  for (const auto& [one, word] : kWords) {
    if (one == kind) return word;
  }
  return "broken_invariant";
}

std::optional<ErrorKind> kind_of_word(std::string_view word) {
  for (const auto& [kind, one] : kWords) {
    if (one == word) return kind;
  }
  return std::nullopt;
}

}  // namespace relearn
