#include "http/server.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <csignal>
#include <list>

#include "base/text.h"
#include "http/query.h"
#include "http/request_log.h"
#include "http/unnamed_file.h"

namespace relearn {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::awaitable;
using asio::use_awaitable;
using asio::ip::tcp;
using std::chrono::steady_clock;

constexpr auto kTick = std::chrono::milliseconds(100);
constexpr int kTicksASecond = 10;
constexpr auto kStreamEvery = std::chrono::milliseconds(500);
constexpr int kStreamPartsAPing = 20;  // without anything to tell
constexpr std::size_t kStreamsMax = 200;
constexpr auto kLastWordsMax = std::chrono::milliseconds(500);  // of an idle client, at the end
constexpr auto kLingerMax = std::chrono::seconds(2);  // for a client to read why it was refused
constexpr std::size_t kReadBytes = 4096;
constexpr std::size_t kLingerBytesMax = 16 << 20;

/// The bytes of one client, encrypted or not; to Beast one kind of stream.
class ClientStream {
 public:
  using executor_type = beast::tcp_stream::executor_type;
  /// tls: null for none.
  ClientStream(tcp::socket socket, const std::shared_ptr<asio::ssl::context>& tls)
      : tcp_(std::move(socket)), context_(tls) {
    if (tls) tls_.emplace(tcp_, *tls);
  }

  executor_type get_executor() { return tcp_.get_executor(); }
  beast::tcp_stream& plain() { return tcp_; }
  template <typename Buffers, typename Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return tls_ ? tls_->async_read_some(buffers, std::forward<Token>(token))
                : tcp_.async_read_some(buffers, std::forward<Token>(token));
  }
  template <typename Buffers, typename Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return tls_ ? tls_->async_write_some(buffers, std::forward<Token>(token))
                : tcp_.async_write_some(buffers, std::forward<Token>(token));
  }
  /// Whether both sides agree.
  awaitable<bool> shake_hands() {
    beast::error_code error;
    if (tls_) {
      co_await tls_->async_handshake(asio::ssl::stream_base::server,
                                     asio::redirect_error(use_awaitable, error));
    }
    co_return !error;
  }
  void expires_after(steady_clock::duration time) { tcp_.expires_after(time); }
  void expires_never() { tcp_.expires_never(); }
  void close() { tcp_.close(); }

 private:
  beast::tcp_stream tcp_;
  std::shared_ptr<asio::ssl::context> context_;  // also when another one has been read
  std::optional<beast::ssl_stream<beast::tcp_stream&>> tls_;
};

struct Connection {
  Connection(tcp::socket socket, const std::shared_ptr<asio::ssl::context>& tls)
      : stream(std::move(socket), tls) {}
  ClientStream stream;
  beast::flat_buffer buffer;
  std::string client;
  enum class State { Idle, Busy } state = State::Idle;
};
using Connections = std::list<std::shared_ptr<Connection>>;

/// Threads for what waits, and how many requests they have.
struct Pool {
  Pool(unsigned threads, std::size_t queue_max)
      : workers(threads), waiting_max(threads + queue_max) {}
  asio::thread_pool workers;
  const std::size_t waiting_max;
  std::size_t waiting = 0;  // of the thread that talks
};

using HeaderParser = http::request_parser<http::empty_body>;
using Parser = http::request_parser<http::string_body>;
using FileParser = http::request_parser<http::file_body>;
using Header = http::request_header<>;

std::string text_of(beast::string_view text) { return {text.data(), text.size()}; }

std::string hexadecimal(std::span<const unsigned char> bytes) {
  std::string text;
  for (const unsigned char byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

/// The status that says why a request could not be read; 0 when there is nobody to tell.
int status_of(const beast::error_code& error) {
  if (error == http::error::header_limit) return 431;
  if (error == http::error::body_limit || error == http::error::buffer_overflow) return 413;
  if (error == http::error::end_of_stream || error == http::error::partial_message) return 0;
  static const beast::error_code bad = http::make_error_code(http::error::bad_method);
  return error.category() == bad.category() ? 400 : 0;
}

std::string_view sentence_of(int status) {
  if (status == 431) return "the header of the request is too large";
  if (status == 413) return "the body of the request is too large";
  return "the request cannot be understood as HTTP/1.1";
}

bool names_one_host(const Header& header) {
  return header.count(http::field::host) == 1 || header.version() < 11;
}

constexpr int kAdmitted = 0;  // no status of HTTP: what answers lets the body come

/// One more, as long as it lives.
class Counted {
 public:
  explicit Counted(std::size_t& count) : count_(count) { ++count_; }
  ~Counted() { --count_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  std::size_t& count_;
};

bool is_local(const asio::ip::address& address) { return address.is_loopback(); }

}  // namespace

class HttpServer::Impl {
 public:
  Impl(const ServerOptions& options, Router router, World world)
      : options_(options),
        router_(std::move(router)),
        world_(std::move(world)),
        quick_(options.quick_threads, options.quick_queue_max),
        store_(options.store_threads, options.store_queue_max),
        passwords_(options.password_threads, options.password_queue_max),
        work_(options.work_threads, options.work_queue_max),
        acceptor_(io_) {}

  Result<void> bind();
  std::uint16_t port() const { return port_; }
  void run(const CancelToken& cancel) {
    asio::co_spawn(io_, accept(), asio::detached);
    asio::co_spawn(io_, watch(cancel), asio::detached);
    if (tls_) asio::co_spawn(io_, renew_tls(), asio::detached);
    io_.run();
    quick_.workers.join();
    store_.workers.join();
    passwords_.workers.join();
    work_.workers.join();
  }

 private:
  /// What became of one request of a connection.
  enum class Then { Next, Close };
  struct Exchange {
    HttpRequest request;
    std::string query;    // as it came
    Router::Match match;  // of method and path
    std::string_view route = "-";
    steady_clock::time_point started = steady_clock::now();
  };

  awaitable<void> accept();
  awaitable<void> watch(const CancelToken& cancel);
  awaitable<void> renew_tls();
  awaitable<void> drain();
  awaitable<void> talk(Connections::iterator place);
  awaitable<bool> wait_for_bytes(Connection& connection, std::chrono::seconds time_max);
  awaitable<Then> exchange(Connection& connection);
  awaitable<Then> upload(Connection& connection, Exchange& now, const Route& route,
                         HeaderParser& header);
  awaitable<beast::error_code> read_to_file(Connection& connection, FileParser& parser);
  awaitable<Then> refuse(Connection& connection, Exchange& now, beast::error_code error);
  awaitable<Then> reply(Connection& connection, Exchange& now, HttpResponse response, Then then);
  awaitable<Then> stream(Connection& connection, Exchange& now, HttpResponse response);
  awaitable<bool> send_parts(Connection& connection, const HttpResponse& response);
  awaitable<void> linger(Connection& connection);
  awaitable<HttpResponse> answer(Exchange& now);
  awaitable<HttpResponse> answer_to(const std::function<void(const Answered&)>& begin);
  awaitable<HttpResponse> run_on(Pool& pool, const Route& route, const HttpRequest& request);
  bool may_connect(const tcp::socket& socket) const;
  void read_header(const Header& header, const Connection& connection, Exchange& now) const;
  HttpResponse call(const Route& route, const HttpRequest& request) const;
  template <typename Message>
  void set_header(Message& message, const Exchange& now, const HttpResponse& response) const;
  void log(const Exchange& now, const HttpResponse& response) const;
  std::string new_id() const;

  const ServerOptions options_;
  const Router router_;
  const World world_;
  asio::io_context io_{1};
  Pool quick_, store_, passwords_, work_;
  std::size_t uploads_ = 0;  // going on now
  tcp::acceptor acceptor_;
  std::uint16_t port_ = 0;
  std::shared_ptr<asio::ssl::context> tls_;  // null: none
  asio::signal_set hang_up_{io_};
  Connections connections_;
  std::size_t streams_ = 0;
  enum class State { Open, Draining } state_ = State::Open;
  enum class EachSecond { Idle, Running } each_second_ = EachSecond::Idle;
};

Result<void> HttpServer::Impl::bind() {
  beast::error_code error;
  const auto address = asio::ip::make_address(options_.address, error);
  if (error) {
    return invalid_input(
        fmt::format("'{}' is no address; an IP address and a port are needed, for example "
                    "127.0.0.1:8080",
                    options_.address));
  }
  if (!is_local(address) && options_.trusted_proxies.empty() && !options_.tls) {
    return invalid_input(
        fmt::format("{} can be reached from other machines, and passwords would travel "
                    "unencrypted; listen on 127.0.0.1, name the TLS proxy with --trusted-proxy, or "
                    "give --tls-certificate and --tls-key",
                    options_.address));
  }
  if (options_.tls) {
    tls_ = TRY(load_tls(*options_.tls));
    hang_up_.add(SIGHUP, error);
  }
  const tcp::endpoint endpoint(address, options_.port);
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    return unavailable(fmt::format("cannot listen on {}:{}: {}", options_.address, options_.port,
                                   error.message()));
  }
  port_ = acceptor_.local_endpoint().port();
  return {};
}

bool HttpServer::Impl::may_connect(const tcp::socket& socket) const {
  beast::error_code error;
  const auto peer = socket.remote_endpoint(error).address();
  if (error) return false;
  return options_.tls || is_local(peer) ||
         std::ranges::count(options_.trusted_proxies, peer.to_string()) > 0;
}

awaitable<void> HttpServer::Impl::accept() {
  asio::steady_timer pause(io_);
  while (state_ == State::Open) {
    beast::error_code error;
    tcp::socket socket(io_);
    co_await acceptor_.async_accept(socket, asio::redirect_error(use_awaitable, error));
    if (state_ != State::Open) break;
    if (error) {  // most likely no file descriptor is free
      pause.expires_after(kTick);
      co_await pause.async_wait(asio::redirect_error(use_awaitable, error));
      continue;
    }
    if (connections_.size() >= options_.connections_max || !may_connect(socket)) continue;
    socket.set_option(tcp::no_delay(true), error);
    auto connection = std::make_shared<Connection>(std::move(socket), tls_);
    connection->client =
        connection->stream.plain().socket().remote_endpoint(error).address().to_string();
    const auto place = connections_.insert(connections_.end(), std::move(connection));
    asio::co_spawn(io_, talk(place), asio::detached);
  }
}

awaitable<void> HttpServer::Impl::watch(const CancelToken& cancel) {
  asio::steady_timer timer(io_);
  beast::error_code error;
  for (int tick = 0; !cancel.requested(); ++tick) {
    if (tick % kTicksASecond == 0 && each_second_ == EachSecond::Idle) {
      each_second_ = EachSecond::Running;
      if (world_.metrics) {
        world_.metrics->set_load(
            {connections_.size(), quick_.waiting + store_.waiting, passwords_.waiting, uploads_});
      }
      asio::post(store_.workers, [this] {
        world_.each_second();
        asio::post(io_, [this] { each_second_ = EachSecond::Idle; });
      });
    }
    timer.expires_after(kTick);
    co_await timer.async_wait(asio::redirect_error(use_awaitable, error));
  }
  co_await drain();
}

/// At each SIGHUP. Connections that there are keep what they began with.
awaitable<void> HttpServer::Impl::renew_tls() {
  beast::error_code error;
  while (true) {
    co_await hang_up_.async_wait(asio::redirect_error(use_awaitable, error));
    if (error) co_return;
    auto renewed = load_tls(*options_.tls);
    world_.log(event_line(renewed.ok() ? "certificate_read" : "certificate_not_read",
                          renewed.ok() ? "" : renewed.error().message));
    if (renewed.ok()) tls_ = renewed.take_value();
  }
}

awaitable<void> HttpServer::Impl::drain() {
  beast::error_code error;
  state_ = State::Draining;
  acceptor_.close(error);
  hang_up_.cancel(error);
  asio::steady_timer timer(io_);
  const auto from = steady_clock::now();
  while (!connections_.empty() && steady_clock::now() < from + options_.drain_time_max) {
    timer.expires_after(kTick / 10);
    co_await timer.async_wait(asio::redirect_error(use_awaitable, error));
    // What a client was about to send when we stopped, it did not send in vain.
    if (steady_clock::now() < from + kLastWordsMax) continue;
    for (const auto& connection : connections_) {
      const bool asked = connection->stream.plain().socket().available(error) > 0;
      if (connection->state == Connection::State::Idle && !asked) connection->stream.close();
    }
  }
  for (const auto& connection : connections_) connection->stream.close();
}

awaitable<void> HttpServer::Impl::talk(Connections::iterator place) {
  const std::shared_ptr<Connection> connection = *place;
  std::chrono::seconds wait_max = options_.request_time_max;
  connection->stream.expires_after(options_.request_time_max);
  bool goes_on = co_await connection->stream.shake_hands();
  while (goes_on) {
    connection->state = Connection::State::Idle;
    const bool more = co_await wait_for_bytes(*connection, wait_max);
    connection->state = Connection::State::Busy;
    goes_on = more && co_await exchange(*connection) == Then::Next;
    wait_max = options_.idle_time_max;
  }
  beast::error_code error;
  connection->stream.plain().socket().shutdown(tcp::socket::shutdown_both, error);
  connection->stream.close();
  connections_.erase(place);
}

/// The first bytes of the next request.
awaitable<bool> HttpServer::Impl::wait_for_bytes(Connection& connection,
                                                 std::chrono::seconds time_max) {
  if (connection.buffer.size() > 0) co_return true;
  beast::error_code error;
  connection.stream.expires_after(time_max);
  const std::size_t got = co_await connection.stream.async_read_some(
      connection.buffer.prepare(kReadBytes), asio::redirect_error(use_awaitable, error));
  connection.buffer.commit(got);
  co_return !error;
}

awaitable<HttpServer::Impl::Then> HttpServer::Impl::exchange(Connection& connection) {
  Exchange now;
  now.request.id = new_id();
  beast::error_code error;
  HeaderParser header;
  header.header_limit(options_.header_bytes_max);
  header.body_limit(options_.upload_bytes_max);
  connection.stream.expires_after(options_.request_time_max);
  co_await http::async_read_header(connection.stream, connection.buffer, header,
                                   asio::redirect_error(use_awaitable, error));
  if (error) co_return co_await refuse(connection, now, error);
  read_header(header.get(), connection, now);
  now.match = router_.find(now.request.method, now.request.path);
  if (now.match.route != nullptr && now.match.route->admit) {
    co_return co_await upload(connection, now, *now.match.route, header);
  }
  const auto length = header.content_length();
  if (length && *length > options_.body_bytes_max) {
    co_return co_await refuse(connection, now, http::error::body_limit);
  }
  Parser parser(std::move(header));
  parser.body_limit(options_.body_bytes_max);
  if (beast::iequals(parser.get()[http::field::expect], "100-continue")) {
    const http::response<http::empty_body> go_on(http::status::continue_, 11);
    co_await http::async_write(connection.stream, go_on,
                               asio::redirect_error(use_awaitable, error));
    if (error) co_return Then::Close;
  }
  co_await http::async_read(connection.stream, connection.buffer, parser,
                            asio::redirect_error(use_awaitable, error));
  if (error) co_return co_await refuse(connection, now, error);
  now.request.body = std::move(parser.get().body());
  if (!names_one_host(parser.get())) {
    co_return co_await reply(connection, now, problem(400, "a request names one host"),
                             Then::Close);
  }
  HttpResponse response = co_await answer(now);
  if (response.stream) co_return co_await stream(connection, now, std::move(response));
  const bool last = !parser.keep_alive() || state_ == State::Draining;
  co_return co_await reply(connection, now, std::move(response), last ? Then::Close : Then::Next);
}

awaitable<HttpServer::Impl::Then> HttpServer::Impl::upload(Connection& connection, Exchange& now,
                                                           const Route& route,
                                                           HeaderParser& header) {
  const auto turn_away = [&](HttpResponse response) -> awaitable<Then> {
    co_await reply(connection, now, std::move(response), Then::Close);
    co_await linger(connection);
    co_return Then::Close;
  };
  now.route = route.pattern;
  now.request.path_parts = now.match.parts;
  if (!names_one_host(header.get())) {
    co_return co_await turn_away(problem(400, "a request names one host"));
  }
  if (uploads_ >= options_.uploads_max) {
    HttpResponse busy = problem(503, "others are sending files just now; try again");
    busy.headers.emplace_back("Retry-After", "5");
    co_return co_await turn_away(std::move(busy));
  }
  const Counted counted(uploads_);
  const Route admitting{route.method, route.pattern, RunsOn::Store, [&](const HttpRequest& asked) {
                          auto refused = route.admit(asked);
                          HttpResponse response;
                          response.status = kAdmitted;
                          return refused ? std::move(*refused) : response;
                        }};
  HttpResponse admitted = co_await run_on(store_, admitting, now.request);
  if (admitted.status != kAdmitted) co_return co_await turn_away(std::move(admitted));
  const UnnamedFile file(options_.upload_folder);
  if (file.descriptor() < 0) {
    co_return co_await turn_away(problem_of(unavailable("no file can be made for an upload")));
  }
  beast::error_code error;
  FileParser parser(std::move(header));
  parser.body_limit(options_.upload_bytes_max);
  beast::file_posix body;
  body.native_handle(::dup(file.descriptor()));
  parser.get().body().reset(std::move(body), error);
  if (!error) error = co_await read_to_file(connection, parser);
  if (error) co_return co_await refuse(connection, now, error);
  now.request.body_file = file.path();
  HttpResponse response = co_await answer(now);
  const bool last = !parser.keep_alive() || state_ == State::Draining;
  co_return co_await reply(connection, now, std::move(response), last ? Then::Close : Then::Next);
}

awaitable<beast::error_code> HttpServer::Impl::read_to_file(Connection& connection,
                                                            FileParser& parser) {
  beast::error_code error;
  connection.stream.expires_after(options_.upload_time_max);
  if (beast::iequals(parser.get()[http::field::expect], "100-continue")) {
    const http::response<http::empty_body> go_on(http::status::continue_, 11);
    co_await http::async_write(connection.stream, go_on,
                               asio::redirect_error(use_awaitable, error));
    if (error) co_return error;
  }
  co_await http::async_read(connection.stream, connection.buffer, parser,
                            asio::redirect_error(use_awaitable, error));
  co_return error;
}

void HttpServer::Impl::read_header(const Header& header, const Connection& connection,
                                   Exchange& now) const {
  HttpRequest& request = now.request;
  request.method = text_of(header.method_string());
  request.path = text_of(header.target());
  const std::size_t mark = std::min(request.path.size(), request.path.find('?'));
  now.query = request.path.substr(std::min(request.path.size(), mark + 1));
  request.path.resize(mark);
  request.authorization = text_of(header[http::field::authorization]);
  request.accept_language = text_of(header[http::field::accept_language]);
  request.content_type = text_of(header[http::field::content_type]);
  request.accept_encoding = text_of(header[http::field::accept_encoding]);
  request.if_none_match = text_of(header[http::field::if_none_match]);
  request.idempotency_key = text_of(header["Idempotency-Key"]);
  request.client = connection.client;
  if (std::ranges::count(options_.trusted_proxies, connection.client) == 0) return;
  // The last one was added by the proxy itself; those before can be anybody's invention.
  std::string forwarded;
  const auto [from, to] = header.equal_range("X-Forwarded-For");
  for (auto line = from; line != to; ++line) forwarded = text_of(line->value());
  const std::string_view last = trim(split(forwarded, ',').back());
  beast::error_code error;
  const auto address = asio::ip::make_address(std::string(last), error);
  if (!error) request.client = address.to_string();
}

awaitable<HttpServer::Impl::Then> HttpServer::Impl::refuse(Connection& connection, Exchange& now,
                                                           beast::error_code error) {
  const int status = status_of(error);
  if (status == 0) co_return Then::Close;
  co_await reply(connection, now, problem(status, sentence_of(status)), Then::Close);
  co_await linger(connection);
  co_return Then::Close;
}

awaitable<HttpServer::Impl::Then> HttpServer::Impl::reply(Connection& connection, Exchange& now,
                                                          HttpResponse response, Then then) {
  http::response<http::string_body> message(static_cast<http::status>(response.status), 11);
  set_header(message, now, response);
  message.keep_alive(then == Then::Next);
  const std::size_t bytes = response.body.size();
  if (now.request.method != "HEAD") message.body() = std::move(response.body);
  message.prepare_payload();
  if (now.request.method == "HEAD") message.content_length(bytes);
  beast::error_code error;
  connection.stream.expires_after(options_.request_time_max);
  co_await http::async_write(connection.stream, message,
                             asio::redirect_error(use_awaitable, error));
  log(now, response);
  co_return error ? Then::Close : then;
}

template <typename Message>
void HttpServer::Impl::set_header(Message& message, const Exchange& now,
                                  const HttpResponse& response) const {
  message.set(http::field::content_type, response.content_type);
  message.set("X-Request-Id", now.request.id);
  message.set("X-Content-Type-Options", "nosniff");
  message.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  message.set("Referrer-Policy", "no-referrer");
  if (tls_) message.set(http::field::strict_transport_security, "max-age=31536000");
  message.set(http::field::cache_control, "no-store");
  for (const auto& [name, value] : response.headers) message.set(name, value);
}

/// One answer in parts, as they come, until it says that it ends, the client goes or the server
/// stops. Takes the connection for itself.
awaitable<HttpServer::Impl::Then> HttpServer::Impl::stream(Connection& connection, Exchange& now,
                                                           HttpResponse response) {
  if (streams_ >= kStreamsMax) {
    HttpResponse busy = problem(503, "too many clients watch already; try again");
    busy.headers.emplace_back("Retry-After", "5");
    co_return co_await reply(connection, now, std::move(busy), Then::Next);
  }
  ++streams_;
  http::response<http::empty_body> message(static_cast<http::status>(response.status), 11);
  set_header(message, now, response);
  message.keep_alive(false);
  message.chunked(true);
  http::response_serializer<http::empty_body> serializer(message);
  beast::error_code error;
  connection.stream.expires_after(options_.request_time_max);
  co_await http::async_write_header(connection.stream, serializer,
                                    asio::redirect_error(use_awaitable, error));
  if (!error && co_await send_parts(connection, response)) {
    connection.stream.expires_after(options_.request_time_max);
    co_await asio::async_write(connection.stream, http::make_chunk_last(),
                               asio::redirect_error(use_awaitable, error));
  }
  --streams_;
  log(now, response);
  co_return Then::Close;
}

/// Whether the client is still there at the end.
awaitable<bool> HttpServer::Impl::send_parts(Connection& connection, const HttpResponse& response) {
  asio::steady_timer timer(io_);
  beast::error_code error;
  for (int silent = 0; state_ == State::Open;) {
    StreamPart part;
    const auto work = [&]() -> awaitable<void> {
      try {
        part = response.stream();
      } catch (const std::exception&) {  // of a library: the client asks again
        part = {"", StreamPart::Then::End};
      }
      co_return;
    };
    co_await asio::co_spawn(store_.workers, work, use_awaitable);
    silent = part.text.empty() ? silent + 1 : 0;
    if (silent == kStreamPartsAPing) {
      part.text = ": still here\n\n";
      silent = 0;
    }
    if (!part.text.empty()) {
      connection.stream.expires_after(options_.request_time_max);
      co_await asio::async_write(
          connection.stream,
          http::make_chunk(asio::const_buffer(part.text.data(), part.text.size())),
          asio::redirect_error(use_awaitable, error));
      if (error) co_return false;
    }
    if (part.then == StreamPart::Then::End) break;
    connection.stream.expires_never();
    timer.expires_after(kStreamEvery);
    co_await timer.async_wait(asio::redirect_error(use_awaitable, error));
  }
  co_return true;
}

/// Reads what still comes and throws it away: closing at once would take the reply with it.
awaitable<void> HttpServer::Impl::linger(Connection& connection) {
  beast::error_code error;
  beast::tcp_stream& bytes = connection.stream.plain();
  bytes.socket().shutdown(tcp::socket::shutdown_send, error);
  bytes.expires_after(kLingerMax);
  std::array<char, kReadBytes> thrown_away;
  for (std::size_t count = 0; !error && count < kLingerBytesMax;) {
    count += co_await bytes.async_read_some(asio::buffer(thrown_away),
                                            asio::redirect_error(use_awaitable, error));
  }
}

awaitable<HttpResponse> HttpServer::Impl::answer(Exchange& now) {
  Router::Match& match = now.match;
  if (match.route == nullptr) {
    if (match.allow.empty()) co_return problem(404, "there is nothing under this path");
    HttpResponse response = problem(405, fmt::format("this path takes {}", match.allow));
    response.headers.emplace_back("Allow", match.allow);
    co_return response;
  }
  now.route = match.route->pattern;
  now.request.path_parts = std::move(match.parts);
  auto query = parse_query(now.query);
  if (!query.ok()) co_return problem(400, query.error().message);
  now.request.query = query.take_value();
  switch (match.route->runs_on) {
    case RunsOn::Io:
      co_return call(*match.route, now.request);
    case RunsOn::Quick:
      co_return co_await run_on(quick_, *match.route, now.request);
    case RunsOn::Store:
      co_return co_await run_on(store_, *match.route, now.request);
    case RunsOn::Passwords:
      co_return co_await run_on(passwords_, *match.route, now.request);
    case RunsOn::Work:
      co_return co_await run_on(work_, *match.route, now.request);
  }
  co_return problem(500, "no such thread");
}

awaitable<HttpResponse> HttpServer::Impl::run_on(Pool& pool, const Route& route,
                                                 const HttpRequest& request) {
  if (pool.waiting >= pool.waiting_max) {
    HttpResponse response = problem(503, "the server has too much to do; try again");
    response.headers.emplace_back("Retry-After", "1");
    co_return response;
  }
  ++pool.waiting;
  const auto begin = [&](const Answered& answered) {
    asio::post(pool.workers, [&, answered] {
      HttpResponse response = call(route, request);
      response.later ? response.later(answered) : answered(std::move(response));
    });
  };
  HttpResponse response = co_await answer_to(begin);
  --pool.waiting;
  co_return response;
}

/// Waits, without a thread, until what begins here has told its answer, from whatever thread.
awaitable<HttpResponse> HttpServer::Impl::answer_to(
    const std::function<void(const Answered&)>& begin) {
  return asio::async_initiate<const asio::use_awaitable_t<>, void(HttpResponse)>(
      [this, &begin](auto handler) {
        struct Waiting {
          decltype(handler) resume;
          asio::executor_work_guard<asio::io_context::executor_type> unfinished;
        };
        const auto waiting =
            std::make_shared<Waiting>(Waiting{std::move(handler), asio::make_work_guard(io_)});
        begin([this, waiting](HttpResponse response) {
          asio::post(io_, [waiting, response = std::move(response)]() mutable {
            waiting->unfinished.reset();  // whoever told it may hold on to this
            waiting->resume(std::move(response));
          });
        });
      },
      use_awaitable);
}

/// Exceptions of libraries end here.
HttpResponse HttpServer::Impl::call(const Route& route, const HttpRequest& request) const {
  try {
    return route.answer(request);
  } catch (const std::exception& error) {
    return problem_of(broken_invariant(error.what()));
  }
}

std::string HttpServer::Impl::new_id() const {
  std::array<unsigned char, 8> bytes{};
  world_.random(bytes);
  return hexadecimal(bytes);
}

void HttpServer::Impl::log(const Exchange& now, const HttpResponse& response) const {
  const std::chrono::duration<double, std::milli> took = steady_clock::now() - now.started;
  if (world_.metrics) {
    world_.metrics->add_request(now.route, response.status, took.count() / 1000);
  }
  world_.log(request_line({now.request.id, now.request.method, now.route, took.count()}, response));
}

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::~HttpServer() = default;

Result<std::unique_ptr<HttpServer>> HttpServer::listen(const ServerOptions& options, Router router,
                                                       World world) {
  auto impl = std::make_unique<Impl>(options, std::move(router), std::move(world));
  TRY(impl->bind());
  return std::make_unique<HttpServer>(std::move(impl));
}

std::uint16_t HttpServer::port() const { return impl_->port(); }
void HttpServer::run(const CancelToken& cancel) { impl_->run(cancel); }

}  // namespace relearn
