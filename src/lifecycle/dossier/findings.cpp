#include "lifecycle/dossier/findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "learning/evaluation/evidence.h"
#include "learning/evaluation/report_text.h"

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;

// nlohmann's own exceptions (a missing key, a wrong type) are caught once, in guarded().

std::string fact(const Json& facts, const char* key) {
  return facts.contains(key) ? facts.at(key).get<std::string>() : std::string();
}

void read_sources(const Json& document, Findings& findings) {
  for (const Json& source : document.at("sources")) {
    findings.sources.push_back({source.at("file"), source.at("source"), source.at("adapter"),
                                source.at("rows"), source.at("accepted"), source.at("quarantined"),
                                source.at("persons")});
  }
  for (const Json& group : document.at("people")) {
    findings.people.push_back({group.at("id"), group.at("label"), group.at("learnt_from"),
                               group.at("locked"), group.at("new")});
  }
}

double people_needed(const Json& number) {
  return number.is_null() ? std::numeric_limits<double>::quiet_NaN() : number.get<double>();
}

Result<TierFacts> tier_of(const Json& evidence) {
  TierFacts tier{evidence.at("tier"),
                 evidence.at("parameters"),
                 evidence.at("persons"),
                 evidence.at("cases"),
                 people_needed(evidence.at("needed_for_shrinkage")),
                 people_needed(evidence.at("needed_for_optimism")),
                 people_needed(evidence.at("needed_for_overall_risk"))};
  constexpr Tier kTiers[] = {Tier::Demonstration, Tier::Investigational, Tier::Clinical};
  if (std::ranges::find(kTiers, tier.tier, tier_name) != std::end(kTiers)) return tier;
  return broken_invariant(
      fmt::format("the trainer's report names an unknown tier \"{}\"", tier.tier));
}

Result<void> read_report(const Json& document, Findings& findings) {
  findings.synthetic = document.at("synthetic");
  findings.model_digest = document.at("model_sha256");
  const Json& facts = document.at("facts");
  findings.training_digest = fact(facts, "training_digest");
  findings.recipe = fact(facts, "recipe");
  findings.families = fact(facts, "families");
  read_sources(document, findings);
  findings.tier = TRY(tier_of(document.at("evidence")));
  if (document.contains("because")) findings.because = document.at("because");
  findings.report = TRY(report_from_json(document.at("report").dump()));
  if (document.contains("side_by_side")) {
    findings.both = TRY(side_by_side_from_json(document.at("side_by_side").dump()));
  }
  return {};
}

Result<void> read_funnel(const Json& lines, Findings& findings) {
  for (const Json& line : lines) {
    if (line.contains("note")) {
      findings.notes.push_back(line.at("note"));
    } else {
      findings.funnel.push_back({line.at("label"), line.at("count")});
    }
  }
  return {};
}

Result<void> read_privacy(const Json& privacy, Findings& findings) {
  findings.privacy_sentence = privacy.at("sentence");
  findings.snapshot_records = privacy.at("records_out");
  findings.snapshot_persons = privacy.at("persons_out");
  return {};
}

using Reading = Result<void> (*)(const Json&, Findings&);

Result<void> guarded(std::string_view what, std::string_view text, Reading read,
                     Findings& findings) {
  const Json document = Json::parse(text, nullptr, false);
  try {
    return read(document, findings);
  } catch (const Json::exception& error) {
    return broken_invariant(
        fmt::format("the {} is not what this program writes: {}", what, error.what()));
  }
}

}  // namespace

const CountedGroup* Findings::group(std::string_view id) const {
  const auto found = std::ranges::find(people, id, &CountedGroup::id);
  return found == people.end() ? nullptr : &*found;
}

Result<Findings> read_findings(std::string_view report_json, std::string_view funnel_json,
                               std::string_view privacy_json) {
  Findings findings;
  TRY(guarded("trainer's report", report_json, read_report, findings));
  if (!funnel_json.empty()) TRY(guarded("funnel", funnel_json, read_funnel, findings));
  if (!privacy_json.empty()) TRY(guarded("privacy report", privacy_json, read_privacy, findings));
  return findings;
}

}  // namespace relearn
