#include "http/request_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace relearn {
namespace {

/// Methods that may stand in the log; anybody can invent others.
std::string_view known_method(std::string_view method) {
  constexpr std::array<std::string_view, 7> kKnown = {"GET",   "POST", "PUT",    "DELETE",
                                                      "PATCH", "HEAD", "OPTIONS"};
  const auto found = std::ranges::find(kKnown, method);
  return found == kKnown.end() ? "other" : *found;
}

std::string quoted(const std::string& text) {
  using Json = nlohmann::json;
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string request_line(const LoggedRequest& request, const HttpResponse& response) {
  // Nothing but the two sentences can hold what JSON would have to escape.
  std::string line = fmt::format(
      R"({{"event":"request","id":"{}","method":"{}","route":"{}","status":{},"ms":{:.2f})",
      request.id, known_method(request.method), request.route, response.status,
      request.milliseconds);
  if (!response.log.empty()) line += ",\"failed\":" + quoted(response.log);
  if (!response.did.empty()) line += ",\"did\":" + quoted(response.did);
  line += '}';
  return line;
}

std::string event_line(std::string_view event, const std::string& failed) {
  return failed.empty() ? fmt::format(R"({{"event":"{}"}})", event)
                        : fmt::format(R"({{"event":"{}","failed":{}}})", event, quoted(failed));
}

}  // namespace relearn
