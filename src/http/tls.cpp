#include "http/tls.h"

#include <fmt/format.h>
#include <openssl/ssl.h>
#include <sys/stat.h>

#include <boost/asio/ssl/context.hpp>

namespace relearn {
namespace {

namespace ssl = boost::asio::ssl;

constexpr const char* kCiphersOf12 = "ECDHE+AESGCM:ECDHE+CHACHA20";  // those of 1.3 are all good

Error unreadable(const std::filesystem::path& file, std::string_view what,
                 const boost::system::error_code& error) {
  return invalid_input(
      fmt::format("{}: cannot be read as {}: {}", file.string(), what, error.message()));
}

}  // namespace

Result<std::shared_ptr<ssl::context>> load_tls(const TlsFiles& files) {
  struct stat status {};
  if (::stat(files.key.c_str(), &status) == 0 && (status.st_mode & 077) != 0) {
    return not_allowed(
        fmt::format("{}: others than its owner may read the TLS key (mode {:04o}); chmod 600 it if "
                    "nobody has, else get a new one",
                    files.key.string(), status.st_mode & 07777));
  }
  const auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  SSL_CTX* const native = context->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(native, kCiphersOf12);
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  // Idle connections give their buffers back.
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
  // Nobody sits there to be asked for a pass phrase.
  context->set_password_callback([](std::size_t, ssl::context::password_purpose) { return ""; });
  boost::system::error_code error;
  context->use_certificate_chain_file(files.certificate.string(), error);
  if (error) return unreadable(files.certificate, "a certificate in PEM", error);
  context->use_private_key_file(files.key.string(), ssl::context::pem, error);
  if (error || SSL_CTX_check_private_key(native) != 1) {
    if (!error) error = boost::asio::error::invalid_argument;
    return unreadable(
        files.key,
        fmt::format("the key, in PEM and without a pass phrase, of {}", files.certificate.string()),
        error);
  }
  return context;
}

}  // namespace relearn
