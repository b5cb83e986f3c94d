#include "learning/cohort/row_decoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <regex>

#include "base/csv.h"
#include "base/text.h"
#include "learning/cohort/decimal.h"

namespace relearn {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kPersonBytesMax = 256;
constexpr Range kYears{1900, 2200};
constexpr Range kContributors{0, 4'294'967'294};
constexpr Range kStandings{0, kLockedRow};

std::string_view trimmed(std::string_view field) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  if (field.empty() || (!blank(field.front()) && !blank(field.back()))) return field;
  return trim(field);
}

Finding refusal(std::string_view predictor, std::string_view reason, std::string message) {
  return {.severity = Finding::Severity::Quarantine,
          .predictor = std::string(predictor),
          .reason = std::string(reason),
          .message = std::move(message)};
}

void decode_weight(std::string_view text, double& weight, std::vector<Finding>& findings) {
  weight = parse_decimal(text).value_or(kMissing);
  if (weight > 0 && weight <= 1) return;
  findings.push_back(
      refusal(kWeightColumn, "impossible weight",
              fmt::format("{}: '{}' is not above 0 and at most 1", kWeightColumn, shown(text))));
}

void decode_risk(std::string_view text, double& risk, std::vector<Finding>& findings) {
  if (text.empty()) return;
  risk = parse_decimal(text).value_or(kMissing);
  if (risk >= 0 && risk <= 1) return;
  findings.push_back(refusal(kServedRiskColumn, "impossible risk",
                             fmt::format("{}: '{}' is not between 0 and 1; is it a percentage?",
                                         kServedRiskColumn, shown(text))));
}

/// A whole number between the two, or nothing for an empty text.
void decode_whole(std::string_view column, std::string_view text, Range possible, double& number,
                  std::vector<Finding>& findings) {
  if (text.empty()) return;
  number = parse_decimal(text).value_or(kMissing);
  if (possible.contains(number) && number == std::floor(number)) return;
  findings.push_back(refusal(column, "impossible number",
                             fmt::format("{}: '{}' is no whole number from {} to {}", column,
                                         shown(text), possible.low, possible.high)));
}

}  // namespace

/// Group 1 of a match is the person.
struct RowDecoder::PersonPattern {
  std::regex pattern;
};

ColumnOrder listed_order(const Adapter& adapter) {
  ColumnOrder order(adapter.columns.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int>(i);
  return order;
}

void RowDecoder::Meanings::add(const std::string& text, double meaning) {
  if (const auto number = parse_decimal(text)) {
    numbers.emplace_back(*number, meaning);
  } else {
    words.emplace_back(text, meaning);
  }
}

const double* RowDecoder::Meanings::find(std::string_view text, double number) const {
  for (const auto& [known, meaning] : numbers) {
    if (known == number) return &meaning;
  }
  if (!std::isnan(number)) return nullptr;
  for (const auto& [known, meaning] : words) {
    if (known == text) return &meaning;
  }
  return nullptr;
}

RowDecoder::Plan RowDecoder::plan_column(const Adapter& adapter, std::size_t index) const {
  const AdapterColumn& column = adapter.columns[index];
  Plan plan;
  if (static_cast<int>(index) == adapter.outcome_column) {
    plan.role = Role::Outcome;
    for (const auto& [text, outcome] : adapter.outcome_codes) plan.meanings.add(text, outcome);
  } else if (static_cast<int>(index) == adapter.person_column) {
    plan.role = Role::Person;
  } else if (static_cast<int>(index) == adapter.weight_column) {
    plan.role = Role::Weight;
  } else if (static_cast<int>(index) == adapter.year_column) {
    plan.role = Role::Year;
  } else if (static_cast<int>(index) == adapter.contributor_column) {
    plan.role = Role::Contributor;
  } else if (static_cast<int>(index) == adapter.new_column) {
    plan.role = Role::New;
  } else if (static_cast<int>(index) == adapter.served_risk_column) {
    plan.role = Role::ServedRisk;
  } else if (column.predictor >= 0) {
    plan.role = Role::Predictor;
    plan.predictor = static_cast<std::size_t>(column.predictor);
    for (const std::string& text : column.missing_codes) plan.meanings.add(text, kMissing);
    for (const auto& [text, code] : column.code_map) plan.meanings.add(text, code);
    plan.only_meanings = !column.code_map.empty();
    for (const AcceptedUnit& unit : disease_.predictors[plan.predictor].accepted_units) {
      if (unit.ucum == column.unit) plan.factor = unit.factor, plan.offset = unit.offset;
    }
  }
  return plan;
}

RowDecoder::RowDecoder(const DiseaseFile& disease, const Adapter& adapter, const ColumnOrder& order)
    : disease_(disease) {
  for (const int column : order) {
    plans_.push_back(column < 0 ? Plan{} : plan_column(adapter, static_cast<std::size_t>(column)));
    has_persons_ |= plans_.back().role == Role::Person;
    has_weights_ |= plans_.back().role == Role::Weight;
    has_contributors_ |= plans_.back().role == Role::Contributor;
    has_news_ |= plans_.back().role == Role::New;
    has_served_risks_ |= plans_.back().role == Role::ServedRisk;
  }
  if (has_persons_ && !adapter.person_pattern.empty()) {
    person_pattern_ = std::make_shared<const PersonPattern>(PersonPattern{
        std::regex(adapter.person_pattern, std::regex::ECMAScript | std::regex::optimize)});
  }
}

void RowDecoder::decode_value(const Plan& plan, std::string_view text, Row& row,
                              std::vector<Finding>& findings) const {
  if (text.empty()) return;
  double& value = row.values[plan.predictor];
  const double number = parse_decimal(text).value_or(kMissing);
  if (const double* meaning = plan.meanings.find(text, number)) {
    value = *meaning;
    return;
  }
  const Predictor& predictor = disease_.predictors[plan.predictor];
  if (plan.only_meanings) {
    findings.push_back(refusal(predictor.id, "unknown code",
                               fmt::format("{}: '{}' is no code that this source is known to have",
                                           predictor.id, shown(text))));
  } else if (std::isnan(number)) {
    findings.push_back(refusal(predictor.id, "not a number",
                               fmt::format("{}: '{}' is not a number", predictor.id, shown(text))));
  } else {
    value = plan.factor * number + plan.offset;
  }
}

void RowDecoder::decode_outcome(const Plan& plan, std::string_view text, Row& row,
                                std::vector<Finding>& findings) const {
  const std::string& id = disease_.outcome.id;
  if (text.empty()) {
    findings.push_back(refusal(id, "outcome missing", fmt::format("{}: is missing", id)));
    return;
  }
  const double number = parse_decimal(text).value_or(kMissing);
  if (const double* meaning = plan.meanings.find(text, number)) {
    row.outcome = *meaning > 0 ? 1 : 0;
    return;
  }
  findings.push_back(refusal(
      id, "unknown outcome",
      fmt::format("{}: '{}' is no outcome that this source is known to have", id, shown(text))));
}

void RowDecoder::decode_person(std::string_view text, Row& row,
                               std::vector<Finding>& findings) const {
  // std::regex recurses once a character: what is longer than any name would exhaust the stack.
  row.person = text.size() <= kPersonBytesMax ? text : std::string_view();
  if (person_pattern_ && !row.person.empty()) {
    std::match_results<std::string_view::const_iterator> match;
    const bool found = std::regex_match(text.begin(), text.end(), match, person_pattern_->pattern);
    row.person = found ? text.substr(static_cast<std::size_t>(match.position(1)),
                                     static_cast<std::size_t>(match.length(1)))
                       : std::string_view();
  }
  if (row.person.empty()) {
    findings.push_back(
        refusal(kPersonColumn, "person missing",
                fmt::format("{}: '{}' does not say who it is", kPersonColumn, shown(text))));
  }
}

void RowDecoder::decode_field(const Plan& plan, std::string_view text, Row& row,
                              std::vector<Finding>& findings) const {
  double number = 0;
  switch (plan.role) {
    case Role::Ignored:
      break;
    case Role::Predictor:
      decode_value(plan, text, row, findings);
      break;
    case Role::Outcome:
      decode_outcome(plan, text, row, findings);
      break;
    case Role::Person:
      decode_person(text, row, findings);
      break;
    case Role::Weight:
      decode_weight(text, row.weight, findings);
      break;
    case Role::Year:
      decode_whole(kYearColumn, text, kYears, number, findings);
      row.year = std::isnan(number) ? 0 : static_cast<int>(number);
      break;
    case Role::Contributor:
      decode_whole(kContributorColumn, text, kContributors, number, findings);
      if (!text.empty() && kContributors.contains(number)) {
        row.contributor = static_cast<std::uint32_t>(number);
      }
      break;
    case Role::New:
      decode_whole(kNewColumn, text, kStandings, number, findings);
      row.is_new = number == 1 ? 1 : number == 2 ? kLockedRow : 0;
      break;
    case Role::ServedRisk:
      decode_risk(text, row.served_risk, findings);
      break;
  }
}

void RowDecoder::decode(std::span<const std::string_view> fields, Row& row,
                        std::vector<Finding>& findings) const {
  row.values.assign(disease_.predictors.size(), kMissing);
  row.outcome = -1;
  row.person = {};
  row.weight = 1;
  row.year = 0;
  row.contributor = kNoContributor;
  row.is_new = 0;
  row.served_risk = kMissing;
  if (fields.size() != plans_.size()) {
    findings.push_back(refusal(
        "", "wrong number of fields",
        fmt::format("holds {} fields where {} are expected", fields.size(), plans_.size())));
    return;
  }
  for (std::size_t i = 0; i < fields.size(); ++i) {
    decode_field(plans_[i], trimmed(fields[i]), row, findings);
  }
}

}  // namespace relearn
