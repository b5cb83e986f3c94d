#include "records/awaiting_order.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace relearn {
namespace {

AwaitingPrediction waiting(int number, double risk) {
  AwaitingPrediction awaiting;
  awaiting.prediction.id = {fmt::format("p-{:03}", number)};
  awaiting.prediction.made_at = {number};
  awaiting.prediction.risk = ServedRisk(risk);
  return awaiting;
}

std::string ids(const std::vector<AwaitingPrediction>& list) {
  std::string text;
  for (const auto& each : list) text += (text.empty() ? "" : " ") + each.prediction.id.text;
  return text;
}

TEST(AwaitingOrder, AnOutcomeTeachesMostWhereTheRiskIsOneHalf) {
  EXPECT_DOUBLE_EQ(teaches(ServedRisk(0.5)), 1);
  EXPECT_DOUBLE_EQ(teaches(ServedRisk(0)), 0);
  EXPECT_DOUBLE_EQ(teaches(ServedRisk(1)), 0);
  EXPECT_DOUBLE_EQ(teaches(ServedRisk(0.2)), teaches(ServedRisk(0.8)));
  EXPECT_NEAR(teaches(ServedRisk(0.11)), 0.499916, 1e-6);  // Cover & Thomas 2006, example 2.1.1
  EXPECT_DOUBLE_EQ(teaches(std::nullopt), 1);
}

TEST(AwaitingOrder, TheLeastSureComesFirstAndTheLatestOfEquals) {
  AwaitingLists lists;
  lists.by_doubt = {waiting(1, 0.9), waiting(2, 0.4), waiting(3, 0.5), waiting(4, 0.4)};
  EXPECT_EQ(ids(order_awaiting({lists}, 10)), "p-003 p-004 p-002 p-001");
  EXPECT_EQ(ids(order_awaiting({lists}, 2)), "p-003 p-004");
  EXPECT_EQ(ids(order_awaiting({}, 2)), "");
}

TEST(AwaitingOrder, EverySixthPlaceIsDrawnWhateverTheRisk) {
  AwaitingLists unsure, sure;
  for (int i = 0; i < 40; ++i) unsure.by_doubt.push_back(waiting(i, 0.5));
  for (int i = 100; i < 140; ++i) sure.drawn.push_back(waiting(i, 0.01));
  const auto order = order_awaiting({unsure, sure}, 30);
  ASSERT_EQ(order.size(), 30U);
  for (std::size_t i = 0; i < order.size(); ++i) {
    EXPECT_EQ(order[i].prediction.made_at.seconds >= 100, i % 6 == 2) << i;
  }
}

TEST(AwaitingOrder, NobodyIsThereTwiceAndNobodyIsLeftOut) {
  AwaitingLists lists;
  for (int i = 0; i < 20; ++i) lists.by_doubt.push_back(waiting(i, 0.01 * i));
  lists.drawn = {waiting(3, 0.03), waiting(19, 0.19), waiting(30, 0.001)};
  auto order = order_awaiting({lists}, 100);
  EXPECT_EQ(order.size(), 21U);
  std::ranges::sort(order, {}, [](const auto& each) { return each.prediction.id; });
  const auto twice = std::ranges::adjacent_find(
      order, {}, [](const auto& each) { return each.prediction.id.text; });
  EXPECT_EQ(twice, order.end());
}

}  // namespace
}  // namespace relearn
