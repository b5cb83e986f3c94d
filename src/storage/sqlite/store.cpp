#include "storage/sqlite/store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <soci/soci.h>
#include <unistd.h>

#include <cstdlib>

#include "storage/sqlite/schema.h"
#include "storage/sqlite/store_parts.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;
constexpr int kExitDiskFailed = 70;  // EX_SOFTWARE, as reliability.md promises

/// The folder, private to its owner, and its name in the folder above on the disk.
Result<void> make_folder(const fs::path& folder) {
  std::error_code ec;
  if (fs::is_directory(folder, ec)) return {};
  fs::create_directories(folder, ec);
  if (!ec) fs::permissions(folder, fs::perms::owner_all, ec);
  if (ec) return unavailable(fmt::format("{}: cannot be made: {}", folder.string(), ec.message()));
  const fs::path above = fs::absolute(folder / "..").lexically_normal();
  const int fd = ::open(above.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = fd >= 0 && ::fsync(fd) == 0;
  if (fd >= 0) ::close(fd);
  if (!synced) return unavailable(fmt::format("{}: cannot be synced", above.string()));
  return {};
}

/// The keys that sealed the first row are the only ones for all others.
Result<void> check_keys(soci::session& session, const KeyRing& keys) {
  const std::string ours = keys.fingerprint();
  std::string stored;
  session << "SELECT fingerprint FROM key_fingerprint", soci::into(stored);
  if (!session.got_data()) {
    session << "INSERT INTO key_fingerprint (fingerprint) VALUES (:ours)", soci::use(ours);
    return {};
  }
  if (stored == ours) return {};
  return not_allowed(
      "the key file is not the one this store was made with; name the right one with --key");
}

/// Cohort files of people who have withdrawn, should whoever was to delete them have died first.
void delete_revoked_snapshots(soci::session& session, const fs::path& folder) {
  std::string digest;
  soci::statement revoked(
      (session.prepare << "SELECT digest FROM snapshots WHERE revoked = 1", soci::into(digest)));
  revoked.execute();
  while (revoked.fetch()) {
    std::error_code ec;
    fs::remove(folder / (digest + ".csv"), ec);
  }
}

Result<void> prepare(soci::session& session, const KeyRing& keys, const fs::path& store) {
  try {
    TRY(migrate(session));
    TRY(check_keys(session, keys));
    delete_revoked_snapshots(session, snapshot_folder(store));
    return {};
  } catch (const std::exception& error) {
    return storage_error(error);
  }
}

}  // namespace

void end_process(const std::string&) { std::_Exit(kExitDiskFailed); }

fs::path database_file(const fs::path& store) { return store / "relearn.db"; }
fs::path snapshot_folder(const fs::path& store) { return store / "snapshots"; }

SqliteStore::SqliteStore(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
SqliteStore::~SqliteStore() = default;

std::string SqliteStore::keyed(std::string_view domain, std::string_view text) const {
  return parts_->keys.index(domain, text);
}

Result<std::shared_ptr<SqliteStore>> SqliteStore::open(const StoreOptions& options, KeyRing keys) {
  std::error_code ec;
  if (options.if_missing == IfMissing::Refuse && !fs::exists(database_file(options.folder), ec)) {
    return not_found(fmt::format("{}: nothing is stored there yet; name the store with --store",
                                 options.folder.string()));
  }
  TRY(make_folder(options.folder));
  FolderLock lock = TRY(FolderLock::take(options.folder, options.lock_wait_max));
  Session session = TRY(open_connection(database_file(options.folder), Access::Write));
  if (auto prepared = prepare(*session, keys, options.folder); !prepared.ok()) {
    Error error = prepared.take_error();
    error.message = fmt::format("{}: {}", options.folder.string(), error.message);
    return error;
  }
  try {
    return std::make_shared<SqliteStore>(
        std::make_unique<Parts>(std::move(lock), std::move(keys), options, std::move(session)));
  } catch (const std::exception& error) {
    return storage_error(error);
  }
}

}  // namespace relearn
