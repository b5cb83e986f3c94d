#include "contracts/record_store_backends.h"

#include <fmt/format.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include "service/secrets/key_ring.h"
#include "storage/sqlite/connection.h"
#include "storage/sqlite/store.h"

namespace relearn {
namespace {

OpenedStore open_sqlite(const std::filesystem::path& folder, const RandomBytes& random) {
  const auto key = folder / "key";
  auto keys = std::filesystem::exists(key) ? KeyRing::load(key) : KeyRing::create(key);
  StoreOptions options;
  options.folder = folder / "store";
  options.if_missing = IfMissing::Create;
  options.random = random;
  const auto store = SqliteStore::open(options, keys.take_value()).take_value();
  const auto meddle = [database = database_file(options.folder)](const std::string& table,
                                                                 OpenedStore::Table what) {
    soci::session session(soci::sqlite3, "dbname=\"" + database.string() + "\" timeout=5");
    for (const char* const doing : {"INSERT", "UPDATE"}) {
      const std::string name = fmt::format("fails_{}_{}", table, doing);
      run_script(session, what == OpenedStore::Table::Works
                              ? "DROP TRIGGER " + name
                              : fmt::format("CREATE TRIGGER {} BEFORE {} ON {} BEGIN SELECT "
                                            "RAISE(ABORT, 'made to fail'); END",
                                            name, doing, table));
    }
  };
  return {store, store, store, store, store, meddle};
}

}  // namespace

std::vector<NamedBackend> every_backend() { return {{"Sqlite", open_sqlite}}; }

}  // namespace relearn
