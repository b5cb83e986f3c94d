// The server's certificate and key, when it speaks TLS itself instead of a proxy in front of it.
#pragma once

#include <filesystem>
#include <memory>

#include "base/result.h"

namespace boost::asio::ssl {
class context;
}

namespace relearn {

struct TlsFiles {
  std::filesystem::path certificate;  // PEM; its own first, then those that vouch for it
  std::filesystem::path key;          // PEM, without a pass phrase
};

/// TLS 1.2 and 1.3, with forward secrecy. NotAllowed when others than its owner may read the key;
/// InvalidInput when a file is none, or the key is not the certificate's.
Result<std::shared_ptr<boost::asio::ssl::context>> load_tls(const TlsFiles& files);

}  // namespace relearn
