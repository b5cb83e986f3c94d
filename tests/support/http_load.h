// Load on a server of this machine: so many connections, each of which sends a request, waits for
// its answer and sends the next one, all from one thread, so that the client costs little beside
// what it measures. Connections that the server ends properly are opened again.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/descriptor.h"
#include "base/text.h"

namespace relearn {

struct LoadFigures {
  std::vector<double> milliseconds;  // of each answer
  std::size_t not_2xx = 0;
  std::size_t wrong = 0;    // answers that the check refused
  std::size_t cut_off = 0;  // requests that were sent and got no whole answer
  std::size_t refused = 0;  // connections that could not be opened
  double seconds = 0;

  double rate() const { return static_cast<double>(milliseconds.size()) / seconds; }
  /// Of the sorted times; 0 when there are none.
  double quantile(double share) {
    if (milliseconds.empty()) return 0;
    const auto place = static_cast<std::ptrdiff_t>(
        std::ceil(share * static_cast<double>(milliseconds.size() - 1)));
    std::nth_element(milliseconds.begin(), milliseconds.begin() + place, milliseconds.end());
    return milliseconds[static_cast<std::size_t>(place)];
  }
  void add(const LoadFigures& more) {
    milliseconds.insert(milliseconds.end(), more.milliseconds.begin(), more.milliseconds.end());
    not_2xx += more.not_2xx;
    wrong += more.wrong;
    cut_off += more.cut_off;
    refused += more.refused;
    seconds += more.seconds;
  }
};

class HttpLoad {
 public:
  using Clock = std::chrono::steady_clock;
  struct Answer {
    int status = 0;
    std::string_view head, body;
  };
  /// The next request; valid until it is called again.
  using Ask = std::function<std::string_view()>;
  /// Whether the answer is right.
  using Check = std::function<bool(const Answer&)>;

  HttpLoad(std::uint16_t port, std::size_t connections, Ask ask, Check check)
      : port_(port),
        ask_(std::move(ask)),
        check_(std::move(check)),
        epoll_(::epoll_create1(EPOLL_CLOEXEC)),
        connections_(connections) {}

  /// For so long, or until `stop`; what is asked then is still waited for.
  LoadFigures run(std::chrono::milliseconds time, const std::atomic<bool>* stop = nullptr) {
    figures_ = {};
    const auto from = Clock::now();
    const auto over = [&] {
      return Clock::now() >= from + time || (stop != nullptr && stop->load());
    };
    for (Connection& each : connections_) ask(each);
    std::vector<epoll_event> events(512);
    while (waiting_ > 0) {
      const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()),
                                     kSilentMillisecondsMax);
      const bool last = over();
      if (last && figures_.seconds == 0) figures_.seconds = seconds_since(from);
      if (count <= 0) break;  // a server that says nothing for so long will not
      for (int i = 0; i < count; ++i) {
        Connection& connection =
            *static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr);
        if (read(connection) && !last) ask(connection);
      }
    }
    if (figures_.seconds == 0) figures_.seconds = seconds_since(from);
    for (Connection& each : connections_) {
      if (each.waits) lose(each);
    }
    return std::move(figures_);
  }

 private:
  static constexpr int kSilentMillisecondsMax = 30'000;

  struct Connection {
    Descriptor socket;
    std::string got;
    Clock::time_point asked;
    bool waits = false;
  };

  static double seconds_since(Clock::time_point from) {
    return std::chrono::duration<double>(Clock::now() - from).count();
  }

  bool open(Connection& connection) {
    connection.socket = Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port_);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int socket = connection.socket.get(), on = 1;
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
      connection.socket.close();
      return false;
    }
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    epoll_event event{EPOLLIN, {.ptr = &connection}};
    return ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, socket, &event) == 0;
  }

  void ask(Connection& connection) {
    if (connection.socket.get() < 0 && !open(connection)) {
      ++figures_.refused;
      return;
    }
    std::string_view request = ask_();
    connection.asked = Clock::now();
    connection.waits = true;
    ++waiting_;
    while (!request.empty()) {
      const ssize_t sent =
          ::send(connection.socket.get(), request.data(), request.size(), MSG_NOSIGNAL);
      if (sent <= 0) return lose(connection);
      request.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  void lose(Connection& connection) {
    ++figures_.cut_off;
    finish(connection);
    connection.socket.close();
    connection.got.clear();
  }

  void finish(Connection& connection) {
    connection.waits = false;
    --waiting_;
  }

  /// Whether the connection may be asked again.
  bool read(Connection& connection) {
    char buffer[1 << 14];
    const ssize_t got = ::recv(connection.socket.get(), buffer, sizeof buffer, MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN) return false;
    if (got <= 0) {
      if (connection.waits) lose(connection);
      connection.socket.close();
      connection.got.clear();
      return true;
    }
    connection.got.append(buffer, static_cast<std::size_t>(got));
    const std::size_t end = connection.got.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    const std::string_view head = std::string_view(connection.got).substr(0, end + 2);
    const std::size_t all = end + 4 + body_bytes(head);
    if (connection.got.size() < all) return false;
    Answer answer;
    answer.head = head;
    answer.body = std::string_view(connection.got).substr(end + 4, all - end - 4);
    answer.status = static_cast<int>(parse_number(head.substr(9, 3)).value_or(0));
    count(connection, answer);
    const bool closes = has_line(head, "\r\nconnection: close\r\n");
    connection.got.erase(0, all);
    if (closes) connection.socket.close();
    return true;
  }

  void count(Connection& connection, const Answer& answer) {
    finish(connection);
    figures_.milliseconds.push_back(1000 * seconds_since(connection.asked));
    if (answer.status < 200 || answer.status > 299) {
      ++figures_.not_2xx;
    } else if (!check_(answer)) {
      ++figures_.wrong;
    }
  }

  static char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
  static auto find_line(std::string_view head, std::string_view lower_case) {
    return std::search(head.begin(), head.end(), lower_case.begin(), lower_case.end(),
                       [](char a, char b) { return lower(a) == b; });
  }
  static bool has_line(std::string_view head, std::string_view lower_case) {
    return find_line(head, lower_case) != head.end();
  }
  static std::size_t body_bytes(std::string_view head) {
    constexpr std::string_view kName = "\r\ncontent-length: ";
    const auto at = find_line(head, kName);
    std::size_t bytes = 0;
    if (at == head.end()) return 0;
    for (auto digit = at + kName.size(); digit != head.end() && *digit >= '0' && *digit <= '9';
         ++digit) {
      bytes = 10 * bytes + static_cast<std::size_t>(*digit - '0');
    }
    return bytes;
  }

  const std::uint16_t port_;
  const Ask ask_;
  const Check check_;
  const Descriptor epoll_;
  std::vector<Connection> connections_;
  std::size_t waiting_ = 0;
  LoadFigures figures_;
};

}  // namespace relearn
