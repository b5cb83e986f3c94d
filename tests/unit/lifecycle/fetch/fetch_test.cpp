// The origin is a real HTTP server on this machine that can also truncate, corrupt and stall.
#include "lifecycle/fetch/fetch.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <string>
#include <thread>

#include "base/digest.h"
#include "base/file.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;

enum class Manner { Honest, Truncates, Corrupts, Stalls, NotFound, EndlessBytes, NoRanges };

/// Serves one body to every GET, in the given manner.
class Origin {
 public:
  Origin(std::string body, Manner manner) : body_(std::move(body)), manner_(manner) {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    ::listen(listener_, 8);
    socklen_t size = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this] { serve(); });
  }
  ~Origin() {
    stop_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    ::close(listener_);
  }
  std::string url() const { return fmt::format("http://127.0.0.1:{}/file.data", port_); }
  std::string base() const { return fmt::format("http://127.0.0.1:{}", port_); }
  void become(Manner manner) { manner_ = manner; }
  std::size_t sent_from() const { return sent_from_; }  // start of the last answer

 private:
  void serve() {
    while (!stop_) {
      const int client = ::accept(listener_, nullptr, nullptr);
      if (client < 0) return;
      answer(client);
      ::close(client);
    }
  }

  void answer(int client) {
    char request[4096] = {};
    if (::recv(client, request, sizeof request - 1, 0) <= 0) return;
    std::size_t from = 0;
    const std::string text = request;
    if (const auto at = text.find("Range: bytes=");
        at != text.npos && manner_ != Manner::NoRanges) {
      from = std::stoul(text.substr(at + 13));
    }
    sent_from_ = from;
    if (manner_ == Manner::NotFound) return send(client, "HTTP/1.1 404 Gone\r\n\r\n");
    std::string rest = body_.substr(from);
    std::string head =
        from == 0 ? "HTTP/1.1 200 OK\r\n"
                  : fmt::format("HTTP/1.1 206 Partial\r\nContent-Range: bytes {}-{}/{}\r\n", from,
                                body_.size() - 1, body_.size());
    head += fmt::format("Content-Length: {}\r\n\r\n", rest.size());
    if (manner_ == Manner::EndlessBytes) head = "HTTP/1.1 200 OK\r\n\r\n";
    if (manner_ == Manner::Corrupts) rest[rest.size() / 2] ^= 1;
    if (manner_ == Manner::Truncates || manner_ == Manner::Stalls) rest.resize(rest.size() / 2);
    send(client, head + rest);
    for (int i = 0; manner_ == Manner::Stalls && i < 100 && !stop_; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    for (int i = 0; manner_ == Manner::EndlessBytes && i < 100; ++i) send(client, body_);
  }

  static void send(int client, const std::string& bytes) {
    ::send(client, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }

  std::string body_;
  std::atomic<Manner> manner_;
  std::atomic<bool> stop_{false};
  std::atomic<std::size_t> sent_from_{0};
  int listener_ = -1;
  int port_ = 0;
  std::jthread thread_;
};

class Fetch : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / fmt::format("relearn_fetch_{}", ::getpid());
    fs::remove_all(folder_);
    for (int i = 0; i < 5000; ++i) body_ += fmt::format("{},", i * 7919 % 1000);
  }
  void TearDown() override { fs::remove_all(folder_); }

  Result<FetchOutcome> fetch_from(const std::string& url, FetchOptions options = {}) {
    Download download;
    download.file_name = "file.data";
    download.url = url;
    download.sha256 = sha256(body_);
    download.bytes = body_.size();
    return fetch(download, folder_, options, cancel_, progress_);
  }
  fs::path target() const { return folder_ / "file.data"; }
  fs::path part() const { return folder_ / "file.data.part"; }

  std::string body_;
  fs::path folder_;
  CancelToken cancel_;
  NoProgress progress_;
};

TEST_F(Fetch, AnHonestOriginGivesTheFileAndASecondFetchAsksNobody) {
  const Origin origin(body_, Manner::Honest);
  const auto first = fetch_from(origin.url());
  ASSERT_TRUE(first.ok()) << first.error().message;
  EXPECT_EQ(first.value(), FetchOutcome::Fetched);
  EXPECT_EQ(read_file(target(), 1 << 20).value(), body_);
  EXPECT_FALSE(fs::exists(part()));
  EXPECT_EQ(fetch_from("http://127.0.0.1:1/").value(), FetchOutcome::AlreadyThere);
}

TEST_F(Fetch, AMirrorIsAskedForTheSameName) {
  const Origin origin(body_, Manner::Honest);
  const auto fetched = fetch_from("http://127.0.0.1:1/", {.mirror = origin.base()});
  ASSERT_TRUE(fetched.ok()) << fetched.error().message;
}

TEST_F(Fetch, ATruncatedDownloadIsKeptAndTheNextGoesOnFromThere) {
  Origin origin(body_, Manner::Truncates);
  const auto broken = fetch_from(origin.url());
  ASSERT_FALSE(broken.ok());
  EXPECT_EQ(broken.error().kind, ErrorKind::Unavailable);
  EXPECT_NE(broken.error().message.find("run again to go on"), std::string::npos);
  EXPECT_FALSE(fs::exists(target()));
  const auto kept = fs::file_size(part());
  EXPECT_EQ(kept, body_.size() / 2);
  origin.become(Manner::Honest);
  ASSERT_TRUE(fetch_from(origin.url()).ok());
  EXPECT_EQ(origin.sent_from(), kept);
  EXPECT_EQ(read_file(target(), 1 << 20).value(), body_);
}

TEST_F(Fetch, AnOriginWithoutRangesIsReadFromTheStartAgain) {
  Origin origin(body_, Manner::Truncates);
  ASSERT_FALSE(fetch_from(origin.url()).ok());
  origin.become(Manner::NoRanges);
  const auto fetched = fetch_from(origin.url());
  ASSERT_TRUE(fetched.ok()) << fetched.error().message;
  EXPECT_EQ(read_file(target(), 1 << 20).value(), body_);
}

TEST_F(Fetch, ACorruptedFileIsDeletedAndNamedByItsDigest) {
  const Origin origin(body_, Manner::Corrupts);
  const auto fetched = fetch_from(origin.url());
  ASSERT_FALSE(fetched.ok());
  EXPECT_EQ(fetched.error().kind, ErrorKind::InvalidInput);
  EXPECT_NE(fetched.error().message.find(sha256(body_)), std::string::npos);
  EXPECT_FALSE(fs::exists(target()));
  EXPECT_FALSE(fs::exists(part()));
}

TEST_F(Fetch, AStalledOriginIsGivenUpAndWhatCameIsKept) {
  const Origin origin(body_, Manner::Stalls);
  const auto fetched = fetch_from(origin.url(), {.stall_seconds_max = 1});
  ASSERT_FALSE(fetched.ok());
  EXPECT_EQ(fetched.error().kind, ErrorKind::Unavailable);
  EXPECT_NE(fetched.error().message.find("stalled"), std::string::npos);
  EXPECT_EQ(fs::file_size(part()), body_.size() / 2);
}

TEST_F(Fetch, AnOriginThatNeverEndsIsCutAtTheDeclaredSize) {
  const Origin origin(body_, Manner::EndlessBytes);
  const auto fetched = fetch_from(origin.url());
  ASSERT_FALSE(fetched.ok());
  EXPECT_NE(fetched.error().message.find("more than"), std::string::npos);
  EXPECT_FALSE(fs::exists(part()));
}

TEST_F(Fetch, AMissingFileIsReportedWithItsAddress) {
  const Origin origin(body_, Manner::NotFound);
  const auto fetched = fetch_from(origin.url());
  ASSERT_FALSE(fetched.ok());
  EXPECT_NE(fetched.error().message.find("404"), std::string::npos);
}

TEST_F(Fetch, ARequestToStopIsObeyedAndLeavesNoFile) {
  const Origin origin(body_, Manner::Stalls);
  std::jthread stop([this] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    cancel_.request();
  });
  const auto fetched = fetch_from(origin.url());
  ASSERT_FALSE(fetched.ok());
  EXPECT_EQ(fetched.error().kind, ErrorKind::Cancelled);
  EXPECT_FALSE(fs::exists(target()));
}

}  // namespace
}  // namespace relearn
