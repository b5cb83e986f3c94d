#include "lifecycle/training/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "learning/evaluation/report_text.h"

namespace relearn {
namespace {

std::string sources(const TrainingRecord& record) {
  std::string text;
  for (const SourceFunnel& source : record.sources) {
    text +=
        fmt::format("  read       {}: {} rows, {} accepted, {} set aside ({} exact copies)\n",
                    std::filesystem::path(source.file).filename().string(), source.counts.rows,
                    source.counts.accepted, source.counts.quarantined, source.counts.duplicates);
    for (const std::string& warning : source.warnings) {
      text += fmt::format("  warning    {}\n", warning);
    }
  }
  for (const std::string& warning : record.warnings) {
    text += fmt::format("  warning    {}\n", warning);
  }
  return text;
}

std::string leaderboard(const TrainingRecord& record) {
  std::string text =
      fmt::format("\n  {:<16} {:<24} {:<24} {}\n", "family", "AUROC", "Brier", "log loss");
  const auto figure = [](const Estimate& e) {
    return fmt::format("{:.3f} ({:.3f} to {:.3f})", e.value, e.low, e.high);
  };
  for (const LeaderboardRow& row : record.leaderboard) {
    text += row.left_out_because.empty()
                ? fmt::format("  {:<16} {:<24} {:<24} {}\n", row.family, figure(row.auroc),
                              figure(row.brier), figure(row.log_loss))
                : fmt::format("  {:<16} left out: {}\n", row.family, row.left_out_because);
  }
  return text;
}

}  // namespace

std::string summary_text(const DiseaseFile& disease, const TrainingRecord& record) {
  std::string text =
      fmt::format("{}{}\n", disease.name.find("en")->second, record.synthetic ? "  SYNTHETIC" : "");
  text += sources(record);
  text += "\n" + report_to_text(record.report) + leaderboard(record) + "\n";
  for (const std::string& sentence : record.evidence.sentences) text += "  " + sentence + "\n";
  if (record.synthetic) {
    text +=
        "  SYNTHETIC: learnt from invented people. 'relearn data fetch' or --data gives it real "
        "ones.\n";
  }
  const auto control = [](char c) {
    return c != '\n' && (static_cast<unsigned char>(c) < 0x20 || c == 0x7f);
  };
  std::replace_if(text.begin(), text.end(), control, '?');
  return text;
}

}  // namespace relearn
