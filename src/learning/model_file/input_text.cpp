#include "learning/model_file/input_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "learning/model_file/graph.h"

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;

// In the order of their enumerators.
constexpr std::array<const char*, 4> kKinds = {"integer", "real", "binary", "category"};
constexpr std::array<const char*, 3> kMissing = {"reject", "impute", "impute_with_indicator"};

/// The enumerator that a word stands for; an unknown word is an error of the JSON library, too.
template <typename Enum, std::size_t N>
Enum enumerator(const std::array<const char*, N>& words, const Json& word) {
  const auto found = std::ranges::find(words, word.get<std::string>());
  if (found == words.end()) throw std::invalid_argument(fmt::format("'{}'", word.dump()));
  return static_cast<Enum>(found - words.begin());
}

float reference_value(const Json& value) {
  if (value.is_null()) return std::numeric_limits<float>::quiet_NaN();
  const double number = value.get<double>();
  if (std::abs(number) > std::numeric_limits<float>::max()) throw std::invalid_argument("overflow");
  return static_cast<float>(number);
}

/// Calls take(item) for each item of a JSON array; what the JSON library throws becomes one
/// sentence.
template <typename Take>
Result<void> each_item(std::string_view text, const char* what, Take take) {
  try {
    const Json items = Json::parse(text);
    if (!items.is_array()) throw std::invalid_argument("not an array");
    for (const Json& item : items) take(item);
    return {};
  } catch (const std::exception&) {
    return invalid_input(
        fmt::format("its metadata 'relearn.{}' is not what this program writes", what));
  }
}

}  // namespace

std::string inputs_text(const RiskModel& model) {
  Json items = Json::array();
  for (std::size_t i = 0; i < model.inputs.size(); ++i) {
    const InputColumn& input = model.inputs[i];
    Json item = {{"id", input.id}, {"kind", kKinds[static_cast<std::size_t>(input.kind)]}};
    if (!input.codes.empty()) item["codes"] = input.codes;
    item["missing"] = kMissing[static_cast<std::size_t>(input.missing)];
    const double reference = static_cast<double>(model.reference[i]);
    item["reference"] = std::isnan(reference) ? Json(nullptr) : Json(reference);
    items.push_back(std::move(item));
  }
  return items.dump();
}

Result<void> read_inputs(std::string_view text, RiskModel& model) {
  return each_item(text, "inputs", [&model](const Json& item) {
    InputColumn& input = model.inputs.emplace_back();
    input.id = item.at("id").get<std::string>();
    input.kind = enumerator<PredictorKind>(kKinds, item.at("kind"));
    if (item.contains("codes")) {
      for (const Json& code : item.at("codes")) {
        if (!code.is_number_integer()) throw std::invalid_argument("code");
        input.codes.push_back(code.get<int>());
      }
    }
    input.missing = enumerator<MissingPolicy>(kMissing, item.at("missing"));
    model.reference.push_back(reference_value(item.at("reference")));
  });
}

std::string members_text(const RiskModel& model) {
  Json items = Json::array();
  for (const Member& member : model.members) {
    items.push_back({{"family", member.family}, {"kind", kind_name(member.model)}});
  }
  return items.dump();
}

Result<void> read_members(std::string_view text, RiskModel& model) {
  return each_item(text, "members", [&model](const Json& item) {
    Member& member = model.members.emplace_back();
    member.family = item.at("family").get<std::string>();
    member.model = empty_model(item.at("kind").get<std::string>()).value();
  });
}

}  // namespace relearn
