#include "storage/sqlite/backup.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <soci/soci.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <set>
#include <system_error>
#include <vector>

#include "base/file.h"
#include "storage/sqlite/backup_files.h"
#include "storage/sqlite/folder_lock.h"
#include "storage/sqlite/ledger.h"
#include "storage/sqlite/schema.h"
#include "storage/sqlite/store.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;
constexpr std::chrono::milliseconds kLockWaitMax{5000};

/// A folder that is taken away again unless somebody says that it is finished.
class Unfinished {
 public:
  explicit Unfinished(fs::path folder) : folder_(std::move(folder)) {}
  ~Unfinished() {
    std::error_code ec;
    if (!finished_) fs::remove_all(folder_, ec);
  }
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;
  const fs::path& folder() const { return folder_; }
  void finish() { finished_ = true; }

 private:
  fs::path folder_;
  bool finished_ = false;
};

/// A fresh folder beside `place`, for its owner only; `place` then gets it by one rename.
Result<fs::path> make_beside(const fs::path& place) {
  const fs::path whole = fs::absolute(place).lexically_normal();
  const fs::path named = whole.has_filename() ? whole : whole.parent_path();
  std::error_code ec;
  fs::create_directories(named.parent_path(), ec);
  std::string name = named.string() + ".unfinished-XXXXXX";
  if (ec || ::mkdtemp(name.data()) == nullptr) {
    return unavailable(fmt::format("{}: no folder can be made beside it", place.string()));
  }
  return fs::path(name);
}

std::string quoted(const fs::path& path) {
  std::string text = "'";
  for (const char c : path.string()) text += c == '\'' ? std::string("''") : std::string(1, c);
  return text + "'";
}

/// What a database says about itself.
struct Inspection {
  int schema_version = 0;
  std::map<std::string, std::uint64_t> rows;
};

Result<Inspection> inspect(soci::session& session) {
  std::string verdict;
  session << "PRAGMA integrity_check(1)", soci::into(verdict);
  if (verdict != "ok") return unavailable(fmt::format("it is damaged: {}", verdict));
  if (number_of(session, "SELECT count(*) FROM pragma_foreign_key_check") != 0) {
    return unavailable("it is damaged: a row refers to one that is not there");
  }
  Inspection found;
  found.schema_version = stored_schema_version(session);
  if (found.schema_version < 1 || found.schema_version > schema_version()) {
    return invalid_input(fmt::format("its schema version is {}, this program knows 1 to {}",
                                     found.schema_version, schema_version()));
  }
  std::vector<std::string> tables;
  std::string table;
  soci::statement names((session.prepare << "SELECT name FROM sqlite_master WHERE type = 'table' "
                                            "AND name NOT LIKE 'sqlite_%' ORDER BY name",
                         soci::into(table)));
  names.execute();
  while (names.fetch()) tables.push_back(table);
  for (const std::string& name : tables) {
    found.rows[name] = static_cast<std::uint64_t>(
        number_of(session, fmt::format("SELECT count(*) FROM \"{}\"", name)));
  }
  TRY(verify_without_keys(session));
  return found;
}

Result<Inspection> inspect_file(const fs::path& database) {
  const Session session = TRY(open_connection(database, Access::Read));
  auto found = [&]() -> Result<Inspection> {
    try {
      return inspect(*session);
    } catch (const std::exception& error) {
      return storage_error(error);
    }
  }();
  if (found.ok()) return found;
  Error error = found.take_error();
  error.message = fmt::format("{}: {}", database.string(), error.message);
  return error;
}

/// One moment of the database as a file of its own; the readers' and the writer's work goes on.
Result<void> copy_database(const fs::path& from, const fs::path& to) {
  const Session session = TRY(open_connection(from, Access::Read));
  try {
    run_script(*session, "PRAGMA query_only = OFF");  // it cannot write here, but must there
    run_script(*session, "VACUUM INTO " + quoted(to));
  } catch (const std::exception& error) {
    return storage_error(error);
  }
  std::error_code ec;
  fs::permissions(to, fs::perms::owner_read | fs::perms::owner_write, ec);
  return sync_path(to);
}

/// The files in a folder of the store, those whose names no backup has left out.
Result<void> copy_files(const fs::path& store, const fs::path& to, const std::string& which,
                        BackedUpFiles& files) {
  std::error_code ec;
  if (!fs::is_directory(store / which, ec)) return {};
  fs::create_directories(to / which, ec);
  for (const auto& entry : fs::directory_iterator(store / which, ec)) {
    const std::string name = which + "/" + entry.path().filename().string();
    if (!is_backup_name(name)) continue;  // one that is being written
    auto copied = copy_durably(entry.path(), to / name);
    if (!copied.ok() && copied.error().kind == ErrorKind::NotFound) {
      fs::remove(to / name, ec);  // revoked meanwhile
      continue;
    }
    files[name] = TRY(std::move(copied));
  }
  if (ec) return unavailable(fmt::format("{}: {}", (store / which).string(), ec.message()));
  return sync_path(to / which);
}

/// A bundle gets its name when it is whole, and its manifest's bytes are its name.
Result<void> check_bundles(const BackedUpFiles& files) {
  for (const auto& [name, file] : files) {
    const std::string_view bundle = bundle_of(name);
    if (bundle.empty()) continue;
    const std::string manifest = std::string(bundle) + "/manifest.json";
    const auto found = files.find(manifest);
    if (found == files.end() || bundle.substr(bundle.rfind('/') + 1) != found->second.sha256) {
      return invalid_input(fmt::format(
          "{} is not the manifest that its folder is named after; was it edited?", manifest));
    }
  }
  return {};
}

Result<void> copy_bundles(const fs::path& store, const fs::path& to, BackedUpFiles& files) {
  std::error_code ec;
  if (!fs::is_directory(store / kBundleFolder, ec)) return {};
  fs::create_directory(to / kBundleFolder, ec);
  for (const auto& entry : fs::directory_iterator(store / kBundleFolder, ec)) {
    const std::string name = fmt::format("{}/{}", kBundleFolder, entry.path().filename().string());
    const bool is_bundle = !bundle_of(name + "/manifest.json").empty();
    if (is_bundle) TRY(copy_files(store, to, name, files));  // others are being written
  }
  if (ec) return unavailable(fmt::format("{}: {}", (store / kBundleFolder).string(), ec.message()));
  return sync_path(to / kBundleFolder);
}

StoreCopy summary(const BackedUpFiles& files, const Inspection& found) {
  StoreCopy copy;
  for (const auto& [name, file] : files) {
    ++copy.files;
    copy.bytes += file.bytes;
  }
  copy.users = found.rows.at("users");
  copy.predictions = found.rows.at("predictions");
  copy.outcomes = found.rows.at("outcome_events");
  return copy;
}

bool holds_something(const fs::path& folder) {
  std::error_code ec;
  return fs::exists(folder, ec) && !(fs::is_directory(folder, ec) && fs::is_empty(folder, ec));
}

Result<void> move_to(const fs::path& from, const fs::path& to) {
  if (std::rename(from.c_str(), to.c_str()) != 0) {
    return unavailable(fmt::format("{}: cannot get its name: {}", to.string(),
                                   std::system_category().message(errno)));
  }
  return sync_path(fs::absolute(to).lexically_normal().parent_path());
}

Result<void> check_file(const fs::path& folder, const std::string& name,
                        const BackedUpFile& expected) {
  const BackedUpFile found = TRY(hash_file(folder / name));
  if (found.bytes == expected.bytes && found.sha256 == expected.sha256) return {};
  return invalid_input(
      fmt::format("{}: is not the file that was backed up: {} bytes with another SHA-256, the "
                  "manifest says {} bytes; is the medium damaged?",
                  (folder / name).string(), found.bytes, expected.bytes));
}

/// Where the old store may go: the first free name. A store named "store/" ends in no name.
fs::path aside(const fs::path& given) {
  std::error_code ec;
  const fs::path store = given.has_filename() ? given : given.parent_path();
  for (int number = 1;; ++number) {
    fs::path candidate = fmt::format("{}.before-restore-{}", store.string(), number);
    if (!fs::exists(candidate, ec)) return candidate;
  }
}

/// Copies what the manifest names, and proves that it is a whole store.
Result<Inspection> build_store(const fs::path& from, const Manifest& manifest,
                               const fs::path& store) {
  TRY(check_bundles(manifest.files));
  std::error_code ec;
  std::set<fs::path> folders;
  for (const char* which : kDigestFolders) folders.insert(store / which);
  folders.insert(store / kBundleFolder);
  for (const auto& [name, expected] : manifest.files) folders.insert((store / name).parent_path());
  for (const fs::path& folder : folders) fs::create_directory(folder, ec);
  for (const auto& [name, expected] : manifest.files) {
    TRY(copy_durably(from / name, store / name));
    TRY(check_file(store, name, expected));
  }
  Inspection found = TRY(inspect_file(database_file(store)));
  if (found.rows != manifest.rows || found.schema_version != manifest.schema_version) {
    return invalid_input(fmt::format(
        "{}: its database does not hold the rows that its manifest names", from.string()));
  }
  for (const fs::path& folder : folders) TRY(sync_path(folder));
  return found;
}

}  // namespace

Result<StoreCopy> back_up(const fs::path& store, const fs::path& folder, Moment now) {
  std::error_code ec;
  if (!fs::exists(database_file(store), ec)) {
    return not_found(fmt::format("{}: nothing is stored there yet; name the store with --store",
                                 store.string()));
  }
  if (holds_something(folder)) {
    return conflict(fmt::format("{}: is there already; a backup goes into a folder of its own",
                                folder.string()));
  }
  Unfinished work(TRY(make_beside(folder)));
  Manifest manifest;
  manifest.made_at = to_text(now);
  TRY(copy_database(database_file(store), work.folder() / "relearn.db"));
  manifest.files["relearn.db"] = TRY(hash_file(work.folder() / "relearn.db"));
  // After the database: each file it names was there before its row.
  for (const char* which : kDigestFolders) {
    TRY(copy_files(store, work.folder(), which, manifest.files));
  }
  TRY(copy_bundles(store, work.folder(), manifest.files));
  TRY(check_bundles(manifest.files));
  Inspection found = TRY(inspect_file(work.folder() / "relearn.db"));
  manifest.schema_version = found.schema_version;
  manifest.rows = found.rows;
  TRY(write_file_atomically(work.folder() / "manifest.json", manifest_json(manifest)));
  fs::remove(folder, ec);  // an empty one
  TRY(move_to(work.folder(), folder));
  work.finish();
  return summary(manifest.files, found);
}

Result<StoreCopy> restore(const fs::path& folder, const fs::path& store, IfStoreExists if_exists) {
  const Manifest manifest = TRY(read_manifest(folder));
  for (const auto& [name, expected] : manifest.files) TRY(check_file(folder, name, expected));
  const bool replaces = holds_something(store);
  if (replaces && if_exists == IfStoreExists::Refuse) {
    return conflict(fmt::format(
        "{}: is there already; --force moves it aside and restores in its place", store.string()));
  }
  Unfinished work(TRY(make_beside(store)));
  const Inspection found = TRY(build_store(folder, manifest, work.folder()));
  StoreCopy done = summary(manifest.files, found);
  std::optional<FolderLock> lock;
  std::error_code ec;
  if (replaces) {
    lock = TRY(FolderLock::take(store, kLockWaitMax));
    done.moved_aside = aside(store);
    TRY(move_to(store, done.moved_aside));
  } else {
    fs::remove(store, ec);  // an empty one
  }
  TRY(move_to(work.folder(), store));
  work.finish();
  return done;
}

}  // namespace relearn
