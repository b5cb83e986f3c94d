// The web server: sockets, limits, time, and nothing else. One thread talks to all clients; routes
// that wait for the database, hash passwords or compute run on small pools, each with a bounded
// queue (503 when it is full), so that nobody who waits keeps the others waiting.
//
// A body that may be large goes to a file without a name, which is gone with the request, whatever
// ends it.
//
//   connection: (TLS ->) read header and body (10 s) -> route, on its pool -> write (10 s) -> again
//   stop (CancelToken): no new connections; what was or is just being asked is answered, with
//   'Connection: close'; then the idle ones end
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "http/metrics.h"
#include "http/router.h"
#include "http/tls.h"
#include "service/secrets/random_bytes.h"

namespace relearn {

struct ServerOptions {
  // behaviour
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;                 // 0: any free one
  std::vector<std::string> trusted_proxies;  // addresses; only they may connect from elsewhere
  std::optional<TlsFiles> tls;               // then anybody may; read again at SIGHUP
  // Holds the bytes of uploads while they are read; nobody can open them there by a name.
  std::filesystem::path upload_folder = std::filesystem::temp_directory_path();
  // limits
  std::size_t connections_max = 2000;
  std::size_t body_bytes_max = 64 << 10;
  std::size_t upload_bytes_max = 64 << 20;  // of a body that goes to a file
  std::size_t uploads_max = 4;              // at once
  std::chrono::seconds upload_time_max{300};
  std::uint32_t header_bytes_max = 8 << 10;
  std::chrono::seconds request_time_max{10};  // to arrive, and to be taken
  std::chrono::seconds idle_time_max{60};     // between two requests of a connection
  std::chrono::seconds drain_time_max{30};
  // cost
  unsigned quick_threads = 2;          // they compute; one a core
  unsigned store_threads = 32;         // they wait for the disk, together: group commit
  unsigned password_threads = 2;       // 64 MiB each
  unsigned work_threads = 2;           // a core each
  std::size_t quick_queue_max = 2000;  // with what is on its way to the disk
  std::size_t store_queue_max = 1000;
  std::size_t password_queue_max = 50;
  std::size_t work_queue_max = 20;
};

class HttpServer {
 public:
  struct World {
    std::function<void(const std::string& line)> log;  // one JSON object, without a line end
    std::function<void()> each_second;                 // on a thread that may wait
    RandomBytes random = system_random();
    std::shared_ptr<Metrics> metrics;  // none: nobody watches
  };

  /// Unavailable when the address cannot be listened on; InvalidInput when it is none, or is
  /// reachable from elsewhere without TLS and no proxy is trusted: passwords would travel
  /// unencrypted; what load_tls says.
  static Result<std::unique_ptr<HttpServer>> listen(const ServerOptions& options, Router router,
                                                    World world);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const;
  /// Answers until `cancel` is requested and running requests are done.
  void run(const CancelToken& cancel);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;

 public:
  explicit HttpServer(std::unique_ptr<Impl> impl);  // for listen() only: nobody else has Impl
};

}  // namespace relearn
