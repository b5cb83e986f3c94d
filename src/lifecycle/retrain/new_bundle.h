// A bundle as it comes to be: files in a private folder, then all at once a folder of the store.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "lifecycle/retrain/job_folder.h"

namespace relearn {

/// A bundle being written, in a folder that is gone again unless it is finished.
class NewBundle {
 public:
  /// In `bundles`, which is made when it is missing.
  static Result<NewBundle> begin(const std::filesystem::path& bundles);

  std::filesystem::path folder() const;  // of its files, until it is finished
  Result<void> add(const std::string& name, std::string_view bytes);
  /// Writes the manifest and gives the folder its name, which is returned. The same bytes again are
  /// the same bundle. Nothing may be added afterwards.
  Result<std::string> finish();

 private:
  NewBundle(std::filesystem::path bundles, JobFolder job);

  std::filesystem::path bundles_;
  JobFolder job_;
  std::map<std::string, std::pair<std::string, std::uint64_t>> files_;  // name -> SHA-256, bytes
};

}  // namespace relearn
