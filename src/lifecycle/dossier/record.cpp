#include "lifecycle/dossier/record.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "lifecycle/gate/evidence_json.h"

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;

/// A field of the record that cannot be here.
Json not_here(std::string_view because) { return {{"not_here", because}}; }

/// A text, or why there is none.
Json text_or(std::string_view text, std::string_view because) {
  return text.empty() ? not_here(because) : Json(text);
}

Json plan(const DossierCase& one) {
  return {{"version", one.verdict().plan_version}, {"sha256", one.verdict().plan_digest}};
}

Json baseline(const DossierCase& one) {
  Json files = Json::array();
  for (const SourceRead& source : one.found.sources) {
    files.push_back({{"id", source.file},
                     {"source", source.source},
                     {"adapter", source.adapter},
                     {"rows", source.rows},
                     {"accepted", source.accepted},
                     {"quarantined", source.quarantined},
                     {"persons", source.persons}});
  }
  return {{"sha256", text_or(one.facts.baseline_digest,
                             "no baseline files: a synthetic cohort, or records only")},
          {"files_read", std::move(files)}};
}

Json counts_by_reason(const std::vector<FunnelCount>& funnel) {
  Json excluded = Json::object();
  for (const FunnelCount& line : funnel) {
    if (&line != &funnel.front() && &line != &funnel.back()) excluded[line.label] = line.count;
  }
  return excluded;
}

Json snapshot(const DossierCase& one) {
  if (one.facts.snapshot_digest.empty()) return not_here("learnt from the baseline only");
  const GateEvidence& evidence = one.facts.evidence;
  const Json privacy = Json::parse(one.facts.privacy_json, nullptr, false);
  Json json = {{"sha256", one.facts.snapshot_digest},
               {"n", one.found.snapshot_records},
               {"persons", one.found.snapshot_persons}};
  if (evidence.fresh) {
    json["new_persons"] = evidence.fresh->people.persons;
    json["new_events"] = evidence.fresh->people.cases;
  } else {
    json["new_persons"] = json["new_events"] = not_here("nobody is new to the live model");
  }
  json["contributors"] = evidence.without_contributor
                             ? Json(evidence.without_contributor->size())
                             : not_here("not measured: an earlier rule settled it");
  json["date_range"] = not_here("a snapshot tells no dates");
  json["excluded"] = counts_by_reason(one.found.funnel);
  json["quarantined"] = privacy.contains("set_aside") ? privacy["set_aside"] : not_here("not told");
  json["notes"] = one.found.notes;
  return json;
}

Json deidentification(const DossierCase& one) {
  if (one.facts.privacy_json.empty()) return not_here("no records of a store were used");
  Json privacy = Json::parse(one.facts.privacy_json, nullptr, false);
  privacy["t"] = not_here("t-closeness is not computed; one_class_share tells of l-diversity");
  return privacy;
}

Json partition(const DossierCase& one) {
  const GateEvidence& evidence = one.facts.evidence;
  const auto people = [](const PeopleCounted& counted) -> Json {
    return {
        {"persons", counted.persons}, {"cases", counted.cases}, {"non_cases", counted.non_cases}};
  };
  const Json locked = evidence.locked ? people(evidence.locked->people)
                      : evidence.locked_closed
                          ? not_here("the locked people stayed closed")
                          : not_here("nobody is locked, or they were not measured");
  return {{"locked_id", text_or(one.facts.locked_digest, "nobody is locked")},
          {"locked", locked},
          {"new", evidence.fresh ? people(evidence.fresh->people) : not_here("nobody is new")},
          {"overlap_persons", evidence.facts.persons_in_both}};
}

Json candidates(const DossierCase& one) {
  return Json::array(
      {{{"sha256", one.found.model_digest},
        {"family", text_or(one.found.families, "not told")},
        {"hyperparameters", text_or(one.found.recipe, "not told")},
        {"learnt_because", text_or(one.found.because, "there was nothing to change")},
        {"train_log", {{"file", "report.json"}, {"sha256", sha256(one.facts.report_json)}}}}});
}

Json version(std::int64_t number, const std::string& digest, std::string_view none) {
  if (number == 0) return not_here(none);
  return {{"version", number}, {"sha256", text_or(digest, none)}};
}

Json gates(const DossierCase& one) {
  const std::string evidence = sha256(evidence_to_json(one.facts.evidence));
  Json results = Json::array();
  for (const VerdictReason& reason : one.verdict().reasons) {
    results.push_back({{"gate", reason.clause},
                       {"allows", word_of(reason.allows)},
                       {"not_enough_evidence", reason.unknown},
                       {"observed_and_limit", reason.sentence},
                       {"evidence_sha256", evidence}});
  }
  return results;
}

Json privacy(const DossierCase& one) {
  const auto& measured = one.facts.evidence.membership;
  Json json;
  json["membership"] = not_here("not measured");
  if (measured) {
    json["membership"] = {{"shadow_models", measured->shadow_models},
                          {"loss_auroc_upper", measured->loss_auroc_upper},
                          {"lira_auroc", measured->lira_auroc},
                          {"lira_true_positives", measured->lira_true_positives}};
  }
  json["epsilon"] = not_here("no differentially private training");
  return json;
}

Json decision(const DossierCase& one) {
  const Verdict& verdict = one.verdict();
  Json json = {{"verdict", word_of(verdict.kind)},
               {"superior", verdict.superior},
               {"because", verdict.because()},
               {"approvals_needed", verdict.approvals_needed}};
  json["still_needed"] = not_here("asked for by an inconclusive verdict only");
  if (verdict.still_needed) {
    json["still_needed"] = {{"persons", verdict.still_needed->persons},
                            {"cases", verdict.still_needed->cases},
                            {"non_cases", verdict.still_needed->non_cases}};
  }
  return json;
}

Json deployment(const std::map<std::string, std::string>& files) {
  Json digests = Json::object();
  for (const auto& [name, bytes] : files) digests[name] = sha256(bytes);
  return {{"stage_times", not_here("when it went live is in the ledger; there are no stages")},
          {"card_sha256", digests["card.json"]},
          {"notices_and_labelling", std::move(digests)}};
}

void add_chain(Json& record) {
  constexpr std::string_view kLedger =
      "the ledger entry of this attempt holds it, and names this bundle by its digest";
  record["approvals"] = not_here("given after this was written; each is a ledger entry");
  record["rollback"] = not_here("happens after this was written; it is a ledger entry");
  for (const char* key : {"prev_record_hash", "record_hash", "signature"}) {
    record[key] = not_here(kLedger);
  }
}

}  // namespace

std::string record_json(const DossierCase& one, const std::map<std::string, std::string>& files) {
  const DossierFacts& facts = one.facts;
  const GateEvidence& evidence = facts.evidence;
  constexpr std::string_view kNumber =
      "the registry numbers an attempt when its bundle is complete, and names the bundle";
  Json record = {{"format", 1},
                 {"attempt_id", not_here(kNumber)},
                 {"sequence", not_here(kNumber)},
                 {"disease", one.disease().id},
                 {"moment", to_text(facts.at)},
                 {"trigger", word_of(facts.trigger)},
                 {"requested_by", text_or(facts.started_by, "not told")},
                 {"reason_text", text_or(facts.reason, "nobody gave one")},
                 {"plan", plan(one)},
                 {"modification_id", word_of(evidence.change.rung)},
                 {"spec", {{"version", one.disease().version}, {"sha256", one.disease().digest}}},
                 {"code",
                  {{"version", facts.code_version},
                   {"build_sha256", text_or(facts.program_digest, "not told")},
                   {"toolchain", "compiler " __VERSION__}}},
                 {"rng_seed", facts.seed}};
  record["synthetic"] = one.found.synthetic;
  record["baseline_dataset"] = baseline(one);
  record["feedback_snapshot"] = snapshot(one);
  record["merged_dataset"] = {{"sha256", text_or(one.found.training_digest, "not told")},
                              {"merkle_root", not_here("the digest is over every value in order")}};
  record["deid_report"] = deidentification(one);
  record["partition"] = partition(one);
  record["candidate_models"] = candidates(one);
  record["champion"] =
      version(one.verdict().champion, one.verdict().champion_digest, "no model was live");
  record["anchor"] =
      version(facts.anchor, evidence.anchor_digest, "no model was judged on these people before");
  const Json report = Json::parse(facts.report_json, nullptr, false);
  record["evaluation"] = {{"report", report["report"]},
                          {"evidence", Json::parse(evidence_to_json(evidence))}};
  record["gate_results"] = gates(one);
  record["look"] = one.verdict().look;
  record["alpha_spent"] = one.verdict().error_spent;
  record["alpha_remaining"] = one.verdict().error_left;
  record["privacy"] = privacy(one);
  record["decision"] = decision(one);
  record["deployment"] = deployment(files);
  add_chain(record);
  return record.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace relearn
