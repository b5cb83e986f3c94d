#include "service/access/session_token.h"

#include <algorithm>

namespace relearn {
namespace {

constexpr std::size_t kIdLength = 64;
constexpr std::string_view kDomain = "session token 1";

bool is_hexadecimal(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

/// Without telling by its time where they differ.
bool same(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
  }
  return difference == 0;
}

}  // namespace

std::string session_token(const std::string& id, const KeyedHash& keyed) {
  return id + "." + keyed(kDomain, id);
}

std::optional<std::string> session_of_token(std::string_view token, const KeyedHash& keyed) {
  if (token.size() <= kIdLength || token[kIdLength] != '.') return std::nullopt;
  const std::string id(token.substr(0, kIdLength));
  if (!std::ranges::all_of(id, is_hexadecimal)) return std::nullopt;
  if (!same(token.substr(kIdLength + 1), keyed(kDomain, id))) return std::nullopt;
  return id;
}

}  // namespace relearn
