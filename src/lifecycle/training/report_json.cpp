#include "lifecycle/training/report_json.h"

#include <nlohmann/json.hpp>

#include "learning/evaluation/report_text.h"

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;

Json estimate_json(const Estimate& estimate) {
  return {{"value", estimate.value}, {"low", estimate.low}, {"high", estimate.high}};
}

Json source_json(const SourceFunnel& source) {
  Json findings = Json::array();
  for (const CountedFinding& finding : source.findings) {
    findings.push_back({{"predictor", finding.first.predictor},
                        {"reason", finding.first.reason},
                        {"rows", finding.rows},
                        {"first_line", finding.first_line}});
  }
  Json quarantined = Json::array();
  for (const QuarantinedRow& row : source.quarantined) {
    quarantined.push_back({{"line", row.line}, {"reasons", row.reasons}});
  }
  Json anchors = Json::array();
  for (const AnchorPolarity& anchor : source.polarity.anchors) {
    anchors.push_back({{"predictor", anchor.predictor}, {"auroc", anchor.auroc}, {"z", anchor.z}});
  }
  return {{"file", std::filesystem::path(source.file).filename().string()},
          {"source", source.source},
          {"adapter", source.adapter},
          {"rows", source.counts.rows},
          {"accepted", source.counts.accepted},
          {"accepted_with_warnings", source.counts.accepted_with_warnings},
          {"quarantined", source.counts.quarantined},
          {"duplicates", source.counts.duplicates},
          {"persons", source.counts.persons},
          {"findings", findings},
          {"quarantine", quarantined},
          {"polarity", {{"sentence", source.polarity.sentence}, {"anchors", anchors}}},
          {"warnings", source.warnings}};
}

Json leaderboard_json(const std::vector<LeaderboardRow>& leaderboard) {
  Json rows = Json::array();
  for (const LeaderboardRow& row : leaderboard) {
    if (!row.left_out_because.empty()) {
      rows.push_back({{"family", row.family}, {"left_out_because", row.left_out_because}});
      continue;
    }
    rows.push_back({{"family", row.family},
                    {"settings", row.settings},
                    {"auroc", estimate_json(row.auroc)},
                    {"brier", estimate_json(row.brier)},
                    {"log_loss", estimate_json(row.log_loss)}});
  }
  return rows;
}

Json people_json(const std::vector<GroupPeople>& people) {
  Json groups = Json::array();
  for (const GroupPeople& group : people) {
    groups.push_back({{"id", group.id},
                      {"label", group.label},
                      {"learnt_from", group.learnt_from},
                      {"locked", group.locked},
                      {"new", group.fresh}});
  }
  return groups;
}

}  // namespace

std::string report_json(const DiseaseFile& disease, const TrainingRecord& record,
                        std::string_view model_digest) {
  Json facts = Json::object();
  for (const auto& [key, value] : record.facts) facts[key] = value;
  Json sources = Json::array();
  for (const SourceFunnel& source : record.sources) sources.push_back(source_json(source));
  Json document = {{"disease", disease.id},
                   {"synthetic", record.synthetic},
                   {"model_file", disease.model_file_name},
                   {"model_sha256", model_digest},
                   {"facts", facts},
                   {"sources", sources},
                   {"warnings", record.warnings},
                   {"people", people_json(record.people)},
                   {"evidence", Json::parse(evidence_to_json(record.evidence))},
                   {"leaderboard", leaderboard_json(record.leaderboard)},
                   {"report", Json::parse(report_to_json(record.report))}};
  if (record.candidate) document["because"] = record.candidate->because;
  if (record.side_by_side) {
    document["side_by_side"] = Json::parse(side_by_side_to_json(*record.side_by_side));
  }
  const RecordOrigin& origin = record.origin;
  if (!origin.funnel_json.empty()) document["funnel"] = Json::parse(origin.funnel_json);
  if (!origin.privacy_json.empty()) document["privacy"] = Json::parse(origin.privacy_json);
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace relearn
