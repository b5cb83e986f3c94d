// One connection to the database file, and what its errors mean.
//
// SOCI's exceptions end in this folder: whoever calls a function that says "throws" catches them
// and turns them into an Error with storage_error.
#pragma once

#include <exception>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace soci {
class session;
class statement;
}  // namespace soci

namespace relearn {

/// Ends with the last owner; complete only in the .cpp.
using Session = std::shared_ptr<soci::session>;

enum class Access {
  Write,  // exactly one in the world at a time; makes the file; journal in WAL, synchronous=FULL
  Read,   // cannot write, nor move the journal into the database
};

/// Unavailable when it does not open or does not take the settings it was given.
Result<Session> open_connection(const std::filesystem::path& database, Access access);

/// Many statements at once. Throws.
void run_script(soci::session& session, const std::string& sql);

/// The one number that a statement without parameters gives. Throws.
long long number_of(soci::session& session, const std::string& sql);

/// Executes a prepared statement of at most one row and runs it to its end, so that it holds
/// nothing open. Whether there was a row. Throws.
bool executes_to_row(soci::statement& statement);

/// SQLite itself ends a transaction when the disk fails.
bool in_transaction(soci::session& session);

/// The disk failed, or what it gave makes no sense: nothing that this process does is sure any
/// more.
bool is_disk_failure(const std::exception& error);

/// A row that is there already, or refers to one that is not.
bool is_constraint_violation(const std::exception& error);

/// One sentence for whoever waits.
Error storage_error(const std::exception& error);

}  // namespace relearn
