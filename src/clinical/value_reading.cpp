// Values as people write them.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/text.h"
#include "clinical/record_check.h"
#include "clinical/unit.h"

namespace relearn {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kShownBytes = 40;  // of what was given, in a message

/// What was given, for a message: short, in one line, without control characters.
std::string shown(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text.substr(0, kShownBytes)) {
    quoted += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  }
  return quoted + (text.size() > kShownBytes ? "...\"" : "\"");
}

/// Case, spaces, hyphens and underscores do not matter in a word.
std::string folded(std::string_view word) {
  std::string text = unit_spelling(word);
  std::erase_if(text, [](char c) { return c == '-' || c == '_'; });
  return text;
}

const Code* find_code(const Predictor& predictor, std::string_view text) {
  if (const auto number = parse_number(text)) return predictor.code(*number);
  for (const Code& code : predictor.codes) {
    if (folded(code.word) == folded(text)) return &code;
    for (const std::string& alias : code.aliases) {
      if (folded(alias) == folded(text)) return &code;
    }
    for (const auto& [language, label] : code.label) {
      if (label == text) return &code;
    }
  }
  return nullptr;
}

Result<double> parse_code(const Predictor& predictor, std::string_view text) {
  if (const Code* code = find_code(predictor, text)) return static_cast<double>(code->value);
  return invalid_input(
      fmt::format("{}: {} is not one of {}", predictor.id, shown(text), predictor.list_codes()));
}

bool means_missing(std::string_view text) {
  constexpr std::array<std::string_view, 3> kWords = {"missing", "unknown", "?"};
  return text.empty() ||
         std::find(kWords.begin(), kWords.end(), unit_spelling(text)) != kWords.end();
}

/// "118 mmol/L" of glucose is impossible, and 118 alone is not: most likely the unit is wrong.
Result<void> check_converted(const Predictor& predictor, double number, std::string_view unit,
                             double value) {
  if (predictor.hard.contains(value) || !predictor.hard.contains(number)) return {};
  const bool below = value < predictor.hard.low;
  return invalid_input(fmt::format(
      "{}: {:.6g} {} is {} {}; is it in {}?", predictor.id, number, unit, below ? "below" : "above",
      predictor.describe(below ? predictor.hard.low : predictor.hard.high),
      unit_for_people(predictor.unit)));
}

}  // namespace

Result<double> convert_to_canonical(const Predictor& predictor, double value,
                                    std::string_view unit) {
  const std::string spelling = unit_spelling(unit);
  if (spelling.empty() || spelling == unit_spelling(predictor.unit) ||
      spelling == unit_spelling(unit_for_people(predictor.unit))) {
    return value;
  }
  std::string units = unit_for_people(predictor.unit);
  for (const AcceptedUnit& accepted : predictor.accepted_units) {
    const std::string people = unit_for_people(accepted.ucum);
    if (spelling == unit_spelling(accepted.ucum) || spelling == unit_spelling(people)) {
      return accepted.factor * value + accepted.offset;
    }
    units += (units.empty() ? "" : ", ") + people;
  }
  return invalid_input(fmt::format("{}: unit {} is not known; known: {}", predictor.id, shown(unit),
                                   units.empty() ? "none" : units));
}

Result<double> parse_value(const Predictor& predictor, std::string_view text) {
  text = trim(text);
  if (means_missing(text)) return kMissing;
  if (predictor.is_coded()) return parse_code(predictor, text);
  double number = 0;
  const std::string_view digits = text.starts_with('+') ? text.substr(1) : text;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || !std::isfinite(number)) {
    return invalid_input(fmt::format("{}: {} is not a number", predictor.id, shown(text)));
  }
  const std::string_view unit = trim(digits.substr(static_cast<std::size_t>(end - digits.data())));
  if (unit.starts_with(',')) {
    return invalid_input(
        fmt::format("{}: {} has a comma; write decimals with a point", predictor.id, shown(text)));
  }
  const double value = TRY(convert_to_canonical(predictor, number, unit));
  if (!unit_for_people(predictor.unit).empty()) {
    TRY(check_converted(predictor, number, unit, value));
  }
  std::vector<Finding> findings;
  check_value(predictor, value, findings);
  for (Finding& finding : findings) {
    if (finding.severity == Finding::Severity::Quarantine) {
      return invalid_input(std::move(finding.message));
    }
  }
  return value;
}

}  // namespace relearn
