#include "clinical/disease_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "base/digest.h"
#include "base/file.h"
#include "clinical/disease_file_parts.h"
#include "clinical/table_reader.h"
#include "clinical/unit.h"

namespace relearn {
namespace {

constexpr std::uint64_t kDiseaseFileBytesMax = 1 << 20;
constexpr int kFormat = 1;
constexpr std::array<std::string_view, 3> kTiers = {"demonstration", "investigational", "clinical"};

Result<void> read_outcome(TableReader& root, std::string_view file, DiseaseFile& disease) {
  const TomlNode* node = root.table("outcome");
  if (node == nullptr) {
    root.refuse("", "table \"outcome\" is missing");
    return root.finish();
  }
  TableReader in(*node, file, "outcome");
  OutcomeDefinition& outcome = disease.outcome;
  outcome.id = in.text("id");
  outcome.label = in.translations("label");
  outcome.definition = in.translations("definition");
  outcome.positive = in.translations("positive");
  outcome.negative = in.translations("negative");
  outcome.terminology = TRY(read_terminology(in));
  TRY(read_outcome_events(in, outcome));
  if (!is_identifier(outcome.id) || disease.find(outcome.id) >= 0 || is_reserved(outcome.id)) {
    in.refuse("id", fmt::format("id \"{}\" is no identifier or names a predictor too", outcome.id));
  }
  return in.finish();
}

Result<void> read_thresholds(TableReader& root, std::string_view file, DiseaseFile& disease) {
  const TomlNode* node = root.table("thresholds");
  if (node == nullptr) {
    root.refuse("", "table \"thresholds\" is missing");
    return root.finish();
  }
  TableReader in(*node, file, "thresholds");
  DecisionThresholds& thresholds = disease.thresholds;
  thresholds.decision = in.number("decision");
  thresholds.moderate = in.number("moderate");
  thresholds.net_benefit = in.range("net_benefit");
  if (!(0 < thresholds.moderate && thresholds.moderate < thresholds.decision &&
        thresholds.decision < 1)) {
    in.refuse("decision", fmt::format("0 < moderate ({}) < decision ({}) < 1 does not hold",
                                      thresholds.moderate, thresholds.decision));
  }
  if (thresholds.net_benefit.low <= 0 || thresholds.net_benefit.high >= 1) {
    in.refuse("net_benefit", fmt::format("{} to {} is not inside 0 to 1",
                                         thresholds.net_benefit.low, thresholds.net_benefit.high));
  }
  return in.finish();
}

Result<void> read_evidence(TableReader& root, std::string_view file, DiseaseFile& disease) {
  const TomlNode* node = root.table("evidence");
  if (node == nullptr) {
    root.refuse("", "table \"evidence\" is missing");
    return root.finish();
  }
  TableReader in(*node, file, "evidence");
  disease.evidence.anticipated_auroc = in.number("anticipated_auroc");
  disease.evidence.tier_at_most =
      kTiers[static_cast<std::size_t>(in.choice("tier_at_most", kTiers, -1))];
  if (disease.evidence.anticipated_auroc <= 0.5 || disease.evidence.anticipated_auroc >= 1) {
    in.refuse("anticipated_auroc",
              fmt::format("{} is not between 0.5 and 1", disease.evidence.anticipated_auroc));
  }
  return in.finish();
}

Result<void> read_privacy_table(TableReader& root, std::string_view file, DiseaseFile& disease) {
  const TomlNode* node = root.table("privacy");
  if (node == nullptr) {
    root.refuse("", "table \"privacy\" is missing");
    return root.finish();
  }
  disease.privacy = TRY(read_privacy(*node, file, disease.predictors));
  return {};
}

Result<void> read_plan_table(TableReader& root, std::string_view file, DiseaseFile& disease) {
  const TomlNode* node = root.table("plan");
  if (node == nullptr) {
    root.refuse("", "table \"plan\" is missing");
    return root.finish();
  }
  disease.plan = TRY(read_plan(*node, file));
  return {};
}

Result<void> read_card_table(TableReader& root, std::string_view file, DiseaseFile& disease) {
  const TomlNode* node = root.table("card");
  if (node == nullptr) {
    root.refuse("", "table \"card\" is missing");
    return root.finish();
  }
  disease.card = TRY(read_card(*node, file, disease.predictors));
  return {};
}

/// Refuses a second part of the same kind and id.
template <typename Part>
void check_ids(TableReader& root, std::string_view key, const std::vector<Part>& parts) {
  std::set<std::string_view> seen;
  for (const Part& part : parts) {
    if (!seen.insert(part.id).second) {
      root.refuse(key, fmt::format("duplicate id \"{}\" in {}", part.id, key));
    }
  }
}

Result<void> read_lists(TableReader& root, std::string_view file, DiseaseFile& disease) {
  for (const TomlNode& node : root.tables("rules")) {
    for (CrossRule& rule : TRY(read_rules(node, file, disease.predictors))) {
      disease.cross_rules.push_back(std::move(rule));
    }
  }
  for (const TomlNode& node : root.tables("subgroups")) {
    disease.subgroups.push_back(TRY(read_subgroup(node, file, disease.predictors)));
  }
  for (const TomlNode& node : root.tables("adapters")) {
    disease.adapters.push_back(TRY(read_adapter(node, file, disease)));
  }
  for (const TomlNode& node : root.tables("imports")) {
    disease.imports.push_back(TRY(read_import(node, file, disease.predictors)));
  }
  for (const TomlNode& node : root.tables("downloads")) {
    disease.downloads.push_back(TRY(read_download(node, file, disease.adapters)));
  }
  check_ids(root, "subgroups", disease.subgroups);
  check_ids(root, "adapters", disease.adapters);
  disease.adapters.push_back(canonical_adapter(disease));
  return {};
}

/// Two adapters that one file could both fit would make the choice a guess.
void check_adapters_differ(TableReader& root, const std::vector<Adapter>& adapters) {
  std::set<std::vector<std::string>> seen;
  for (const Adapter& adapter : adapters) {
    std::vector<std::string> shape = adapter.columns_in_order;
    if (!adapter.header) shape.assign(1, fmt::format("{} columns", adapter.columns.size()));
    std::sort(shape.begin(), shape.end());
    if (!seen.insert(shape).second) {
      root.refuse("adapters",
                  fmt::format("adapter {} reads the same columns as another", adapter.id));
    }
  }
}

void read_baseline(TableReader& root, std::string_view key, const DiseaseFile& disease,
                   std::vector<std::string>& names) {
  names = root.texts(key);
  for (const std::string& name : names) {
    const bool known =
        std::any_of(disease.adapters.begin(), disease.adapters.end(), [&](const Adapter& adapter) {
          return std::find(adapter.file_names.begin(), adapter.file_names.end(), name) !=
                 adapter.file_names.end();
        });
    if (!known) root.refuse(key, fmt::format("no adapter names the file \"{}\"", name));
  }
}

Result<DiseaseFile> read_disease(const TomlNode& tree, std::string_view file) {
  TableReader root(tree, file, "");
  DiseaseFile disease;
  if (const int format = root.integer("format"); format != kFormat) {
    root.refuse("format", fmt::format("format {} is not known, only {}", format, kFormat));
  }
  disease.id = root.text("id");
  if (!is_identifier(disease.id)) {
    root.refuse("id",
                fmt::format("id \"{}\" must be lower-case letters, digits and _", disease.id));
  }
  disease.version = root.integer("version");
  disease.name = root.translations("name");
  disease.intended_use = root.translations("intended_use");
  disease.population = root.translations("population");
  disease.limitations = root.translations("limitations");
  disease.model_file_name = root.text("model_file_name");
  if (!disease.model_file_name.ends_with(".sav") ||
      disease.model_file_name.find('/') != std::string::npos) {
    root.refuse("model_file_name", fmt::format("\"{}\" must be a plain name that ends in .sav",
                                               disease.model_file_name));
  }
  disease.repeated_measures = root.flag_or("repeated_measures", false);
  for (const TomlNode& node : root.tables("predictors")) {
    disease.predictors.push_back(TRY(read_predictor(node, file)));
  }
  check_ids(root, "predictors", disease.predictors);
  if (disease.model_inputs().empty()) root.refuse("predictors", "no predictor is in the model");
  TRY(root.so_far());
  TRY(read_outcome(root, file, disease));
  TRY(read_thresholds(root, file, disease));
  TRY(read_evidence(root, file, disease));
  TRY(read_privacy_table(root, file, disease));
  TRY(read_plan_table(root, file, disease));
  TRY(read_card_table(root, file, disease));
  TRY(read_lists(root, file, disease));
  check_adapters_differ(root, disease.adapters);
  read_baseline(root, "baseline", disease, disease.baseline);
  read_baseline(root, "baseline_otherwise", disease, disease.baseline_otherwise);
  root.table("synthetic");
  TRY(root.finish());
  return disease;
}

}  // namespace

const Code* Predictor::code(double value) const {
  const auto found = std::find_if(codes.begin(), codes.end(),
                                  [&](const Code& code) { return code.value == value; });
  return found == codes.end() ? nullptr : &*found;
}

std::string Predictor::list_codes() const {
  std::string list;
  for (const Code& each : codes) {
    list += fmt::format("{}{} ({})", list.empty() ? "" : ", ", each.word, each.value);
  }
  return list;
}

std::string Predictor::describe(double value) const {
  if (std::isnan(value)) return "missing";
  if (const Code* known = code(value)) return known->word;
  const std::string shown_unit = unit_for_people(unit);
  return fmt::format("{:.6g}{}{}", value, shown_unit.empty() ? "" : " ", shown_unit);
}

int DiseaseFile::find(std::string_view predictor_id) const {
  for (std::size_t i = 0; i < predictors.size(); ++i) {
    if (predictors[i].id == predictor_id) return static_cast<int>(i);
  }
  return -1;
}

std::vector<std::size_t> DiseaseFile::model_inputs() const {
  std::vector<std::size_t> inputs;
  for (std::size_t i = 0; i < predictors.size(); ++i) {
    if (predictors[i].in_model) inputs.push_back(i);
  }
  return inputs;
}

Result<DiseaseFile> load_disease_file(const std::filesystem::path& path) {
  const std::string bytes = TRY(read_file(path, kDiseaseFileBytesMax));
  const std::string name = path.filename().string();
  const TomlNode tree = TRY(parse_toml(bytes, name));
  DiseaseFile disease = TRY(read_disease(tree, name));
  disease.path = path;
  disease.digest = sha256(bytes);
  disease.synthetic_toml = TRY(extract_toml_table(bytes, "synthetic"));
  return disease;
}

Result<std::vector<DiseaseFile>> load_disease_folder(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().extension() == ".toml") paths.push_back(entry->path());
  }
  if (error) {
    return not_found(fmt::format("{}: cannot read the folder of disease files: {}", folder.string(),
                                 error.message()));
  }
  if (paths.empty()) {
    return not_found(fmt::format("{}: holds no disease file (*.toml)", folder.string()));
  }
  std::sort(paths.begin(), paths.end());
  std::vector<DiseaseFile> diseases;
  for (const auto& path : paths) {
    diseases.push_back(TRY(load_disease_file(path)));
    for (std::size_t i = 0; i + 1 < diseases.size(); ++i) {
      if (diseases[i].id == diseases.back().id ||
          diseases[i].model_file_name == diseases.back().model_file_name) {
        return invalid_input(fmt::format("{}: has the id or the model file of disease \"{}\"",
                                         path.filename().string(), diseases[i].id));
      }
    }
  }
  return diseases;
}

}  // namespace relearn
