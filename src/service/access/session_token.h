// What a signed-in client carries: 64 hexadecimal digits that name a session, a point, and a keyed
// hash of them. There is one way to make it and no field that chooses another: nothing in a token
// tells who its owner is, what they may do or how it is to be checked.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace relearn {

/// A secret function of a text, by the store's key.
using KeyedHash = std::function<std::string(std::string_view domain, std::string_view text)>;

/// `id`: 64 hexadecimal digits that nobody can guess.
std::string session_token(const std::string& id, const KeyedHash& keyed);

/// The id; nothing when it is not a token that we have made. Takes the same time wherever two
/// hashes differ.
std::optional<std::string> session_of_token(std::string_view token, const KeyedHash& keyed);

}  // namespace relearn
