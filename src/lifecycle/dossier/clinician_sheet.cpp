#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "lifecycle/dossier/dossier_page.h"
#include "pages/report_charts.h"

namespace relearn {
namespace {

std::string whole(std::uint64_t count) { return Wording::number(static_cast<std::int64_t>(count)); }

Banner verdict_banner(const Wording& say, const DossierCase& one) {
  const Verdict& verdict = one.verdict();
  const std::string champion = say.champion();
  const auto text = [&](std::string_view key) {
    return say.say(fmt::format("dossier.banner.{}", key), {{"champion", champion}});
  };
  switch (verdict.kind) {
    case VerdictKind::Publish:
      return {text("publish"),
              text(one.first()        ? "publish_first"
                   : verdict.superior ? "publish_better"
                                      : "publish_as_good"),
              Banner::Tone::Good};
    case VerdictKind::Ask:
      return {text("ask"),
              say.say(one.first() ? "dossier.banner.ask_first" : "dossier.banner.ask_how",
                      {{"champion", champion},
                       {"approvals", Wording::number(std::max(one.facts.approvals, 1))}}),
              Banner::Tone::Warning};
    case VerdictKind::Inconclusive: {
      if (one.first()) return {text("inconclusive"), text("no_model"), Banner::Tone::Neutral};
      if (!verdict.still_needed) {
        return {text("inconclusive"), text("inconclusive_open"), Banner::Tone::Neutral};
      }
      const PeopleNeeded& needed = *verdict.still_needed;
      std::string how =
          say.say("dossier.banner.inconclusive_how",
                  {{"champion", champion}, {"persons", Wording::number(needed.persons)}});
      if (needed.cases > 0) {
        how += " " + say.say("dossier.banner.inconclusive_ill",
                             {{"cases", Wording::number(needed.cases)}});
      }
      if (needed.non_cases > 0) {
        how += " " + say.say("dossier.banner.inconclusive_well",
                             {{"non_cases", Wording::number(needed.non_cases)}});
      }
      return {text("inconclusive"), how, Banner::Tone::Neutral};
    }
    case VerdictKind::Keep:
      break;
  }
  return {text("keep"), text(one.first() ? "no_model" : "keep_how"), Banner::Tone::Neutral};
}

/// The rules that leave no better verdict, and what they say.
void add_because(Document& page, const Wording& say, const DossierCase& one) {
  if (one.verdict().kind == VerdictKind::Publish) return;
  std::vector<std::string> rules;
  for (const VerdictReason& reason : one.verdict().reasons) {
    const std::string name = say.clause(reason.clause);
    if (reason.allows != one.verdict().kind || std::ranges::find(rules, name) != rules.end()) {
      continue;
    }
    rules.push_back(name);
  }
  page.add(Paragraph{joined(one.verdict().because(), " "),
                     say.say("dossier.banner.because", {{"rules", joined(rules, "; ")}})});
}

bool changes(const DossierCase& one) {
  return one.verdict().kind == VerdictKind::Publish || one.verdict().kind == VerdictKind::Ask;
}

void add_what(Document& page, const Wording& say, const DossierCase& one) {
  const CandidateChange& change = one.facts.evidence.change;
  page.add(Heading{say.say(changes(one) ? "dossier.what.heading" : "dossier.what.would")});
  const std::string rung = say.say(fmt::format("rung.{}", word_of(change.rung)));
  if (one.first()) {
    page.add(Paragraph{say.say("dossier.what.first", {{"rung", rung}})});
    return;
  }
  if (one.facts.evidence.champion_digest.empty()) {
    page.add(Paragraph{
        say.say("dossier.what.not_compared", {{"champion", say.champion()}, {"rung", rung}})});
    return;
  }
  page.add(Paragraph{
      say.say("dossier.what.against", {{"champion", say.champion()}, {"rung", rung}}) + " " +
      say.say("dossier.what.moves",
              {{"largest", Wording::percent(change.largest_risk_change)},
               {"sides", Wording::percent(change.category_changes)},
               {"threshold", Wording::hundredths(one.disease().thresholds.decision)}}) +
      " " + say.say("dossier.what.inputs")});
}

/// The share itself, or what it leaves of everybody.
enum class Told { Share, Rest };

/// A share of 100 people now, and before when there is a live model.
Cards::Card share_card(const Wording& say, std::string_view label, const Measurement* now,
                       const Measurement* before, Told told) {
  const bool rest = told == Told::Rest;
  const auto share = [&](double value) { return Wording::hundredths(rest ? 1 - value : value); };
  if (now == nullptr || !now->defined()) {
    return {say.say(label), "–", say.say("value.undefined")};
  }
  const Estimate& e = now->estimate;
  Cards::Card card{say.say(label), share(e.value),
                   say.say("dossier.card.range", {{"low", share(rest ? e.high : e.low)},
                                                  {"high", share(rest ? e.low : e.high)}})};
  if (before != nullptr && before->defined()) {
    card.value = share(before->estimate.value) + " → " + card.value;
  }
  return card;
}

Cards::Card auroc_card(const Wording& say, const Measurement* now, const Measurement* before) {
  if (now == nullptr || !now->defined()) {
    return {say.say("dossier.card.auroc"), "–", say.say("value.undefined")};
  }
  const auto figure = [](double value) { return fmt::format("{:.2f}", value); };
  Cards::Card card{say.say("dossier.card.auroc"), figure(now->estimate.value),
                   say.say("dossier.card.range", {{"low", figure(now->estimate.low)},
                                                  {"high", figure(now->estimate.high)}})};
  if (before != nullptr && before->defined()) {
    card.value = figure(before->estimate.value) + " → " + card.value;
  }
  return card;
}

void add_cards(Document& page, const Wording& say, const DossierCase& one) {
  const auto& both = one.found.both;
  const GroupReport& now = both ? both->candidate.everybody : one.found.report.everybody;
  const auto before = [&](std::string_view metric) -> const Measurement* {
    return both ? both->live.everybody.find(metric) : nullptr;
  };
  Cards cards;
  cards.cards.push_back(share_card(say, "dossier.card.found", now.find("sensitivity"),
                                   before("sensitivity"), Told::Share));
  cards.cards.push_back(share_card(say, "dossier.card.false_alarms", now.find("specificity"),
                                   before("specificity"), Told::Rest));
  cards.cards.push_back(auroc_card(say, now.find("auroc"), before("auroc")));
  const GateEvidence& evidence = one.facts.evidence;
  if (both) {
    cards.cards.push_back(
        {say.say("dossier.card.judged"), whole(now.persons),
         say.say("dossier.card.locked_and_new",
                 {{"locked", whole(evidence.locked ? evidence.locked->people.persons : 0)},
                  {"new", whole(evidence.fresh ? evidence.fresh->people.persons : 0)}})});
  } else {
    cards.cards.push_back(
        {say.say("dossier.card.learnt"), whole(one.found.tier.persons),
         say.say("dossier.card.cases", {{"cases", whole(one.found.tier.cases)}})});
  }
  page.add(std::move(cards));
}

/// Of whom a one-sided 95 % bound says the same.
std::vector<std::string> surely(const Wording& say, const DossierCase& one, int direction) {
  std::vector<std::string> names;
  const std::vector<std::string> few = say.groups_too_small();
  for (const SubgroupEvidence& group :
       one.facts.evidence.subgroups.value_or(std::vector<SubgroupEvidence>())) {
    const std::string name = say.group(group.id, group.label);
    if (!group.against_champion) continue;
    const bool better = group.against_champion->upper_95 < 0;
    const bool worse = group.against_champion->lower_95 > 0;
    const bool enough = std::ranges::find(few, name) == few.end();
    if ((direction < 0 && better && enough) || (direction > 0 && worse)) names.push_back(name);
  }
  return names;
}

Figure groups_against_live(const Wording& say, const DossierCase& one) {
  const GateEvidence& evidence = one.facts.evidence;
  const std::vector<std::string> few = say.groups_too_small();
  std::vector<ForestLine> lines;
  const auto add = [&](const std::string& name, const std::optional<LossDifference>& measured,
                       const PeopleCounted& people) {
    ForestLine line{name, std::nullopt,
                    say.say("value.too_few",
                            {{"with", whole(people.cases)}, {"without", whole(people.non_cases)}})};
    if (measured && std::ranges::find(few, name) == few.end()) {
      line.value = Estimate{measured->mean, measured->standard_error, measured->lower_95,
                            measured->upper_95};
    }
    lines.push_back(std::move(line));
  };
  add(say.say("chart.everybody"), evidence.pooled, {});
  for (const SubgroupEvidence& group : *evidence.subgroups) {
    add(say.group(group.id, group.label), group.against_champion, group.people);
  }
  return {say.say("chart.groups.title"), say.say("chart.groups.how"), draw_forest(lines, 0), {}};
}

void add_whom(Document& page, const Wording& say, const DossierCase& one) {
  page.add(Heading{say.say("dossier.whom.heading")});
  Bullets bullets;
  if (one.found.both) {
    const Crossings& crossings = one.found.both->crossings;
    bullets.items.push_back(say.say("dossier.whom.ill", {{"all", whole(crossings.cases)},
                                                         {"up", whole(crossings.cases_up)},
                                                         {"down", whole(crossings.cases_down)}}));
    bullets.items.push_back(
        say.say("dossier.whom.well", {{"all", whole(crossings.non_cases)},
                                      {"up", whole(crossings.non_cases_up)},
                                      {"down", whole(crossings.non_cases_down)}}));
  }
  if (one.disease().subgroups.empty()) {
    bullets.items.push_back(say.say("dossier.whom.no_groups"));
  } else if (one.facts.evidence.subgroups && one.found.both) {
    const std::vector<std::string> better = surely(say, one, -1), worse = surely(say, one, 1);
    if (!better.empty()) {
      bullets.items.push_back(say.say("dossier.whom.better", {{"groups", joined(better)}}));
    }
    bullets.items.push_back(worse.empty()
                                ? say.say("dossier.whom.nobody_harmed")
                                : say.say("dossier.whom.harmed", {{"groups", joined(worse)}}));
  } else if (one.first()) {
    bullets.items.push_back(say.say("dossier.whom.first"));
  }
  if (const std::vector<std::string> few = say.groups_too_small(); !few.empty()) {
    bullets.items.push_back(say.say("dossier.whom.unknown", {{"groups", joined(few)}}));
  }
  page.add(std::move(bullets));
  if (one.disease().subgroups.empty()) return;
  const bool compared = one.facts.evidence.subgroups && one.facts.evidence.pooled;
  Figure figure = compared ? groups_against_live(say, one) : auroc_by_group(say, one);
  if (figure.drawing.width > 0) page.add(WideFigure{std::move(figure)});
}

std::string mean_text(const Wording& say, double mean) {
  return say.say(mean < 0 ? "dossier.sure.lower" : "dossier.sure.higher",
                 {{"value", Wording::figure(std::fabs(mean))}});
}

std::string bound_text(const Wording& say, double bound) {
  return say.say(bound < 0 ? "dossier.sure.worst_lower" : "dossier.sure.worst_higher",
                 {{"value", Wording::figure(std::fabs(bound))}});
}

void add_sure(Document& page, const Wording& say, const DossierCase& one) {
  const GateEvidence& evidence = one.facts.evidence;
  const ChangePlan& plan = one.disease().plan;
  Bullets bullets;
  if (evidence.fresh && evidence.fresh->against_champion) {
    bullets.items.push_back(
        say.say("dossier.sure.new",
                {{"persons", whole(evidence.fresh->people.persons)},
                 {"cases", whole(evidence.fresh->people.cases)},
                 {"mean", mean_text(say, evidence.fresh->against_champion->mean)},
                 {"bound", bound_text(say, evidence.fresh->against_champion->upper_95)}}));
  }
  if (evidence.locked && evidence.locked->against_champion) {
    bullets.items.push_back(
        say.say("dossier.sure.locked",
                {{"persons", whole(evidence.locked->people.persons)},
                 {"mean", mean_text(say, evidence.locked->against_champion->mean)},
                 {"bound", bound_text(say, evidence.locked->against_champion->upper_95)},
                 {"margin", Wording::figure(plan.margins.champion_nats)}}));
  }
  if (evidence.locked_closed) bullets.items.push_back(say.say("dossier.sure.closed"));
  if (one.verdict().look > 0) {
    bullets.items.push_back(
        say.say("dossier.sure.look", {{"look", whole(one.verdict().look)},
                                      {"total", Wording::percent(plan.locked.error_total)},
                                      {"spent", Wording::percent(one.verdict().error_spent)}}));
  } else if (!one.first() && !evidence.locked_closed) {
    bullets.items.push_back(say.say("dossier.sure.no_look"));
  }
  if (!one.found.both) {
    bullets.items.push_back(
        say.say("dossier.sure.first",
                {{"auroc", value_text(say.phrases(), one.found.report.everybody.find("auroc"))}}));
  }
  if (evidence.stability) {
    bullets.items.push_back(say.say("dossier.sure.stable",
                                    {{"mean", Wording::percent(evidence.stability->mean_change)},
                                     {"most", Wording::percent(evidence.stability->change_95th)}}));
  }
  bullets.items.push_back(
      say.say("dossier.sure.tier", {{"tier", say.say("tier." + one.found.tier.tier)},
                                    {"persons", whole(one.found.tier.persons)},
                                    {"cases", whole(one.found.tier.cases)}}));
  page.add(Heading{say.say("dossier.sure.heading")});
  page.add(std::move(bullets));
}

void add_now(Document& page, const Wording& say, const DossierCase& one) {
  const auto text = [&]() -> std::string_view {
    switch (one.verdict().kind) {
      case VerdictKind::Publish:
        return one.first() ? "dossier.now.first" : "dossier.now.publish";
      case VerdictKind::Ask:
        return "dossier.now.ask";
      case VerdictKind::Inconclusive:
      case VerdictKind::Keep:
        break;
    }
    return "dossier.now.nothing";
  };
  page.add(Heading{say.say("dossier.now.heading")});
  page.add(Paragraph{
      say.say(text()) + " " +
      say.say("dossier.now.report", {{"contact", one.facts.organisation.report_problems_to}})});
}

}  // namespace

void add_clinician_sheet(Document& page, const Wording& say, const DossierCase& one) {
  if (one.found.synthetic) {
    page.add(Banner{say.say("dossier.synthetic"), say.say("dossier.synthetic_how")});
  }
  page.add(verdict_banner(say, one));
  add_because(page, say, one);
  add_cards(page, say, one);
  add_what(page, say, one);
  add_whom(page, say, one);
  add_sure(page, say, one);
  add_now(page, say, one);
  page.add(
      Paragraph{say.say("dossier.informs", {{"tier", say.say("tier." + one.found.tier.tier)}}) +
                    " " + say.say("dossier.later"),
                "", Paragraph::Tone::Quiet});
}

}  // namespace relearn
