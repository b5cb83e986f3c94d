#include "base/parallel.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <numeric>
#include <vector>

namespace relearn {
namespace {

TEST(Parallel, DoesEveryPieceOnceOnAnyNumberOfThreads) {
  for (const unsigned threads : {0u, 1u, 2u, 16u}) {
    const CancelToken cancel;
    std::vector<int> done(1000, 0);
    const auto result = parallel_for(done.size(), threads, cancel, [&](std::size_t i) {
      ++done[i];
      return Result<void>();
    });
    ASSERT_TRUE(result.ok());
    EXPECT_EQ(done, std::vector<int>(1000, 1)) << threads << " threads";
  }
}

TEST(Parallel, OfNothingIsDoneAtOnce) {
  const CancelToken cancel;
  EXPECT_TRUE(parallel_for(0, 4, cancel, [](std::size_t) -> Result<void> {
                return broken_invariant("there is no piece");
              }).ok());
}

TEST(Parallel, StopsAfterAnErrorAndTellsTheFirst) {
  const CancelToken cancel;
  std::atomic<int> started{0};
  const auto result = parallel_for(100'000, 4, cancel, [&](std::size_t i) -> Result<void> {
    ++started;
    if (i < 4) return invalid_input(fmt::format("piece {}", i));
    return {};
  });
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().message, "piece 0");
  EXPECT_LT(started.load(), 100'000);
}

TEST(Parallel, StopsOnRequest) {
  CancelToken cancel;
  std::atomic<int> started{0};
  const auto result = parallel_for(100'000, 2, cancel, [&](std::size_t) -> Result<void> {
    if (++started == 10) cancel.request();
    return {};
  });
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().kind, ErrorKind::Cancelled);
  EXPECT_LE(started.load(), 12);
}

}  // namespace
}  // namespace relearn
