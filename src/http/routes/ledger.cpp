#include "records/ledger.h"

#include <nlohmann/json.hpp>

#include "http/query.h"
#include "http/routes/model_routes.h"

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::initializer_list<Role> kWhoReadsTheLedger = {Role::Approver, Role::Admin};
constexpr std::size_t kPage = 100;
constexpr std::size_t kPageMax = 1000;
constexpr std::size_t kSequenceMax = std::size_t{1} << 53;  // what JSON's readers count exactly

/// As `relearn ledger list --json` tells it, so that `relearn ledger verify` reads it.
Json entry_json(const LedgerEntry& entry) {
  Json json = {{"sequence", entry.sequence}, {"at", to_text(entry.at)}};
  for (const auto& [name, part] : kLedgerTexts) json[name] = entry.*part;
  return json;
}

Result<Json> page_json(const Api& api, std::size_t before, std::size_t limit) {
  Json entries = Json::array();
  const auto sequence = static_cast<std::int64_t>(before);
  for (const LedgerEntry& entry : TRY(api.desk->ledger->ledger_page(sequence, limit))) {
    entries.push_back(entry_json(entry));
  }
  const std::string key = TRY(api.desk->registry.versions->ledger_key());
  return Json{{"entries", entries}, {"public_key", key}};
}

/// Of all entries that there were when it began.
Result<Json> verification_json(const Api& api) {
  VersionStore& versions = *api.desk->registry.versions;
  const auto last = TRY(api.desk->ledger->ledger_page(0, 1));
  const auto holds = versions.verify_ledger();
  const bool broken = !holds.ok() && holds.error().kind == ErrorKind::BrokenInvariant;
  if (!holds.ok() && !broken) return Error(holds.error());
  const std::string key = TRY(versions.ledger_key());
  return Json{{"ok", !broken},
              {"entries", last.empty() ? 0 : last.front().sequence},
              {"last_hash", last.empty() ? "" : last.front().hash},
              {"public_key", key},
              {"sentence", broken ? Json(holds.error().message) : Json()}};
}

}  // namespace

HttpResponse answer_ledger(const Api& api, const HttpRequest& request) {
  auto found = find_actor(api, request, kWhoReadsTheLedger);
  if (auto* refused = std::get_if<HttpResponse>(&found)) return std::move(*refused);
  if (auto refused = check_query(request, {"before", "limit"})) return std::move(*refused);
  const auto before = query_count(request, "before", 0, kSequenceMax);
  if (!before.ok()) return problem_of(before.error(), "before");
  const auto limit = query_count(request, "limit", kPage, kPageMax);
  if (!limit.ok()) return problem_of(limit.error(), "limit");
  return told(page_json(api, before.value(), limit.value()));
}

HttpResponse answer_ledger_verification(const Api& api, const HttpRequest& request) {
  auto found = find_actor(api, request, kWhoReadsTheLedger);
  if (auto* refused = std::get_if<HttpResponse>(&found)) return std::move(*refused);
  return told(verification_json(api));
}

}  // namespace relearn
