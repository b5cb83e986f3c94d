#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "clinical/disease_file_parts.h"

namespace relearn {
namespace {

Result<ImportedField> read_field(const TomlNode& node, std::string_view file, std::string_view what,
                                 std::span<const Predictor> predictors) {
  TableReader in(node, file, fmt::format("{}: field", what));
  ImportedField field;
  for (const std::string& name : in.texts("names")) field.names.push_back(folded_name(name));
  if (field.names.empty()) in.refuse("names", "key \"names\" must list a name at least");
  field.missing = in.texts("missing");
  const std::string id = in.text_or("predictor", "");
  const bool ignored = in.flag_or("ignored", false);
  if (id.empty() != ignored) in.refuse("", "a field is exactly one of \"predictor\", \"ignored\"");
  for (std::size_t i = 0; i < predictors.size(); ++i) {
    if (predictors[i].id == id) field.predictor = static_cast<int>(i);
  }
  if (!id.empty() && field.predictor < 0) {
    in.refuse("predictor", fmt::format("unknown predictor \"{}\"", id));
  }
  TRY(in.finish());
  return field;
}

/// The predictors' own ids are names, too.
void add_own_names(std::span<const Predictor> predictors, std::vector<ImportedField>& fields) {
  for (std::size_t i = 0; i < predictors.size(); ++i) {
    fields.push_back({{folded_name(predictors[i].id)}, static_cast<int>(i), {}});
  }
}

}  // namespace

std::string folded_name(std::string_view name) {
  std::string folded;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') folded += static_cast<char>(c - 'A' + 'a');
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) folded += c;
  }
  return folded;
}

const ImportedField* ImportedForm::find(std::string_view name) const {
  const std::string folded = folded_name(name);
  for (const ImportedField& field : fields) {
    if (std::find(field.names.begin(), field.names.end(), folded) != field.names.end()) {
      return &field;
    }
  }
  return nullptr;
}

Result<ImportedForm> read_import(const TomlNode& node, std::string_view file,
                                 std::span<const Predictor> predictors) {
  TableReader in(node, file, "import");
  ImportedForm form;
  form.platform = in.text("platform");
  form.type = in.text("type");
  form.default_forms = in.texts("default_forms");
  std::set<std::string> names;
  std::set<int> read;
  for (const TomlNode& field_node : in.tables("fields")) {
    ImportedField field = TRY(read_field(field_node, file, in.what(), predictors));
    for (const std::string& name : field.names) {
      if (!names.insert(name).second) {
        in.refuse("fields", fmt::format("\"{}\" names two fields", name));
      }
    }
    if (field.predictor >= 0 && !read.insert(field.predictor).second) {
      in.refuse("fields", fmt::format("two fields are {}",
                                      predictors[static_cast<std::size_t>(field.predictor)].id));
    }
    form.fields.push_back(std::move(field));
  }
  if (form.fields.empty()) in.refuse("fields", "key \"fields\" must list a field at least");
  TRY(in.finish());
  add_own_names(predictors, form.fields);
  return form;
}

}  // namespace relearn
