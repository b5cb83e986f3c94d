#include "lifecycle/intake/platform_form.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>

#include "base/csv.h"
#include "base/text.h"
#include "clinical/record_check.h"

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;

Result<FormFields> read_json(std::string_view inputs) {
  const Json object = Json::parse(inputs, nullptr, false);
  if (!object.is_object()) return invalid_input("inputs: is not JSON");
  FormFields fields;
  for (const auto& [name, value] : object.items()) {
    if (value.is_structured()) {
      return invalid_input(fmt::format("inputs: '{}' is a list or an object", shown(name)));
    }
    fields.emplace_back(name, value.is_null()     ? std::string()
                              : value.is_string() ? value.get<std::string>()
                                                  : value.dump());
  }
  return fields;
}

Result<FormFields> read_sentence(std::string_view inputs) {
  FormFields fields;
  for (const std::string_view part : split(inputs, ',')) {
    const auto colon = part.find(':');
    if (colon == std::string_view::npos) {
      return invalid_input(fmt::format("inputs: '{}' is no 'name: value'", shown(trim(part))));
    }
    fields.emplace_back(trim(part.substr(0, colon)), trim(part.substr(colon + 1)));
  }
  return fields;
}

/// "25.0" and "25" are one value.
std::string same_spelling(std::string_view value) {
  if (const auto number = parse_number(trim(value))) return fmt::format("{}", *number);
  return std::string(trim(value));
}

Result<double> understand(const Predictor& predictor, const ImportedField& field,
                          const std::string& name, std::string_view text) {
  const std::string_view value = trim(text);
  for (const std::string& missing : field.missing) {
    if (same_spelling(value) == same_spelling(missing)) {
      return std::numeric_limits<double>::quiet_NaN();
    }
  }
  // What the platform's numbers of a category mean is not what they mean in its own data.
  if (predictor.kind == PredictorKind::Category && parse_number(value)) {
    return invalid_input(fmt::format(
        "{}: '{}' is a number of the old programme, whose meaning is not sure; its word is needed",
        shown(name), shown(value)));
  }
  return parse_value(predictor, value);
}

}  // namespace

Result<FormFields> read_form_fields(std::string_view inputs) {
  inputs = trim(inputs);
  if (inputs.empty()) return invalid_input("inputs: is empty");
  FormFields fields = TRY(inputs.front() == '{' ? read_json(inputs) : read_sentence(inputs));
  if (fields.empty()) return invalid_input("inputs: holds no field");
  return fields;
}

std::string form_key(const FormFields& fields) {
  std::map<std::string, std::string> sorted;
  for (const auto& [name, value] : fields) sorted[folded_name(name)] = same_spelling(value);
  std::string key;
  for (const auto& [name, value] : sorted)
    key += fmt::format("{}={}:{};", name, value.size(), value);
  return key;
}

Result<std::vector<double>> understand_form(const DiseaseFile& disease, const ImportedForm& form,
                                            const FormFields& fields) {
  std::vector<double> values(disease.predictors.size(), std::numeric_limits<double>::quiet_NaN());
  for (const auto& [name, text] : fields) {
    const ImportedField* field = form.find(name);
    if (field == nullptr) {
      return invalid_input(fmt::format("inputs: field '{}' is not among the [[imports]] of {}",
                                       shown(name), disease.id));
    }
    if (field->predictor < 0) continue;
    const auto i = static_cast<std::size_t>(field->predictor);
    if (!std::isnan(values[i])) {
      return invalid_input(fmt::format("inputs: {} is told twice", disease.predictors[i].id));
    }
    values[i] = TRY(understand(disease.predictors[i], *field, name, text));
  }
  return values;
}

}  // namespace relearn
