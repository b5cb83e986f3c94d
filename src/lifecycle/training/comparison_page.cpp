#include "lifecycle/training/comparison_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "pages/report_charts.h"
#include "pages/svg.h"

namespace relearn {
namespace {

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

std::string charts(const SideBySide& both, const Phrases& phrases) {
  std::string html = "<div class='charts'>";
  for (const Chart& chart : paired_charts(both, phrases)) html += to_html(draw(chart));
  return html + "</div>";
}

std::string reasons(const DiseaseFile& disease, const SideBySide& both) {
  std::vector<BarPair> pairs;
  for (const ReasonWeight& reason : both.reasons) {
    const int index = disease.find(reason.input);
    if (index < 0) continue;
    const Predictor& predictor = disease.predictors[static_cast<std::size_t>(index)];
    pairs.push_back({predictor.label.at("en"), reason.live, reason.candidate});
  }
  return "<h3>What the risks rest on</h3><p class='quiet'>How far each input moves a person's "
         "log-odds away from a typical patient's, on average: above the live model, below the "
         "candidate.</p>" +
         to_svg(draw_pairs(pairs), "reasons of both models");
}

std::string groups(const DiseaseFile& disease, const GateEvidence& evidence) {
  if (!evidence.subgroups || !evidence.pooled) return "";
  std::vector<ForestLine> lines;
  const auto add = [&](const std::string& label, const std::optional<LossDifference>& measured,
                       const PeopleCounted& people) {
    const auto& least = disease.plan.safety.subgroup;
    const bool enough = people.cases >= static_cast<std::uint64_t>(least.cases) &&
                        people.non_cases >= static_cast<std::uint64_t>(least.non_cases);
    ForestLine line{
        label, std::nullopt,
        fmt::format("not enough evidence ({} with, {} without)", people.cases, people.non_cases)};
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
         to_svg(draw_forest(lines, 0), "log loss difference by group");
}

}  // namespace

std::string comparison_section(const DiseaseFile& disease, const TrainingRecord& record,
                               const Phrases& phrases) {
  if (!record.candidate || !record.judged || !record.verdict_evidence) return "";
  const CandidateModel& candidate = *record.candidate;
  std::string html =
      fmt::format("<h2>Against the live model</h2><p>The candidate: <b>{}</b>; {}.</p>",
                  label_of(candidate.rung), escape_html(candidate.because));
  if (candidate.ladder) html += ladder_table(*candidate.ladder);
  if (record.judged->champion.empty()) return html;
  const GateEvidence& evidence = *record.verdict_evidence;
  const auto fresh = evidence.fresh ? evidence.fresh->people.persons : 0;
  html += evidence.locked_closed
              ? fmt::format(
                    "<p class='quiet'>The new people alone settle it: the locked ones, whom "
                    "no model learnt from, were not looked at. Below: {} new people.</p>",
                    fresh)
              : fmt::format(
                    "<p class='quiet'>Below: {} locked people, whom no model learnt from, "
                    "and {} new ones.</p>",
                    evidence.locked ? evidence.locked->people.persons : 0, fresh);
  html += differences(evidence);
  html += groups(disease, evidence);
  if (!record.side_by_side) return html;
  return html + charts(*record.side_by_side, phrases) + reasons(disease, *record.side_by_side);
}

}  // namespace relearn
