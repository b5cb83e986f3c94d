#include "http/message.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace relearn {

std::string_view status_name(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 503:
      return "Service Unavailable";
    default:
      return "Internal Server Error";
  }
}

HttpResponse problem(int status, std::string_view sentence, std::string_view field) {
  nlohmann::ordered_json body = {{"type", "about:blank"},
                                 {"title", status_name(status)},
                                 {"status", status},
                                 {"detail", sentence}};
  if (!field.empty()) body["field"] = field;
  HttpResponse response;
  response.status = status;
  response.content_type = "application/problem+json";
  response.body = body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  return response;
}

HttpResponse problem_of(const Error& error, std::string_view field) {
  HttpResponse response;
  switch (error.kind) {
    case ErrorKind::InvalidInput:
      return problem(422, error.message, field);
    case ErrorKind::NotFound:
      return problem(404, error.message, field);
    case ErrorKind::Conflict:
      return problem(409, error.message, field);
    case ErrorKind::NotAllowed:
      return problem(403, error.message, field);
    case ErrorKind::NotReady:
      return problem(503, error.message, field);
    case ErrorKind::Cancelled:
    case ErrorKind::Unavailable:
      response = problem(503, "the server cannot do this now; nothing was stored");
      break;
    case ErrorKind::BrokenInvariant:
      response = problem(500, "the server failed; its operator finds why under the request's id");
      break;
  }
  response.log = error.message;
  return response;
}

HttpResponse too_many(long long seconds) {
  HttpResponse response = problem(
      429, fmt::format("too many requests; there is a point in trying again in {} s", seconds));
  response.headers.emplace_back("Retry-After", fmt::format("{}", seconds));
  return response;
}

}  // namespace relearn
