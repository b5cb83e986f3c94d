#include <fmt/format.h>

#include <array>

#include "clinical/cross_rule.h"
#include "clinical/disease_file_parts.h"

namespace relearn {
namespace {

constexpr std::array<std::string_view, 2> kActions = {"warn", "quarantine"};

std::vector<CrossRule::Condition> read_conditions(TableReader& in, std::string_view key,
                                                  std::span<const Predictor> predictors) {
  std::vector<CrossRule::Condition> conditions;
  for (const std::string& text : in.texts(key)) {
    auto condition = parse_condition(text, predictors);
    if (condition.ok()) {
      conditions.push_back(condition.take_value());
    } else {
      in.refuse(key, condition.error().message);
    }
  }
  return conditions;
}

std::string join(const std::vector<std::string>& texts) {
  std::string joined;
  for (const std::string& text : texts) joined += (joined.empty() ? "" : " and ") + text;
  return joined;
}

}  // namespace

Result<std::vector<CrossRule>> read_rules(const TomlNode& node, std::string_view file,
                                          std::span<const Predictor> predictors) {
  TableReader in(node, file, "rule");
  CrossRule common;
  common.message = in.text("message");
  common.quarantines = in.choice("action", kActions, -1) == 1;
  std::vector<CrossRule> rules;
  if (in.has("never")) {
    common.text = "never " + join(in.texts("never"));
    common.when = read_conditions(in, "never", predictors);
    if (common.when.empty()) in.refuse("never", "key \"never\" needs a condition at least");
    rules.push_back(common);
  } else {
    common.when = read_conditions(in, "when", predictors);
    for (const std::string& text : in.texts("must")) {
      CrossRule rule = common;
      rule.text = text;
      const auto parsed = parse_rule(text, predictors, rule);
      if (!parsed.ok()) {
        in.refuse("must", fmt::format("\"{}\": {}", text, parsed.error().message));
      }
      rules.push_back(std::move(rule));
    }
    if (rules.empty()) in.refuse("", "a rule needs \"must\" or \"never\"");
  }
  TRY(in.finish());
  return rules;
}

Result<Subgroup> read_subgroup(const TomlNode& node, std::string_view file,
                               std::span<const Predictor> predictors) {
  TableReader in(node, file, "subgroup");
  Subgroup group;
  group.id = in.text("id");
  group.label = in.translations("label");
  const std::string id = in.text("predictor");
  group.range = in.range("range");
  for (std::size_t i = 0; i < predictors.size(); ++i) {
    if (predictors[i].id == id) group.predictor = static_cast<int>(i);
  }
  if (group.predictor < 0) {
    in.refuse("predictor", fmt::format("unknown predictor \"{}\"", id));
  } else {
    const Range& hard = predictors[static_cast<std::size_t>(group.predictor)].hard;
    if (!hard.contains(group.range.low) || !hard.contains(group.range.high)) {
      in.refuse("range", fmt::format("{} to {} reaches outside the limits {} to {} of {}",
                                     group.range.low, group.range.high, hard.low, hard.high, id));
    }
  }
  if (!is_identifier(group.id)) {
    in.refuse("id", fmt::format("id \"{}\" must be lower-case letters, digits and _", group.id));
  }
  TRY(in.finish());
  return group;
}

}  // namespace relearn
