#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "clinical/disease_file_parts.h"

namespace relearn {
namespace {

constexpr std::array<std::string_view, 6> kSources = {"laboratory", "imaging",     "specialist",
                                                      "registry",   "self_report", "other"};
constexpr int kDaysMax = 36'525;  // a hundred years

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

/// The words files and forms may use; each means one thing.
void read_words(TableReader& in, OutcomeDefinition& outcome) {
  std::set<std::string> seen;
  for (const auto& [key, words] : {std::pair{"present_words", &outcome.present_words},
                                   std::pair{"absent_words", &outcome.absent_words}}) {
    for (const std::string& word : in.texts(key)) {
      if (!seen.insert(lower_case(word)).second) {
        in.refuse(key, fmt::format("\"{}\" is there twice", word));
      }
      words->push_back(lower_case(word));
    }
    if (words->empty()) in.refuse(key, fmt::format("key \"{}\" must list a word at least", key));
  }
}

Result<void> read_standards(TableReader& in, OutcomeDefinition& outcome) {
  for (const TomlNode& node : in.tables("reference_standards")) {
    TableReader entry(node, in.file(), "outcome: reference standard");
    ReferenceStandard standard;
    standard.id = entry.text("id");
    standard.label = entry.translations("label");
    standard.source = kSources[static_cast<std::size_t>(entry.choice("source", kSources, -1))];
    standard.trains = entry.flag_or("trains", true);
    if (!is_identifier(standard.id)) {
      entry.refuse("id", fmt::format("id \"{}\" must be letters, digits, _", standard.id));
    }
    for (const ReferenceStandard& other : outcome.reference_standards) {
      if (other.id == standard.id) {
        entry.refuse("id", fmt::format("duplicate id \"{}\" in reference_standards", other.id));
      }
    }
    if (standard.trains && standard.source == "self_report") {
      entry.refuse("trains",
                   fmt::format("{}: what people say of themselves never trains", standard.id));
    }
    TRY(entry.finish());
    outcome.reference_standards.push_back(std::move(standard));
  }
  if (std::none_of(outcome.reference_standards.begin(), outcome.reference_standards.end(),
                   [](const ReferenceStandard& standard) { return standard.trains; })) {
    in.refuse("reference_standards", "no reference standard may train");
  }
  return {};
}

void read_days(TableReader& in, OutcomeDefinition& outcome) {
  outcome.horizon_days = in.integer("horizon_days");
  outcome.maturity_days = in.integer("maturity_days");
  if (outcome.horizon_days < 1 || outcome.horizon_days > kDaysMax) {
    in.refuse("horizon_days",
              fmt::format("{} days are not 1 to {}", outcome.horizon_days, kDaysMax));
  }
  if (outcome.maturity_days < 0 || outcome.maturity_days > outcome.horizon_days) {
    in.refuse("maturity_days", fmt::format("{} days are not 0 to the horizon of {}",
                                           outcome.maturity_days, outcome.horizon_days));
  }
}

}  // namespace

Result<void> read_outcome_events(TableReader& in, OutcomeDefinition& outcome) {
  read_words(in, outcome);
  read_days(in, outcome);
  return read_standards(in, outcome);
}

}  // namespace relearn
