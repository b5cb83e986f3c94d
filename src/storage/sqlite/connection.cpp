#include "storage/sqlite/connection.h"

#include <fmt/format.h>
// soci-sqlite3.h puts SQLite's own header into the namespace sqlite_api; never include both.
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

namespace relearn {
namespace {

constexpr int kBusySecondsMax = 5;  // a reader waits so long for the recovery of the journal

// Read at start-up and compared with what SQLite says it does; see docs/decisions/0041.
constexpr const char* kWriterSettings =
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = FULL;"
    "PRAGMA foreign_keys = ON;"
    "PRAGMA secure_delete = ON;"         // what is erased is overwritten
    "PRAGMA temp_store = MEMORY;"        // what a savepoint may have to put back
    "PRAGMA wal_autocheckpoint = 4000;"  // pages of 4 KiB
    "PRAGMA cache_size = -65536;";       // KiB
constexpr const char* kReaderSettings = "PRAGMA query_only = ON; PRAGMA cache_size = -16384;";
constexpr int kSynchronousFull = 2;

sqlite_api::sqlite3* handle(soci::session& session) {
  return static_cast<soci::sqlite3_session_backend*>(session.get_backend())->conn_;
}

/// SQLite's primary code, or 0 when the error is not from SQLite.
int sqlite_code(const std::exception& error) {
  const auto* sqlite = dynamic_cast<const soci::sqlite3_soci_error*>(&error);
  return sqlite == nullptr ? 0 : sqlite->result() & 0xff;
}

/// What must be true of the one connection that writes (architecture.md 5.7); a sentence if not.
std::string broken_promise(soci::session& session) {
  std::string journal;
  session << "PRAGMA journal_mode", soci::into(journal);
  if (journal != "wal") return fmt::format("its journal is '{}' instead of 'wal'", journal);
  if (number_of(session, "PRAGMA synchronous") != kSynchronousFull) {
    return "it does not wait for the disk (synchronous is not FULL)";
  }
  if (number_of(session, "PRAGMA foreign_keys") != 1) return "it does not check references";
  if (sqlite_api::sqlite3_libversion_number() < 3'035'000) {
    return "SQLite is older than 3.35, which has no RETURNING";
  }
  if (sqlite_api::sqlite3_threadsafe() == 0) return "SQLite was built without threads";
  return "";
}

}  // namespace

void run_script(soci::session& session, const std::string& sql) {
  char* message = nullptr;
  const int code =
      sqlite_api::sqlite3_exec(handle(session), sql.c_str(), nullptr, nullptr, &message);
  if (code == SQLITE_OK) return;
  const std::string text = message == nullptr ? "unknown" : message;
  sqlite_api::sqlite3_free(message);
  throw soci::sqlite3_soci_error(text, code);
}

long long number_of(soci::session& session, const std::string& sql) {
  long long number = 0;
  session << sql, soci::into(number);
  return number;
}

bool executes_to_row(soci::statement& statement) {
  const bool got = statement.execute(true);
  while (got && statement.fetch()) {
  }
  return got;
}

bool in_transaction(soci::session& session) {
  return sqlite_api::sqlite3_get_autocommit(handle(session)) == 0;
}

bool is_disk_failure(const std::exception& error) {
  const int code = sqlite_code(error);
  return code == SQLITE_IOERR || code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
}

bool is_constraint_violation(const std::exception& error) {
  return sqlite_code(error) == SQLITE_CONSTRAINT;
}

Error storage_error(const std::exception& error) {
  switch (sqlite_code(error)) {
    case SQLITE_FULL:
      return unavailable("the disk of the database is full; nothing was stored");
    case SQLITE_IOERR:
      return unavailable(fmt::format("the disk of the database failed: {}", error.what()));
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return unavailable("the database is locked by another program; is it open in an editor?");
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return unavailable(
          fmt::format("the database does not open: {}; may this user write there?", error.what()));
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return unavailable(
          fmt::format("the database is damaged: {}; restore the last backup", error.what()));
    default:
      return broken_invariant(fmt::format("the database refused a statement: {}", error.what()));
  }
}

Result<Session> open_connection(const std::filesystem::path& database, Access access) {
  if (database.string().find('"') != std::string::npos) {
    return invalid_input(fmt::format(
        "{}: a '\"' in the path of a store is not supported; rename it", database.string()));
  }
  try {
    auto session = std::make_shared<soci::session>(
        soci::sqlite3, fmt::format("dbname=\"{}\" timeout={}{}", database.string(), kBusySecondsMax,
                                   access == Access::Read ? " readonly=true" : ""));
    run_script(*session, access == Access::Write ? kWriterSettings : kReaderSettings);
    if (access == Access::Write) {
      const std::string broken = broken_promise(*session);
      if (!broken.empty()) {
        return unavailable(fmt::format("{}: {}", database.string(), broken));
      }
    } else if (sqlite_api::sqlite3_db_readonly(handle(*session), "main") != 1) {
      return broken_invariant(fmt::format("{}: a reader could write", database.string()));
    }
    return session;
  } catch (const std::exception& error) {
    Error failed = storage_error(error);
    failed.message = fmt::format("{}: {}", database.string(), failed.message);
    return failed;
  }
}

}  // namespace relearn
