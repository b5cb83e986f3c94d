#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "clinical/synthetic_mark.h"
#include "http/flat_body.h"
#include "http/routes.h"
#include "lifecycle/serving/assessment_text.h"

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kReferenceMember = "reference";

/// What an assessment is asked for with.
struct Asked {
  std::vector<double> values;  // all predictors in file order
  Assessment assessment;
  Subject subject;
};

/// Whom it is about: patients themselves; for a clinic's people, the clinic's own name for them.
std::optional<HttpResponse> read_subject(const Caller& caller, const BodyMember* reference,
                                         Subject& subject) {
  const bool for_others =
      caller.user && (caller.user->role == Role::Clinician || caller.user->role == Role::Approver);
  if (reference != nullptr && !for_others) {
    return problem(403, "reference: only clinicians assess other people", kReferenceMember);
  }
  if (reference != nullptr && reference->kind != BodyMember::Kind::String) {
    return problem(422, "reference: must be a text", kReferenceMember);
  }
  if (reference != nullptr) subject.reference = reference->text;
  if (caller.user && caller.user->role == Role::Patient) subject.user = caller.user->id;
  return std::nullopt;
}

/// The predictor that the sentence begins with, if it is one.
std::string field_of(const DiseaseFile& disease, const std::string& sentence) {
  const std::string name = sentence.substr(0, sentence.find(':'));
  return disease.find(name) >= 0 ? name : "";
}

/// The body against the disease file, and the risk by this model.
std::optional<HttpResponse> read_asked(const DiseaseFile& disease, const ServedModel& live,
                                       const Caller& caller, const HttpRequest& request,
                                       Asked& asked) {
  auto body = read_flat_body(request);
  if (auto* refused = std::get_if<HttpResponse>(&body)) return std::move(*refused);
  const BodyMember* reference = nullptr;
  Form form;
  for (const BodyMember& member : std::get<0>(body)) {
    if (member.key == kReferenceMember) {
      reference = &member;
    } else if (disease.find(member.key) < 0) {
      const std::string key = shown_key(member.key);
      return problem(422,
                     fmt::format("{}: is no predictor of {}; see /api/diseases/{}", key, disease.id,
                                 disease.id),
                     key);
    } else {
      form.emplace_back(member.key, member.text);
    }
  }
  if (auto refused = read_subject(caller, reference, asked.subject)) return refused;
  std::vector<Finding> flags;
  auto values = read_form(disease, form, flags);
  if (!values.ok()) return problem_of(values.error(), field_of(disease, values.error().message));
  asked.values = values.take_value();
  auto assessment = assess(disease, live.saved, asked.values);
  if (!assessment.ok()) return problem_of(broken_invariant(assessment.error().message));
  asked.assessment = assessment.take_value();
  asked.assessment.flags = std::move(flags);
  return std::nullopt;
}

NewPrediction prediction_of(const DiseaseFile& disease, const ServedModel& live, const Asked& asked,
                            Moment now) {
  NewPrediction prediction;
  prediction.disease = disease.id;
  prediction.disease_version = disease.version;
  prediction.subject = asked.subject;
  prediction.made_at = now;
  for (std::size_t i = 0; i < asked.values.size(); ++i) {
    if (std::isnan(asked.values[i])) continue;
    prediction.inputs.emplace_back(disease.predictors[i].id, asked.values[i]);
  }
  prediction.model_version = live.saved.digest;
  prediction.risk = ServedRisk(asked.assessment.risk);
  prediction.shown = risk_class_word(asked.assessment.risk_class);
  return prediction;
}

Json reasons_json(const DiseaseFile& disease, const Asked& asked, const Phrases& say) {
  Json reasons = Json::array();
  for (const AssessmentReason& reason : asked.assessment.reasons) {
    const auto index = static_cast<std::size_t>(disease.find(reason.predictor));
    const Predictor& predictor = disease.predictors[index];
    const double value = asked.values[index];
    reasons.push_back(
        {{"predictor", predictor.id},
         {"label", in_language(predictor.label, say.language())},
         {"value", std::isnan(value) ? Json() : Json(value_text(predictor, value, say))},
         {"log_odds", std::round(reason.contribution * 1000) / 1000}});
  }
  return reasons;
}

Json interval_json(const Assessment& assessment) {
  if (!assessment.interval) return nullptr;
  return {{"low_pct", shown_percent(assessment.interval->low)},
          {"high_pct", shown_percent(assessment.interval->high)}};
}

/// Without the prediction's id, which the store gives.
Json reply_json(const DiseaseFile& disease, const ServedModel& live, const Asked& asked,
                const Phrases& say) {
  const Assessment& assessment = asked.assessment;
  Json flags = Json::array();
  for (const Finding& flag : assessment.flags) {
    flags.push_back({{"predictor", flag.predictor}, {"message", flag.message}});
  }
  const std::string_view tier = fact_of(live.saved.facts, "evidence_tier");
  return {{"disease", disease.id},
          {"risk_pct", shown_percent(assessment.risk)},
          {"risk_class", risk_class_word(assessment.risk_class)},
          {"assessment", assessment_text(disease, assessment, asked.values, tier, say)},
          {"risk", shown_risk(assessment.risk)},
          {"interval", interval_json(assessment)},
          {"typical_risk", shown_risk(assessment.typical_risk)},
          {"reasons", reasons_json(disease, asked, say)},
          {"flags", flags},
          {"evidence_tier", tier},
          {"data", fact_of(live.saved.facts, kDataFact)},
          {"model_version", live.version},
          {"model_digest", live.saved.digest},
          {"forced", live.forced}};
}

}  // namespace

HttpResponse answer_predict(const Api& api, const HttpRequest& request) {
  auto found = api.access->find_caller(request);
  if (auto* refused = std::get_if<HttpResponse>(&found)) return std::move(*refused);
  const Caller& caller = std::get<Caller>(found);
  const std::string& id = request.path_parts.at("disease");
  const DiseaseFile* const disease = api.models->disease(id);
  if (disease == nullptr) {
    return problem(404, fmt::format("there is no disease '{}' here; see /api/diseases", id));
  }
  if (auto refused = api.access->check_prediction_rate(caller, request)) return *refused;
  const auto live = api.models->find(id);
  if (!live) return problem(503, fmt::format("no model of {} is live yet; retrain it first", id));
  Asked asked;
  if (auto refused = read_asked(*disease, *live, caller, request, asked)) return *refused;

  const Moment now = api.now();
  const Phrases& say = api.phrases(request.accept_language);
  HttpResponse answer;
  answer.headers.emplace_back("Content-Language", say.language());
  answer.body = reply_json(*disease, *live, asked, say).dump();  // while others are being stored
  HttpResponse response;
  response.later = [&api, disease, version = live->version, answer = std::move(answer),
                    prediction = prediction_of(*disease, *live, asked, now),
                    now](const Answered& answered) mutable {
    const auto stored = [&api, disease, version, answer = std::move(answer),
                         answered](Result<Receipt> done) mutable {
      if (!done.ok()) return answered(problem_of(done.error()));
      const Receipt& receipt = done.value();
      if (receipt.result == Receipt::Result::Refused) {
        return answered(problem(422, receipt.refused_because));
      }
      api.metrics->add_prediction(disease->id, version);
      answer.body = fmt::format("{{\"prediction_id\":\"{}\",{}", receipt.prediction.text,
                                std::string_view(answer.body).substr(1));
      answered(std::move(answer));
    };
    api.intake->take(std::move(prediction), {"predictions", "", now}, stored);
  };
  return response;
}

}  // namespace relearn
