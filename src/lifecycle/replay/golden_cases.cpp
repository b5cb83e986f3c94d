#include "lifecycle/replay/golden_cases.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>

#include "base/normal.h"
#include "base/random.h"
#include "learning/models/risk_scorer.h"

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kFormat = 1;
constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();
constexpr std::uint64_t kSeed = 1;

// Of a hundred values of a patient drawn at random.
constexpr std::uint64_t kMissingPercent = 8;
constexpr std::uint64_t kAtLimitPercent = 4;
constexpr std::uint64_t kUndeclaredPercent = 1;  // of a code

/// Half of the file for the cases, a third for contributions; ids and quotes have the rest.
std::size_t case_count(std::size_t p) {
  return std::min<std::size_t>(kGoldenCases, kGoldenBytesMax / 2 / (9 * p + 80));
}
std::size_t count_with_contributions(std::size_t p) {
  return std::min<std::size_t>(kGoldenCasesWithContributions, kGoldenBytesMax / 3 / (17 * p));
}

std::vector<const Predictor*> model_predictors(const DiseaseFile& disease) {
  std::vector<const Predictor*> all;
  for (const Predictor& predictor : disease.predictors) {
    if (predictor.in_model) all.push_back(&predictor);
  }
  return all;
}

float rounded(const Predictor& predictor, double value) {
  return static_cast<float>(predictor.kind == PredictorKind::Integer ? std::round(value) : value);
}

/// Halfway between the usual limits; of codes, the first.
float typical_value(const Predictor& predictor) {
  if (predictor.is_coded()) return static_cast<float>(predictor.codes.front().value);
  return rounded(predictor, (predictor.soft.low + predictor.soft.high) / 2);
}

/// Every code; the limits; missing.
std::vector<float> edge_values(const Predictor& predictor) {
  std::vector<float> values{kMissing};
  if (predictor.is_coded()) {
    for (const Code& code : predictor.codes) values.push_back(static_cast<float>(code.value));
    return values;
  }
  for (const double limit :
       {predictor.hard.low, predictor.soft.low, predictor.soft.high, predictor.hard.high}) {
    values.push_back(static_cast<float>(limit));
  }
  return values;
}

float random_value(const Predictor& predictor, Random& random) {
  const std::uint64_t percent = random.below(100);
  if (percent < kMissingPercent) return kMissing;
  if (predictor.is_coded()) {
    const bool undeclared = percent < kMissingPercent + kUndeclaredPercent;
    const auto code = predictor.codes[random.below(predictor.codes.size())].value;
    return static_cast<float>(undeclared ? code + 1000 : code);
  }
  if (percent < kMissingPercent + kAtLimitPercent) {
    const std::vector<float> edges = edge_values(predictor);
    return edges[random.below(edges.size())];
  }
  const double width = predictor.soft.high - predictor.soft.low;
  return rounded(predictor, predictor.soft.low + width * random.uniform());
}

template <typename Real>
auto bits_of(Real value) {
  using Bits = std::conditional_t<sizeof(Real) == 4, std::uint32_t, std::uint64_t>;
  return std::bit_cast<Bits>(value);
}

/// One bit pattern for all that is missing: not every NaN is the same.
template <typename Real>
std::string hex(Real value) {
  if (std::isnan(value)) value = std::numeric_limits<Real>::quiet_NaN();
  return fmt::format("{:0{}x}", bits_of(value), 2 * sizeof(Real));
}

template <typename Real>
std::string hex_list(const std::vector<Real>& values) {
  std::string text;
  for (const Real value : values) text += (text.empty() ? "" : " ") + hex(value);
  return text;
}

/// Numbers of exactly so many digits, a space between two.
template <typename Real>
std::optional<std::vector<Real>> parse_hex_list(std::string_view text) {
  constexpr std::size_t kDigits = 2 * sizeof(Real);
  std::vector<Real> values;
  for (std::size_t at = 0; at < text.size(); at += kDigits + 1) {
    decltype(bits_of(Real{})) bits = 0;
    const std::string_view digits = text.substr(at, kDigits);
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), bits, 16);
    if (error != std::errc() || end != digits.data() + kDigits) return std::nullopt;
    values.push_back(std::bit_cast<Real>(bits));
  }
  return values;
}

Error no_golden(std::string_view what) {
  return invalid_input(fmt::format("it is no file of golden cases: {}", what));
}

Result<GoldenCase> parse_case(const Json& json, std::size_t p) {
  const auto inputs = parse_hex_list<float>(json.at("inputs").get<std::string>());
  const auto risk = parse_hex_list<double>(json.at("risk").get<std::string>());
  const auto log_odds = parse_hex_list<double>(json.at("log_odds").get<std::string>());
  std::optional<std::vector<double>> contributions = std::vector<double>{};
  if (json.contains("contributions")) {
    contributions = parse_hex_list<double>(json.at("contributions").get<std::string>());
    if (contributions && contributions->size() != p) contributions.reset();
  }
  if (!inputs || inputs->size() != p || !risk || risk->size() != 1 || !log_odds ||
      log_odds->size() != 1 || !contributions) {
    return no_golden("a case has not one number for each of what it tells");
  }
  return GoldenCase{*inputs, risk->front(), log_odds->front(), *contributions};
}

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return std::ranges::equal(a, b, [](float x, float y) { return hex(x) == hex(y); });
}

}  // namespace

std::vector<std::vector<float>> golden_inputs(const DiseaseFile& disease) {
  const std::vector<const Predictor*> predictors = model_predictors(disease);
  std::vector<float> typical;
  for (const Predictor* predictor : predictors) typical.push_back(typical_value(*predictor));
  std::vector<std::vector<float>> patients = {typical,
                                              std::vector<float>(predictors.size(), kMissing)};
  for (std::size_t i = 0; i < predictors.size(); ++i) {
    for (const float value : edge_values(*predictors[i])) {
      patients.push_back(typical);
      patients.back()[i] = value;
    }
  }
  Random random(derive_seed(kSeed, "golden cases of " + disease.id));
  const std::size_t count = std::max<std::size_t>(case_count(predictors.size()), 1);
  while (patients.size() < count) {
    std::vector<float>& patient = patients.emplace_back();
    for (const Predictor* predictor : predictors) {
      patient.push_back(random_value(*predictor, random));
    }
  }
  patients.resize(count);
  return patients;
}

GoldenCases golden_cases(const RiskModel& model, const std::string& model_digest,
                         const std::vector<std::vector<float>>& inputs) {
  GoldenCases golden{model.disease, model_digest, {}, {}};
  for (const InputColumn& input : model.inputs) golden.inputs.push_back(input.id);
  const RiskScorer scorer(model);
  for (const std::vector<float>& patient : inputs) {
    GoldenCase& one = golden.cases.emplace_back();
    one.inputs = patient;
    one.log_odds = scorer.log_odds(patient);
    one.risk = scorer.risk(patient);
    if (golden.cases.size() > count_with_contributions(model.inputs.size())) continue;
    for (const Contribution& part : explain(model, patient))
      one.contributions.push_back(part.log_odds);
  }
  return golden;
}

std::string golden_text(const GoldenCases& golden) {
  std::string text = fmt::format(
      "{{\"format\": {}, \"disease\": {}, \"model_sha256\": {}, \"inputs\": {},\n\"cases\": [",
      kFormat, Json(golden.disease).dump(), Json(golden.model_digest).dump(),
      Json(golden.inputs).dump());
  for (const GoldenCase& one : golden.cases) {
    text += fmt::format("{}\n{{\"inputs\": \"{}\", \"risk\": \"{}\", \"log_odds\": \"{}\"",
                        &one == golden.cases.data() ? "" : ",", hex_list(one.inputs), hex(one.risk),
                        hex(one.log_odds));
    if (!one.contributions.empty()) {
      text += fmt::format(", \"contributions\": \"{}\"", hex_list(one.contributions));
    }
    text += "}";
  }
  return text + "]}\n";
}

Result<GoldenCases> parse_golden(std::string_view text) {
  if (text.size() > kGoldenBytesMax) {
    return no_golden(fmt::format("it has {} bytes, the limit is {}", text.size(), kGoldenBytesMax));
  }
  GoldenCases golden;
  try {
    const Json json = Json::parse(text);
    json.at("disease").get_to(golden.disease);
    json.at("model_sha256").get_to(golden.model_digest);
    json.at("inputs").get_to(golden.inputs);
    for (const Json& one : json.at("cases")) {
      golden.cases.push_back(TRY(parse_case(one, golden.inputs.size())));
    }
    if (golden.cases.empty()) return no_golden("it has no cases");
    if (golden_text(golden) != text) return no_golden("it is not written as this program writes");
  } catch (const Json::exception& error) {
    return no_golden(error.what());
  }
  return golden;
}

Result<void> check_golden_inputs(const GoldenCases& golden, const DiseaseFile& disease) {
  const std::vector<std::vector<float>> asked = golden_inputs(disease);
  if (golden.disease != disease.id || golden.cases.size() != asked.size()) {
    return broken_invariant(
        fmt::format("the golden cases are {} of '{}', asked for were {} of '{}'",
                    golden.cases.size(), golden.disease, asked.size(), disease.id));
  }
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const std::vector<float>& found = golden.cases[i].inputs;
    if (same_bits(found, asked[i])) continue;
    return broken_invariant(fmt::format("golden case {} is the patient {}, asked for was {}", i + 1,
                                        hex_list(found), hex_list(asked[i])));
  }
  const auto told = [](const GoldenCase& one) { return !one.contributions.empty(); };
  const auto with_contributions = std::ranges::count_if(golden.cases, told);
  const std::size_t expected =
      std::min(count_with_contributions(golden.inputs.size()), asked.size());
  if (std::cmp_not_equal(with_contributions, expected)) {
    return broken_invariant(fmt::format("{} golden cases have contributions, asked for were {}",
                                        with_contributions, expected));
  }
  return {};
}

}  // namespace relearn
