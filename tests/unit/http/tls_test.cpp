#include <fmt/format.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/stat.h>

#include <atomic>
#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <csignal>
#include <fstream>
#include <mutex>
#include <thread>

#include "http/server.h"
#include "support/http_client.h"
#include "support/scratch_folder.h"

namespace relearn {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using asio::ip::tcp;
using std::chrono::seconds;

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeCertificate {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

/// A new key and a certificate of it that vouches for itself, valid for a day.
TlsFiles make_certificate(const fs::path& folder, const std::string& name) {
  const TlsFiles files{folder / (name + ".pem"), folder / (name + ".key")};
  const std::unique_ptr<EVP_PKEY, FreeKey> key(EVP_EC_gen("P-256"));
  const std::unique_ptr<X509, FreeCertificate> certificate(X509_new());
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 86400);
  X509_set_pubkey(certificate.get(), key.get());
  X509_NAME* const subject = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), subject);
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  const File certificate_file(std::fopen(files.certificate.c_str(), "w"));
  PEM_write_X509(certificate_file.get(), certificate.get());
  const File key_file(std::fopen(files.key.c_str(), "w"));
  PEM_write_PrivateKey(key_file.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  ::chmod(files.key.c_str(), 0600);
  return files;
}

/// Takes the place of what the server was told to read.
void replace_by(const TlsFiles& from, const TlsFiles& to) {
  fs::copy_file(from.certificate, to.certificate, fs::copy_options::overwrite_existing);
  fs::copy_file(from.key, to.key, fs::copy_options::overwrite_existing);
}

class TlsServer {
 public:
  explicit TlsServer(const TlsFiles& files, const std::string& address = "127.0.0.1") {
    ServerOptions options;
    options.address = address;
    options.port = 0;
    options.tls = files;
    HttpServer::World world;
    world.log = [this](const std::string& line) {
      const std::lock_guard lock(mutex_);
      log_ += line + "\n";
    };
    world.each_second = [] {};
    Router router({{"GET", "/quick", RunsOn::Io, [](const HttpRequest&) {
                      HttpResponse response;
                      response.body = "quick";
                      return response;
                    }}});
    server_ = HttpServer::listen(options, std::move(router), std::move(world)).take_value();
    thread_ = std::thread([this] { server_->run(cancel_); });
  }
  ~TlsServer() {
    cancel_.request();
    thread_.join();
  }
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  std::uint16_t port() const { return server_->port(); }
  /// Waits until the log has said it so often.
  bool has_logged(const std::string& what, int times) {
    for (int i = 0; i < 3000; ++i) {
      {
        const std::lock_guard lock(mutex_);
        int found = 0;
        for (std::size_t at = 0; (at = log_.find(what, at)) != std::string::npos; ++at) ++found;
        if (found >= times) return true;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
  }

 private:
  CancelToken cancel_;
  std::mutex mutex_;
  std::string log_;
  std::unique_ptr<HttpServer> server_;
  std::thread thread_;
};

class TlsClient {
 public:
  TlsClient(std::uint16_t port, int version) {
    SSL_set_min_proto_version(stream_.native_handle(), version);
    SSL_set_max_proto_version(stream_.native_handle(), version);
    SSL_set_cipher_list(stream_.native_handle(), "ALL:@SECLEVEL=0");  // the old ones, too
    stream_.lowest_layer().connect({asio::ip::address_v4::loopback(), port}, error_);
    if (!error_) stream_.handshake(asio::ssl::stream_base::client, error_);
  }

  bool is_connected() const { return !error_; }
  std::string certificate_name() const {
    const std::unique_ptr<X509, FreeCertificate> certificate(
        SSL_get1_peer_certificate(const_cast<TlsClient*>(this)->stream_.native_handle()));
    char name[64] = "";
    if (certificate) {
      X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, name,
                                sizeof name);
    }
    return name;
  }
  /// Header and body; "" when the connection ends first.
  std::string ask(const std::string& path) {
    asio::write(stream_, asio::buffer("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n"), error_);
    std::string got;
    asio::read_until(stream_, asio::dynamic_buffer(got), "quick", error_);
    return error_ ? "" : got;
  }

 private:
  asio::io_context io_;
  asio::ssl::context context_{asio::ssl::context::tls_client};
  asio::ssl::stream<tcp::socket> stream_{io_, context_};
  boost::system::error_code error_;
};

class Tls : public testing::Test {
 protected:
  ScratchFolder folder_;
  const TlsFiles files_ = make_certificate(folder_.path(), "first");
};

TEST_F(Tls, AnswersInBothVersionsAndTellsBrowsersToComeBackThisWay) {
  TlsServer server(files_);
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsClient client(server.port(), version);
    ASSERT_TRUE(client.is_connected()) << version;
    for (int i = 0; i < 3; ++i) {
      const std::string answer = client.ask("/quick");
      EXPECT_TRUE(answer.starts_with("HTTP/1.1 200")) << answer;
      EXPECT_NE(answer.find("Strict-Transport-Security: max-age="), std::string::npos);
    }
  }
}

TEST_F(Tls, SpeaksNothingOlder) {
  TlsServer server(files_);
  EXPECT_FALSE(TlsClient(server.port(), TLS1_1_VERSION).is_connected());
  EXPECT_TRUE(TlsClient(server.port(), TLS1_2_VERSION).is_connected());
}

TEST_F(Tls, WhoSpeaksPlainHttpGetsNoAnswer) {
  TlsServer server(files_);
  HttpClient plain(server.port());
  plain.send("GET /quick HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(plain.receive_all(seconds(20)).find("HTTP"), std::string::npos);
  EXPECT_TRUE(TlsClient(server.port(), TLS1_3_VERSION).is_connected());
}

TEST_F(Tls, ReadsTheCertificateAgainAtHangUpAndKeepsTheOldOneIfThatFails) {
  const TlsFiles second = make_certificate(folder_.path(), "second");
  const TlsFiles kept = make_certificate(folder_.path(), "kept");
  TlsServer server(files_);
  TlsClient before(server.port(), TLS1_3_VERSION);
  EXPECT_EQ(before.certificate_name(), "first");
  replace_by(second, files_);
  std::raise(SIGHUP);
  ASSERT_TRUE(server.has_logged("certificate_read", 1));
  EXPECT_EQ(TlsClient(server.port(), TLS1_3_VERSION).certificate_name(), "second");
  EXPECT_NE(before.ask("/quick"), "") << "who was there already is not cut off";

  fs::copy_file(kept.key, files_.key, fs::copy_options::overwrite_existing);  // not its key
  std::raise(SIGHUP);
  ASSERT_TRUE(server.has_logged("certificate_not_read", 1));
  EXPECT_EQ(TlsClient(server.port(), TLS1_3_VERSION).certificate_name(), "second");
}

TEST_F(Tls, LetsOtherMachinesConnectWithoutAProxy) {
  TlsServer server(files_, "0.0.0.0");
  EXPECT_TRUE(TlsClient(server.port(), TLS1_3_VERSION).is_connected());
}

Error refused(const TlsFiles& files) {
  ServerOptions options;
  options.port = 0;
  options.tls = files;
  auto server = HttpServer::listen(options, Router({}), {});
  return server.ok() ? Error{} : server.error();
}

TEST_F(Tls, RefusesAKeyThatOthersMayRead) {
  ::chmod(files_.key.c_str(), 0640);
  const Error error = refused(files_);
  EXPECT_EQ(error.kind, ErrorKind::NotAllowed);
  EXPECT_NE(error.message.find("mode 0640"), std::string::npos) << error.message;
}

TEST_F(Tls, RefusesFilesThatAreNoneAndNamesThem) {
  const TlsFiles other = make_certificate(folder_.path(), "other");
  for (const TlsFiles& files :
       {TlsFiles{folder_.path() / "nowhere.pem", files_.key}, TlsFiles{files_.key, files_.key}}) {
    const Error error = refused(files);
    EXPECT_EQ(error.kind, ErrorKind::InvalidInput);
    EXPECT_NE(error.message.find(files.certificate.string()), std::string::npos) << error.message;
  }
  for (const TlsFiles& files : {TlsFiles{files_.certificate, folder_.path() / "nowhere.key"},
                                TlsFiles{files_.certificate, other.key}}) {
    const Error error = refused(files);
    EXPECT_EQ(error.kind, ErrorKind::InvalidInput);
    EXPECT_NE(error.message.find(files.key.string()), std::string::npos) << error.message;
  }
}

}  // namespace
}  // namespace relearn
