// Ed25519 (RFC 8032): whether a text is what the holder of a key has signed. Who may sign has the
// secret key and is elsewhere; anybody may check.
#pragma once

#include <string_view>

namespace relearn {

/// Key and signature in base64 (RFC 4648, section 4). False, too, when one of them is no such
/// thing.
bool is_signed_by(std::string_view public_key, std::string_view text, std::string_view signature);

}  // namespace relearn
