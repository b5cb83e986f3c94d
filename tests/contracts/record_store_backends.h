// Every kind of store, each opened in a folder of its own.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "records/job_store.h"
#include "records/record_store.h"
#include "records/version_store.h"
#include "records/watch_store.h"
#include "service/secrets/random_bytes.h"

namespace relearn {

struct OpenedStore {
  std::shared_ptr<PeopleStore> people;
  std::shared_ptr<RecordStore> records;
  std::shared_ptr<VersionStore> versions;
  std::shared_ptr<JobStore> jobs;
  std::shared_ptr<WatchStore> watch;
  /// Makes every later insertion into the table fail, as a full disk might, or lets it again.
  enum class Table { Fails, Works };
  std::function<void(const std::string& table, Table what)> meddle;
};
/// Opens, or opens again.
using Backend =
    std::function<OpenedStore(const std::filesystem::path& folder, const RandomBytes& random)>;

struct NamedBackend {
  const char* name;
  Backend backend;
};
std::vector<NamedBackend> every_backend();

}  // namespace relearn
