// A request and its answer as the routes see them: no socket, no web library.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace relearn {

using Query = std::map<std::string, std::string, std::less<>>;

struct HttpRequest {
  std::string method, path;                                    // path without a query
  std::map<std::string, std::string, std::less<>> path_parts;  // of {names} in the route's pattern
  Query query;                                                 // what stands behind '?', decoded
  std::string authorization, accept_language, content_type, idempotency_key;
  std::string accept_encoding, if_none_match;
  std::string body;
  std::filesystem::path body_file;  // instead of it, where the route takes a file: gone afterwards
  std::string client;               // address; of somebody behind a trusted proxy, as that tells it
  std::string id;                   // of this request, in the log and in the answer
};

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

/// What there is to tell since the last time, and whether anything may follow.
struct StreamPart {
  std::string text;  // "" for nothing new
  enum class Then { More, End } then = Then::More;
};

struct HttpResponse;
using Answered = std::function<void(HttpResponse)>;

struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  HttpHeaders headers;
  /// Instead of a body: asked again and again, may wait for the database. Server-sent events.
  std::function<StreamPart()> stream;
  /// Instead of all of it: begins what ends by itself, a row on its way to the disk for example,
  /// and tells the answer once, from any thread. No thread waits meanwhile.
  std::function<void(const Answered&)> later;
  std::string log;  // one sentence about what failed inside; goes to the log, not to the client
  std::string did;  // what somebody changed, for the log: numbers and roles, nobody's name
};

/// What is wrong, as RFC 9457 says it: type "about:blank", the status and its name, one sentence.
/// `field`: the member of the body that it is about, "" for none.
HttpResponse problem(int status, std::string_view sentence, std::string_view field = "");

/// 422, 404, 409, 403 or 503 with the error's own sentence. What failed inside (Unavailable,
/// BrokenInvariant) is told to the log only.
HttpResponse problem_of(const Error& error, std::string_view field = "");

/// 429, and after which time there is a point in asking again.
HttpResponse too_many(long long seconds);

/// The name of a status: "Not Found".
std::string_view status_name(int status);

}  // namespace relearn
