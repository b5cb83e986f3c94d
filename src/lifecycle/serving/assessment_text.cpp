#include "lifecycle/serving/assessment_text.h"

#include <fmt/format.h>

#include <cmath>
#include <set>

#include "clinical/unit.h"

namespace relearn {
namespace {

constexpr std::size_t kReasonsTold = 3;     // of each direction
constexpr double kContributionTold = 0.05;  // log-odds: less would not move 50 % by 1.3 points

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

enum class Direction { Raises, Lowers };

/// "Chest pain (asymptomatic), ..." of those that move the risk in this direction most.
std::string reasons_text(const DiseaseFile& disease, const Assessment& assessment,
                         const std::vector<double>& values, Direction direction,
                         const Phrases& say) {
  std::vector<std::string> parts;
  for (const AssessmentReason& reason : assessment.reasons) {
    const bool raises = reason.contribution > 0;
    if (raises != (direction == Direction::Raises)) continue;
    if (std::fabs(reason.contribution) < kContributionTold) break;
    const auto index = static_cast<std::size_t>(disease.find(reason.predictor));
    const Predictor& predictor = disease.predictors[index];
    if (std::isnan(values[index])) continue;  // told apart
    parts.push_back(fmt::format("{} ({})", in_language(predictor.label, say.language()),
                                value_text(predictor, values[index], say)));
    if (parts.size() == kReasonsTold) break;
  }
  return joined(parts);
}

std::string missing_text(const DiseaseFile& disease, const std::vector<double>& values,
                         const Phrases& say) {
  std::vector<std::string> parts;
  for (const std::size_t index : disease.model_inputs()) {
    if (!std::isnan(values[index])) continue;
    parts.emplace_back(in_language(disease.predictors[index].label, say.language()));
  }
  return joined(parts);
}

std::string unusual_text(const DiseaseFile& disease, const Assessment& assessment,
                         const Phrases& say) {
  std::vector<std::string> parts;
  std::set<std::string> told;
  for (const Finding& flag : assessment.flags) {
    const int index = disease.find(flag.predictor);
    if (index < 0 || !told.insert(flag.predictor).second) continue;
    parts.emplace_back(
        in_language(disease.predictors[static_cast<std::size_t>(index)].label, say.language()));
  }
  return joined(parts);
}

const char* class_key(RiskClass risk_class) {
  switch (risk_class) {
    case RiskClass::Low:
      return "assessment.low";
    case RiskClass::Moderate:
      return "assessment.moderate";
    case RiskClass::High:
      return "assessment.high";
  }
  return "";
}

std::string per_cent(double risk) { return fmt::format("{:.1f}", 100 * risk); }

}  // namespace

std::string_view in_language(const Text& text, std::string_view language) {
  const auto found = text.find(std::string(language));
  if (found != text.end()) return found->second;
  const auto english = text.find("en");
  return english == text.end() ? std::string_view() : english->second;
}

std::string value_text(const Predictor& predictor, double value, const Phrases& say) {
  if (const Code* code = predictor.code(value)) {
    return std::string(in_language(code->label, say.language()));
  }
  const std::string unit = unit_for_people(predictor.unit);
  return fmt::format("{:g}{}{}", value, unit.empty() ? "" : " ", unit);
}

std::string assessment_text(const DiseaseFile& disease, const Assessment& assessment,
                            const std::vector<double>& values, std::string_view tier,
                            const Phrases& say) {
  std::vector<std::string> sentences = {
      say.say("assessment.risk",
              {{"disease", std::string(in_language(disease.name, say.language()))},
               {"risk", per_cent(assessment.risk)},
               {"class", say.say(class_key(assessment.risk_class))}}),
      say.say("assessment.typical", {{"risk", per_cent(assessment.typical_risk)}})};
  const auto add = [&](const char* key, const std::string& what) {
    if (!what.empty()) sentences.push_back(say.say(key, {{"what", what}}));
  };
  add("assessment.raised", reasons_text(disease, assessment, values, Direction::Raises, say));
  add("assessment.lowered", reasons_text(disease, assessment, values, Direction::Lowers, say));
  add("assessment.missing", missing_text(disease, values, say));
  add("assessment.unusual", unusual_text(disease, assessment, say));
  if (!tier.empty()) {
    sentences.push_back(
        say.say("assessment.tier", {{"tier", say.say("tier." + std::string(tier))}}));
  }
  sentences.push_back(say.say("assessment.informs"));
  std::string text;
  for (const std::string& sentence : sentences) text += (text.empty() ? "" : " ") + sentence;
  return text;
}

}  // namespace relearn
