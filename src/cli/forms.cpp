#include "cli/forms.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;

Result<std::string> json_value_text(const std::string& id, const Json& value) {
  if (value.is_null()) return std::string();
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return std::string(value.get<bool>() ? "1" : "0");
  if (value.is_number()) return value.dump();
  return invalid_input(
      fmt::format("{}: is a list or an object; a number, text or null is needed", id));
}

Result<NamedForm> json_form(const Json& object) {
  if (!object.is_object()) return invalid_input("each patient must be a JSON object of id: value");
  NamedForm named;
  for (const auto& [id, value] : object.items()) {
    std::string text = TRY(json_value_text(id, value));
    if (id == "person") {
      named.person = std::move(text);
    } else {
      named.form.emplace_back(id, std::move(text));
    }
  }
  return named;
}

Result<std::vector<NamedForm>> read_json(std::string_view text) {
  const Json document = Json::parse(text, nullptr, false);
  if (document.is_discarded()) return invalid_input("the JSON cannot be read; is it cut off?");
  std::vector<NamedForm> forms;
  if (document.is_object()) {
    forms.push_back(TRY(json_form(document)));
    return forms;
  }
  if (!document.is_array()) return invalid_input("the JSON must be one patient or a list of them");
  for (const Json& object : document) forms.push_back(TRY(json_form(object)));
  return forms;
}

Result<std::vector<NamedForm>> read_csv(std::string_view text) {
  std::vector<std::string> header;
  std::vector<NamedForm> forms;
  std::size_t line_number = 0;
  for (std::string_view line : split(text, '\n')) {
    ++line_number;
    line = trim(line);
    if (line.empty() || line.front() == '#') continue;
    const auto fields = split(line, ',');
    if (header.empty()) {
      for (const std::string_view field : fields) header.emplace_back(trim(field));
      continue;
    }
    if (fields.size() != header.size()) {
      return invalid_input(fmt::format("line {}: has {} fields, the header has {}", line_number,
                                       fields.size(), header.size()));
    }
    if (forms.size() == kFormRowsMax) {
      return invalid_input(fmt::format("more than {} patients; split the file", kFormRowsMax));
    }
    NamedForm named;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      std::string value(trim(fields[i]));
      if (header[i] == "person") {
        named.person = std::move(value);
      } else {
        named.form.emplace_back(header[i], std::move(value));
      }
    }
    forms.push_back(std::move(named));
  }
  if (forms.empty())
    return invalid_input("no patient: a header line and one line a patient are needed");
  return forms;
}

}  // namespace

Result<std::vector<NamedForm>> read_forms(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return invalid_input("the input is empty");
  return text[first] == '{' || text[first] == '[' ? read_json(text) : read_csv(text);
}

}  // namespace relearn
