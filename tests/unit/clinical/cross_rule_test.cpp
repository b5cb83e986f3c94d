#include "clinical/cross_rule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace relearn {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

/// Predictors a, b and c; c has the codes 1 (one) and 2 (two).
std::vector<Predictor> abc() {
  std::vector<Predictor> predictors(3);
  predictors[0].id = "a";
  predictors[1].id = "b";
  predictors[2].id = "c";
  predictors[2].codes = {{.value = 1, .word = "one"}, {.value = 2, .word = "two"}};
  return predictors;
}

/// "kept", "broken", or what is wrong with the rule.
std::string ask(std::string_view text, std::vector<double> values,
                const std::vector<std::string>& when = {}) {
  CrossRule rule;
  const auto parsed = parse_rule(text, abc(), rule);
  if (!parsed.ok()) return parsed.error().message;
  for (const std::string& condition : when) {
    auto one = parse_condition(condition, abc());
    if (!one.ok()) return one.error().message;
    rule.when.push_back(one.take_value());
  }
  return is_kept(rule, values) ? "kept" : "broken";
}

TEST(CrossRule, ComparesSumsOfProducts) {
  struct {
    std::string_view rule;
    std::vector<double> values;
    std::string_view answer;
  } rows[] = {
      {"a <= b", {1, 1, 1}, "kept"},
      {"a < b", {1, 1, 1}, "broken"},
      {"a >= b", {1, 2, 1}, "broken"},
      {"a > b", {2, 1, 1}, "kept"},
      {"a <= b - 12", {8, 20, 1}, "kept"},
      {"a <= b - 12", {9, 20, 1}, "broken"},
      {"-a + 2 <= 0", {2, 0, 0}, "kept"},
      {"-a + 2 <= 0", {1, 0, 0}, "broken"},
      {"a <= 3 * b + 1.5e-5", {0.300015, 0.1, 0}, "kept"},
      {"a <= 3 * b + 1.5e-5", {0.30002, 0.1, 0}, "broken"},
      {"a <= 3*b-1e-5", {0.3, 0.1, 0}, "broken"},
      {"a * b >= 0.5 * 2 * c", {2, 3, 6}, "kept"},
      {"a * b >= 0.5 * 2 * c", {2, 3, 6.1}, "broken"},
  };
  for (const auto& [rule, values, answer] : rows) {
    EXPECT_EQ(ask(rule, values), answer) << rule << " with a = " << values[0];
  }
}

TEST(CrossRule, AMissingValueBreaksNoComparison) {
  EXPECT_EQ(ask("a < b", {kMissing, 1, 1}), "kept");
  EXPECT_EQ(ask("a * c < b", {5, 1, kMissing}), "kept");
  EXPECT_EQ(ask("a < b", {5, 1, kMissing}), "broken") << "c has no part in it";
}

TEST(CrossRule, IsAskedOnlyWhenAllConditionsHold) {
  const std::vector<double> values = {5, 1, 2};
  EXPECT_EQ(ask("a < b", values, {"c = two", "a > 4"}), "broken");
  EXPECT_EQ(ask("a < b", values, {"c = 2"}), "broken");
  EXPECT_EQ(ask("a < b", values, {"c = two", "a > 5"}), "kept");
  EXPECT_EQ(ask("a < b", values, {"c = one"}), "kept");
  EXPECT_EQ(ask("a < b", values, {"b < 1"}), "kept");
  EXPECT_EQ(ask("a < b", values, {"c is missing"}), "kept");
  EXPECT_EQ(ask("a < b", {5, 1, kMissing}, {"c is missing"}), "broken");
  EXPECT_EQ(ask("a < b", {5, 1, kMissing}, {"c = two"}), "kept");
}

TEST(CrossRule, SaysWhatItCannotRead) {
  const std::vector<double> values = {1, 1, 1};
  EXPECT_EQ(ask("a = b", values), "a comparison (<=, >=, <, >) is missing");
  EXPECT_EQ(ask("a <= d", values), "unknown predictor \"d\"");
  EXPECT_EQ(ask("a <= (b)", values), "unknown predictor \"(b)\"");
  EXPECT_EQ(ask("a <= b <= c", values), "unknown predictor \"b <= c\"");
  EXPECT_EQ(ask("a <=", values), "a number or a predictor is missing");
  EXPECT_EQ(ask("a + <= b", values), "a number or a predictor is missing");
  EXPECT_EQ(ask("a ** b < 1", values), "a number or a predictor is missing");
  EXPECT_EQ(ask("a * b * c < 1", values), "\"a * b * c\" multiplies more than two predictors");
  EXPECT_EQ(ask("a < b", values, {"c"}), "\"c\" has none of =, <, >, is missing");
  EXPECT_EQ(ask("a < b", values, {"d = 1"}), "unknown predictor \"d\"");
  EXPECT_EQ(ask("a < b", values, {"c = three"}), "\"three\" is neither a number nor a code of c");
}

}  // namespace
}  // namespace relearn
