#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <charconv>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/commands.h"
#include "cli/registry_output.h"
#include "http/routes.h"
#include "http/server.h"
#include "lifecycle/registry/kept_files.h"
#include "lifecycle/retrain/retrain_runner.h"
#include "lifecycle/watch/watcher.h"

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;

/// "127.0.0.1:8080", "[::1]:8080".
Result<void> read_listen(std::string_view text, ServerOptions& options) {
  const std::size_t colon = text.rfind(':');
  const std::string_view port =
      colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
  const auto read = std::from_chars(port.data(), port.data() + port.size(), options.port);
  if (port.empty() || read.ec != std::errc() || read.ptr != port.data() + port.size()) {
    return invalid_input(
        fmt::format("--listen: '{}' is no address and port, for example 127.0.0.1:8080", text));
  }
  std::string_view address = text.substr(0, colon);
  if (address.starts_with('[') && address.ends_with(']')) {
    address = address.substr(1, address.size() - 2);
  }
  options.address = address;
  return {};
}

/// Each connection is an open file, and so is each of what the store has open.
Result<void> make_room_for(rlim_t connections) {
  constexpr rlim_t kOthers = 300;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= connections + kOthers) return {};
  if (limit.rlim_max < connections + kOthers) {
    return invalid_input(fmt::format(
        "--connections: {} need {} open files, and the system allows {}; ask for fewer, "
        "or raise the limit (LimitNOFILE of the service, ulimit -n)",
        connections, connections + kOthers, limit.rlim_max));
  }
  limit.rlim_cur = connections + kOthers;
  ::setrlimit(RLIMIT_NOFILE, &limit);  // what is allowed does not fail
  return {};
}

/// Lines on standard output, whole ones, from any thread.
class Log {
 public:
  Log(std::FILE* out, WallClock now) : out_(out), now_(std::move(now)) {}

  /// On its way: out at the next event or flush.
  void line(const std::string& json) const {
    const std::lock_guard lock(mutex_);
    const Moment now = now_();
    if (now != said_at_) {
      said_at_ = now;
      said_ = to_text(now);
    }
    // A log that cannot be written stops nobody.
    fmt::print(out_, "{{\"at\":\"{}\",{}\n", said_, std::string_view(json).substr(1));
  }
  void flush() const { std::fflush(out_); }
  void event(const Json& json) const {
    line(json.dump(-1, ' ', false, Json::error_handler_t::replace));
    flush();
  }

 private:
  std::FILE* const out_;
  const WallClock now_;
  mutable std::mutex mutex_;
  mutable Moment said_at_{-1};  // GUARDED_BY(mutex_)
  mutable std::string said_;    // GUARDED_BY(mutex_); that moment as text
};

/// Takes over what went live, and says so once. Thread-safe.
class Refresher {
 public:
  Refresher(std::shared_ptr<LiveModels> models, const Log& log)
      : models_(std::move(models)), log_(log) {}

  void refresh() {
    const std::lock_guard lock(mutex_);
    std::set<std::string> failed;
    for (const std::string& sentence : models_->refresh()) {
      if (!failed_.contains(sentence)) {
        log_.event({{"event", "model_not_loaded"}, {"failed", sentence}});
      }
      failed.insert(sentence);
    }
    failed_ = std::move(failed);
    for (const DiseaseFile& disease : models_->diseases()) {
      const auto live = models_->find(disease.id);
      if (!live || told_[disease.id] == live->version) continue;
      told_[disease.id] = live->version;
      log_.event({{"event", "model_live"}, {"disease", disease.id}, {"version", live->version}});
    }
  }

 private:
  const std::shared_ptr<LiveModels> models_;
  const Log& log_;
  std::mutex mutex_;
  std::set<std::string> failed_;
  std::map<std::string, std::int64_t> told_;
};

Result<std::shared_ptr<const Api>> make_api(const ServeCommand& command, const Stores& stores,
                                            const std::shared_ptr<LiveModels>& models,
                                            Refresher& refresher, const Environment& world) {
  AccessLimits limits;
  limits.predictions_of_account.burst = command.account_predictions;
  limits.predictions_of_guests_address.burst = command.guest_predictions;
  Phrases english = TRY(Phrases::load("en"));
  Phrases marathi = TRY(Phrases::load("mr"));
  AccessWorld access{stores.people, stores.sessions, stores.keyed, world.wall_clock, world.clock};
  const auto desk = std::make_shared<const ModelDesk>(
      ModelDesk{registry_of(stores), stores.ledger, command.models, world.executable, world.cancel,
                [&refresher] { refresher.refresh(); }});
  return std::make_shared<const Api>(Api{.models = models,
                                         .access = std::make_shared<Access>(access, limits),
                                         .people = stores.people,
                                         .records = stores.records,
                                         .overview = stores.overview,
                                         .jobs = stores.jobs,
                                         .policies = stores.policies,
                                         .accounts = stores.accounts,
                                         .rehearsals = stores.rehearsals,
                                         .watch = stores.watch,
                                         .intake = stores.intake,
                                         .metrics = std::make_shared<Metrics>(),
                                         .now = world.wall_clock,
                                         .english = std::move(english),
                                         .marathi = std::move(marathi),
                                         .desk = desk});
}

/// Works on the retrains that are asked for over HTTP, with the store that is open here.
Result<std::unique_ptr<RetrainRunner>> start_runner(const ServeCommand& command,
                                                    const Stores& stores,
                                                    std::vector<DiseaseFile> diseases,
                                                    const Environment& world, const Log& log) {
  const auto request = [&command](const DiseaseFile& disease) -> Result<StoreRetrainRequest> {
    SearchOptions search;
    search.seed = command.seed;
    search.threads = command.threads;
    const auto files = TRY(baseline_for(disease, command.data));
    RetrainRequest training{.disease = disease,
                            .files = files,
                            .search = search,
                            .out = command.models,
                            .code_version = RELEARN_VERSION};
    return StoreRetrainRequest{.training = std::move(training),
                               .organisation = command.organisation};
  };
  const auto ended = [&log](const RunTicket& run, RunState state, const std::string& error) {
    Json line = {{"event", "retrain_ended"},
                 {"job", run.job},
                 {"disease", run.disease},
                 {"state", run_state_word(state)}};
    if (!error.empty()) line["failed"] = error;
    log.event(line);
  };
  return RetrainRunner::start(
      {.jobs = stores.jobs,
       .policies = stores.policies,
       .diseases = std::move(diseases),
       .request = request,
       .open = [stores]() -> Result<RetrainStores> { return retrain_stores(stores); },
       .program = world.executable,
       .clock = world.wall_clock,
       .ended = ended});
}

/// Looks after the models that are live.
std::unique_ptr<Watcher> start_watcher(const ServeCommand& command, const Stores& stores,
                                       std::vector<DiseaseFile> diseases, Refresher& refresher,
                                       const Environment& world, const Log& log) {
  const auto tell = [&log](const std::string& event, const std::string& disease,
                           const std::string& sentence) {
    log.event({{"event", event}, {"disease", disease}, {"says", sentence}});
  };
  return std::make_unique<Watcher>(WatchWorld{.store = stores.watch,
                                              .registry = registry_of(stores),
                                              .diseases = std::move(diseases),
                                              .models = command.models,
                                              .program = world.executable,
                                              .clock = world.wall_clock,
                                              .take_over = [&refresher] { refresher.refresh(); },
                                              .tell = tell});
}

}  // namespace

Result<void> run(const ServeCommand& command, const Context& context) {
  const Environment& world = context.environment;
  ServerOptions options;
  options.trusted_proxies = command.trusted_proxies;
  options.connections_max = command.connections;
  options.quick_queue_max = std::max<std::size_t>(options.quick_queue_max, command.connections);
  TRY(make_room_for(command.connections));
  if (!command.tls_certificate.empty()) {
    options.tls = TlsFiles{command.tls_certificate, command.tls_key};
  }
  TRY(read_listen(command.listen, options));
  const Stores stores = TRY(world.open_stores(OpenStore::MustExist));
  const std::filesystem::path folder = stores.snapshots.parent_path();
  options.upload_folder = folder;
  const auto diseases = TRY(load_disease_folder(context.diseases));
  const auto models = std::make_shared<LiveModels>(
      diseases, stores.versions,
      [folder](const Version& version) { return load_kept_model(folder, version.what); });
  const Log log(world.out, world.wall_clock);
  Refresher refresher(models, log);
  refresher.refresh();
  const auto api = TRY(make_api(command, stores, models, refresher, world));
  const auto runner = TRY(start_runner(command, stores, diseases, world, log));
  const auto watcher = start_watcher(command, stores, diseases, refresher, world, log);
  const auto each_second = [&] {
    log.flush();
    refresher.refresh();
    runner->tick();
    watcher->tick();
  };
  const auto server =
      TRY(HttpServer::listen(options, Router(all_routes(api)),
                             {.log = [&log](const std::string& line) { log.line(line); },
                              .each_second = each_second,
                              .metrics = api->metrics}));
  log.event({{"event", "listening"}, {"address", options.address}, {"port", server->port()}});
  fmt::print(world.err, "relearn: open {}://{}:{} in a browser; Ctrl-C stops it\n",
             options.tls ? "https" : "http", options.address, server->port());
  std::fflush(world.err);
  server->run(world.cancel);
  log.event({{"event", "stopped"}});
  return {};
}

}  // namespace relearn
