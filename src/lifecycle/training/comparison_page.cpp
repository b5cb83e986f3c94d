#include "lifecycle/training/comparison_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "lifecycle/training/report_charts.h"

namespace relearn {
namespace {

using Style = ChartSeries::Style;

constexpr std::array<std::string_view, 6> kRungLabels = {
    "keep the live model",          "move its intercept",   "move intercept and slope",
    "refit towards the new people", "fit its recipe again", "search anew"};

std::string_view label_of(Rung rung) { return kRungLabels[static_cast<std::size_t>(rung)]; }

std::string ladder_table(const LadderResult& ladder) {
  std::string html =
      "<div class='scroll'><table><tr><th>change</th><th>log loss on new people</th><th>against "
      "keeping (standard error)</th></tr>";
  for (const RungOutcome& rung : ladder.rungs) {
    if (!rung.not_tried_because.empty()) {
      html += fmt::format("<tr><td>{}</td><td colspan='2'>not tried: {}</td></tr>",
                          label_of(rung.rung), escape_html(rung.not_tried_because));
      continue;
    }
    html += fmt::format("<tr{}><td>{}</td><td>{:.3f}</td><td>{:+.3f} ({:.3f})</td></tr>",
                        rung.rung == ladder.chosen ? " class='taken'" : "", label_of(rung.rung),
                        rung.loss, rung.difference, rung.standard_error);
  }
  html += "</table></div><p class='quiet'>Cross-fitted by person. ";
  html += ladder.closed ? fmt::format("The closed testing procedure would {}. ",
                                      label_of(ladder.closed->choice))
                        : fmt::format("No closed test: {}. ", escape_html(ladder.closed_missing));
  if (ladder.davis) html += fmt::format("Davis's test would {}.", label_of(*ladder.davis));
  return html + "</p>";
}

std::string difference_row(std::string_view what, const std::optional<LossDifference>& measured) {
  if (!measured) return "";
  return fmt::format("<tr><td>{}</td><td>{:+.3f}</td><td>{:+.3f} to {:+.3f}</td></tr>", what,
                     measured->mean, measured->lower_95, measured->upper_95);
}

std::string differences(const GateEvidence& evidence) {
  std::string html =
      "<div class='scroll'><table><tr><th>log loss, candidate less other</th><th>mean</th>"
      "<th>95 % bounds, one-sided</th></tr>";
  if (evidence.locked) {
    html +=
        difference_row("locked people, against the live model", evidence.locked->against_champion);
    html += difference_row("locked people, against the anchor", evidence.locked->against_anchor);
  }
  if (evidence.fresh) {
    html +=
        difference_row("new people, against what they were told", evidence.fresh->against_champion);
  }
  return html + "</table></div><p class='quiet'>Below 0 the candidate is better.</p>";
}

Result<Report> report_of(const DiseaseFile& disease, const JudgedPeople& judged,
                         const std::vector<double>& risks) {
  const std::vector<std::vector<double>> repeats = {risks};
  return make_report(
      {judged.people.outcomes, repeats, judged.people.persons, disease.thresholds, {}});
}

/// The candidate's chart with the live model's line in it. line: the place of the line among the
/// series of either chart.
Chart both(Chart own, const Chart& other, std::size_t line) {
  own.series[line].name = "candidate";
  ChartSeries live = other.series[line];
  live.name = "live model";
  live.colour = 3;
  own.series.push_back(std::move(live));
  own.y_max = std::max(own.y_max, other.y_max);
  return own;
}

/// Who moves, and across the threshold: each person by the risk of both models.
Chart moved_chart(const DiseaseFile& disease, const JudgedPeople& judged) {
  Chart chart;
  const double threshold = disease.thresholds.decision;
  std::size_t up = 0, down = 0;
  ChartSeries ill{"people with disease", Style::Dots, 1, {}, {}, {}};
  ChartSeries well{"people without", Style::Dots, 2, {}, {}, {}};
  for (std::size_t i = 0; i < judged.candidate.size(); ++i) {
    const ChartPoint point{judged.champion[i], judged.candidate[i]};
    (judged.people.outcomes[i] ? ill : well).points.push_back(point);
    up += point.x < threshold && point.y >= threshold;
    down += point.x >= threshold && point.y < threshold;
  }
  chart.title = "Whose risk changes";
  chart.description = fmt::format(
      "Each dot is a person. {} move above the decision threshold of {:.0f} %, {} below it: the "
      "upper left and the lower right field.",
      up, 100 * threshold, down);
  chart.x_label = "risk by the live model";
  chart.y_label = "risk by the candidate";
  chart.percent = true;
  chart.series = {{"", Style::Dashed, 5, {{0, 0}, {1, 1}}, {}, {}},
                  {"", Style::Dashed, 5, {{threshold, 0}, {threshold, 1}}, {}, {}},
                  {"", Style::Dashed, 5, {{0, threshold}, {1, threshold}}, {}, {}},
                  well,
                  ill};
  return chart;
}

std::string charts(const DiseaseFile& disease, const JudgedPeople& judged) {
  const auto own = report_of(disease, judged, judged.candidate);
  const auto live = report_of(disease, judged, judged.champion);
  std::string html = "<div class='charts'>";
  if (own.ok() && live.ok()) {
    const Report &a = own.value(), &b = live.value();
    html += to_svg(both(roc_chart(a), roc_chart(b), 1));
    if (!a.calibration.empty() && !b.calibration.empty()) {
      html += to_svg(both(calibration_chart(a), calibration_chart(b), 4));
    }
    if (!a.decision.empty()) html += to_svg(both(decision_chart(a), decision_chart(b), 3));
  }
  return html + to_svg(moved_chart(disease, judged)) + "</div>";
}

std::string groups(const DiseaseFile& disease, const GateEvidence& evidence) {
  if (!evidence.subgroups || !evidence.pooled) return "";
  std::vector<ForestLine> lines;
  const auto add = [&](const std::string& label, const std::optional<LossDifference>& measured,
                       const PeopleCounted& people) {
    const auto& least = disease.plan.safety.subgroup;
    const bool enough = people.cases >= static_cast<std::uint64_t>(least.cases) &&
                        people.non_cases >= static_cast<std::uint64_t>(least.non_cases);
    ForestLine line{label, std::nullopt,
                    fmt::format("{} with, {} without", people.cases, people.non_cases)};
    if (measured && enough) {
      line.value = Estimate{.value = measured->mean,
                            .standard_error = measured->standard_error,
                            .low = measured->lower_95,
                            .high = measured->upper_95};
    }
    lines.push_back(std::move(line));
  };
  add("Everybody", evidence.pooled, {0, 1u << 30, 1u << 30});
  for (const SubgroupEvidence& group : *evidence.subgroups) {
    add(group.label, group.against_champion, group.people);
  }
  return "<h3>For whom it changes</h3><p class='quiet'>Log loss, candidate less live model, with "
         "one-sided 95 % bounds; left of the line the candidate is better.</p>" +
         forest(lines, "log loss difference", 0);
}

}  // namespace

std::string comparison_section(const DiseaseFile& disease, const TrainingRecord& record) {
  if (!record.candidate || !record.judged || !record.verdict_evidence) return "";
  const CandidateModel& candidate = *record.candidate;
  std::string html =
      fmt::format("<h2>Against the live model</h2><p>The candidate: <b>{}</b>; {}.</p>",
                  label_of(candidate.rung), escape_html(candidate.because));
  if (candidate.ladder) html += ladder_table(*candidate.ladder);
  if (record.judged->champion.empty()) return html;
  const GateEvidence& evidence = *record.verdict_evidence;
  html += fmt::format(
      "<p class='quiet'>Below: {} locked people, whom no model learnt from, and {} new ones.</p>",
      evidence.locked ? evidence.locked->people.persons : 0,
      evidence.fresh ? evidence.fresh->people.persons : 0);
  html += differences(evidence);
  if (!record.judged->candidate.empty()) html += charts(disease, *record.judged);
  return html + groups(disease, evidence);
}

}  // namespace relearn
