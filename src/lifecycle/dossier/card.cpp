#include "lifecycle/dossier/card.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace relearn {
namespace {

using Maybe = std::optional<std::string>;

constexpr std::array<std::string_view, 6> kCardMetrics = {
    "auroc", "calibration_slope", "calibration_intercept", "brier", "sensitivity", "specificity"};

/// "AUROC 0.912 (...); ..." of everybody; nothing when it is not even known how well it ranks.
Maybe figures(const Wording& say, const GroupReport& people) {
  const Measurement* auroc = people.find("auroc");
  if (auroc == nullptr || !auroc->defined()) return std::nullopt;
  std::vector<std::string> parts;
  for (const std::string_view id : kCardMetrics) {
    parts.push_back(fmt::format("{}: {}", say.metric(id), say.figure(people.find(id))));
  }
  return joined(parts, "; ");
}

/// AUROC and sensitivity of each group; nothing when there are groups and none was measured.
Maybe group_figures(const Wording& say, const DossierCase& one, const Report& report) {
  if (one.disease().subgroups.empty()) return say.say("card.text.no_groups");
  if (report.groups.empty()) return std::nullopt;
  std::vector<std::string> parts;
  for (const GroupReport& group : report.groups) {
    const Measurement* auroc = group.find("auroc");
    parts.push_back(
        auroc == nullptr
            ? fmt::format(
                  "{}: {}", say.group(group),
                  say.say(
                      "value.too_few",
                      {{"with", Wording::number(static_cast<std::int64_t>(group.cases))},
                       {"without", Wording::number(static_cast<std::int64_t>(group.non_cases))}}))
            : fmt::format("{}: AUROC {}", say.group(group), say.figure(auroc)));
  }
  return joined(parts, "; ");
}

/// 1 to 4 people are told as "fewer than 5".
std::string people(const Wording& say, std::uint64_t count) {
  return count > 0 && count < 5 ? say.say("value.fewer_than_five")
                                : Wording::number(static_cast<std::int64_t>(count));
}

Maybe representativeness(const Wording& say, const DossierCase& one) {
  if (one.found.people.empty()) return std::nullopt;
  std::vector<std::string> lines;
  for (const CountedGroup& group : one.found.people) {
    lines.push_back(say.say("card.text.people_line", {{"group", say.group(group.id, group.label)},
                                                      {"learnt", people(say, group.learnt_from)},
                                                      {"locked", people(say, group.locked)},
                                                      {"new", people(say, group.fresh)}}));
  }
  std::string text = joined(lines, "; ") + ".";
  if (one.disease().subgroups.empty()) text += " " + say.say("card.text.no_groups");
  return text;
}

std::string demographic_inputs(const Wording& say, const DossierCase& one) {
  std::vector<std::string> used, unused;
  for (const std::string_view kind : kDemographics) {
    const std::string name = say.say(fmt::format("kind.{}", kind));
    const auto found = one.disease().card.demographic_inputs.find(kind);
    if (found == one.disease().card.demographic_inputs.end()) {
      unused.push_back(name);
      continue;
    }
    std::vector<std::string> inputs;
    for (const int index : found->second) {
      inputs.push_back(say.in(one.disease().predictors[static_cast<std::size_t>(index)].label));
    }
    used.push_back(say.say("card.text.input_used", {{"kind", name}, {"inputs", joined(inputs)}}));
  }
  if (!unused.empty()) {
    used.push_back(say.say("card.text.inputs_not_used", {{"kinds", joined(unused)}}));
  }
  return joined(used, " ");
}

std::string criteria(const Wording& say, const DossierCase& one) {
  const OutcomeDefinition& outcome = one.disease().outcome;
  std::vector<std::string> parts = {say.in(one.disease().card.criteria)};
  parts.push_back(
      say.say("card.text.outcome_rule", {{"standards", say.standards()},
                                         {"horizon", Wording::number(outcome.horizon_days)},
                                         {"maturity", Wording::number(outcome.maturity_days)}}));
  for (const SourceRead& source : one.found.sources) {
    parts.push_back(
        say.say("card.text.source",
                {{"file", source.file},
                 {"rows", Wording::number(static_cast<std::int64_t>(source.rows))},
                 {"accepted", Wording::number(static_cast<std::int64_t>(source.accepted))},
                 {"persons", Wording::number(static_cast<std::int64_t>(source.persons))}}));
  }
  std::vector<std::string> left_out;
  for (const FunnelCount& line : one.found.funnel) {
    if (&line == &one.found.funnel.front() || &line == &one.found.funnel.back()) continue;
    left_out.push_back(fmt::format("{} {}", line.count, line.label));
  }
  if (!left_out.empty()) {
    parts.push_back(say.say("card.text.left_out", {{"reasons", joined(left_out, "; ")}}));
  }
  return joined(parts, " ");
}

std::string out_of_scope(const Wording& say, const DossierCase& one) {
  const std::vector<std::string> few = say.groups_too_small();
  return fmt::format("{} {} {}", say.in(one.disease().card.out_of_scope),
                     few.empty() ? say.say("card.text.no_few")
                                 : say.say("card.text.few", {{"groups", joined(few)}}),
                     say.say("card.text.outside_limits"));
}

std::string risks(const Wording& say, const DossierCase& one) {
  return fmt::format("{} {} {}", say.in(one.disease().card.risks),
                     say.in(one.disease().limitations),
                     say.say("card.text.tier", {{"tier", say.say("tier." + one.found.tier.tier)}}));
}

std::string relevance(const Wording& say, const DossierCase& one) {
  std::vector<std::string> shifted;
  for (const std::string& id : one.facts.evidence.facts.shifted_predictors) {
    shifted.push_back(say.input(id));
  }
  const std::string seen = !one.facts.evidence.fresh ? say.say("card.text.nobody_new")
                           : shifted.empty()
                               ? say.say("card.text.not_shifted")
                               : say.say("card.text.shifted", {{"inputs", joined(shifted)}});
  return say.in(one.disease().card.relevance) + " " + seen;
}

std::string bias_controls(const Wording& say, const DossierCase& one) {
  std::vector<std::string> sentences;
  for (const VerdictReason& reason : one.verdict().reasons) {
    if (reason.clause == "no_group_harmed") sentences.push_back(reason.sentence);
  }
  std::string text = say.in(one.disease().card.bias_controls) + " ";
  text += sentences.empty()
              ? say.say("card.text.group_rule_not_asked")
              : say.say("card.text.group_rule", {{"sentences", joined(sentences, " ")}});
  if (one.facts.evidence.fresh && one.facts.evidence.fresh->weighted) {
    text += " " + say.say("card.text.weighted");
  }
  return text;
}

enum class Local { Validity, Fairness };

/// The live model as it answered, on those confirmed since. Nothing when it should be known and is
/// not.
Maybe local(const Wording& say, const DossierCase& one, Local what) {
  if (one.first()) return say.say("card.text.local_none_first");
  if (one.facts.evidence.champion_digest.empty()) {
    return say.say("card.text.local_none_compared", {{"champion", say.champion()}});
  }
  const auto& fresh = one.facts.evidence.fresh;
  if (!fresh || fresh->people.persons == 0) return say.say("card.text.local_none_new");
  const auto persons = static_cast<std::int64_t>(fresh->people.persons);
  if (fresh->people.cases == 0 || fresh->people.non_cases == 0) {
    return say.say("card.text.local_none_class", {{"persons", Wording::number(persons)}});
  }
  if (!one.found.both || !one.found.both->live_on_new) return std::nullopt;
  const Report& live = *one.found.both->live_on_new;
  const Maybe told =
      what == Local::Validity ? figures(say, live.everybody) : group_figures(say, one, live);
  if (!told) return std::nullopt;
  return say.say("card.text.local",
                 {{"champion", say.champion()},
                  {"persons", Wording::number(static_cast<std::int64_t>(live.everybody.persons))},
                  {"cases", Wording::number(static_cast<std::int64_t>(live.everybody.cases))},
                  {"figures", *told}});
}

std::string output_value(const Wording& say, const DossierCase& one) {
  const DiseaseFile& disease = one.disease();
  return say.say("card.text.output_value",
                 {{"outcome", say.in(disease.outcome.label)},
                  {"definition", say.in(disease.outcome.definition)},
                  {"decision", Wording::hundredths(disease.thresholds.decision)},
                  {"moderate", Wording::hundredths(disease.thresholds.moderate)},
                  {"moment", say.moment()}});
}

std::string population(const Wording& say, const DossierCase& one) {
  return say.in(one.disease().population) + " " +
         say.say("card.text.observed_ranges",
                 {{"persons", Wording::number(static_cast<std::int64_t>(one.found.tier.persons))},
                  {"cases", Wording::number(static_cast<std::int64_t>(one.found.tier.cases))}});
}

constexpr std::size_t kEarlierTold = 5;

std::string update_process(const Wording& say, const DossierCase& one) {
  const ChangePlan& plan = one.disease().plan;
  std::vector<std::string> automatic;
  for (const Rung rung : plan.automatic) {
    automatic.push_back(say.say(fmt::format("rung_name.{}", word_of(rung))));
  }
  if (automatic.empty()) automatic.push_back(say.say("card.text.nothing_automatic"));
  std::vector<std::string> earlier;
  for (const EarlierAttempt& attempt : one.facts.earlier) {
    if (earlier.size() == kEarlierTold) break;
    const std::string key = fmt::format("verdict.{}", attempt.verdict);
    const std::string word = say.phrases().has(key) ? say.say(key) : attempt.verdict;
    earlier.push_back(say.say("card.text.history_one",
                              {{"moment", to_text(date_of(attempt.at))}, {"verdict", word}}));
  }
  return fmt::format(
      "{} {} {}", say.in(one.disease().card.update_process),
      say.say("card.text.plan",
              {{"plan", Wording::number(plan.version)},
               {"days", Wording::number(plan.days_between_min)},
               {"persons", Wording::number(plan.needed_for(RetrainTrigger::Button).persons)},
               {"automatic", joined(automatic)}}),
      earlier.empty() ? say.say("card.text.history_none")
                      : say.say("card.text.history", {{"attempts", joined(earlier)}}));
}

std::string correction(const Wording& say, const DossierCase& one) {
  const auto changes = std::ranges::count_if(
      one.facts.earlier, [](const EarlierAttempt& attempt) { return attempt.version != 0; });
  return say.in(one.disease().card.correction) + " " +
         say.say("card.text.corrections", {{"count", Wording::number(changes)}});
}

std::string_view group_of(std::string_view key) { return key.substr(0, key.find('.')); }

nlohmann::ordered_json text_or_null(const Maybe& value) {
  return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr);
}

}  // namespace

std::vector<Attribute> card_attributes(const Wording& say, const DossierCase& one) {
  const DiseaseFile& disease = one.disease();
  const ModelCardTexts& card = disease.card;
  const Organisation& by = one.facts.organisation;
  const std::string no_external = say.say("card.text.external_none");
  return {
      {"details.developer", "ADMIN", by.developer},
      {"details.funding", "ADMIN", by.funding},
      {"details.output_value", "SPEC", output_value(say, one)},
      {"details.output_type", "SPEC", say.say("card.text.output_type")},
      {"purpose.intended_use", "SPEC", say.in(disease.intended_use)},
      {"purpose.population", "SPEC+AUTO", population(say, one)},
      {"purpose.users", "SPEC", say.in(card.users)},
      {"purpose.role", "SPEC", say.in(card.role)},
      {"caution.out_of_scope", "SPEC+AUTO", out_of_scope(say, one)},
      {"caution.risks", "SPEC+AUTO", risks(say, one)},
      {"dev.criteria", "SPEC+AUTO", criteria(say, one)},
      {"dev.demographic_inputs", "AUTO", demographic_inputs(say, one)},
      {"dev.representativeness", "AUTO", representativeness(say, one)},
      {"dev.relevance", "SPEC+AUTO", relevance(say, one)},
      {"fair.approach", "SPEC", say.in(card.fairness)},
      {"fair.bias_controls", "SPEC+AUTO", bias_controls(say, one)},
      {"ext.source", "SPEC+LINK", say.in(card.external_source)},
      {"ext.party", "ADMIN", by.external_tester},
      {"ext.representativeness", "AUTO", no_external},
      {"ext.process", "SPEC", say.in(card.external_process)},
      {"perf.internal_validity", "AUTO", figures(say, one.found.report.everybody)},
      {"perf.internal_fairness", "AUTO", group_figures(say, one, one.found.report)},
      {"perf.external_validity", "AUTO+LINK", no_external},
      {"perf.external_fairness", "AUTO+LINK", no_external},
      {"perf.outcome_refs", "ADMIN", by.outcome_references},
      {"maint.validity_monitoring", "SPEC", say.in(card.validity_monitoring)},
      {"maint.local_validity", "AUTO", local(say, one, Local::Validity)},
      {"maint.fairness_monitoring", "SPEC", say.in(card.fairness_monitoring)},
      {"maint.local_fairness", "AUTO", local(say, one, Local::Fairness)},
      {"update.process", "SPEC+AUTO", update_process(say, one)},
      {"update.correction", "SPEC+AUTO", correction(say, one)},
  };
}

Document card_page(const Wording& say, const DossierCase& one) {
  Document page;
  page.language = say.phrases().language();
  page.title = say.say("card.title", {{"disease", say.disease()}});
  page.subtitle = say.say(
      "card.subtitle", {{"moment", say.moment()}, {"model", one.found.model_digest.substr(0, 12)}});
  if (one.found.synthetic) {
    page.add(Banner{say.say("dossier.synthetic"), say.say("dossier.synthetic_how")});
  }
  page.add(
      Paragraph{say.say("card.status", {{"verdict", say.verdict()}}), "", Paragraph::Tone::Quiet});
  std::string_view group;
  Table table;
  const auto finish = [&] {
    if (!table.rows.empty()) page.add(std::move(table));
    table = {};
  };
  for (const Attribute& attribute : card_attributes(say, one)) {
    if (group_of(attribute.key) != group) {
      finish();
      group = group_of(attribute.key);
      page.add(Heading{say.say(fmt::format("card.group.{}", group))});
    }
    table.rows.push_back({say.say(fmt::format("card.name.{}", attribute.key)),
                          attribute.value.value_or(say.say("card.missing"))});
  }
  finish();
  page.add(Heading{say.say("tripod.heading")});
  page.add(Paragraph{say.say("tripod.intro"), "", Paragraph::Tone::Quiet});
  table.head = {say.say("tripod.item"), say.say("tripod.says")};
  for (const ReportingItem& item : reporting_items(say, one)) {
    table.rows.push_back({say.say(fmt::format("tripod.name.{}", item.key)), item.text});
  }
  finish();
  return page;
}

std::string card_json(const std::vector<Wording>& wordings, const DossierCase& one) {
  using Json = nlohmann::ordered_json;
  Json attributes = Json::array(), items = Json::array();
  for (const Wording& say : wordings) {
    const std::string& language = say.phrases().language();
    std::size_t i = 0;
    for (const Attribute& attribute : card_attributes(say, one)) {
      if (attributes.size() == i) {
        attributes.push_back({{"number", i + 1},
                              {"key", attribute.key},
                              {"fill", attribute.fill},
                              {"value", Json::object()}});
      }
      attributes[i++]["value"][language] = text_or_null(attribute.value);
    }
    i = 0;
    for (const ReportingItem& item : reporting_items(say, one)) {
      if (items.size() == i) {
        items.push_back(
            {{"item", std::stoi(std::string(item.key.substr(1)))}, {"text", Json::object()}});
      }
      items[i++]["text"][language] = item.text;
    }
  }
  const Json document = {{"format", 1},
                         {"disease", one.disease().id},
                         {"model_sha256", one.found.model_digest},
                         {"synthetic", one.found.synthetic},
                         {"evidence_tier", one.found.tier.tier},
                         {"attributes", std::move(attributes)},
                         {"tripod_ai", std::move(items)}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<std::vector<std::string>> missing_attributes(std::string_view text) {
  using Json = nlohmann::ordered_json;
  const Json document = Json::parse(text, nullptr, false);
  std::vector<std::string> missing;
  try {
    for (const Json& attribute : document.at("attributes")) {
      const Json& values = attribute.at("value");
      const bool told = !values.empty() && std::ranges::all_of(values, [](const Json& value) {
        return value.is_string() && !value.get_ref<const std::string&>().empty();
      });
      if (!told) missing.push_back(attribute.at("key"));
    }
  } catch (const Json::exception& error) {
    return broken_invariant(fmt::format("card.json is no model card: {}", error.what()));
  }
  return missing;
}

}  // namespace relearn
