#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/commands.h"

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;

std::string_view scope_word(QuarantineScope scope) {
  return scope == QuarantineScope::Batch ? "batch" : "contributor";
}

std::string_view state_word(QuarantineState state) {
  if (state == QuarantineState::Open) return "open";
  return state == QuarantineState::Released ? "released" : "upheld";
}

Json json_of(const Quarantine& entry) {
  Json json = {{"id", entry.id},
               {"disease", entry.what.disease},
               {"scope", scope_word(entry.what.scope)},
               {"subject", entry.what.subject},
               {"records", entry.what.records},
               {"reason", entry.what.reason},
               {"state", state_word(entry.state)},
               {"opened_at", to_text(entry.opened_at)}};
  if (entry.state != QuarantineState::Open) {
    json["decided_by"] = entry.decided_by;
    json["decision_reason"] = entry.decision_reason;
  }
  return json;
}

void print_entry(std::FILE* out, const Quarantine& entry) {
  fmt::print(out, "{:>4}  {:<9} {} {} of {}, {} records, {}\n      {}\n", entry.id,
             state_word(entry.state), scope_word(entry.what.scope), entry.what.subject,
             entry.what.disease, entry.what.records, to_text(date_of(entry.opened_at)),
             entry.what.reason);
  if (entry.state != QuarantineState::Open) {
    fmt::print(out, "      {} by {}: {}\n", state_word(entry.state), entry.decided_by,
               entry.decision_reason);
  }
}

}  // namespace

Result<void> run(const QuarantineListCommand& command, const Context& context) {
  const Stores stores = TRY(context.environment.open_stores(OpenStore::MustExist));
  std::FILE* out = context.environment.out;
  Json list = Json::array();
  std::size_t shown = 0;
  for (const DiseaseFile& disease : TRY(load_disease_folder(context.diseases))) {
    if (!command.disease.empty() && disease.id != command.disease) continue;
    for (const Quarantine& entry : TRY(stores.records->quarantines(disease.id))) {
      list.push_back(json_of(entry));
      if (context.format == OutputFormat::Plain) print_entry(out, entry);
      ++shown;
    }
  }
  if (context.format == OutputFormat::Json) {
    fmt::print(out, "{}\n", list.dump(2));
  } else if (shown == 0) {
    fmt::print(out, "nothing is in quarantine\n");
  }
  return {};
}

Result<void> run(const QuarantineDecideCommand& command, const Context& context) {
  if (command.reason.empty() || command.by.empty()) {
    return invalid_input("a decision needs --by (who decides) and --reason (why)");
  }
  const Stores stores = TRY(context.environment.open_stores(OpenStore::MustExist));
  const QuarantineState decision =
      command.decision == "release" ? QuarantineState::Released : QuarantineState::Upheld;
  TRY(stores.records->close_quarantine(command.id, decision, command.by, command.reason,
                                       context.environment.wall_clock()));
  fmt::print(context.environment.out, "quarantine {} is {}: {}\n", command.id, state_word(decision),
             decision == QuarantineState::Released ? "its records may train again"
                                                   : "its records never train");
  return {};
}

}  // namespace relearn
