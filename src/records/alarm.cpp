#include "records/alarm.h"

#include <algorithm>
#include <array>

namespace relearn {
namespace {

constexpr std::array<std::string_view, 10> kKindWords = {"inputs",         "risks",
                                                         "data_quality",   "estimated",
                                                         "calibration",    "calibration_change",
                                                         "discrimination", "confirmation",
                                                         "returned",       "cannot_return"};
constexpr std::array<std::string_view, 3> kTierWords = {"info", "warn", "act"};

template <typename Enum, std::size_t N>
std::optional<Enum> find_word(const std::array<std::string_view, N>& words, std::string_view word) {
  const auto found = std::ranges::find(words, word);
  if (found == words.end()) return std::nullopt;
  return static_cast<Enum>(found - words.begin());
}

}  // namespace

std::string_view alarm_kind_word(AlarmKind kind) {
  return kKindWords.at(static_cast<std::size_t>(kind));
}
std::optional<AlarmKind> parse_alarm_kind(std::string_view word) {
  return find_word<AlarmKind>(kKindWords, word);
}
std::string_view alarm_tier_word(AlarmTier tier) {
  return kTierWords.at(static_cast<std::size_t>(tier));
}
std::optional<AlarmTier> parse_alarm_tier(std::string_view word) {
  return find_word<AlarmTier>(kTierWords, word);
}

}  // namespace relearn
