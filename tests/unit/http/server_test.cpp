#include "http/server.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <future>
#include <latch>
#include <mutex>
#include <thread>

#include "support/http_client.h"
#include "support/http_load.h"
#include "support/scratch_folder.h"

namespace relearn {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

HttpResponse said(const std::string& text) {
  HttpResponse response;
  response.body = text;
  return response;
}

/// Bytes of the file, whether they are all 'a', and how many names it has.
HttpResponse told_of_file(const HttpRequest& request) {
  std::ifstream in(request.body_file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const bool right = bytes == std::string(bytes.size(), 'a');
  struct stat status {};
  const bool there = ::stat(request.body_file.c_str(), &status) == 0;
  return said(fmt::format("{} {} {}", bytes.size(), right ? "right" : "wrong",
                          there ? static_cast<int>(status.st_nlink) : -1));
}

/// A server with four routes, on a thread of its own.
class RunningServer {
 public:
  explicit RunningServer(ServerOptions options = {}) {
    options.port = 0;
    server_ = HttpServer::listen(options, router(), world()).take_value();
    thread_ = std::thread([this] { server_->run(cancel); });
  }
  ~RunningServer() {
    let_go();
    stop();
  }
  RunningServer(const RunningServer&) = delete;
  RunningServer& operator=(const RunningServer&) = delete;

  std::uint16_t port() const { return server_->port(); }
  void let_go() {
    if (!held_.try_wait()) held_.count_down();
  }
  void stop() {
    cancel.request();
    if (thread_.joinable()) thread_.join();
  }
  std::string log() {
    const std::lock_guard lock(mutex_);
    return log_;
  }

  CancelToken cancel;
  std::atomic<int> waiting{0}, ticks{0};

 private:
  Router router() {
    return Router(
        {{"GET", "/quick", RunsOn::Io, [](const HttpRequest& r) { return said(r.client); }},
         {"GET", "/held", RunsOn::Store,
          [this](const HttpRequest&) {
            ++waiting;
            held_.wait();
            return said("done");
          }},
         {"POST", "/file", RunsOn::Store, told_of_file,
          [](const HttpRequest& r) -> std::optional<HttpResponse> {
            if (r.authorization.empty()) return problem(401, "sign in first");
            return std::nullopt;
          }},
         {"GET", "/later", RunsOn::Quick,
          [this](const HttpRequest&) {
            HttpResponse response;
            response.later = [this](const Answered& answered) {
              const std::lock_guard lock(mutex_);
              told_later_.push_back(std::async(std::launch::async, [this, answered] {
                ++waiting;
                held_.wait();
                answered(said("told"));
              }));
            };
            return response;
          }},
         {"GET", "/throws", RunsOn::Store, [](const HttpRequest&) -> HttpResponse {
            throw std::runtime_error("the row of Maria");
          }}});
  }
  HttpServer::World world() {
    HttpServer::World world;
    world.log = [this](const std::string& line) {
      const std::lock_guard lock(mutex_);
      log_ += line + "\n";
    };
    world.each_second = [this] { ++ticks; };
    return world;
  }

  std::latch held_{1};
  std::mutex mutex_;
  std::string log_;
  std::vector<std::future<void>> told_later_;
  std::unique_ptr<HttpServer> server_;
  std::thread thread_;
};

std::string get(const char* path, const char* method = "GET") {
  return std::string(method) + " " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
}

HttpAnswer ask(const RunningServer& server, const char* path) {
  HttpClient client(server.port());
  client.send(get(path));
  return client.receive();
}

void wait_for(const std::atomic<int>& count, int at_least) {
  for (int i = 0; i < 3000 && count < at_least; ++i) std::this_thread::sleep_for(milliseconds(5));
  ASSERT_GE(count, at_least);
}

TEST(Server, AnswersManyRequestsOfAConnectionAlsoWhenTheyComeAtOnce) {
  RunningServer server;
  HttpClient client(server.port());
  client.send(get("/quick") + get("/nothing") + get("/quick"));
  for (const int status : {200, 404, 200}) EXPECT_EQ(client.receive().status, status);
}

TEST(Server, SetsTheHeadersThatProtectTheReader) {
  RunningServer server;
  for (const char* const path : {"/quick", "/nothing"}) {
    const auto headers = ask(server, path).headers;
    EXPECT_EQ(headers.at("x-content-type-options"), "nosniff");
    EXPECT_EQ(headers.at("cache-control"), "no-store");
    EXPECT_EQ(headers.at("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
    EXPECT_EQ(headers.at("x-request-id").size(), 16u);
    EXPECT_FALSE(headers.contains("access-control-allow-origin"));
    EXPECT_FALSE(headers.contains("server"));
  }
}

TEST(Server, KeepsWhatFailedInsideFromTheClientAndGivesItToTheLog) {
  RunningServer server;
  const HttpAnswer answer = ask(server, "/throws");
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.body.find("Maria"), std::string::npos);
  ask(server, "/quick");  // the line is written after the answer
  EXPECT_NE(server.log().find("\"failed\":\"the row of Maria\""), std::string::npos);
  EXPECT_NE(server.log().find(answer.headers.at("x-request-id")), std::string::npos);
}

TEST(Server, RefusesWhatItsPoolCannotTakeAndGoesOnWithTheRest) {
  ServerOptions options;
  options.store_threads = 1;
  options.store_queue_max = 1;
  RunningServer server(options);
  HttpClient first(server.port()), second(server.port());
  first.send(get("/held"));
  wait_for(server.waiting, 1);
  second.send(get("/quick") + get("/held"));
  ASSERT_EQ(second.receive().status, 200);
  const HttpAnswer third = ask(server, "/throws");
  EXPECT_EQ(third.status, 503);
  EXPECT_EQ(third.headers.at("retry-after"), "1");
  EXPECT_EQ(ask(server, "/quick").status, 200);
  server.let_go();
  EXPECT_EQ(first.receive().status, 200);
  EXPECT_EQ(second.receive().status, 200);
}

TEST(Server, AskedToStopAnswersWhatWasAskedAndTakesNothingMore) {
  RunningServer server;
  HttpClient busy(server.port()), idle(server.port());
  idle.send(get("/quick"));
  ASSERT_EQ(idle.receive().status, 200);
  busy.send(get("/held"));
  wait_for(server.waiting, 1);
  server.cancel.request();
  EXPECT_TRUE(idle.ends(seconds(5)));
  EXPECT_FALSE(HttpClient(server.port()).is_connected());
  server.let_go();
  const HttpAnswer answer = busy.receive();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers.at("connection"), "close");
  server.stop();
}

TEST(Server, StoppedUnderLoadAnswersAllThatWasAsked) {
  for (const char* const path : {"/quick", "/later"}) {
    RunningServer server;
    server.let_go();
    const std::string request = get(path);
    std::atomic<int> answered{0};
    HttpLoad load(
        server.port(), 16, [&]() -> std::string_view { return request; },
        [&](const HttpLoad::Answer&) { return ++answered > 0; });
    auto figures = std::async(std::launch::async, [&] { return load.run(milliseconds(60'000)); });
    wait_for(answered, 500);
    server.stop();
    const LoadFigures got = figures.get();
    EXPECT_EQ(got.cut_off, 0u) << path;
    EXPECT_EQ(got.not_2xx, 0u) << path;
    EXPECT_EQ(got.refused, 16u) << "each came once more, to a closed door";
  }
}

TEST(Server, NoThreadWaitsForAnAnswerThatComesLater) {
  ServerOptions options;
  options.quick_threads = 1;
  options.quick_queue_max = 49;
  RunningServer server(options);
  std::vector<HttpClient> clients;
  for (int i = 0; i < 50; ++i) {
    clients.emplace_back(server.port());
    clients.back().send(get("/later"));
  }
  wait_for(server.waiting, 50);  // all of them, on one thread
  EXPECT_EQ(ask(server, "/later").status, 503);
  server.cancel.request();  // who was let in is answered all the same
  server.let_go();
  for (HttpClient& client : clients) EXPECT_EQ(client.receive().body, "told");
  server.stop();
}

TEST(Server, EndsConnectionsBeyondTheLimitAndLooksAroundEachSecond) {
  ServerOptions options;
  options.connections_max = 1;
  RunningServer server(options);
  HttpClient first(server.port());
  first.send(get("/quick"));
  ASSERT_EQ(first.receive().status, 200);
  HttpClient second(server.port());
  second.send(get("/quick"));
  EXPECT_EQ(second.receive().status, 0);
  first.send(get("/quick"));
  EXPECT_EQ(first.receive().status, 200);
  wait_for(server.ticks, 2);
}

TEST(Server, ListensElsewhereThanHereOnlyBehindAProxy) {
  const auto listen = [](const char* address, std::vector<std::string> proxies) {
    ServerOptions options;
    options.address = address;
    options.port = 0;
    options.trusted_proxies = std::move(proxies);
    return HttpServer::listen(options, Router({}), {[](const std::string&) {}, [] {}});
  };
  EXPECT_EQ(listen("0.0.0.0", {}).error().kind, ErrorKind::InvalidInput);
  EXPECT_EQ(listen("localhost", {}).error().kind, ErrorKind::InvalidInput);
  EXPECT_TRUE(listen("0.0.0.0", {"192.0.2.1"}).ok());
  EXPECT_TRUE(listen("127.0.0.1", {}).ok());
}

constexpr std::size_t kLarge = 3 << 20;  // many times what may be in memory

std::string post(const char* headers) {
  return fmt::format("POST /file HTTP/1.1\r\nHost: a\r\n{}\r\n", headers);
}

TEST(Server, ALargeBodyGoesToAFileThatNobodyCanNameAndThatIsGoneAfterwards) {
  const ScratchFolder scratch;
  ServerOptions options;
  options.upload_folder = scratch.path();
  RunningServer server(options);
  HttpClient client(server.port());
  client.send(post("Authorization: yes\r\nContent-Length: 3145728\r\n") + std::string(kLarge, 'a'));
  EXPECT_EQ(client.receive().body, "3145728 right 0");
  client.send(post("Authorization: yes\r\nTransfer-Encoding: chunked\r\n") + "300000\r\n" +
              std::string(kLarge, 'a') + "\r\n0\r\n\r\n");
  EXPECT_EQ(client.receive().body, "3145728 right 0");  // and the connection went on
  EXPECT_TRUE(std::filesystem::is_empty(scratch.path()));
}

TEST(Server, WhoMayNotSendALargeBodyIsToldBeforeItComes) {
  RunningServer server;
  HttpClient client(server.port());
  client.send(post("Content-Length: 3145728\r\n"));
  EXPECT_EQ(client.receive().status, 401);
  EXPECT_TRUE(client.ends(seconds(10)));
}

TEST(Server, MoreThanAFileMayHoldIsToldAlsoInChunks) {
  ServerOptions options;
  options.upload_bytes_max = 1 << 20;
  RunningServer server(options);
  HttpClient known(server.port()), chunked(server.port());
  known.send(post("Authorization: yes\r\nContent-Length: 1048577\r\n"));
  EXPECT_EQ(known.receive().status, 413);
  chunked.send(post("Authorization: yes\r\nTransfer-Encoding: chunked\r\n") + "300000\r\n" +
               std::string(kLarge, 'a'));
  EXPECT_EQ(chunked.receive().status, 413);
}

TEST(Server, SoManySendFilesAtOnceAndNoMore) {
  ServerOptions options;
  options.uploads_max = 1;
  RunningServer server(options);
  HttpClient first(server.port()), second(server.port());
  first.send(post("Authorization: yes\r\nExpect: 100-continue\r\nContent-Length: 1\r\n"));
  EXPECT_EQ(first.receive().status, 100);  // it is let in now
  second.send(post("Authorization: yes\r\nContent-Length: 1\r\n"));
  EXPECT_EQ(second.receive().status, 503);
  first.send("a");
  EXPECT_EQ(first.receive().body, "1 right 0");
}

}  // namespace
}  // namespace relearn
