#include "service/access/rate_limit.h"

#include <gtest/gtest.h>

namespace relearn {
namespace {

using std::chrono::seconds;

RateLimit::Time at(int second) { return RateLimit::Time(seconds(second)); }

TEST(RateLimits, GiveTheBurstThenAsMuchAsRefills) {
  RateLimit limit({3, seconds(30)});
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(limit.take("maria", at(0)));
  EXPECT_EQ(limit.take("maria", at(0)), seconds(10));
  EXPECT_EQ(limit.take("maria", at(4)), seconds(6));
  EXPECT_FALSE(limit.take("maria", at(10)));
  EXPECT_TRUE(limit.take("maria", at(10)));
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(limit.take("maria", at(1000)));
  EXPECT_TRUE(limit.take("maria", at(1000)));
}

TEST(RateLimits, OfOneKeyDoNotTouchAnother) {
  RateLimit limit({1, seconds(30)});
  EXPECT_FALSE(limit.take("maria", at(0)));
  EXPECT_TRUE(limit.take("maria", at(0)));
  EXPECT_FALSE(limit.take("jon", at(0)));
}

TEST(RateLimits, TakeBackWhatDidNotCount) {
  RateLimit limit({1, seconds(30)});
  EXPECT_FALSE(limit.take("maria", at(0)));
  limit.give_back("maria");
  EXPECT_FALSE(limit.take("maria", at(0)));
  limit.give_back("nobody");
  EXPECT_TRUE(limit.take("maria", at(0)));
}

TEST(RateLimits, OfNoneGiveNone) {
  RateLimit limit({0, seconds(30)});
  EXPECT_EQ(limit.take("maria", at(0)), seconds(30));
}

TEST(RateLimits, RememberBoundedlyManyKeysAndForgetTheRefilled) {
  RateLimit limit({1, seconds(30)});
  for (std::size_t i = 0; i < RateLimit::kKeysMax; ++i) {
    ASSERT_FALSE(limit.take(std::to_string(i), at(0)));
  }
  EXPECT_TRUE(limit.take("one more", at(0)));
  EXPECT_FALSE(limit.take("one more", at(31)));
}

TEST(RateLimits, AClockThatGoesBackGivesNothing) {
  RateLimit limit({1, seconds(30)});
  EXPECT_FALSE(limit.take("maria", at(100)));
  EXPECT_TRUE(limit.take("maria", at(50)));
}

}  // namespace
}  // namespace relearn
