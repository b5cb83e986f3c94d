#include "records/ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "cli/commands.h"

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;
constexpr std::uint64_t kExportBytesMax = 256 << 20;

Json json_of(const LedgerEntry& entry) {
  Json json = {{"sequence", entry.sequence}, {"at", to_text(entry.at)}};
  for (const auto& [name, part] : kLedgerTexts) json[name] = entry.*part;
  return json;
}

Result<LedgerEntry> entry_of(const Json& json) {
  LedgerEntry entry;
  try {
    entry.sequence = json.at("sequence").get<std::int64_t>();
    entry.at = TRY(parse_moment(json.at("at").get<std::string>()));
    for (const auto& [name, part] : kLedgerTexts) entry.*part = json.at(name).get<std::string>();
  } catch (const nlohmann::json::exception&) {
    return invalid_input("an entry lacks a part, or has one of the wrong kind");
  }
  return entry;
}

/// What `relearn ledger list --json` printed.
Result<std::vector<LedgerEntry>> read_export(const std::filesystem::path& file) {
  const Json json = Json::parse(TRY(read_file(file, kExportBytesMax)), nullptr, false);
  if (!json.is_array()) {
    return invalid_input(
        fmt::format("{}: is no list of entries; 'relearn ledger list --json' "
                    "makes one",
                    file.string()));
  }
  std::vector<LedgerEntry> entries;
  for (const Json& item : json) entries.push_back(TRY(entry_of(item)));
  return entries;
}

void print_entry(std::FILE* out, const LedgerEntry& entry) {
  std::string change;
  if (!entry.to.empty()) {
    change = fmt::format(", live {} -> {}", entry.from.empty() ? "none" : entry.from, entry.to);
  }
  fmt::print(out, "{:>4}  {} {}{}\n", entry.sequence, entry.action, entry.subject, change);
  std::string by = entry.actor.empty() ? "" : "  " + entry.actor;
  if (!entry.reason.empty()) by += (by.empty() ? "  " : ": ") + entry.reason;
  fmt::print(out, "      {}{}\n", to_text(entry.at), by);
}

/// What whoever keeps a copy elsewhere writes down: with it nobody takes the last entries away.
void print_verified(const Context& context, const std::vector<LedgerEntry>& entries,
                    const std::string& key) {
  const auto signed_ones = std::ranges::count_if(
      entries, [](const LedgerEntry& entry) { return !entry.signature.empty(); });
  if (context.format == OutputFormat::Json) {
    const Json json = {{"entries", entries.size()},
                       {"signed", signed_ones},
                       {"last_hash", entries.back().hash},
                       {"public_key", key}};
    fmt::print(context.environment.out, "{}\n", json.dump(2));
    return;
  }
  fmt::print(context.environment.out, "holds together: {} entries, {} signed\n", entries.size(),
             signed_ones);
  fmt::print(context.environment.out, "last        {}\n", entries.back().hash);
  fmt::print(context.environment.out, "public key  {}\n", key);
}

}  // namespace

Result<void> run(const LedgerListCommand&, const Context& context) {
  const Stores stores = TRY(context.environment.open_stores(OpenStore::MustExist));
  const auto entries = TRY(stores.versions->ledger());
  if (context.format == OutputFormat::Json) {
    Json list = Json::array();
    for (const LedgerEntry& entry : entries) list.push_back(json_of(entry));
    fmt::print(context.environment.out, "{}\n", list.dump(2));
    return {};
  }
  for (const LedgerEntry& entry : entries) print_entry(context.environment.out, entry);
  return {};
}

Result<void> run(const LedgerVerifyCommand& command, const Context& context) {
  if (command.file.empty() != command.public_key.empty()) {
    return invalid_input("name both: the exported ledger, and --public-key to check it by");
  }
  if (!command.file.empty()) {
    const auto entries = TRY(read_export(command.file));
    TRY(check_entries(entries, command.public_key));
    print_verified(context, entries, command.public_key);
    return {};
  }
  const Stores stores = TRY(context.environment.open_stores(OpenStore::MustExist));
  TRY(stores.versions->verify_ledger());
  print_verified(context, TRY(stores.versions->ledger()), TRY(stores.versions->ledger_key()));
  return {};
}

}  // namespace relearn
