#include "made_up_attempt.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/random.h"
#include "learning/evaluation/report_text.h"
#include "learning/evaluation/side_by_side.h"

namespace relearn {
namespace {

constexpr std::size_t kInventedPeople = 240;
constexpr std::size_t kInventedLocked = 150;

struct InventedPeople {
  std::vector<std::uint8_t> outcomes;
  std::vector<double> live, candidate;
  std::vector<ReportGroup> groups;
};

/// Two fifths are ill; the candidate is a little better. The last group is small.
InventedPeople invented_people(const DiseaseFile& disease) {
  Random random(11);
  const auto noise = [&] { return random.uniform() + random.uniform() + random.uniform() - 1.5; };
  InventedPeople people;
  for (std::size_t i = 0; i < kInventedPeople; ++i) {
    const bool ill = i % 5 < 2;
    const double signal = (ill ? 1.2 : -1.2) + 1.5 * noise();
    people.outcomes.push_back(ill ? 1 : 0);
    people.live.push_back(1 / (1 + std::exp(-0.8 * (signal + noise()))));
    people.candidate.push_back(1 / (1 + std::exp(-signal)));
  }
  for (std::size_t g = 0; g < disease.subgroups.size(); ++g) {
    const Subgroup& subgroup = disease.subgroups[g];
    ReportGroup group{subgroup.id, subgroup.label.at("en"), {}};
    const std::size_t share = g + 1 == disease.subgroups.size() ? 12 : 2;
    for (std::size_t i = 0; i < kInventedPeople; ++i) {
      group.member.push_back(i % share == g % share ? 1 : 0);
    }
    people.groups.push_back(std::move(group));
  }
  return people;
}

Report report_of(const DiseaseFile& disease, const InventedPeople& people,
                 const std::vector<double>& risks) {
  const std::vector<std::vector<double>> repeats = {risks};
  return make_report({people.outcomes, repeats, {}, disease.thresholds, people.groups}).value();
}

SideBySide side_by_side_of(const DiseaseFile& disease, const InventedPeople& people) {
  SideBySide both;
  both.candidate = report_of(disease, people, people.candidate);
  both.live = report_of(disease, people, people.live);
  both.live_on_new = both.live;
  count_moved(people.outcomes, people.live, people.candidate, disease.thresholds.decision, both);
  double weight = 1;
  for (const std::size_t index : disease.model_inputs()) {
    both.reasons.push_back({disease.predictors[index].id, weight, weight * 0.9 + 0.05});
    weight *= 0.8;
  }
  return both;
}

enum class Compared { WithLive, WithNobody };

/// What the trainer writes as report.json, key by key.
nlohmann::ordered_json invented_report(const DiseaseFile& disease, Compared compared) {
  using Json = nlohmann::ordered_json;
  const InventedPeople people = invented_people(disease);
  Json counted = Json::array();
  counted.push_back({{"id", "everybody"},
                     {"label", "Everybody"},
                     {"learnt_from", 400},
                     {"locked", kInventedLocked},
                     {"new", kInventedPeople - kInventedLocked}});
  for (const ReportGroup& group : people.groups) {
    counted.push_back({{"id", group.id},
                       {"label", group.label},
                       {"learnt_from", 120},
                       {"locked", 40},
                       {"new", 3}});
  }
  Json report = {
      {"disease", disease.id},
      {"synthetic", false},
      {"model_file", disease.model_file_name},
      {"model_sha256", some_digest('a')},
      {"facts",
       {{"training_digest", some_digest('d')}, {"recipe", "logistic 1"}, {"families", "logistic"}}},
      {"sources", Json::array({{{"file", "baseline.csv"},
                                {"source", "somewhere"},
                                {"adapter", "canonical"},
                                {"rows", 420},
                                {"accepted", 400},
                                {"quarantined", 20},
                                {"persons", 400}}})},
      {"warnings", Json::array()},
      {"people", std::move(counted)},
      {"evidence",
       {{"tier", "investigational"},
        {"parameters", 18},
        {"persons", 400},
        {"cases", 160},
        {"needed_for_shrinkage", 267.4},
        {"needed_for_optimism", 354.0},
        {"needed_for_overall_risk", nullptr}}},
      {"because", "it is the least change that the new people justify"},
      {"report", Json::parse(report_to_json(report_of(disease, people, people.candidate)))}};
  if (compared == Compared::WithLive) {
    report["side_by_side"] = Json::parse(side_by_side_to_json(side_by_side_of(disease, people)));
  }
  return report;
}

DiseaseFile shipped_disease(const std::string& id) {
  const auto path = std::filesystem::path(RELEARN_SOURCE_DIR) / "diseases" / (id + ".toml");
  return load_disease_file(path).value();
}

}  // namespace

MadeUpAttempt made_up_attempt(const std::string& disease_id) {
  MadeUpAttempt attempt{.disease = shipped_disease(disease_id)};
  const DiseaseFile& disease = attempt.disease;
  attempt.evidence = fine_evidence(disease.plan);
  attempt.evidence.disease = disease.id;
  attempt.evidence.subgroups.emplace();
  for (const Subgroup& subgroup : disease.subgroups) {
    attempt.evidence.subgroups->push_back(fine_group(subgroup.id, subgroup.label.at("en")));
  }
  attempt.verdict = decide(disease.plan, attempt.evidence, ordinary_champion(), ordinary_context());
  attempt.organisation = {"Example Clinic, models@clinic.example", "the clinic's own means",
                          "not available because nobody was asked yet", "none",
                          "safety@clinic.example"};
  attempt.report = invented_report(disease, Compared::WithLive).dump();
  attempt.funnel = R"([{"label":"predictions found","count":120},
    {"label":"without an outcome: missing, not healthy","count":30},
    {"label":"used","count":90},{"note":"75 of 100 predictions are confirmed."}])";
  attempt.privacy = R"({"sentence":"Nobody can be told apart from four others.","records_out":90,
    "persons_out":90,"k_asked":5,"k_reached":5,"suppressed":2,"set_aside":{"unknown field":1}})";
  attempt.earlier = {{Moment{1'794'000'000}, "publish", 7}, {Moment{1'790'000'000}, "keep", 0}};
  return attempt;
}

MadeUpAttempt made_up_first(const std::string& disease_id) {
  MadeUpAttempt attempt = made_up_attempt(disease_id);
  attempt.report = invented_report(attempt.disease, Compared::WithNobody).dump();
  attempt.funnel.clear();
  attempt.privacy.clear();
  attempt.earlier.clear();
  GateEvidence& evidence = attempt.evidence;
  evidence.champion_digest = evidence.anchor_digest = "";
  evidence.look = 0;
  evidence.look_error = kNoLookError;
  evidence.change = {Rung::NewSearch, std::nullopt, std::nullopt, 20, 0, 0};
  evidence.locked->against_champion = evidence.locked->against_anchor = std::nullopt;
  evidence.locked->auroc_to_anchor = std::nullopt;
  evidence.fresh.reset();
  evidence.pooled.reset();
  evidence.sensitivity.reset();
  evidence.net_benefit.reset();
  evidence.drift.reset();
  evidence.without_contributor.emplace();
  for (SubgroupEvidence& group : *evidence.subgroups) {
    group.against_champion.reset();
    group.harm_p.reset();
  }
  attempt.verdict = decide(attempt.disease.plan, evidence, {}, ordinary_context());
  return attempt;
}

}  // namespace relearn
