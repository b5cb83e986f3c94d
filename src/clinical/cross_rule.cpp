#include "clinical/cross_rule.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace relearn {
namespace {

using Term = CrossRule::Term;
using Comparison = CrossRule::Comparison;
using Condition = CrossRule::Condition;

int index_of(std::string_view id, std::span<const Predictor> predictors) {
  for (std::size_t i = 0; i < predictors.size(); ++i) {
    if (predictors[i].id == id) return static_cast<int>(i);
  }
  return -1;
}

Result<Term> parse_product(std::string_view text, double sign,
                           std::span<const Predictor> predictors) {
  Term term{sign, -1, -1};
  for (const std::string_view part : split(text, '*')) {
    const std::string_view factor = trim(part);
    if (factor.empty()) return invalid_input("a number or a predictor is missing");
    if (const auto number = parse_number(factor)) {
      term.factor *= *number;
      continue;
    }
    const int index = index_of(factor, predictors);
    if (index < 0) return invalid_input(fmt::format("unknown predictor \"{}\"", factor));
    if (term.times >= 0) {
      return invalid_input(fmt::format("\"{}\" multiplies more than two predictors", trim(text)));
    }
    (term.predictor < 0 ? term.predictor : term.times) = index;
  }
  return term;
}

/// A sign belongs to a number when it follows 'e' as in "1.5e-5".
bool ends_product(std::string_view text, std::size_t at) {
  if (text[at] != '+' && text[at] != '-') return false;
  const bool in_exponent = at >= 2 && text[at - 1] == 'e' && text[at - 2] >= '0' &&
                           text[at - 2] <= '9' && at + 1 < text.size() && text[at + 1] >= '0' &&
                           text[at + 1] <= '9';
  return !in_exponent;
}

Result<std::vector<Term>> parse_sum(std::string_view text, std::span<const Predictor> predictors) {
  text = trim(text);
  double sign = 1;
  if (text.starts_with('-')) {
    sign = -1;
    text.remove_prefix(1);
  }
  std::vector<Term> terms;
  std::size_t start = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && !ends_product(text, i)) continue;
    terms.push_back(TRY(parse_product(text.substr(start, i - start), sign, predictors)));
    if (i < text.size()) sign = text[i] == '-' ? -1 : 1;
    start = i + 1;
  }
  return terms;
}

/// NaN when a predictor of the sum is missing.
double sum_of(std::span<const Term> terms, std::span<const double> values) {
  double sum = 0;
  for (const Term& term : terms) {
    double product = term.factor;
    if (term.predictor >= 0) product *= values[static_cast<std::size_t>(term.predictor)];
    if (term.times >= 0) product *= values[static_cast<std::size_t>(term.times)];
    sum += product;
  }
  return sum;
}

bool holds(const Condition& condition, std::span<const double> values) {
  const double value = values[static_cast<std::size_t>(condition.predictor)];
  switch (condition.test) {
    case Condition::Test::Missing:
      return std::isnan(value);
    case Condition::Test::Equal:
      return value == condition.value;
    case Condition::Test::Greater:
      return value > condition.value;
    case Condition::Test::Less:
      return value < condition.value;
  }
  return false;
}

/// A number, or the word of one of the predictor's codes.
Result<double> parse_operand(std::string_view text, const Predictor& predictor) {
  if (const auto number = parse_number(text)) return *number;
  for (const Code& code : predictor.codes) {
    if (code.word == text) return static_cast<double>(code.value);
  }
  return invalid_input(
      fmt::format("\"{}\" is neither a number nor a code of {}", text, predictor.id));
}

}  // namespace

Result<void> parse_rule(std::string_view text, std::span<const Predictor> predictors,
                        CrossRule& rule) {
  const auto at = text.find_first_of("<>");
  if (at == std::string_view::npos) return invalid_input("a comparison (<=, >=, <, >) is missing");
  const bool or_equal = at + 1 < text.size() && text[at + 1] == '=';
  rule.comparison = text[at] == '<' ? (or_equal ? Comparison::LessOrEqual : Comparison::Less)
                                    : (or_equal ? Comparison::GreaterOrEqual : Comparison::Greater);
  rule.left = TRY(parse_sum(text.substr(0, at), predictors));
  rule.right = TRY(parse_sum(text.substr(at + (or_equal ? 2 : 1)), predictors));
  return {};
}

Result<Condition> parse_condition(std::string_view text, std::span<const Predictor> predictors) {
  constexpr std::string_view kIsMissing = " is missing";
  const bool missing = text.ends_with(kIsMissing);
  const auto at = missing ? text.size() - kIsMissing.size() : text.find_first_of("=<>");
  if (at == std::string_view::npos) {
    return invalid_input(fmt::format("\"{}\" has none of =, <, >, is missing", text));
  }
  const std::string_view id = trim(text.substr(0, at));
  Condition condition;
  condition.predictor = index_of(id, predictors);
  if (condition.predictor < 0) return invalid_input(fmt::format("unknown predictor \"{}\"", id));
  if (missing) {
    condition.test = Condition::Test::Missing;
    return condition;
  }
  condition.test = text[at] == '='
                       ? Condition::Test::Equal
                       : (text[at] == '<' ? Condition::Test::Less : Condition::Test::Greater);
  condition.value = TRY(parse_operand(trim(text.substr(at + 1)),
                                      predictors[static_cast<std::size_t>(condition.predictor)]));
  return condition;
}

bool is_kept(const CrossRule& rule, std::span<const double> values) {
  const bool applies = std::all_of(rule.when.begin(), rule.when.end(),
                                   [&](const Condition& when) { return holds(when, values); });
  if (!applies) return true;
  if (rule.left.empty() && rule.right.empty()) return false;
  const double left = sum_of(rule.left, values);
  const double right = sum_of(rule.right, values);
  if (std::isnan(left) || std::isnan(right)) return true;
  switch (rule.comparison) {
    case Comparison::LessOrEqual:
      return left <= right;
    case Comparison::GreaterOrEqual:
      return left >= right;
    case Comparison::Less:
      return left < right;
    case Comparison::Greater:
      return left > right;
  }
  return true;
}

}  // namespace relearn
