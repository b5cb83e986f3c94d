#include "learning/cohort/decimal.h"

#include <cstdint>

#include "base/text.h"

namespace relearn {

// Clinger 1990, "How to read floating point numbers accurately", section 3: an integer below 2^53
// divided by a power of ten up to 10^22 is one operation on two exact doubles, so it is rounded
// once and therefore correctly. Everything else goes the long way.
std::optional<double> parse_decimal(std::string_view text) {
  static constexpr double kPowersOfTen[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                            1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                            1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  constexpr std::size_t kBytesMax = 20;  // sign, point and 18 digits cannot overflow 64 bits
  constexpr std::uint64_t kExactMax = std::uint64_t{1} << 53;
  if (text.empty() || text.size() > kBytesMax) return parse_number(text);
  const bool negative = text.front() == '-';
  std::uint64_t digits = 0;
  int digit_count = 0;
  int decimals = -1;  // behind the point; -1: no point yet
  for (const char c : text.substr(negative ? 1 : 0)) {
    const unsigned digit = static_cast<unsigned char>(c) - unsigned{'0'};
    if (digit <= 9) {
      digits = digits * 10 + digit;
      ++digit_count;
      if (decimals >= 0) ++decimals;
    } else if (c == '.' && decimals < 0) {
      decimals = 0;
    } else {
      return parse_number(text);
    }
  }
  if (digit_count == 0 || digit_count > 18 || digits > kExactMax) return parse_number(text);
  double value = static_cast<double>(digits);
  if (decimals > 0) value /= kPowersOfTen[decimals];
  return negative ? -value : value;
}

}  // namespace relearn
