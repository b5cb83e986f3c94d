// One connection to a server under test: bytes out, an answer in. Knows just enough of HTTP/1.1 to
// read what ours sends; so it can also send what no client should.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "base/descriptor.h"
#include "base/text.h"

namespace relearn {

struct HttpAnswer {
  int status = 0;                              // 0: the connection ended without one
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

class HttpClient {
 public:
  explicit HttpClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
      socket_.close();
    }
  }

  bool is_connected() const { return socket_.get() >= 0; }

  /// Whether all of it was taken.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  /// The next answer of this connection.
  HttpAnswer receive(std::chrono::seconds time_max = std::chrono::seconds(30)) {
    HttpAnswer answer;
    std::size_t end = std::string::npos;
    while ((end = got_.find("\r\n\r\n")) == std::string::npos) {
      if (!read_more(time_max)) return answer;
    }
    read_header(std::string_view(got_).substr(0, end), answer);
    const auto length = answer.headers.find("content-length");
    const double bytes =
        length == answer.headers.end() ? 0 : parse_number(length->second).value_or(0);
    const std::size_t all = end + 4 + static_cast<std::size_t>(bytes);
    while (got_.size() < all) {
      if (!read_more(time_max)) return {};
    }
    answer.body = got_.substr(end + 4, all - end - 4);
    got_.erase(0, all);
    return answer;
  }

  /// All that comes until the server ends the connection, or the time passes without anything.
  std::string receive_all(std::chrono::seconds time_max) {
    while (read_more(time_max)) {
    }
    return std::exchange(got_, "");
  }

  /// Whether the server ends the connection within the time.
  bool ends(std::chrono::seconds time_max) {
    while (read_more(time_max)) {
    }
    return ended_;
  }

 private:
  static void read_header(std::string_view text, HttpAnswer& answer) {
    const auto lines = split(text, '\n');
    answer.status = static_cast<int>(parse_number(lines[0].substr(9, 3)).value_or(0));
    for (std::size_t i = 1; i < lines.size(); ++i) {
      const auto colon = lines[i].find(':');
      std::string name(lines[i].substr(0, colon));
      std::ranges::transform(name, name.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      });
      answer.headers[name] = trim(lines[i].substr(colon + 1));
    }
  }

  bool read_more(std::chrono::seconds time_max) {
    if (!is_connected()) return false;
    pollfd waiting{socket_.get(), POLLIN, 0};
    const auto time = std::chrono::milliseconds(time_max);
    if (::poll(&waiting, 1, static_cast<int>(time.count())) <= 0) return false;
    char buffer[1 << 14];
    const ssize_t got = ::recv(socket_.get(), buffer, sizeof buffer, 0);
    ended_ = got <= 0;
    if (!ended_) got_.append(buffer, static_cast<std::size_t>(got));
    return !ended_;
  }

  Descriptor socket_;
  std::string got_;
  bool ended_ = false;
};

}  // namespace relearn
