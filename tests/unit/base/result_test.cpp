#include "base/result.h"

#include <gtest/gtest.h>

#include <csignal>
#include <memory>

namespace relearn {
namespace {

Result<int> half(int number) {
  if (number % 2 != 0) return invalid_input("7 is odd; an even number is needed");
  return number / 2;
}

Result<int> quarter(int number, int& steps) {
  const int once = TRY(half(number));
  ++steps;
  return TRY(half(once));
}

TEST(Result, TryGivesTheValueOrReturnsTheErrorAtOnce) {
  int steps = 0;
  const auto good = quarter(12, steps);
  ASSERT_TRUE(good.ok());
  EXPECT_EQ(good.value(), 3);
  EXPECT_EQ(steps, 1);

  const auto bad = quarter(7, steps);
  ASSERT_FALSE(bad.ok());
  EXPECT_EQ(bad.error().kind, ErrorKind::InvalidInput);
  EXPECT_EQ(bad.error().message, "7 is odd; an even number is needed");
  EXPECT_EQ(steps, 1);
}

TEST(Result, CarriesWhatCanOnlyBeMoved) {
  auto make = []() -> Result<std::unique_ptr<int>> { return std::make_unique<int>(5); };
  auto pass_on = [&]() -> Result<std::unique_ptr<int>> {
    auto owned = TRY(make());
    ++*owned;
    return owned;
  };
  auto result = pass_on();
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(*result.take_value(), 6);
}

TEST(Result, OfNothingIsGoodUnlessThereIsAnError) {
  const Result<void> good;
  EXPECT_TRUE(good.ok());
  const Result<void> bad = cancelled();
  ASSERT_FALSE(bad.ok());
  EXPECT_EQ(bad.error().kind, ErrorKind::Cancelled);
}

TEST(ResultDeathTest, LookingAtTheWrongSideEndsTheProgram) {
  EXPECT_EXIT(
      {
        const Result<int> bad = not_found("nothing");
        [[maybe_unused]] const int value = bad.value();
      },
      testing::KilledBySignal(SIGABRT), "");
  EXPECT_EXIT({ static_cast<void>(Result<void>().error()); }, testing::KilledBySignal(SIGABRT), "");
}

}  // namespace
}  // namespace relearn
