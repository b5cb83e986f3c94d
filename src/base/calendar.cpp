#include "base/calendar.h"

#include <fmt/format.h>

#include <chrono>
#include <optional>

#include "base/text.h"

namespace relearn {
namespace {

constexpr int kYearMin = 1900, kYearMax = 2200;

std::chrono::sys_days days_of(Date date) {
  return std::chrono::year(date.year) / date.month / date.day;
}

/// The number that `text` begins with, exactly `digits` digits long; moves `text` behind it.
std::optional<int> take_digits(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(0, digits)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = 10 * value + (c - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<Date> take_date(std::string_view& text) {
  const auto year = take_digits(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day real{std::chrono::year(*year) / *month / *day};
  if (!real.ok() || *year < kYearMin || *year > kYearMax) return std::nullopt;
  return Date{*year, *month, *day};
}

/// Seconds of "10:20", "10:20:30" or "10:20:30.5"; fractions are dropped.
std::optional<int> take_time(std::string_view& text) {
  const auto hour = take_digits(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  int second = 0;
  if (take(text, ':')) {
    const auto given = take_digits(text, 2);
    if (!given || *given > 59) return std::nullopt;
    second = *given;
    if (take(text, '.')) {
      if (!take_digits(text, 1)) return std::nullopt;
      while (take_digits(text, 1)) continue;
    }
  }
  return 3600 * *hour + 60 * *minute + second;
}

/// Seconds east of UTC; nothing written means UTC.
std::optional<int> take_offset(std::string_view& text) {
  if (text.empty() || take(text, 'Z')) return 0;
  const int sign = take(text, '+') ? 1 : take(text, '-') ? -1 : 0;
  const auto hour = sign == 0 ? std::nullopt : take_digits(text, 2);
  if (!hour || *hour > 14) return std::nullopt;
  take(text, ':');
  const auto minute = take_digits(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  return sign * (3600 * *hour + 60 * *minute);
}

std::optional<Moment> whole_moment(std::string_view text) {
  const auto date = take_date(text);
  if (!date) return std::nullopt;
  Moment moment = start_of(*date);
  if (text.empty()) return moment;
  if (!take(text, 'T') && !take(text, ' ')) return std::nullopt;
  const auto time = take_time(text);
  const auto offset = time ? take_offset(text) : std::nullopt;
  if (!offset || !text.empty()) return std::nullopt;
  moment.seconds += *time - *offset;
  return moment;
}

}  // namespace

Date date_of(Moment moment) {
  const std::chrono::sys_seconds seconds{std::chrono::seconds(moment.seconds)};
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(seconds)};
  return {static_cast<int>(day.year()), static_cast<int>(static_cast<unsigned>(day.month())),
          static_cast<int>(static_cast<unsigned>(day.day()))};
}

Moment start_of(Date date) {
  return {
      std::chrono::duration_cast<std::chrono::seconds>(days_of(date).time_since_epoch()).count()};
}

Result<Moment> parse_moment(std::string_view text) {
  const auto moment = whole_moment(trim(text));
  if (moment) return *moment;
  return invalid_input(fmt::format("\"{}\" is no date; write 2024-03-11 or 2024-03-11T10:20:30Z",
                                   text.substr(0, 40)));
}

Result<Date> parse_date(std::string_view text) { return date_of(TRY(parse_moment(text))); }

std::string to_text(Date date) {
  return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
}

std::string to_text(Moment moment) {
  const std::int64_t second = ((moment.seconds % kSecondsPerDay) + kSecondsPerDay) % kSecondsPerDay;
  return fmt::format("{}T{:02}:{:02}:{:02}Z", to_text(date_of(moment)), second / 3600,
                     second / 60 % 60, second % 60);
}

}  // namespace relearn
