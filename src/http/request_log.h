// What the log says of a request: no path, no query, no address, no body; only what tells nothing
// about anybody.
#pragma once

#include <string>
#include <string_view>

#include "http/message.h"

namespace relearn {

struct LoggedRequest {
  std::string_view id, method, route;  // route: its pattern
  double milliseconds = 0;
};

/// One JSON object, without a line end.
std::string request_line(const LoggedRequest& request, const HttpResponse& response);
/// Of what the server itself did; `failed`: "" when it did not fail.
std::string event_line(std::string_view event, const std::string& failed);

}  // namespace relearn
