// Moments and days as numbers and as text (ISO 8601, UTC, proleptic Gregorian calendar). Nothing
// here reads a clock.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace relearn {

/// Seconds since 1970-01-01T00:00:00Z.
struct Moment {
  std::int64_t seconds = 0;
  auto operator<=>(const Moment&) const = default;
};

inline constexpr std::int64_t kSecondsPerDay = 86'400;

struct Date {
  int year = 1970;
  int month = 1;  // 1 .. 12
  int day = 1;    // 1 .. 31
  auto operator<=>(const Date&) const = default;
};

Date date_of(Moment moment);
Moment start_of(Date date);

/// "2024-03-11", "2024-03-11T10:20:30Z", "2024-03-11 10:20:30", with an offset ("+05:30") if not
/// UTC; years 1900 to 2200. InvalidInput with one sentence for anything else, impossible days
/// included.
Result<Moment> parse_moment(std::string_view text);
Result<Date> parse_date(std::string_view text);

std::string to_text(Date date);      // "2024-03-11"
std::string to_text(Moment moment);  // "2024-03-11T10:20:30Z"

}  // namespace relearn
