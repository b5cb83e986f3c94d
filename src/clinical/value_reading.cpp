// Values as people and files write them.
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
constexpr std::size_t kShownCharacters = 40;  // of a cell, in a message

/// What was given, for a message: short, in one line, without control characters.
std::string shown(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text.substr(0, kShownCharacters)) {
    quoted += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  }
  return quoted + (text.size() > kShownCharacters ? "...\"" : "\"");
}

/// A cell of a file, and the number that it spells, if it does.
struct Cell {
  std::string_view text;
  std::optional<double> number;

  /// Equal as numbers when both are numbers ("1.0" is "1"), else as texts.
  bool is(std::string_view code) const {
    if (text == code) return true;
    if (!number) return false;
    const auto other = parse_number(code);
    return other && *other == *number;
  }
};

Cell look_at(std::string_view cell) { return {trim(cell), parse_number(trim(cell))}; }

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
  std::string words;
  for (const Code& code : predictor.codes) {
    words += fmt::format("{}{} ({})", words.empty() ? "" : ", ", code.word, code.value);
  }
  return invalid_input(fmt::format("{}: {} is not one of {}", predictor.id, shown(text), words));
}

bool means_missing(std::string_view text) {
  constexpr std::array<std::string_view, 4> kWords = {"", "missing", "unknown", "?"};
  const std::string word = folded(text);
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
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
  const std::string_view unit = digits.substr(static_cast<std::size_t>(end - digits.data()));
  if (unit.starts_with(',')) {
    return invalid_input(
        fmt::format("{}: {} has a comma; write decimals with a point", predictor.id, shown(text)));
  }
  const double value = TRY(convert_to_canonical(predictor, number, unit));
  std::vector<Finding> findings;
  check_value(predictor, value, findings);
  for (Finding& finding : findings) {
    if (finding.severity == Finding::Severity::Quarantine) {
      return invalid_input(std::move(finding.message));
    }
  }
  return value;
}

Result<double> read_cell(const Predictor& predictor, const AdapterColumn& column,
                         std::string_view text) {
  const Cell cell = look_at(text);
  if (cell.text.empty()) return kMissing;
  for (const std::string& code : column.missing_codes) {
    if (cell.is(code)) return kMissing;
  }
  for (const auto& [code, canonical] : column.code_map) {
    if (cell.is(code)) return canonical;
  }
  if (!cell.number) {
    return invalid_input(fmt::format("{}: {} is not {}", predictor.id, shown(cell.text),
                                     predictor.is_coded() ? "a known code" : "a number"));
  }
  if (predictor.is_coded() && !column.code_map.empty()) {
    return invalid_input(
        fmt::format("{}: {} is not a code of this source", predictor.id, shown(cell.text)));
  }
  return convert_to_canonical(predictor, *cell.number, column.unit);
}

Result<int> read_outcome_cell(const DiseaseFile& disease, const Adapter& adapter,
                              std::string_view text) {
  const Cell cell = look_at(text);
  if (cell.text.empty()) {
    return invalid_input(fmt::format("{}: is missing, and may not be", disease.outcome.id));
  }
  for (const auto& [code, outcome] : adapter.outcome_codes) {
    if (cell.is(code)) return outcome;
  }
  return invalid_input(
      fmt::format("{}: {} is not a code of this source", disease.outcome.id, shown(cell.text)));
}

}  // namespace relearn
