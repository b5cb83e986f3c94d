// The body of a request: one flat JSON object, read strictly. No key twice, nothing nested but,
// where it is asked for, a list of texts; no NaN, no number beyond a double, UTF-8.
#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "http/message.h"

namespace relearn {

struct BodyMember {
  enum class Kind { String, Number, Truth, Null, List };
  std::string key;
  std::string text;  // as it stands there; "1" and "0" for true and false; "" for null
  Kind kind = Kind::String;
  std::vector<std::string> items;  // of a list
};

inline constexpr std::size_t kMembersOfABodyMax = 500;  // or items of a list

enum class Lists { Refused, OfTexts };

/// Either the members, in order, or a problem: 415 for another content type, 400 for what is no
/// JSON, 422 for JSON that is something else.
std::variant<std::vector<BodyMember>, HttpResponse> read_flat_body(const HttpRequest& request,
                                                                   Lists lists = Lists::Refused);

/// A key as it may be shown, whoever wrote it: its beginning, without control characters.
std::string shown_key(std::string_view key);

/// Members that must be texts.
struct WantedTexts {
  std::initializer_list<std::string_view> needed, optional;
};
using Texts = std::map<std::string, std::string, std::less<>>;

/// The wanted ones ("" for an optional one that is not there), or 422 that names the member that is
/// missing, not a text or not known.
std::variant<Texts, HttpResponse> read_texts(const HttpRequest& request, const WantedTexts& wanted);

}  // namespace relearn
