#include "http/router.h"

#include <algorithm>

#include "base/text.h"

namespace relearn {
namespace {

bool may_be_a_name(std::string_view part) {
  return !part.empty() && std::ranges::all_of(part, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

/// "dossier.en.html"; neither hidden nor a way to another folder.
bool may_be_a_file(std::string_view part) {
  return std::ranges::all_of(split(part, '.'), may_be_a_name);
}

using Parts = std::map<std::string, std::string, std::less<>>;

std::optional<Parts> match(std::string_view pattern, std::string_view path) {
  const auto wanted = split(pattern, '/'), given = split(path, '/');
  if (wanted.size() != given.size()) return std::nullopt;
  Parts parts;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i].starts_with('{')) {
      const bool is_file = wanted[i] == "{file}";
      if (!(is_file ? may_be_a_file(given[i]) : may_be_a_name(given[i]))) return std::nullopt;
      parts[std::string(wanted[i].substr(1, wanted[i].size() - 2))] = given[i];
    } else if (wanted[i] != given[i]) {
      return std::nullopt;
    }
  }
  return parts;
}

}  // namespace

Router::Match Router::find(std::string_view method, std::string_view path) const {
  Match found;
  for (const Route& route : routes_) {
    auto parts = match(route.pattern, path);
    if (!parts) continue;
    if (route.method == method) return {&route, std::move(*parts), ""};
    found.allow += (found.allow.empty() ? "" : ", ") + std::string(route.method);
  }
  return found;
}

}  // namespace relearn
