#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/forms.h"
#include "clinical/synthetic_mark.h"
#include "lifecycle/registry/placement.h"

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t kInputBytesMax = 256 << 20;
constexpr std::size_t kReasonsShown = 5;

std::string translated(const Text& text, const std::string& language) {
  const auto found = text.find(language);
  return found == text.end() ? text.begin()->second : found->second;
}

Result<std::string> read_input(const std::filesystem::path& file, std::FILE* in) {
  if (file != "-") return read_file(file, kInputBytesMax);
  std::string text;
  char buffer[1 << 16];
  while (const std::size_t got = std::fread(buffer, 1, sizeof buffer, in)) {
    text.append(buffer, got);
    if (text.size() > kInputBytesMax) {
      return invalid_input(fmt::format("standard input: more than {} bytes", kInputBytesMax));
    }
  }
  return text;
}

/// One assessment: one row, or the recordings of one person.
struct Patient {
  std::string name;
  std::vector<std::vector<double>> recordings;
  std::vector<Finding> flags;
};

Result<std::vector<Patient>> read_patients(const DiseaseFile& disease,
                                           const std::vector<NamedForm>& forms) {
  std::vector<Patient> patients;
  for (std::size_t i = 0; i < forms.size(); ++i) {
    const NamedForm& named = forms[i];
    std::vector<Finding> flags;
    auto values = read_form(disease, named.form, flags);
    if (!values.ok()) {
      Error error = values.take_error();
      if (forms.size() > 1) error.message = fmt::format("patient {}: {}", i + 1, error.message);
      return error;
    }
    const bool same_person = disease.repeated_measures && !named.person.empty() &&
                             !patients.empty() && patients.back().name == named.person;
    if (!same_person) patients.push_back({named.person, {}, {}});
    patients.back().recordings.push_back(values.take_value());
    patients.back().flags.insert(patients.back().flags.end(), flags.begin(), flags.end());
  }
  return patients;
}

Json assessment_json(const Patient& patient, const Assessment& assessment, const SavedModel& saved,
                     const std::optional<PlacedVersion>& version) {
  Json reasons = Json::array();
  for (const AssessmentReason& reason : assessment.reasons) {
    reasons.push_back({{"predictor", reason.predictor},
                       {"value", reason.value},
                       {"log_odds", reason.contribution}});
  }
  Json flags = Json::array();
  for (const Finding& flag : patient.flags) {
    flags.push_back({{"predictor", flag.predictor}, {"message", flag.message}});
  }
  Json json = {{"risk", assessment.risk},
               {"risk_class", risk_class_word(assessment.risk_class)},
               {"interval", assessment.interval ? Json{{"low", assessment.interval->low},
                                                       {"high", assessment.interval->high}}
                                                : Json()},
               {"typical_risk", assessment.typical_risk},
               {"reasons", reasons},
               {"flags", flags},
               {"evidence_tier", fact_of(saved.facts, "evidence_tier")},
               {"data", fact_of(saved.facts, kDataFact)},
               {"model", saved.digest}};
  if (version) {
    json["model_version"] = version->number;
    json["forced"] = version->forced;
  }
  if (!patient.name.empty()) json["person"] = patient.name;
  return json;
}

void print_assessment(std::FILE* out, const DiseaseFile& disease, const Patient& patient,
                      const Assessment& assessment, const std::string& language) {
  if (!patient.name.empty()) fmt::print(out, "{}\n", patient.name);
  fmt::print(out, "{}: risk {:.1f} %, {}", translated(disease.name, language),
             100 * assessment.risk, risk_class_word(assessment.risk_class));
  fmt::print(out, "  (typical patient {:.1f} %)\n", 100 * assessment.typical_risk);
  if (assessment.interval) {
    fmt::print(out, "  of 100 people with such a risk, {:.0f} to {:.0f} are ill (95 % interval)\n",
               100 * assessment.interval->low, 100 * assessment.interval->high);
  }
  const std::size_t shown = std::min(kReasonsShown, assessment.reasons.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const AssessmentReason& reason = assessment.reasons[i];
    if (std::fabs(reason.contribution) < 0.005) break;
    const Predictor& predictor =
        disease.predictors[static_cast<std::size_t>(disease.find(reason.predictor))];
    fmt::print(out, "  {} {:<44} {:<20} {:+.2f}\n", reason.contribution > 0 ? "raises" : "lowers",
               translated(predictor.label, language), reason.value, reason.contribution);
  }
  for (const Finding& flag : patient.flags) fmt::print(out, "  note   {}\n", flag.message);
}

}  // namespace

Result<void> run(const PredictCommand& command, const Context& context) {
  const Environment& world = context.environment;
  const DiseaseFile disease = TRY(find_disease(context, command.disease));
  const std::filesystem::path file = command.model.empty()
                                         ? std::filesystem::path("models") / disease.model_file_name
                                         : command.model;
  const SavedModel saved = TRY(load_model(file));
  TRY(check_model_fits(disease, saved));
  const auto version = placed_version(file, saved.digest);

  std::vector<NamedForm> forms;
  if (!command.file.empty()) {
    if (!command.values.empty()) return invalid_input("give either --file or --set, not both");
    const std::string text = TRY(read_input(command.file, world.in));
    forms = TRY(read_forms(text));
  } else {
    forms.push_back({"", command.values});
  }
  Json results = Json::array();
  for (const Patient& patient : TRY(read_patients(disease, forms))) {
    if (world.cancel.requested()) return cancelled();
    const Assessment assessment =
        TRY(assess(disease, saved, combine_recordings(disease, patient.recordings)));
    if (context.format == OutputFormat::Json) {
      results.push_back(assessment_json(patient, assessment, saved, version));
    } else {
      print_assessment(world.out, disease, patient, assessment, command.language);
    }
  }
  if (context.format == OutputFormat::Json) {
    fmt::print(world.out, "{}\n", results.dump(2));
    return {};
  }
  if (fact_of(saved.facts, kDataFact) == kSyntheticData) {
    fmt::print(world.out, "SYNTHETIC: this model has never seen a real patient.\n");
  }
  if (version) {
    fmt::print(world.out, "Model: version {}{}.\n", version->number,
               version->forced ? ", put live by a person against its verdict" : "");
  }
  fmt::print(world.out, "Evidence tier: {}. It informs, it does not diagnose.\n",
             fact_of(saved.facts, "evidence_tier"));
  return {};
}

}  // namespace relearn
