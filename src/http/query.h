// What stands behind the '?' of a request: key=value pairs, bounded and read strictly.
//
//   query := [ pair { '&' pair } ]      pair := key '=' value      key := 1 to 40 of a-z 0-9 _ -
//   value: UTF-8 without control characters, percent-encoded (RFC 3986, 2.1); '+' is a space
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace relearn {

inline constexpr std::size_t kQueryBytesMax = 2048;
inline constexpr std::size_t kQueryPairsMax = 20;

/// InvalidInput with one sentence, for a key given twice, too.
Result<Query> parse_query(std::string_view text);

/// 422 naming a key that the route does not know.
std::optional<HttpResponse> check_query(const HttpRequest& request,
                                        std::initializer_list<std::string_view> known);

/// The value of a key, "" when it is not given.
std::string query_value(const HttpRequest& request, std::string_view key);

/// A whole number from 1 to `most`; `fallback` when it is not given. InvalidInput.
Result<std::size_t> query_count(const HttpRequest& request, std::string_view key,
                                std::size_t fallback, std::size_t most);

/// The number in a {name} of the path; nothing when it is none, as of what is not there.
std::optional<std::int64_t> path_number(const HttpRequest& request, std::string_view name);

}  // namespace relearn
