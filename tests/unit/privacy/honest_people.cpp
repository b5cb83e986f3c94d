#include "honest_people.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <span>
#include <stdexcept>

#include "clinical/record_check.h"

namespace relearn {
namespace {

std::string code_text(const Predictor& predictor, Random& random) {
  return std::to_string(predictor.codes[random.below(predictor.codes.size())].value);
}

/// A number inside the hard limits, as an instrument shows it: at most 4 decimals.
std::string number_text(const Predictor& predictor, Random& random, std::string_view digits) {
  const double span = predictor.hard.high - predictor.hard.low;
  for (int tries = 0; tries < 100'000; ++tries) {
    const double value = predictor.hard.low + span * random.uniform();
    const std::string text = predictor.kind == PredictorKind::Integer
                                 ? fmt::format("{:.0f}", std::floor(value))
                                 : fmt::format("{:.4f}", value);
    const bool allowed = std::all_of(text.begin(), text.end(), [&](char c) {
      return c == '.' || c == '-' || digits.find(c) != std::string_view::npos;
    });
    if (allowed) return text;
  }
  throw std::runtime_error("no number of these digits: " + predictor.id);
}

/// Nothing but what is still missing would quarantine these values.
bool agree(const DiseaseFile& disease, std::span<const double> values) {
  std::vector<Finding> findings;
  check_record(disease, values, findings);
  return std::all_of(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.severity == Finding::Severity::Warning || finding.reason == "missing";
  });
}

/// Gives the predictor a value that agrees with those before; none when that is hard to find.
void add_value(const DiseaseFile& disease, std::size_t j, Random& random, std::string_view digits,
               std::vector<double>& values, RawRecord& record) {
  const Predictor& predictor = disease.predictors[j];
  for (int tries = 0; tries < 50; ++tries) {
    const std::string text = predictor.is_coded() ? code_text(predictor, random)
                                                  : number_text(predictor, random, digits);
    values[j] = parse_value(predictor, text).value();
    if (!agree(disease, values)) continue;
    record.fields.emplace_back(predictor.id, text);
    return;
  }
  values[j] = std::nan("");
}

}  // namespace

DiseaseFile shipped(std::string_view id) {
  auto loaded = load_disease_file(fmt::format("{}/diseases/{}.toml", RELEARN_SOURCE_DIR, id));
  if (!loaded.ok()) throw std::runtime_error(loaded.error().message);
  return loaded.take_value();
}

RawRecord honest_record(const DiseaseFile& disease, Random& random, std::string_view digits) {
  RawRecord record{.person = fmt::format("{}", random.next()),
                   .contributor = fmt::format("{}", random.below(5)),
                   .assessed_at = start_of({2024, 3, 11}),
                   .outcome = static_cast<std::uint8_t>(random.below(2))};
  std::vector<double> values(disease.predictors.size(), std::nan(""));
  for (std::size_t j = 0; j < values.size(); ++j) {
    const bool needed = disease.predictors[j].missing == MissingPolicy::Reject;
    if (needed || random.below(10) > 0) add_value(disease, j, random, digits, values, record);
    if (needed && std::isnan(values[j])) throw std::runtime_error("no honest value");
  }
  return record;
}

void set_field(RawRecord& record, const std::string& id, const std::string& text) {
  for (auto& [known, value] : record.fields) {
    if (known != id) continue;
    value = text;
    return;
  }
  record.fields.emplace_back(id, text);
}

FreshRandom repeatable(std::uint64_t seed) {
  return [random = std::make_shared<Random>(seed)] { return random->next(); };
}

}  // namespace relearn
