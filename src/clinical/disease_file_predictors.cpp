#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "base/text.h"
#include "clinical/disease_file_parts.h"
#include "clinical/unit.h"

namespace relearn {
namespace {

constexpr std::array<std::string_view, 4> kKinds = {"integer", "real", "binary", "category"};
constexpr std::array<std::string_view, 3> kPolicies = {"reject", "impute", "impute_with_indicator"};

/// LOINC numbers end in a Mod 10 (Luhn) check digit: LOINC Users' Guide, appendix on check digits.
bool is_loinc(std::string_view code) {
  const auto dash = code.find('-');
  if (dash == 0 || dash == std::string_view::npos || dash + 2 != code.size()) return false;
  int sum = 0;
  bool doubled = true;
  for (std::size_t i = dash; i-- > 0;) {
    if (code[i] < '0' || code[i] > '9') return false;
    const int digit = (code[i] - '0') * (doubled ? 2 : 1);
    sum += digit / 10 + digit % 10;
    doubled = !doubled;
  }
  return code[dash + 1] == static_cast<char>('0' + (10 - sum % 10) % 10);
}

Result<std::vector<Code>> read_codes(TableReader& in) {
  std::vector<Code> codes;
  std::set<std::string> words;
  for (const TomlNode& node : in.tables("codes")) {
    TableReader entry(node, in.file(), fmt::format("{}: code", in.what()));
    Code code;
    code.value = entry.integer("value");
    code.word = entry.text("word");
    code.label = entry.translations("label");
    code.aliases = entry.texts("aliases");
    if (!is_identifier(code.word)) {
      entry.refuse("word", fmt::format("word \"{}\" must be letters, digits, _", code.word));
    }
    if (!codes.empty() && code.value <= codes.back().value) {
      entry.refuse("value", fmt::format("code {} is not above the one before it, {}", code.value,
                                        codes.back().value));
    }
    std::vector<std::string> own = code.aliases;
    own.push_back(code.word);
    for (const std::string& word : own) {
      if (parse_number(word) || !words.insert(unit_spelling(word)).second) {
        entry.refuse("aliases", fmt::format("\"{}\" is a number or names two codes", word));
      }
    }
    TRY(entry.finish());
    codes.push_back(std::move(code));
  }
  return codes;
}

Result<void> read_units(TableReader& in, Predictor& predictor) {
  predictor.unit = in.text("unit");
  if (!is_ucum_unit(predictor.unit)) {
    in.refuse("unit", fmt::format("unknown unit \"{}\": it is not UCUM", predictor.unit));
  }
  std::set<std::string> spellings = {unit_spelling(predictor.unit)};
  for (const TomlNode& node : in.tables("accepted_units")) {
    TableReader entry(node, in.file(), fmt::format("{}: accepted unit", in.what()));
    AcceptedUnit unit{entry.text("ucum"), entry.number("factor"), entry.number_or("offset", 0)};
    if (!is_ucum_unit(unit.ucum)) {
      entry.refuse("ucum", fmt::format("unknown unit \"{}\": it is not UCUM", unit.ucum));
    }
    if (!spellings.insert(unit_spelling(unit.ucum)).second) {
      entry.refuse("ucum", fmt::format("unit \"{}\" is there twice", unit.ucum));
    }
    if (unit.factor == 0) entry.refuse("factor", "factor 0 would make every value the same");
    TRY(entry.finish());
    predictor.accepted_units.push_back(std::move(unit));
  }
  return {};
}

/// A trap must lie outside the hard limits and turn, converted, into something possible.
void check_trap(TableReader& in, const Predictor& predictor, const UnitTrap& trap) {
  if (trap.low > trap.high) {
    in.refuse("low", fmt::format("limits out of order: {} is above {}", trap.low, trap.high));
  }
  if (trap.high > predictor.hard.low && trap.low < predictor.hard.high) {
    in.refuse("low", fmt::format("{} to {} overlaps the hard limits {} to {}", trap.low, trap.high,
                                 predictor.hard.low, predictor.hard.high));
  }
  const auto unit = std::find_if(predictor.accepted_units.begin(), predictor.accepted_units.end(),
                                 [&](const auto& known) { return known.ucum == trap.likely_unit; });
  if (unit == predictor.accepted_units.end()) {
    in.refuse("likely_unit", fmt::format("unknown unit \"{}\": it is not among the accepted units",
                                         trap.likely_unit));
    return;
  }
  const double a = unit->factor * trap.low + unit->offset;
  const double b = unit->factor * trap.high + unit->offset;
  if (std::max(a, b) < predictor.hard.low || std::min(a, b) > predictor.hard.high) {
    in.refuse("likely_unit", fmt::format("{} to {} {} would not be possible values either",
                                         trap.low, trap.high, trap.likely_unit));
  }
}

Result<void> read_traps(TableReader& in, Predictor& predictor) {
  for (const TomlNode& node : in.tables("unit_traps")) {
    TableReader entry(node, in.file(), fmt::format("{}: unit trap", in.what()));
    const UnitTrap trap{entry.number("low"), entry.number("high"), entry.text("likely_unit")};
    check_trap(entry, predictor, trap);
    TRY(entry.finish());
    predictor.unit_traps.push_back(trap);
  }
  return {};
}

void read_limits(TableReader& in, Predictor& predictor) {
  predictor.hard = in.range("hard");
  predictor.soft = in.has("soft") ? in.range("soft") : predictor.hard;
  if (!predictor.hard.contains(predictor.soft.low) ||
      !predictor.hard.contains(predictor.soft.high)) {
    in.refuse("soft", fmt::format("soft limits {} to {} reach outside the hard limits {} to {}",
                                  predictor.soft.low, predictor.soft.high, predictor.hard.low,
                                  predictor.hard.high));
  }
}

Result<void> read_coded(TableReader& in, Predictor& predictor) {
  predictor.codes = TRY(read_codes(in));
  if (predictor.codes.size() < 2) {
    in.refuse("codes", "key \"codes\" must list two codes at least");
    return in.finish();
  }
  const Range span{static_cast<double>(predictor.codes.front().value),
                   static_cast<double>(predictor.codes.back().value)};
  if (predictor.kind == PredictorKind::Binary &&
      (predictor.codes.size() != 2 || span.low != 0 || span.high != 1)) {
    in.refuse("codes", "a binary predictor has exactly the codes 0 and 1");
  }
  predictor.hard = in.has("hard") ? in.range("hard") : span;
  predictor.soft = predictor.hard;
  for (const Code& code : predictor.codes) {
    if (!predictor.hard.contains(code.value)) {
      in.refuse("codes", fmt::format("code {} ({}) is outside the hard limits {} to {}", code.value,
                                     code.word, predictor.hard.low, predictor.hard.high));
    }
  }
  return {};
}

void read_learning_keys(TableReader& in, Predictor& predictor) {
  predictor.missing = static_cast<MissingPolicy>(in.choice("missing", kPolicies, -1));
  predictor.direction = in.integer_or("direction", 0);
  predictor.anchor = in.flag_or("anchor", false);
  predictor.quasi_identifier = in.flag_or("quasi_identifier", false);
  predictor.in_model = in.flag_or("in_model", true);
  if (predictor.direction < -1 || predictor.direction > 1) {
    in.refuse("direction", fmt::format("direction {} must be -1, 0 or 1", predictor.direction));
  }
  if (predictor.anchor && predictor.direction == 0) {
    in.refuse("anchor", "an anchor needs a direction of 1 or -1");
  }
  if (in.has("group_above")) {
    predictor.group_above = in.number("group_above");
    if (predictor.is_coded() || !predictor.hard.contains(*predictor.group_above + 1)) {
      in.refuse("group_above", fmt::format("values above {} would become {}, outside the limits",
                                           *predictor.group_above, *predictor.group_above + 1));
    }
  }
}

}  // namespace

std::string_view word_of(PredictorKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

bool is_identifier(std::string_view text) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz";
  constexpr std::string_view kAll = "abcdefghijklmnopqrstuvwxyz0123456789_";
  return !text.empty() && kLetters.find(text.front()) != std::string_view::npos &&
         text.find_first_not_of(kAll) == std::string_view::npos;
}

bool is_reserved(std::string_view id) {
  return id == kPersonColumn || id == kWeightColumn || id == kYearColumn ||
         id == kContributorColumn || id == kNewColumn || id == kServedRiskColumn;
}

Result<std::vector<Terminology>> read_terminology(TableReader& owner) {
  std::vector<Terminology> terms;
  for (const TomlNode& node : owner.tables("terminology")) {
    TableReader in(node, owner.file(), fmt::format("{}: terminology", owner.what()));
    Terminology term;
    term.system = in.text("system");
    term.code = in.text("code");
    term.display = in.text("display");
    term.verified = in.flag_or("verified", false);
    if (term.system == "LOINC" && !is_loinc(term.code)) {
      in.refuse("code",
                fmt::format("\"{}\" is no LOINC number: its check digit is wrong", term.code));
    }
    TRY(in.finish());
    terms.push_back(std::move(term));
  }
  return terms;
}

Result<Predictor> read_predictor(const TomlNode& node, std::string_view file) {
  const TomlNode* id = node.member("id");
  TableReader in(node, file,
                 fmt::format("predictor {}", id == nullptr ? std::string_view("?") : id->text));
  Predictor predictor;
  predictor.id = in.text("id");
  if (!is_identifier(predictor.id) || is_reserved(predictor.id)) {
    in.refuse("id", fmt::format("id \"{}\" must be lower-case letters, digits and _, and not the "
                                "name of a column that every disease has",
                                predictor.id));
  }
  predictor.label = in.translations("label");
  predictor.help = in.translations("help");
  predictor.kind = static_cast<PredictorKind>(in.choice("kind", kKinds, -1));
  if (predictor.is_coded()) {
    TRY(read_coded(in, predictor));
  } else {
    TRY(read_units(in, predictor));
    read_limits(in, predictor);
    TRY(read_traps(in, predictor));
  }
  read_learning_keys(in, predictor);
  predictor.terminology = TRY(read_terminology(in));
  TRY(in.finish());
  return predictor;
}

}  // namespace relearn
