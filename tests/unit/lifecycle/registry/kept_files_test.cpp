#include "lifecycle/registry/kept_files.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>

#include <optional>

#include "base/descriptor.h"
#include "support/scratch_folder.h"

namespace relearn {
namespace {

/// As another process, or another thread, would try it.
bool somebody_else_may(const std::filesystem::path& folder) {
  const Descriptor other(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return ::flock(other.get(), LOCK_EX | LOCK_NB) == 0;
}

TEST(RegistryLockTest, OneHolderAtATimeAndUntilItGoes) {
  const ScratchFolder folder;
  const Registry registry{nullptr, folder.path()};
  std::optional<Result<RegistryLock>> held = RegistryLock::take(registry);
  ASSERT_TRUE(held->ok());
  EXPECT_FALSE(somebody_else_may(folder.path()));
  held.reset();
  EXPECT_TRUE(somebody_else_may(folder.path()));
}

TEST(RegistryLockTest, NoFolderNoLock) {
  const ScratchFolder folder;
  const auto held = RegistryLock::take({nullptr, folder.path() / "gone"});
  ASSERT_FALSE(held.ok());
  EXPECT_EQ(held.error().kind, ErrorKind::Unavailable);
}

}  // namespace
}  // namespace relearn
