#include "records/quarantine.h"

#include <array>

namespace relearn {
namespace {

constexpr std::array<std::string_view, 2> kScopes = {"contributor", "batch"};
constexpr std::array<std::string_view, 3> kStates = {"open", "released", "upheld"};

template <typename Enum, std::size_t count>
std::optional<Enum> parse(const std::array<std::string_view, count>& words, std::string_view word) {
  for (std::size_t i = 0; i < count; ++i) {
    if (words[i] == word) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view quarantine_scope_word(QuarantineScope scope) {
  return kScopes[static_cast<std::size_t>(scope)];
}

std::optional<QuarantineScope> parse_quarantine_scope(std::string_view word) {
  return parse<QuarantineScope>(kScopes, word);
}

std::string_view quarantine_state_word(QuarantineState state) {
  return kStates[static_cast<std::size_t>(state)];
}

std::optional<QuarantineState> parse_quarantine_state(std::string_view word) {
  return parse<QuarantineState>(kStates, word);
}

}  // namespace relearn
