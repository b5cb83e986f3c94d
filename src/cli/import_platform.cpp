#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "lifecycle/intake/healthpredict.h"

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;

Json refused_json(const std::vector<RefusedLine>& refused) {
  Json list = Json::array();
  for (const RefusedLine& row : refused) {
    list.push_back({{"id", row.line}, {"because", row.because}});
  }
  return list;
}

Json report_json(const PlatformReport& report) {
  Json reasons = Json::array();
  for (const auto& [reason, rows] : report.rows.reasons) {
    reasons.push_back({{"reason", reason}, {"rows", rows}});
  }
  const ItemCounts& users = report.users;
  const ItemCounts& rows = report.rows.lines;
  return {{"file", report.file},
          {"file_sha256", report.file_digest},
          {"users",
           {{"given", users.given},
            {"added", users.added},
            {"already_there", users.already_there},
            {"refused", users.refused},
            {"with_bcrypt", report.with_bcrypt},
            {"must_reset", report.must_reset},
            {"first_refused", refused_json(report.users_refused)}}},
          {"admins", {{"found", report.admins_found}, {"first", report.admins}}},
          {"predictions",
           {{"given", rows.given},
            {"added", rows.added},
            {"already_there", rows.already_there},
            {"chat", report.chat},
            {"repeated", report.repeated},
            {"default_forms", report.default_forms},
            {"refused", rows.refused},
            {"incomplete", report.incomplete},
            {"with_warnings", report.rows.with_warnings},
            {"reasons", reasons},
            {"first_refused", refused_json(report.rows.first_refused)}}}};
}

void print_report(std::FILE* out, const PlatformReport& report, const std::string& admins_became) {
  const ItemCounts& users = report.users;
  const ItemCounts& rows = report.rows.lines;
  const auto line = [&](std::string_view label, std::uint64_t count, std::string_view note) {
    fmt::print(out, "  {:<16} {}{}{}\n", label, count, note.empty() ? "" : "  ", note);
  };
  fmt::print(out, "{}\n", report.file);
  line("users", users.given, "");
  line("  added", users.added,
       fmt::format("{} keep their password, {} must set a new one", report.with_bcrypt,
                   report.must_reset));
  line("  already there", users.already_there, "");
  line("  refused", users.refused, "");
  for (const RefusedLine& row : report.users_refused) {
    fmt::print(out, "    user {:<11} {}\n", row.line, row.because);
  }
  line("predictions", rows.given, "");
  line("  added", rows.added,
       fmt::format("without outcome; {} incomplete, for history only", report.incomplete));
  line("  already there", rows.already_there, "");
  line("  chat", report.chat, "left out");
  line("  repeated", report.repeated, "left out: the same form of the same person");
  line("  default forms", report.default_forms, "left out: as nobody filled it in");
  line("  refused", rows.refused, "");
  for (const auto& [reason, count] : report.rows.reasons) {
    fmt::print(out, "  {:>10} x     {}\n", count, reason);
  }
  for (const RefusedLine& row : report.rows.first_refused) {
    fmt::print(out, "    row {:<12} {}\n", row.line, row.because);
  }
  for (const std::string& email : report.admins) {
    fmt::print(out, "  administrator    {}: {}\n", email, admins_became);
  }
  if (report.admins_found > report.admins.size()) {
    fmt::print(out, "  and {} more administrators\n", report.admins_found - report.admins.size());
  }
}

}  // namespace

Result<void> run(const HealthPredictImportCommand& command, const Context& context) {
  const Environment& world = context.environment;
  const auto diseases = TRY(load_disease_folder(context.diseases));
  const auto database = TRY(world.open_healthpredict(command.file));
  const Stores stores = TRY(world.open_stores(OpenStore::Create));
  const auto progress = make_progress(world.err, context.format, world.clock);
  const IntakePorts ports{*stores.records, *stores.people, world.wall_clock, *progress,
                          world.cancel};
  const auto admins =
      command.keep_admins ? ImportedAdmins::StayAdmins : ImportedAdmins::BecomePatients;
  const PlatformImportEnd end =
      TRY(import_healthpredict(diseases, *database, command.file, admins, ports));
  if (context.format == OutputFormat::Json) {
    fmt::print(world.out, "{}\n",
               report_json(end.report).dump(2, ' ', false, Json::error_handler_t::replace));
  } else {
    print_report(world.out, end.report,
                 command.keep_admins ? "an administrator here, too, if new"
                                     : "a patient here, if new; --keep-admins would keep the role");
  }
  if (end.stopped) return *end.stopped;
  return {};
}

}  // namespace relearn
