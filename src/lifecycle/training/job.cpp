#include "lifecycle/training/job.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kClinical = "clinical";
constexpr const char* kNotebooks = "notebooks";

Json search_json(const SearchOptions& search) {
  return {{"grid", search.grid == Grid::Notebooks ? kNotebooks : kClinical},
          {"families", search.families},
          {"outer_folds", search.outer_folds},
          {"inner_folds", search.inner_folds},
          {"repeats", search.repeats},
          {"seed", search.seed},
          {"threads", search.threads}};
}

SearchOptions parse_search(const Json& json) {
  SearchOptions search;
  search.grid = json.at("grid") == kNotebooks ? Grid::Notebooks : Grid::Clinical;
  json.at("families").get_to(search.families);
  json.at("outer_folds").get_to(search.outer_folds);
  json.at("inner_folds").get_to(search.inner_folds);
  json.at("repeats").get_to(search.repeats);
  json.at("seed").get_to(search.seed);
  json.at("threads").get_to(search.threads);
  return search;
}

Json model_json(const ComparedModel& model) {
  return {{"path", model.path.string()}, {"digest", model.digest}};
}

ComparedModel parse_model(const Json& json) {
  return {json.at("path").get<std::string>(), json.at("digest").get<std::string>()};
}

Json judgement_json(const Judgement& judgement) {
  Json json = {{"champion", model_json(judgement.champion)},
               {"anchor", model_json(judgement.anchor)},
               {"look", judgement.look},
               {"look_error", judgement.look_error},
               {"locked_generation", judgement.locked_generation},
               {"trigger", word_of(judgement.trigger)},
               {"untraced_rows", judgement.untraced_rows},
               {"privacy_findings", judgement.privacy_findings},
               {"open_quarantines", judgement.open_quarantines},
               {"locked_age_months", judgement.locked_age_months}};
  if (judgement.days_since_change) json["days_since_change"] = *judgement.days_since_change;
  return json;
}

Result<Judgement> parse_judgement(const Json& json) {
  Judgement judgement;
  judgement.champion = parse_model(json.at("champion"));
  judgement.anchor = parse_model(json.at("anchor"));
  json.at("look").get_to(judgement.look);
  json.at("look_error").get_to(judgement.look_error);
  json.at("locked_generation").get_to(judgement.locked_generation);
  const auto word = json.at("trigger").get<std::string>();
  const auto known = std::ranges::find(kTriggerWords, word);
  if (known == kTriggerWords.end()) {
    return invalid_input(fmt::format("{}: '{}' triggers no retrain", kJobFile, word));
  }
  judgement.trigger = static_cast<RetrainTrigger>(known - kTriggerWords.begin());
  json.at("untraced_rows").get_to(judgement.untraced_rows);
  json.at("privacy_findings").get_to(judgement.privacy_findings);
  json.at("open_quarantines").get_to(judgement.open_quarantines);
  json.at("locked_age_months").get_to(judgement.locked_age_months);
  if (json.contains("days_since_change")) {
    judgement.days_since_change = json.at("days_since_change").get<int>();
  }
  if (judgement.champion.given() != judgement.anchor.given()) {
    return invalid_input(fmt::format("{}: a live model and an anchor go together", kJobFile));
  }
  if (!(judgement.look_error > 0 && judgement.look_error < 0.5)) {
    return invalid_input(fmt::format("{}: the error of a look is {}, outside 0 to 0.5", kJobFile,
                                     judgement.look_error));
  }
  return judgement;
}

/// Adds `text`, which is JSON itself, under `name`; an empty one is left out.
Result<void> add_json(Json& document, const char* name, const std::string& text) {
  if (text.empty()) return {};
  Json value = Json::parse(text, nullptr, false);
  if (value.is_discarded()) {
    return invalid_input(fmt::format("the {} of a training job is no JSON", name));
  }
  document[name] = std::move(value);
  return {};
}

}  // namespace

Result<std::string> job_text(const TrainingJob& job) {
  Json files = Json::array();
  for (const BaselineFile& file : job.files) {
    files.push_back({{"path", file.path.string()}, {"name", file.name}});
  }
  Json document = {{"disease_file", job.disease_file.string()},
                   {"disease_digest", job.disease_digest},
                   {"baseline", files},
                   {"adapter", job.adapter},
                   {"cohort_digest", job.cohort_digest},
                   {"search", search_json(job.search)},
                   {"code_version", job.code_version}};
  TRY(add_json(document, "funnel", job.funnel_json));
  TRY(add_json(document, "privacy", job.privacy_json));
  if (job.judgement) document["judgement"] = judgement_json(*job.judgement);
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<TrainingJob> parse_job(std::string_view text) {
  try {
    const Json document = Json::parse(text);
    TrainingJob job;
    job.disease_file = document.at("disease_file").get<std::string>();
    document.at("disease_digest").get_to(job.disease_digest);
    for (const Json& file : document.at("baseline")) {
      job.files.push_back({file.at("path").get<std::string>(), file.at("name")});
    }
    document.at("adapter").get_to(job.adapter);
    document.at("cohort_digest").get_to(job.cohort_digest);
    job.search = parse_search(document.at("search"));
    document.at("code_version").get_to(job.code_version);
    if (document.contains("funnel")) job.funnel_json = document.at("funnel").dump();
    if (document.contains("privacy")) job.privacy_json = document.at("privacy").dump();
    if (document.contains("judgement")) {
      job.judgement = TRY(parse_judgement(document.at("judgement")));
    }
    return job;
  } catch (const Json::exception& error) {
    return invalid_input(fmt::format("{}: is no training job: {}", kJobFile, error.what()));
  }
}

}  // namespace relearn
