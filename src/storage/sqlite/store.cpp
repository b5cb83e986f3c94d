#include "storage/sqlite/store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <soci/soci.h>
#include <unistd.h>

#include <cstdlib>

#include "storage/sqlite/ledger.h"
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

/// Of a store that signs its ledger. Another one than before there were signatures: a store that
/// has always signed cannot be made to look like one that never did, because nobody without the
/// keys can tell how they are named there.
std::string fingerprint_of(const KeyRing& keys) {
  return keys.index("fingerprint of a store that signs", keys.fingerprint());
}

/// The keys that sealed the first row are the only ones for all others. At the first time, and once
/// for a store of before there were signatures, the ledger begins to be signed.
Result<void> check_keys(soci::session& session, const KeyRing& keys, Moment now) {
  const std::string ours = fingerprint_of(keys);
  std::string stored;
  session << "SELECT fingerprint FROM key_fingerprint", soci::into(stored);
  const bool is_new = !session.got_data();
  if (!is_new && stored == ours) return {};
  if (!is_new && stored != keys.fingerprint()) {
    return not_allowed(
        "the key file is not the one this store was made with; name the right one with --key");
  }
  const std::string known = is_new ? "" : " WHERE signature <> ''";
  if (number_of(session, "SELECT count(*) FROM ledger" + known) != 0) {
    return broken_invariant(
        "its ledger is older than the fingerprint of its keys; was the database edited?");
  }
  run_script(session, "BEGIN IMMEDIATE; DELETE FROM key_fingerprint");
  session << "INSERT INTO key_fingerprint (fingerprint) VALUES (:ours)", soci::use(ours);
  TRY(begin_signing(session, keys, now));  // if not, the connection ends, and this with it
  run_script(session, "COMMIT");
  return {};
}

/// A digest, not a way to somewhere else.
bool is_file_name(std::string_view text) {
  return !text.empty() && text.front() != '.' && text.find('/') == std::string_view::npos;
}

/// Files that went with people who have withdrawn, should whoever was to delete them have died
/// first: cohort files, and models that learnt from them and are not live (any more).
void delete_what_was_revoked(soci::session& session, const fs::path& store) {
  std::string digest, bundle;
  std::error_code ec;
  soci::statement revoked(
      (session.prepare << "SELECT digest FROM snapshots WHERE revoked = 1", soci::into(digest)));
  revoked.execute();
  while (revoked.fetch()) fs::remove(snapshot_folder(store) / (digest + ".csv"), ec);
  soci::statement marked(
      (session.prepare << "SELECT a.model_digest, a.bundle FROM attempts a LEFT JOIN versions v ON "
                          "v.disease = a.disease AND v.attempt = a.number WHERE "
                          "a.contains_withdrawn = 1 AND coalesce(v.number, 0) <> coalesce((SELECT "
                          "c.to_version FROM live_changes c WHERE c.disease = a.disease ORDER BY "
                          "c.place DESC LIMIT 1), -1)",
       soci::into(digest), soci::into(bundle)));
  marked.execute();
  while (marked.fetch()) {
    if (!is_file_name(bundle.empty() ? digest : bundle)) continue;
    fs::remove(bundle.empty() ? store / "versions" / (digest + ".sav")
                              : bundle_folder(store) / bundle / "model.sav",
               ec);
  }
}

Result<void> prepare(soci::session& session, const KeyRing& keys, const StoreOptions& options) {
  try {
    TRY(migrate(session));
    TRY(check_keys(session, keys, options.now));
    delete_what_was_revoked(session, options.folder);
    return {};
  } catch (const std::exception& error) {
    return storage_error(error);
  }
}

}  // namespace

void end_process(const std::string&) { std::_Exit(kExitDiskFailed); }

fs::path database_file(const fs::path& store) { return store / "relearn.db"; }
fs::path snapshot_folder(const fs::path& store) { return store / "snapshots"; }
fs::path bundle_folder(const fs::path& store) { return store / "bundles"; }

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
  if (auto prepared = prepare(*session, keys, options); !prepared.ok()) {
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
