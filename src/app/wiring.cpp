#include "app/wiring.h"

#include <fmt/format.h>

#include <cstdlib>

#include "service/secrets/key_ring.h"
#include "storage/healthpredict/platform_reader.h"
#include "storage/sqlite/backup.h"
#include "storage/sqlite/store.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;

/// As the XDG Base Directory Specification says where a user's own files are.
Result<fs::path> key_file(const fs::path& given) {
  if (!given.empty()) return given;
  const char* const config = std::getenv("XDG_CONFIG_HOME");
  if (config != nullptr && fs::path(config).is_absolute()) {
    return fs::path(config) / "relearn" / "key";
  }
  const char* const home = std::getenv("HOME");
  if (home == nullptr || *home == '\0') {
    return invalid_input("no HOME is set, so there is no place for the key; name it with --key");
  }
  return fs::path(home) / ".config" / "relearn" / "key";
}

/// An existing store needs the key it was made with; only a new one gets a new key.
Result<KeyRing> keys_for(const Invocation& invocation, std::FILE* err) {
  const fs::path file = TRY(key_file(invocation.key));
  std::error_code ec;
  if (fs::exists(file, ec)) return KeyRing::load(file);
  if (fs::exists(database_file(invocation.store), ec)) {
    return not_found(fmt::format("{}: the key of the store {} is not there; name it with --key",
                                 file.string(), invocation.store.string()));
  }
  auto made = KeyRing::create(file);
  if (!made.ok() && made.error().kind == ErrorKind::Conflict) return KeyRing::load(file);
  if (made.ok()) {
    fmt::print(err,
               "relearn: made the key {}; keep a copy of it, apart from the store and its "
               "backups\n",
               file.string());
  }
  return made;
}

Result<Stores> open_stores(const Invocation& invocation, OpenStore mode, Moment now,
                           std::FILE* err) {
  std::error_code ec;
  StoreOptions options;
  options.now = now;
  options.folder = invocation.store;
  options.if_missing = mode == OpenStore::Create ? IfMissing::Create : IfMissing::Refuse;
  options.on_fatal = [err](const std::string& sentence) {
    fmt::print(err, "relearn: {}; ending, so that nothing unsure is built on\n", sentence);
    std::fflush(err);
    end_process(sentence);
  };
  if (mode == OpenStore::MustExist && !fs::exists(database_file(options.folder), ec)) {
    return not_found(fmt::format("{}: nothing is stored there yet; name the store with --store",
                                 options.folder.string()));
  }
  KeyRing keys = TRY(keys_for(invocation, err));
  const auto store = TRY(SqliteStore::open(options, std::move(keys)));
  return Stores{.people = store,
                .records = store,
                .versions = store,
                .snapshots = snapshot_folder(options.folder),
                .keyed = [store](std::string_view domain,
                                 std::string_view text) { return store->keyed(domain, text); },
                .sessions = store,
                .overview = store,
                .jobs = store,
                .policies = store,
                .ledger = store,
                .accounts = store,
                .rehearsals = store,
                .watch = store,
                .intake = store};
}

}  // namespace

void connect_store(const Invocation& invocation, Environment& environment) {
  std::FILE* const err = environment.err;
  const WallClock clock = environment.wall_clock;
  environment.open_stores = [invocation, clock, err](OpenStore mode) {
    return open_stores(invocation, mode, clock(), err);
  };
  environment.store_is_missing = [store = invocation.store] {
    std::error_code ec;
    return !fs::exists(database_file(store), ec);
  };
  environment.back_up = [store = invocation.store, clock](const fs::path& folder) {
    return back_up(store, folder, clock());
  };
  environment.restore = [store = invocation.store](const fs::path& folder,
                                                   IfStoreExists if_exists) {
    return restore(folder, store, if_exists);
  };
  environment.open_healthpredict = open_healthpredict;
}

}  // namespace relearn
