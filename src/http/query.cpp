#include "http/query.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "http/flat_body.h"
#include "lifecycle/intake/row_reader.h"

namespace relearn {
namespace {

constexpr std::size_t kKeyBytesMax = 40;

bool is_key(std::string_view text) {
  return !text.empty() && text.size() <= kKeyBytesMax && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

std::optional<char> byte_of(std::string_view two_digits) {
  unsigned byte = 0;
  const char* const end = two_digits.data() + two_digits.size();
  const auto read = std::from_chars(two_digits.data(), end, byte, 16);
  if (two_digits.size() != 2 || read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return static_cast<char>(byte);
}

Result<std::string> decoded(std::string_view key, std::string_view value) {
  std::string text;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] != '%') {
      text += value[i] == '+' ? ' ' : value[i];
      continue;
    }
    const auto byte = byte_of(value.substr(i + 1, 2));
    if (!byte) {
      return invalid_input(fmt::format("{}: '%' is not followed by two hexadecimal digits", key));
    }
    text += *byte;
    i += 2;
  }
  if (!is_clean_text(text)) {
    return invalid_input(
        fmt::format("{}: is not plain UTF-8 text without control characters", key));
  }
  return text;
}

}  // namespace

Result<Query> parse_query(std::string_view text) {
  Query query;
  if (text.empty()) return query;
  if (text.size() > kQueryBytesMax) {
    return invalid_input(fmt::format("what stands behind '?' has {} bytes, the limit is {}",
                                     text.size(), kQueryBytesMax));
  }
  for (const std::string_view pair : split(text, '&')) {
    const std::size_t mark = pair.find('=');
    const std::string_view key = pair.substr(0, mark);
    if (mark == std::string_view::npos || !is_key(key)) {
      return invalid_input(
          "behind '?' stand key=value pairs, joined by '&'; a key is lower-case letters, digits, "
          "'_' and '-'");
    }
    if (query.size() == kQueryPairsMax) {
      return invalid_input(fmt::format("more than {} pairs stand behind '?'", kQueryPairsMax));
    }
    std::string value = TRY(decoded(key, pair.substr(mark + 1)));
    if (!query.emplace(key, std::move(value)).second) {
      return invalid_input(fmt::format("{}: is given twice", key));
    }
  }
  return query;
}

std::optional<HttpResponse> check_query(const HttpRequest& request,
                                        std::initializer_list<std::string_view> known) {
  for (const auto& [key, value] : request.query) {
    if (std::ranges::count(known, std::string_view(key)) > 0) continue;
    return problem(422, fmt::format("{}: is not known here", key), key);
  }
  return std::nullopt;
}

std::string query_value(const HttpRequest& request, std::string_view key) {
  const auto found = request.query.find(key);
  return found == request.query.end() ? "" : found->second;
}

Result<std::size_t> query_count(const HttpRequest& request, std::string_view key,
                                std::size_t fallback, std::size_t most) {
  const auto found = request.query.find(key);
  if (found == request.query.end()) return fallback;
  const std::string& text = found->second;
  std::size_t count = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), count);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size() || count < 1 ||
      count > most) {
    return invalid_input(
        fmt::format("{}: '{}' is no whole number from 1 to {}", key, shown_key(text), most));
  }
  return count;
}

std::optional<std::int64_t> path_number(const HttpRequest& request, std::string_view name) {
  const std::string& text = request.path_parts.find(name)->second;
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace relearn
