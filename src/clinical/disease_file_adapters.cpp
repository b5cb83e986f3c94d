#include <fmt/format.h>

#include <algorithm>
#include <regex>
#include <set>

#include "base/text.h"
#include "clinical/disease_file_parts.h"
#include "clinical/unit.h"

namespace relearn {
namespace {

bool is_accepted_unit(const Predictor& predictor, std::string_view unit) {
  return unit == predictor.unit ||
         std::any_of(predictor.accepted_units.begin(), predictor.accepted_units.end(),
                     [&](const AcceptedUnit& known) { return known.ucum == unit; });
}

/// A pattern that cannot be compiled, or that has no group to hold the person, is refused.
Result<void> check_pattern(const std::string& pattern) {
  try {
    if (std::regex(pattern, std::regex::ECMAScript).mark_count() >= 1) return {};
    return invalid_input(fmt::format("pattern \"{}\" has no group (...) for the person", pattern));
  } catch (const std::regex_error& error) {
    return invalid_input(fmt::format("bad regular expression \"{}\": {}", pattern, error.what()));
  }
}

void read_code_map(TableReader& in, const Predictor& predictor, AdapterColumn& column) {
  const TomlNode* codes = in.table("codes");
  if (codes == nullptr) return;
  for (const auto& [key, value] : codes->members) {
    const double canonical = static_cast<double>(value.integer);
    const bool known = predictor.is_coded() ? predictor.code(canonical) != nullptr
                                            : predictor.hard.contains(canonical);
    if (value.kind != TomlNode::Kind::Integer || !known) {
      in.refuse("codes", fmt::format("\"{}\" maps to no code of {}", key, predictor.id));
    }
    column.code_map[key] = canonical;
  }
}

void read_predictor_column(TableReader& in, const DiseaseFile& disease, AdapterColumn& column) {
  const std::string id = in.text("predictor");
  column.predictor = disease.find(id);
  if (column.predictor < 0) {
    in.refuse("predictor", fmt::format("unknown predictor \"{}\"", id));
    return;
  }
  const Predictor& predictor = disease.predictors[static_cast<std::size_t>(column.predictor)];
  column.unit = in.text_or("unit", "");
  if (!column.unit.empty() && !is_accepted_unit(predictor, column.unit)) {
    in.refuse("unit", fmt::format("unknown unit \"{}\" for {}", column.unit, id));
  }
  column.missing_codes = in.texts("missing");
  read_code_map(in, predictor, column);
  for (const std::string& code : column.missing_codes) {
    if (column.code_map.contains(code)) {
      in.refuse("missing", fmt::format("\"{}\" is both missing and a code", code));
    }
  }
}

Result<void> read_outcome_codes(TableReader& in, Adapter& adapter) {
  const TomlNode* codes = in.table("outcome");
  std::set<int> seen;
  for (const auto& [key, value] : codes->members) {
    if (value.kind != TomlNode::Kind::Integer || value.integer < 0 || value.integer > 1) {
      in.refuse("outcome", fmt::format("outcome \"{}\" must become 0 or 1 (disease)", key));
    }
    adapter.outcome_codes[key] = static_cast<int>(value.integer);
    seen.insert(static_cast<int>(value.integer));
  }
  if (seen.size() != 2) in.refuse("outcome", "the outcome must have a code for 0 and one for 1");
  return in.finish();
}

/// One entry of `columns`: exactly one of predictor, outcome, person, ignored.
Result<AdapterColumn> read_column(const TomlNode& node, std::string_view file, int position,
                                  const DiseaseFile& disease, Adapter& adapter) {
  TableReader in(node, file, fmt::format("adapter {}: column {}", adapter.id, position + 1));
  AdapterColumn column;
  if (adapter.header) {
    column.source = in.text("source");
  } else {
    column.position = position;
  }
  const int roles = in.has("predictor") + in.has("outcome") + in.has("person") + in.has("ignored");
  if (roles != 1) {
    in.refuse("", "a column is exactly one of predictor, outcome, person, ignored");
    return in.finish().take_error();
  }
  if (in.has("predictor")) read_predictor_column(in, disease, column);
  if (in.has("outcome")) {
    if (adapter.outcome_column >= 0) in.refuse("outcome", "there is a second outcome column");
    adapter.outcome_column = position;
    if (in.table("outcome")->kind == TomlNode::Kind::Table) TRY(read_outcome_codes(in, adapter));
  }
  if (in.has("person")) {
    if (adapter.person_column >= 0) in.refuse("person", "there is a second person column");
    adapter.person_column = position;
    adapter.person_pattern = in.text("person");
    const auto checked = check_pattern(adapter.person_pattern);
    if (!checked.ok()) in.refuse("person", checked.error().message);
  }
  if (in.has("ignored") && !in.flag_or("ignored", false)) {
    in.refuse("ignored", "key \"ignored\" can only be true");
  }
  TRY(in.finish());
  return column;
}

void check_columns(TableReader& in, const DiseaseFile& disease, const Adapter& adapter) {
  std::set<std::string> sources;
  std::set<int> mapped;
  for (const AdapterColumn& column : adapter.columns) {
    if (adapter.header && !sources.insert(column.source).second) {
      in.refuse("columns", fmt::format("column \"{}\" is there twice", column.source));
    }
    if (column.predictor >= 0 && !mapped.insert(column.predictor).second) {
      in.refuse("columns",
                fmt::format("two columns become {}",
                            disease.predictors[static_cast<std::size_t>(column.predictor)].id));
    }
  }
  for (std::size_t i = 0; i < disease.predictors.size(); ++i) {
    if (disease.predictors[i].missing == MissingPolicy::Reject &&
        !mapped.contains(static_cast<int>(i))) {
      in.refuse("columns", fmt::format("no column becomes {}, which may not be missing",
                                       disease.predictors[i].id));
    }
  }
  if (adapter.outcome_column < 0) in.refuse("columns", "no column is the outcome");
}

/// Name of a column for the reader of a message: its header, or what it becomes.
std::string column_name(const DiseaseFile& disease, const Adapter& adapter, std::size_t index) {
  const AdapterColumn& column = adapter.columns[index];
  if (!column.source.empty()) return column.source;
  if (column.predictor >= 0) {
    return disease.predictors[static_cast<std::size_t>(column.predictor)].id;
  }
  if (static_cast<int>(index) == adapter.outcome_column) return disease.outcome.id;
  return static_cast<int>(index) == adapter.person_column ? std::string(kPersonColumn) : "";
}

}  // namespace

Result<Adapter> read_adapter(const TomlNode& node, std::string_view file,
                             const DiseaseFile& disease) {
  const TomlNode* id = node.member("id");
  TableReader in(node, file,
                 fmt::format("adapter {}", id == nullptr ? std::string_view("?") : id->text));
  Adapter adapter;
  adapter.id = in.text("id");
  if (adapter.id == kCanonicalAdapter) {
    in.refuse("id", "the adapter \"canonical\" exists without being written");
  }
  adapter.label = in.translations("label");
  adapter.source_site = in.text_or("source_site", "");
  adapter.header = in.flag_or("header", true);
  adapter.file_names = in.texts("file_names");
  const std::vector<std::string> missing = in.texts("missing");
  int position = 0;
  for (const TomlNode& entry : in.tables("columns")) {
    AdapterColumn column = TRY(read_column(entry, file, position++, disease, adapter));
    if (column.predictor >= 0) {
      column.missing_codes.insert(column.missing_codes.end(), missing.begin(), missing.end());
    }
    adapter.columns.push_back(std::move(column));
  }
  check_columns(in, disease, adapter);
  TRY(in.finish());
  for (std::size_t i = 0; i < adapter.columns.size(); ++i) {
    adapter.columns_in_order.push_back(column_name(disease, adapter, i));
  }
  return adapter;
}

Adapter canonical_adapter(const DiseaseFile& disease) {
  Adapter adapter;
  adapter.id = kCanonicalAdapter;
  adapter.label = {{"en", "relearn's own columns"}, {"mr", "relearn चे स्वतःचे स्तंभ"}};
  adapter.header = true;
  adapter.person_column = 0;
  adapter.columns.push_back({.source = std::string(kPersonColumn), .optional = true});
  for (std::size_t i = 0; i < disease.predictors.size(); ++i) {
    const Predictor& predictor = disease.predictors[i];
    AdapterColumn column{.source = predictor.id, .predictor = static_cast<int>(i)};
    column.optional = !predictor.in_model;
    for (const Code& code : predictor.codes) {
      column.code_map[code.word] = code.value;
      column.code_map[std::to_string(code.value)] = code.value;
    }
    adapter.columns.push_back(std::move(column));
  }
  adapter.outcome_column = static_cast<int>(adapter.columns.size());
  adapter.columns.push_back({.source = disease.outcome.id});
  adapter.outcome_codes = {{"0", 0}, {"1", 1}};
  const auto add_optional = [&](std::string_view name, int& index) {
    index = static_cast<int>(adapter.columns.size());
    adapter.columns.push_back({.source = std::string(name), .optional = true});
  };
  add_optional(kWeightColumn, adapter.weight_column);
  add_optional(kYearColumn, adapter.year_column);
  add_optional(kContributorColumn, adapter.contributor_column);
  add_optional(kNewColumn, adapter.new_column);
  add_optional(kServedRiskColumn, adapter.served_risk_column);
  for (const AdapterColumn& column : adapter.columns) {
    adapter.columns_in_order.push_back(column.source);
  }
  return adapter;
}

Result<Download> read_download(const TomlNode& node, std::string_view file,
                               std::span<const Adapter> adapters) {
  TableReader in(node, file, "download");
  Download download;
  download.file_name = in.text("file_name");
  download.url = in.text("url");
  download.member = in.text_or("member", "");
  download.sha256 = in.text("sha256");
  const double bytes = in.number("bytes");
  download.licence = in.text("licence");
  download.adapter = in.text("adapter");
  if (download.file_name.find('/') != std::string::npos || download.file_name.starts_with('.')) {
    in.refuse("file_name", fmt::format("\"{}\" must be a plain file name", download.file_name));
  }
  if (!download.url.starts_with("https://")) {
    in.refuse("url", fmt::format("\"{}\" does not begin with https://", download.url));
  }
  if (download.sha256.size() != 64 ||
      download.sha256.find_first_not_of("0123456789abcdef") != std::string::npos) {
    in.refuse("sha256", fmt::format("\"{}\" is not 64 hexadecimal digits", download.sha256));
  }
  if (bytes < 1 || bytes > 1e12 || bytes != static_cast<double>(static_cast<long long>(bytes))) {
    in.refuse("bytes", fmt::format("{} is no size of a file", bytes));
  }
  const bool known = std::any_of(adapters.begin(), adapters.end(), [&](const Adapter& adapter) {
    return adapter.id == download.adapter;
  });
  if (!known) in.refuse("adapter", fmt::format("unknown adapter \"{}\"", download.adapter));
  TRY(in.finish());
  download.bytes = static_cast<std::uint64_t>(bytes);
  return download;
}

}  // namespace relearn
