#include "lifecycle/training/origin.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;

std::string words(std::string key) {
  std::replace(key.begin(), key.end(), '_', ' ');
  return key;
}

std::string number_text(const Json& number) {
  return number.is_number_float() ? fmt::format("{:.4g}", number.get<double>()) : number.dump();
}

void add_numbers(const Json& object, const std::string& before, RecordOrigin& origin) {
  for (const auto& [key, value] : object.items()) {
    if (value.is_number())
      origin.privacy_numbers.emplace_back(before + words(key), number_text(value));
    if (value.is_object()) add_numbers(value, before + words(key) + ": ", origin);
  }
}

}  // namespace

Result<RecordOrigin> parse_origin(const std::string& funnel_json, const std::string& privacy_json) {
  RecordOrigin origin;
  origin.funnel_json = funnel_json;
  origin.privacy_json = privacy_json;
  try {
    if (!funnel_json.empty()) {
      for (const Json& line : Json::parse(funnel_json)) {
        if (line.contains("note")) {
          origin.notes.push_back(line.at("note"));
          continue;
        }
        const Json& count = line.at("count");
        if (!count.is_number_unsigned()) {
          return invalid_input(
              fmt::format("the funnel of a training job counts '{}'", count.dump()));
        }
        origin.funnel.push_back({line.at("label"), count});
      }
    }
    if (!privacy_json.empty()) {
      const Json privacy = Json::parse(privacy_json);
      origin.privacy_sentence = privacy.value("sentence", "");
      add_numbers(privacy, "", origin);
    }
  } catch (const Json::exception& error) {
    return invalid_input(fmt::format(
        "the funnel or the privacy report of a training job cannot be read: {}", error.what()));
  }
  return origin;
}

}  // namespace relearn
