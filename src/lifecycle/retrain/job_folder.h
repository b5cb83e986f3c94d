// The private folder of one training: on the file system of the models, gone when it is over.
//
// A parent that was killed leaves its folder behind. It held a lock on it, which died with it; so
// whoever makes the next one removes every folder here that nobody holds.
#pragma once

#include <filesystem>
#include <vector>

#include "base/descriptor.h"
#include "base/result.h"

namespace relearn {

class JobFolder {
 public:
  /// Makes `.job-XXXXXX` in `models`, which is made too when it is missing.
  static Result<JobFolder> make(const std::filesystem::path& models);
  ~JobFolder();
  JobFolder(JobFolder&&) noexcept = default;
  JobFolder& operator=(JobFolder&&) = delete;

  const std::filesystem::path& path() const { return path_; }  // absolute
  /// Held open since before the trainer was there: nothing it does can put another in its place.
  const Descriptor& descriptor() const { return lock_; }

 private:
  JobFolder() = default;

  std::filesystem::path path_;
  Descriptor lock_;
  std::vector<std::filesystem::path> made_;  // parents that were missing, outermost first
};

}  // namespace relearn
