#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "lifecycle/dossier/card.h"

namespace relearn {
namespace {

std::string whole(std::uint64_t count) { return Wording::number(static_cast<std::int64_t>(count)); }

std::string people_needed(double persons) {
  return std::isfinite(persons) ? fmt::format("{:.0f}", std::ceil(persons)) : "–";
}

/// The text of a card's attribute; what it lacks is missing here, too.
std::string attribute(const Wording& say, const std::vector<Attribute>& attributes,
                      std::string_view key) {
  const auto found = std::ranges::find(attributes, key, &Attribute::key);
  return found->value.value_or(say.say("card.missing"));
}

std::string change_name(const Wording& say, const DossierCase& one) {
  return say.say(fmt::format("rung_name.{}", word_of(one.facts.evidence.change.rung)));
}

std::string inputs(const Wording& say, const DossierCase& one) {
  std::vector<std::string> names;
  for (const std::size_t index : one.disease().model_inputs()) {
    const Predictor& predictor = one.disease().predictors[index];
    names.push_back(predictor.unit.empty() || predictor.unit == "{#}" || predictor.unit == "1"
                        ? say.in(predictor.label)
                        : fmt::format("{} ({})", say.in(predictor.label), predictor.unit));
  }
  return joined(names, "; ") + ".";
}

std::string missing_data(const Wording& say, const DossierCase& one) {
  constexpr std::pair<MissingPolicy, std::string_view> kPolicies[] = {
      {MissingPolicy::Reject, "tripod.text.i11_reject"},
      {MissingPolicy::Impute, "tripod.text.i11_impute"},
      {MissingPolicy::ImputeWithIndicator, "tripod.text.i11_indicator"}};
  std::vector<std::string> rules;
  for (const auto& [policy, key] : kPolicies) {
    std::vector<std::string> names;
    for (const std::size_t index : one.disease().model_inputs()) {
      const Predictor& predictor = one.disease().predictors[index];
      if (predictor.missing == policy) names.push_back(say.in(predictor.label));
    }
    if (!names.empty()) rules.push_back(say.say(key, {{"inputs", joined(names)}}));
  }
  return joined(rules, "; ") + ".";
}

std::string sample_size(const Wording& say, const TierFacts& tier) {
  return say.say("tripod.text.i10", {{"persons", whole(tier.persons)},
                                     {"cases", whole(tier.cases)},
                                     {"parameters", whole(tier.parameters)},
                                     {"shrinkage", people_needed(tier.for_shrinkage)},
                                     {"optimism", people_needed(tier.for_optimism)},
                                     {"overall", people_needed(tier.for_overall_risk)}});
}

std::string preparation(const Wording& say, const DossierCase& one) {
  std::uint64_t quarantined = 0;
  for (const SourceRead& source : one.found.sources) quarantined += source.quarantined;
  return say.say("tripod.text.i7", {{"quarantined", whole(quarantined)}});
}

std::string open_science(const Wording& say, const DossierCase& one) {
  std::vector<std::string> sources;
  for (const Download& download : one.disease().downloads) {
    sources.push_back(fmt::format("{} ({})", download.file_name, download.licence));
  }
  if (sources.empty()) sources.push_back(say.say("value.none"));
  return say.say("tripod.text.i18",
                 {{"version", one.facts.code_version},
                  {"program", one.facts.program_digest.empty() ? say.say("value.not_told")
                                                               : one.facts.program_digest},
                  {"sources", joined(sources, "; ")}});
}

std::string updating(const Wording& say, const DossierCase& one) {
  if (one.first()) return say.say("tripod.text.i24_first", {{"verdict", say.verdict()}});
  const std::string rung = say.say(fmt::format("rung.{}", word_of(one.facts.evidence.change.rung)));
  return say.say("tripod.text.i24", {{"rung", rung}, {"verdict", say.verdict()}});
}

}  // namespace

std::vector<ReportingItem> reporting_items(const Wording& say, const DossierCase& one) {
  const std::vector<Attribute> card = card_attributes(say, one);
  const auto told = [&](std::string_view key) { return attribute(say, card, key); };
  const TierFacts& tier = one.found.tier;
  const OutcomeDefinition& outcome = one.disease().outcome;
  return {
      {"i1", say.say("tripod.text.i1", {{"disease", say.disease()},
                                        {"change", change_name(say, one)},
                                        {"outcome", say.in(outcome.label)}})},
      {"i5", told("dev.criteria")},
      {"i6", told("purpose.population")},
      {"i7", preparation(say, one)},
      {"i8", say.say("tripod.text.i8",
                     {{"definition", say.in(outcome.definition)}, {"standards", say.standards()}})},
      {"i9", inputs(say, one)},
      {"i10", sample_size(say, tier)},
      {"i11", missing_data(say, one)},
      {"i12", say.say("tripod.text.i12", {{"families", one.found.families},
                                          {"seed", fmt::format("{}", one.facts.seed)},
                                          {"version", one.facts.code_version}})},
      {"i13", say.say("tripod.text.i13")},
      {"i14", told("fair.approach") + " " + told("fair.bias_controls")},
      {"i15", told("details.output_value")},
      {"i16", say.say("tripod.text.i16")},
      {"i18", open_science(say, one)},
      {"i20", told("dev.representativeness")},
      {"i21", say.say("tripod.text.i21", {{"persons", whole(tier.persons)},
                                          {"cases", whole(tier.cases)},
                                          {"parameters", whole(tier.parameters)}})},
      {"i22", say.say("tripod.text.i22", {{"model", one.found.model_digest}})},
      {"i23", told("perf.internal_validity") + ". " + told("perf.internal_fairness")},
      {"i24", updating(say, one)},
      {"i26", told("caution.risks")},
      {"i27", say.say("tripod.text.i27")},
  };
}

}  // namespace relearn
