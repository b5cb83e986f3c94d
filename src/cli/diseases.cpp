#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/commands.h"

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;

std::string_view english(const Text& text) {
  const auto found = text.find("en");
  return found == text.end() ? std::string_view() : found->second;
}

Json predictor_json(const Predictor& predictor) {
  Json codes = Json::array();
  for (const Code& code : predictor.codes) {
    codes.push_back({{"value", code.value}, {"word", code.word}, {"label", code.label}});
  }
  Json units = Json::array({predictor.unit});
  for (const AcceptedUnit& unit : predictor.accepted_units) units.push_back(unit.ucum);
  return {{"id", predictor.id},
          {"label", predictor.label},
          {"help", predictor.help},
          {"kind", word_of(predictor.kind)},
          {"units", units},
          {"codes", codes},
          {"hard", {predictor.hard.low, predictor.hard.high}},
          {"soft", {predictor.soft.low, predictor.soft.high}},
          {"may_be_missing", predictor.missing != MissingPolicy::Reject},
          {"in_model", predictor.in_model}};
}

Json disease_json(const DiseaseFile& disease) {
  Json predictors = Json::array();
  for (const Predictor& predictor : disease.predictors) {
    predictors.push_back(predictor_json(predictor));
  }
  Json adapters = Json::array();
  for (const Adapter& adapter : disease.adapters) {
    adapters.push_back({{"id", adapter.id}, {"label", adapter.label}});
  }
  return {{"id", disease.id},
          {"name", disease.name},
          {"version", disease.version},
          {"digest", disease.digest},
          {"intended_use", disease.intended_use},
          {"population", disease.population},
          {"limitations", disease.limitations},
          {"outcome", {{"id", disease.outcome.id}, {"definition", disease.outcome.definition}}},
          {"model_file", disease.model_file_name},
          {"predictors", predictors},
          {"adapters", adapters}};
}

std::string values_text(const Predictor& predictor) {
  if (predictor.codes.empty()) {
    return fmt::format("{:g} to {:g} {}", predictor.hard.low, predictor.hard.high, predictor.unit);
  }
  std::string text;
  for (const Code& code : predictor.codes) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", code.value, code.word);
  }
  return text;
}

void print_disease(std::FILE* out, const DiseaseFile& disease) {
  fmt::print(out, "{} ({}), version {}\n{}\n\n", english(disease.name), disease.id, disease.version,
             english(disease.intended_use));
  for (const Predictor& predictor : disease.predictors) {
    fmt::print(out, "  {:<36} {}\n  {:<36} {}{}{}\n", predictor.id, english(predictor.label), "",
               values_text(predictor),
               predictor.missing == MissingPolicy::Reject ? "" : "; may be missing",
               predictor.in_model ? "" : "; not used by the model");
  }
  fmt::print(out, "\nOutcome: {}\nRead through: ", english(disease.outcome.definition));
  for (const Adapter& adapter : disease.adapters) {
    fmt::print(out, "{}{}", &adapter == disease.adapters.data() ? "" : ", ", adapter.id);
  }
  fmt::print(out, "\nModel file: {}\n", disease.model_file_name);
}

}  // namespace

Result<void> run(const DiseasesCommand& command, const Context& context) {
  std::FILE* out = context.environment.out;
  if (!command.disease.empty()) {
    const DiseaseFile disease = TRY(find_disease(context, command.disease));
    if (context.format == OutputFormat::Json) {
      fmt::print(out, "{}\n", disease_json(disease).dump(2));
    } else {
      print_disease(out, disease);
    }
    return {};
  }
  const auto diseases = TRY(load_disease_folder(context.diseases));
  if (context.format == OutputFormat::Json) {
    Json list = Json::array();
    for (const DiseaseFile& disease : diseases) list.push_back(disease_json(disease));
    fmt::print(out, "{}\n", list.dump(2));
    return {};
  }
  for (const DiseaseFile& disease : diseases) {
    fmt::print(out, "{:<12} {:<24} {:2} predictors, {}\n", disease.id, english(disease.name),
               disease.predictors.size(), disease.model_file_name);
  }
  return {};
}

}  // namespace relearn
