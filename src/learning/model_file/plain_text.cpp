#include "learning/model_file/plain_text.h"

#include <bit>
#include <cstddef>
#include <cstdint>

namespace relearn {
namespace {

/// Takes one character off the text; false when its bytes are not UTF-8.
bool take_character(std::string_view& text, std::uint32_t& character) {
  const auto first = static_cast<std::uint8_t>(text.front());
  const int leading_ones = std::countl_one(first);
  const std::size_t size = leading_ones == 0 ? 1 : static_cast<std::size_t>(leading_ones);
  if (leading_ones == 1 || size > 4 || size > text.size()) return false;
  character = first & (0xFFU >> leading_ones);
  for (std::size_t i = 1; i < size; ++i) {
    const auto next = static_cast<std::uint8_t>(text[i]);
    if (std::countl_one(next) != 1) return false;
    character = character << 6 | (next & 0x3FU);
  }
  text.remove_prefix(size);
  constexpr std::uint32_t kSmallest[] = {0, 0, 0x80, 0x800,
                                         0x10000};  // by size: no longer than needed
  const bool surrogate = character >= 0xD800 && character <= 0xDFFF;
  return character >= kSmallest[size] && character <= 0x10FFFF && !surrogate;
}

}  // namespace

bool is_plain_text(std::string_view text) {
  while (!text.empty()) {
    std::uint32_t character = 0;
    if (!take_character(text, character)) return false;
    const bool control = character < 0x20 || (character >= 0x7F && character < 0xA0);
    if (control && character != '\t' && character != '\n') return false;
  }
  return true;
}

}  // namespace relearn
