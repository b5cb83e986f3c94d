#include "lifecycle/training/report_page.h"

#include <fmt/format.h>

#include <algorithm>

#include "lifecycle/training/comparison_page.h"
#include "pages/html_page.h"
#include "pages/report_charts.h"
#include "pages/svg.h"

namespace relearn {
namespace {

constexpr std::size_t kQuarantinedShown = 50;

std::string english(const Text& text) {
  const auto found = text.find("en");
  return found == text.end() ? std::string() : escape_html(found->second);
}

std::string estimate_text(const Estimate& estimate, int digits = 3) {
  return fmt::format("{:.{}f} <small>({:.{}f} to {:.{}f})</small>", estimate.value, digits,
                     estimate.low, digits, estimate.high, digits);
}

std::string measurement_text(const Measurement* metric) {
  if (metric == nullptr) return "";
  return metric->defined() ? estimate_text(metric->estimate)
                           : "<small>" + escape_html(metric->undefined_because) + "</small>";
}

std::string header(const DiseaseFile& disease, const TrainingRecord& record) {
  std::string html = fmt::format("<h1>{}</h1><p class='quiet'>{}</p>", english(disease.name),
                                 english(disease.intended_use));
  if (record.synthetic) {
    html +=
        "<p class='banner'><b>SYNTHETIC.</b> This model learnt from invented people. It shows that "
        "the machinery works and says nothing about any patient.</p>";
  }
  return html + fmt::format(
                    "<p class='banner'>It informs, it does not diagnose: not a medical device. "
                    "Evidence tier: <b>{}</b>.</p>",
                    tier_name(record.evidence.tier));
}

std::string card(std::string_view what, const std::string& value, const std::string& note) {
  return fmt::format("<div class='card'><small>{}</small><b>{}</b><small>{}</small></div>", what,
                     value, note);
}

std::string metric_card(std::string_view what, const Measurement* metric) {
  if (metric == nullptr || !metric->defined()) return card(what, "–", "not estimable");
  const Estimate& e = metric->estimate;
  return card(what, fmt::format("{:.3f}", e.value),
              fmt::format("95 % {:.3f} to {:.3f}", e.low, e.high));
}

std::string summary(const TrainingRecord& record) {
  const GroupReport& everybody = record.report.everybody;
  std::string html = "<div class='cards'>";
  html += card("people learnt from", fmt::format("{}", everybody.persons),
               fmt::format("{} of them with the disease", everybody.cases));
  html += metric_card("AUROC: telling ill from well", everybody.find("auroc"));
  html += metric_card("Brier score, lower is better", everybody.find("brier"));
  html += metric_card("Calibration slope, ideal 1", everybody.find("calibration_slope"));
  html += "</div>";
  const Measurement* found = everybody.find("sensitivity");
  const Measurement* spared = everybody.find("specificity");
  if (found && spared && found->defined() && spared->defined()) {
    html += fmt::format(
        "<p>Calling a risk of {:.0f} % and more high, of 100 ill people {:.0f} are found "
        "({:.0f} to {:.0f}), and of 100 healthy people {:.0f} are called ill ({:.0f} to "
        "{:.0f}).</p>",
        100 * record.report.thresholds.decision, 100 * found->estimate.value,
        100 * found->estimate.low, 100 * found->estimate.high, 100 * (1 - spared->estimate.value),
        100 * (1 - spared->estimate.high), 100 * (1 - spared->estimate.low));
  }
  if (record.candidate && record.candidate->update) {
    const bool closed = record.verdict_evidence && record.verdict_evidence->locked_closed;
    return html +
           fmt::format(
               "<p class='quiet'>All figures are of people the model had not seen: {}the new "
               "ones, each fifth of them by what was learnt without it.</p>",
               closed ? "" : "the locked people, and ");
  }
  return html + fmt::format(
                    "<p class='quiet'>All figures are of people the model had not seen: the whole "
                    "search is repeated inside each fold, and a person is never on both sides. "
                    "Repeats of the folds: {}.</p>",
                    record.report.repeats);
}

std::string leaderboard(const TrainingRecord& record) {
  if (record.leaderboard.empty()) return "";
  std::string html =
      "<h2>Families of models</h2><p class='quiet'>What is published is the average of their "
      "calibrated log-odds.</p><div class='scroll'><table><tr><th>family</th><th>AUROC</th>"
      "<th>Brier</th><th>log loss</th><th>settings taken</th></tr>";
  for (const LeaderboardRow& row : record.leaderboard) {
    if (!row.left_out_because.empty()) {
      html += fmt::format("<tr><td>{}</td><td colspan='4'>left out: {}</td></tr>",
                          escape_html(row.family), escape_html(row.left_out_because));
      continue;
    }
    html += fmt::format(
        "<tr{}><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td><small>{}</small></td></tr>",
        row.family == kAverageFamily ? " class='taken'" : "", escape_html(row.family),
        estimate_text(row.auroc), estimate_text(row.brier), estimate_text(row.log_loss),
        escape_html(row.settings));
  }
  return html + "</table></div>";
}

std::string metrics(const Report& report) {
  std::string html =
      "<h2>Every figure</h2><div class='scroll'><table><tr><th>measure</th><th>value "
      "(95 % interval)</th></tr>";
  for (const Measurement& metric : report.everybody.measurements) {
    html += fmt::format("<tr><td>{}</td><td>{}</td></tr>", escape_html(metric.label),
                        measurement_text(&metric));
  }
  return html + "</table></div>";
}

std::string subgroups(const Report& report, const Phrases& phrases) {
  if (report.groups.empty()) return "";
  std::string html =
      "<h2>Subgroups</h2><p class='quiet'>AUROC by group. A group with fewer than 20 people on "
      "either side gets no figure: that is missing evidence, not a pass.</p>";
  html += to_svg(
      forest_plot(report, "auroc", phrases, [](const GroupReport& group) { return group.label; }),
      "AUROC by group");
  html +=
      "<div class='scroll'><table><tr><th>group</th><th>people</th><th>sensitivity</th>"
      "<th>specificity</th><th>observed to expected</th></tr>";
  for (const GroupReport& group : report.groups) {
    html += fmt::format("<tr><td>{}</td><td>{} with, {} without</td>", escape_html(group.label),
                        group.cases, group.non_cases);
    if (!group.not_estimable_because.empty()) {
      html += fmt::format("<td colspan='3'><small>{}</small></td></tr>",
                          escape_html(group.not_estimable_because));
      continue;
    }
    html += fmt::format("<td>{}</td><td>{}</td><td>{}</td></tr>",
                        measurement_text(group.find("sensitivity")),
                        measurement_text(group.find("specificity")),
                        measurement_text(group.find("observed_to_expected")));
  }
  return html + "</table></div>";
}

std::string quarantine(const SourceFunnel& source) {
  if (source.quarantined.empty()) return "";
  std::string html =
      "<details><summary>rows set aside</summary><div class='scroll'><table><tr><th>"
      "line</th><th>why</th></tr>";
  const std::size_t shown = std::min(kQuarantinedShown, source.quarantined.size());
  for (std::size_t i = 0; i < shown; ++i) {
    std::string reasons;
    for (const std::string& reason : source.quarantined[i].reasons) {
      reasons += (reasons.empty() ? "" : "<br>") + escape_html(reason);
    }
    html += fmt::format("<tr><td>{}</td><td>{}</td></tr>", source.quarantined[i].line, reasons);
  }
  html += "</table></div>";
  if (shown < source.quarantined.size()) {
    html += fmt::format("<p>and {} more.</p>", source.quarantined.size() - shown);
  }
  return html + "</details>";
}

std::string data(const TrainingRecord& record) {
  std::string html =
      "<h2>Where the people come from</h2><div class='scroll'><table><tr><th>file</th><th>read "
      "through</th><th>rows</th><th>accepted</th><th>set aside</th><th>people</th></tr>";
  for (const SourceFunnel& source : record.sources) {
    html += fmt::format(
        "<tr><td>{}</td><td>{}</td><td>{}</td><td>{} <small>({} with a warning)</small></td><td>{} "
        "<small>({} exact copies)</small></td><td>{}</td></tr>",
        escape_html(std::filesystem::path(source.file).filename().string()),
        escape_html(source.adapter), source.counts.rows, source.counts.accepted,
        source.counts.accepted_with_warnings, source.counts.quarantined, source.counts.duplicates,
        source.counts.persons);
  }
  html += "</table></div>";
  for (const SourceFunnel& source : record.sources) {
    html += fmt::format("<p>{}: {}</p>", escape_html(source.source),
                        escape_html(source.polarity.sentence));
    for (const std::string& warning : source.warnings) {
      html += "<p>" + escape_html(warning) + "</p>";
    }
    if (!source.findings.empty()) html += "<ul>";
    for (const CountedFinding& finding : source.findings) {
      html += fmt::format("<li>{} row{}, first in line {}: {}</li>", finding.rows,
                          finding.rows == 1 ? "" : "s", finding.first_line,
                          escape_html(finding.first.message));
    }
    if (!source.findings.empty()) html += "</ul>";
    html += quarantine(source);
  }
  for (const std::string& warning : record.warnings) html += "<p>" + escape_html(warning) + "</p>";
  return html;
}

std::string funnel(const RecordOrigin& origin) {
  if (origin.funnel.empty()) return "";
  std::string html = "<h2>Where the records came from</h2><div class='scroll'><table>";
  for (const FunnelLine& line : origin.funnel) {
    html += fmt::format("<tr><td>{}</td><td>{}</td></tr>", escape_html(line.label), line.count);
  }
  html += "</table></div>";
  for (const std::string& note : origin.notes) html += "<p>" + escape_html(note) + "</p>";
  return html;
}

std::string privacy(const RecordOrigin& origin) {
  if (origin.privacy_json.empty()) return "";
  std::string html = "<h2>Privacy</h2><p>" + escape_html(origin.privacy_sentence) +
                     "</p><div class='scroll'><table>";
  for (const auto& [what, number] : origin.privacy_numbers) {
    html += fmt::format("<tr><td>{}</td><td>{}</td></tr>", escape_html(what), escape_html(number));
  }
  return html + "</table></div>";
}

std::string evidence(const DiseaseFile& disease, const TrainingRecord& record) {
  std::string html = "<h2>How far to trust it</h2>";
  for (const std::string& sentence : record.evidence.sentences) {
    html += "<p>" + escape_html(sentence) + "</p>";
  }
  return html + fmt::format("<p><b>For whom.</b> {}</p><p><b>Limits.</b> {}</p>",
                            english(disease.population), english(disease.limitations));
}

std::string provenance(const DiseaseFile& disease, const TrainingRecord& record,
                       std::string_view model_digest) {
  std::string html =
      "<h2>Provenance</h2><p class='quiet'>The same data, seed and code give the same "
      "bytes.</p><div class='scroll'><table>";
  html += fmt::format(
      "<tr><td>model file</td><td>{}</td></tr><tr><td>SHA-256</td><td><code>{}</code>"
      "</td></tr>",
      escape_html(disease.model_file_name), model_digest);
  for (const auto& [key, value] : record.facts) {
    html += fmt::format("<tr><td>{}</td><td><code>{}</code></td></tr>", escape_html(key),
                        escape_html(value));
  }
  return html + "</table></div>";
}

}  // namespace

Result<std::string> report_page(const DiseaseFile& disease, const TrainingRecord& record,
                                std::string_view model_digest) {
  const Phrases phrases = TRY(Phrases::load("en"));
  const Report& report = record.report;
  std::string charts = "<div class='charts'>" + to_html(draw(roc_chart(report, phrases)));
  if (!report.calibration.empty()) charts += to_html(draw(calibration_chart(report, phrases)));
  if (!report.decision.empty()) charts += to_html(draw(decision_chart(report, phrases)));
  std::string page(kPageStart);
  page += fmt::format("<title>{}: retrain report</title><style>{}</style></head><body><main>",
                      english(disease.name), page_style());
  page += header(disease, record) + summary(record) + charts + "</div>";
  page += comparison_section(disease, record, phrases);
  page += leaderboard(record) + subgroups(report, phrases) + metrics(report);
  page += funnel(record.origin) + privacy(record.origin) + data(record);
  page += evidence(disease, record) + provenance(disease, record, model_digest);
  return page + "</main></body></html>\n";
}

}  // namespace relearn
