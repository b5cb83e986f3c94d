#include "lifecycle/retrain/job_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "lifecycle/training/job.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = ".job-";
constexpr std::string_view kPattern = ".job-XXXXXX";
constexpr int kAttemptsMax = 10;

Error cannot(std::string_view doing, const fs::path& path) {
  return unavailable(fmt::format("{}: cannot {}: {}", path.string(), doing,
                                 std::system_category().message(errno)));
}

/// The folder, locked; none when somebody else holds it.
Descriptor lock(const fs::path& folder) {
  Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (descriptor.get() < 0 || ::flock(descriptor.get(), LOCK_EX | LOCK_NB) != 0) return {};
  return descriptor;
}

/// A trainer may have closed its folder to us.
void clear_away(const fs::path& folder) {
  std::error_code ec;
  fs::permissions(folder / kCandidateFolder, fs::perms::owner_all,
                  fs::perm_options::replace | fs::perm_options::nofollow, ec);
  fs::remove_all(folder, ec);
}

void remove_leftovers(const fs::path& models) {
  std::error_code ec;
  std::vector<fs::path> found;
  for (fs::directory_iterator entry(models, ec), end; !ec && entry != end; entry.increment(ec)) {
    const std::string name = entry->path().filename().string();
    if (name.size() == kPattern.size() && name.starts_with(kPrefix)) {
      found.push_back(entry->path());
    }
  }
  for (const fs::path& folder : found) {
    if (const Descriptor held = lock(folder); held.get() >= 0) clear_away(folder);
  }
}

/// Whether the folder still has its name: somebody may have taken it for a leftover in the moment
/// between its birth and its lock.
bool is_there(const Descriptor& folder) {
  struct stat status {};
  return ::fstat(folder.get(), &status) == 0 && status.st_nlink > 0;
}

}  // namespace

Result<JobFolder> JobFolder::make(const fs::path& models) {
  JobFolder job;
  std::error_code ec;
  const fs::path absolute = fs::absolute(models, ec);
  for (fs::path folder = absolute; !folder.empty() && !fs::exists(folder, ec);
       folder = folder.parent_path()) {
    job.made_.insert(job.made_.begin(), folder);
  }
  fs::create_directories(absolute, ec);
  if (ec)
    return unavailable(
        fmt::format("{}: cannot make the folder: {}", models.string(), ec.message()));
  remove_leftovers(absolute);
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    std::string name = (absolute / kPattern).string();
    if (::mkdtemp(name.data()) == nullptr) return cannot("make a folder in", models);
    job.path_ = name;
    job.lock_ = lock(job.path_);
    if (job.lock_.get() < 0 || !is_there(job.lock_)) continue;
    if (::mkdir((job.path_ / kCandidateFolder).c_str(), S_IRWXU) != 0) {
      return cannot("make a folder in", job.path_);
    }
    return job;
  }
  return unavailable(fmt::format("{}: cannot keep a folder of its own there", models.string()));
}

JobFolder::~JobFolder() {
  if (path_.empty()) return;
  clear_away(path_);
  // Only while they are empty: a retrain that fails leaves no folder that was not there before.
  for (auto folder = made_.rbegin(); folder != made_.rend(); ++folder) {
    ::rmdir(folder->c_str());
  }
}

}  // namespace relearn
