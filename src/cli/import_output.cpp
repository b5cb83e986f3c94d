#include "cli/import_output.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;

/// Any bytes of a foreign file, as something that can be shown.
std::string as_text(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

Json counts_json(const ItemCounts& counts) {
  return {{"given", counts.given},
          {"added", counts.added},
          {"already_there", counts.already_there},
          {"refused", counts.refused}};
}

Json report_json(const ImportReport& report, const std::vector<NewQuarantine>& held_back) {
  Json quarantined = Json::array();
  for (const NewQuarantine& held : held_back) {
    quarantined.push_back(
        {{"disease", held.disease},
         {"scope", held.scope == QuarantineScope::Batch ? "batch" : "contributor"},
         {"subject", held.subject},
         {"records", held.records},
         {"reason", held.reason}});
  }
  Json reasons = Json::array();
  for (const auto& [reason, lines] : report.reasons) {
    reasons.push_back({{"reason", reason}, {"lines", lines}});
  }
  Json refused = Json::array();
  for (const RefusedLine& line : report.first_refused) {
    refused.push_back({{"line", line.line}, {"because", line.because}});
  }
  return {{"file", report.file},
          {"file_sha256", report.file_digest},
          {"kind", report.kind},
          {"diseases", report.diseases},
          {"lines", counts_json(report.lines)},
          {"with_warnings", report.with_warnings},
          {"outcomes", counts_json(report.outcomes)},
          {"scored", report.scored},
          {"reasons", reasons},
          {"first_refused", refused},
          {"quarantined", quarantined}};
}

void print_report(std::FILE* out, const ImportReport& report, const ImportRequest& request) {
  const ItemCounts& lines = report.lines;
  fmt::print(out, "{}\n", report.file);
  fmt::print(out, "  {:<14} {}\n", "disease", fmt::join(report.diseases, ", "));
  fmt::print(out, "  {:<14} {}\n", "lines", lines.given);
  fmt::print(out, "  {:<14} {}", "added", lines.added);
  if (report.with_warnings > 0) fmt::print(out, ", {} with unusual values", report.with_warnings);
  if (report.scored > 0) fmt::print(out, ", {} scored by the live model", report.scored);
  fmt::print(out, "\n  {:<14} {}\n", "already there", lines.already_there);
  fmt::print(out, "  {:<14} {}\n", "refused", lines.refused);
  if (const ItemCounts& told = report.outcomes; told.given > 0) {
    fmt::print(out, "  {:<14} {}: {} added, {} already there, {} refused\n", "outcomes beside",
               told.given, told.added, told.already_there, told.refused);
  }
  for (const auto& [reason, count] : report.reasons) {
    fmt::print(out, "  {:>10} x   {}\n", count, reason);
  }
  for (const RefusedLine& line : report.first_refused) {
    fmt::print(out, "  line {:<9} {}\n", line.line, line.because);
  }
  const std::uint64_t refused = lines.refused + report.outcomes.refused;
  if (refused > report.first_refused.size() && request.quarantine.empty()) {
    fmt::print(out, "  and {} more; --quarantine FILE writes them all\n",
               refused - report.first_refused.size());
  }
}

}  // namespace

Result<void> tell_import(const ImportEnd& end, const ImportRequest& request,
                         const std::vector<NewQuarantine>& held_back, const Context& context) {
  const ImportReport& report = end.report;
  if (context.format == OutputFormat::Json) {
    fmt::print(context.environment.out, "{}\n", as_text(report_json(report, held_back)));
  } else {
    print_report(context.environment.out, report, request);
    for (const NewQuarantine& held : held_back) {
      fmt::print(context.environment.out, "  {:<14} {} {} of {}: {}\n", "held back",
                 held.scope == QuarantineScope::Batch ? "batch" : "contributor", held.subject,
                 held.disease, held.reason);
    }
    if (!held_back.empty()) {
      fmt::print(
          context.environment.out,
          "  Nothing is lost: 'relearn quarantine list' shows what a person has to decide.\n");
    }
  }
  if (end.stopped) return *end.stopped;
  if (report.lines.refused > 0 && report.lines.added + report.lines.already_there == 0) {
    return invalid_input(fmt::format("{}: none of its {} lines was taken in; the first: {}",
                                     report.file, report.lines.given,
                                     report.first_refused.front().because));
  }
  return {};
}

}  // namespace relearn
