#include "http/router.h"

#include <algorithm>
#include <span>

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

std::optional<Parts> match(std::span<const std::string_view> wanted,
                           std::span<const std::string_view> given) {
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

Router::Router(std::vector<Route> routes) : routes_(std::move(routes)) {
  for (const Route& route : routes_) patterns_.push_back(split(route.pattern, '/'));
}

Router::Match Router::find(std::string_view method, std::string_view path) const {
  Match found;
  const std::vector<std::string_view> given = split(path, '/');
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    const Route& route = routes_[i];
    auto parts = match(patterns_[i], given);
    if (!parts) continue;
    if (route.method == method) return {&route, std::move(*parts), ""};
    found.allow += (found.allow.empty() ? "" : ", ") + std::string(route.method);
  }
  return found;
}

}  // namespace relearn
