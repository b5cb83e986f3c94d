#include "lifecycle/dossier/dossier_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "pages/report_charts.h"

namespace relearn {
namespace {

constexpr std::array<std::string_view, 8> kNoticeMetrics = {
    "auroc", "log_loss", "calibration_slope", "calibration_intercept", "sensitivity", "specificity",
    "ppv",   "npv"};
constexpr std::size_t kReasonsShown = 10;

std::string whole(std::uint64_t count) { return Wording::number(static_cast<std::int64_t>(count)); }

std::string data_added(const Wording& say, const DossierCase& one) {
  if (one.facts.snapshot_digest.empty()) return say.say("dossier.notice.data_none");
  const auto& fresh = one.facts.evidence.fresh;
  return say.say("dossier.notice.data_new", {{"records", whole(one.found.snapshot_records)},
                                             {"persons", whole(one.found.snapshot_persons)},
                                             {"new", whole(fresh ? fresh->people.persons : 0)}});
}

void add_notice(Document& page, const Wording& say, const DossierCase& one) {
  const CandidateChange& change = one.facts.evidence.change;
  const std::string why =
      say.say(fmt::format("trigger.{}", word_of(one.facts.trigger))) +
      (one.facts.reason.empty() ? "" : fmt::format(": \"{}\"", one.facts.reason));
  const std::vector<std::string> few = say.groups_too_small();
  page.add(NewPage{});
  page.add(Heading{say.say("dossier.notice.heading")});
  Table table;
  table.rows = {
      {say.say("dossier.notice.what"), say.say(fmt::format("rung.{}", word_of(change.rung)))},
      {say.say("dossier.notice.when"), say.moment()},
      {say.say("dossier.notice.why"), why},
      {say.say("dossier.notice.data"), data_added(say, one)},
      {say.say("dossier.notice.limits"), say.in(one.disease().limitations)},
      {say.say("dossier.notice.groups"),
       one.disease().subgroups.empty() ? say.say("dossier.whom.no_groups")
       : few.empty()                   ? say.say("card.text.no_few")
                     : say.say("dossier.whom.unknown", {{"groups", joined(few)}})},
      {say.say("dossier.notice.contact"), one.facts.organisation.report_problems_to}};
  page.add(std::move(table));
}

void add_performance(Document& page, const Wording& say, const DossierCase& one) {
  const auto& both = one.found.both;
  page.add(Heading{say.say("dossier.notice.performance")});
  const GroupReport& now = both ? both->candidate.everybody : one.found.report.everybody;
  page.add(Paragraph{both ? say.say("dossier.notice.same_people",
                                    {{"rows", whole(now.rows)}, {"persons", whole(now.persons)}})
                          : say.say("dossier.notice.unseen"),
                     "", Paragraph::Tone::Quiet});
  Table table;
  table.head = {say.say("dossier.notice.measure")};
  if (both) table.head.push_back(say.say("dossier.notice.before"));
  table.head.push_back(say.say(both ? "dossier.notice.now" : "dossier.notice.value"));
  for (const std::string_view id : kNoticeMetrics) {
    std::vector<std::string> row = {say.metric(id)};
    if (both) row.push_back(say.figure(both->live.everybody.find(id)));
    row.push_back(say.figure(now.find(id)));
    table.rows.push_back(std::move(row));
  }
  page.add(std::move(table));
}

void add_charts(Document& page, const Wording& say, const DossierCase& one) {
  const Report& report = one.found.report;
  page.add(Heading{say.say("dossier.charts.heading")});
  Figures figures;
  if (one.found.both) {
    for (const Chart& chart : paired_charts(*one.found.both, say.phrases())) {
      figures.figures.push_back(draw(chart));
    }
  } else {
    figures.figures.push_back(draw(roc_chart(report, say.phrases())));
    if (!report.calibration.empty()) {
      figures.figures.push_back(draw(calibration_chart(report, say.phrases())));
    }
    if (!report.decision.empty()) {
      figures.figures.push_back(draw(decision_chart(report, say.phrases())));
    }
  }
  page.add(std::move(figures));
  if (!one.found.both || one.disease().subgroups.empty()) return;  // else on the first sheet
  Figure figure = auroc_by_group(say, one);
  if (figure.drawing.width > 0) page.add(WideFigure{std::move(figure)});
}

void add_reasoning(Document& page, const Wording& say, const DossierCase& one) {
  if (!one.found.both || one.found.both->reasons.empty()) return;
  std::vector<ReasonWeight> reasons = one.found.both->reasons;
  std::ranges::stable_sort(reasons, [](const ReasonWeight& a, const ReasonWeight& b) {
    return std::max(a.live, a.candidate) > std::max(b.live, b.candidate);
  });
  reasons.resize(std::min(reasons.size(), kReasonsShown));
  std::vector<BarPair> pairs;
  for (const ReasonWeight& reason : reasons) {
    pairs.push_back({say.input(reason.input), reason.live, reason.candidate});
  }
  page.add(Heading{say.say("dossier.reasoning.heading")});
  page.add(WideFigure{{say.say("chart.reasons.title"),
                       say.say("chart.reasons.how") + " " + say.say("dossier.reasoning.text"),
                       draw_pairs(pairs),
                       {{say.say("chart.live"), 3, Mark::Kind::Line},
                        {say.say("chart.candidate"), 0, Mark::Kind::Line}}}});
}

void add_rules(Document& page, const Wording& say, const DossierCase& one) {
  page.add(Heading{say.say("dossier.verdict.heading")});
  page.add(Paragraph{say.say("dossier.verdict.intro", {{"verdict", say.verdict()}})});
  Table table;
  table.head = {say.say("dossier.verdict.rule"), say.say("dossier.verdict.says"),
                say.say("dossier.verdict.sentence")};
  for (const VerdictReason& reason : one.verdict().reasons) {
    table.rows.push_back({say.clause(reason.clause),
                          say.say(fmt::format("clause_says.{}",
                                              reason.unknown ? "unknown" : word_of(reason.allows))),
                          reason.sentence});
  }
  page.add(std::move(table));
}

void add_data(Document& page, const Wording& say, const DossierCase& one) {
  page.add(Heading{say.say("dossier.data.heading")});
  if (!one.found.funnel.empty()) {
    page.add(Paragraph{say.say("dossier.data.intro"), "", Paragraph::Tone::Quiet});
    Table table;
    table.head = {say.say("dossier.data.what"), say.say("dossier.data.count")};
    for (const FunnelCount& line : one.found.funnel) {
      table.rows.push_back({line.label, whole(line.count)});
    }
    page.add(std::move(table));
  }
  for (const SourceRead& source : one.found.sources) {
    page.add(Paragraph{say.say("card.text.source", {{"file", source.file},
                                                    {"rows", whole(source.rows)},
                                                    {"accepted", whole(source.accepted)},
                                                    {"persons", whole(source.persons)}})});
  }
  for (const std::string& note : one.found.notes) page.add(Paragraph{note});
  if (!one.found.privacy_sentence.empty()) {
    page.add(Paragraph{one.found.privacy_sentence, say.say("dossier.data.privacy")});
  }
}

void add_identity(Document& page, const Wording& say, const DossierCase& one) {
  const DossierFacts& facts = one.facts;
  Table table;
  const auto add = [&](std::string_view key, const std::string& value) {
    table.rows.push_back({say.say(fmt::format("dossier.identity.{}", key)),
                          value.empty() ? say.say("value.none") : value});
  };
  const auto version = [&](std::int64_t number, const std::string& digest) {
    if (number == 0) return std::string();
    return say.say("dossier.identity.version", {{"version", Wording::number(number)}}) + " " +
           digest;
  };
  add("model", one.found.model_digest);
  add("champion", version(one.verdict().champion, one.verdict().champion_digest));
  add("anchor", version(facts.anchor, facts.evidence.anchor_digest));
  add("disease", version(one.disease().version, one.disease().digest));
  add("plan", version(one.verdict().plan_version, one.verdict().plan_digest));
  add("snapshot", facts.snapshot_digest);
  add("baseline", facts.baseline_digest);
  add("locked", facts.locked_digest);
  add("learnt", one.found.training_digest);
  add("program", fmt::format("{} {}", facts.code_version, facts.program_digest));
  add("seed", fmt::format("{}", facts.seed));
  add("started", facts.started_by);
  page.add(Heading{say.say("dossier.identity.heading")});
  page.add(Paragraph{say.say("dossier.identity.intro"), "", Paragraph::Tone::Quiet});
  page.add(std::move(table));
}

}  // namespace

Figure auroc_by_group(const Wording& say, const DossierCase& one) {
  const Report& shown = one.found.both ? one.found.both->candidate : one.found.report;
  return {say.say("chart.auroc_by_group.title"),
          say.say("chart.auroc_by_group.how"),
          forest_plot(shown, "auroc", say.phrases(),
                      [&](const GroupReport& group) { return say.group(group); }),
          {}};
}

Document dossier_page(const Wording& say, const DossierCase& one) {
  const std::string model = one.found.model_digest.substr(0, 12);
  Document page;
  page.language = say.phrases().language();
  page.title = say.say("dossier.title", {{"disease", say.disease()}});
  page.subtitle =
      say.say("dossier.subtitle", {{"moment", say.moment()},
                                   {"plan", Wording::number(one.verdict().plan_version)},
                                   {"model", model}});
  page.foot = say.say("dossier.foot",
                      {{"disease", say.disease()}, {"moment", say.moment()}, {"model", model}});
  add_clinician_sheet(page, say, one);
  add_notice(page, say, one);
  add_performance(page, say, one);
  add_charts(page, say, one);
  add_reasoning(page, say, one);
  add_rules(page, say, one);
  add_data(page, say, one);
  add_identity(page, say, one);
  return page;
}

}  // namespace relearn
