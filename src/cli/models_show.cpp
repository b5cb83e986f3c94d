#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/registry_output.h"
#include "learning/model_file/model_file.h"
#include "lifecycle/registry/bundle_folder.h"
#include "lifecycle/registry/version_diff.h"
#include "records/ledger.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

Json json_of(const SavedModel& saved) {
  Json facts = Json::object();
  for (const auto& [key, value] : saved.facts) facts[key] = value;
  Json inputs = Json::array();
  for (const InputColumn& input : saved.model.inputs) inputs.push_back(input.id);
  return {{"sha256", saved.digest}, {"inputs", inputs}, {"facts", facts}};
}

void print_model(std::FILE* out, const SavedModel& saved) {
  fmt::print(out, "  {:<20} {}\n", "sha256", saved.digest);
  for (const auto& [key, value] : saved.facts) fmt::print(out, "  {:<20} {}\n", key, value);
  fmt::print(out, "  {:<20} ", "inputs");
  for (std::size_t i = 0; i < saved.model.inputs.size(); ++i) {
    fmt::print(out, "{}{}", i == 0 ? "" : ", ", saved.model.inputs[i].id);
  }
  fmt::print(out, "\n  {:<20} ", "members");
  for (const Member& member : saved.model.members) {
    fmt::print(out, "{} (weight {:.3g})  ", member.family, member.weight);
  }
}

Result<void> show_file(const fs::path& file, const Context& context) {
  const SavedModel saved = TRY(load_model(file));
  std::FILE* out = context.environment.out;
  if (context.format == OutputFormat::Json) {
    Json shown = {{"file", file.string()}};
    shown.update(json_of(saved));
    fmt::print(out, "{}\n", shown.dump(2));
    return {};
  }
  fmt::print(out, "{}\n", file.string());
  print_model(out, saved);
  fmt::print(out, "\nVerified: it is, byte for byte, a model of relearn.\n");
  return {};
}

/// What was done to a version and to the attempt that it was, by whom and why, oldest first.
Result<std::vector<LedgerEntry>> history_of(VersionStore& versions, const Version& version) {
  const std::string& disease = version.what.disease;
  const std::string subjects[] = {version_subject(disease, version.number),
                                  attempt_subject(disease, version.attempt)};
  std::vector<LedgerEntry> history;
  for (LedgerEntry& entry : TRY(versions.ledger())) {
    if (std::ranges::find(subjects, entry.subject) != std::end(subjects)) {
      history.push_back(std::move(entry));
    }
  }
  return history;
}

Json json_of(const std::vector<LedgerEntry>& history) {
  Json list = Json::array();
  for (const LedgerEntry& entry : history) {
    list.push_back({{"sequence", entry.sequence},
                    {"at", to_text(entry.at)},
                    {"action", entry.action},
                    {"by", entry.actor},
                    {"reason", entry.reason}});
  }
  return list;
}

/// Why it is live: the verdict's own sentences.
Result<Json> kept_verdict(const fs::path& store, const NewAttempt& attempt) {
  if (attempt.bundle.empty()) return Json(nullptr);
  const std::string text = TRY(read_bundled(store / "bundles", attempt.bundle, kBundledVerdict));
  return Json::parse(text, nullptr, false);
}

Result<void> show_version(const ModelsShowCommand& command, const Context& context) {
  const Stores stores = TRY(context.environment.open_stores(OpenStore::MustExist));
  const Version version = TRY(find_version(*stores.versions, command.model, command.version));
  const auto history = TRY(history_of(*stores.versions, version));
  const fs::path store = registry_of(stores).folder;
  const SavedModel saved = TRY(load_kept_model(store, version.what));
  if (!version.what.bundle.empty()) TRY(verify_bundle(store / "bundles", version.what.bundle));
  const Json verdict = TRY(kept_verdict(store, version.what));
  std::FILE* out = context.environment.out;
  if (context.format == OutputFormat::Json) {
    Json shown = {{"disease", command.model},
                  {"version", version.number},
                  {"attempt", version.attempt},
                  {"published_at", to_text(version.published_at)},
                  {"forced", version.forced},
                  {"contains_withdrawn", version.contains_withdrawn},
                  {"started_by", actor_text(version.what.started_by)},
                  {"reason", version.what.reason},
                  {"history", json_of(history)},
                  {"bundle", version.what.bundle},
                  {"verdict", verdict}};
    shown.update(json_of(saved));
    fmt::print(out, "{}\n", shown.dump(2));
    return {};
  }
  fmt::print(out, "{} {}\n", command.model, version_text(version));
  for (const LedgerEntry& entry : history) {
    fmt::print(out, "  {:<20} {}{}{}{}{}\n", entry.action, to_text(entry.at),
               entry.actor.empty() ? "" : " by ", entry.actor, entry.reason.empty() ? "" : ": ",
               entry.reason);
  }
  if (verdict.is_object()) {
    fmt::print(out, "  {:<20} {}\n", "verdict", verdict.value("verdict", ""));
    for (const Json& sentence : verdict.value("because", Json::array())) {
      fmt::print(out, "  {:<20} {}\n", "", sentence.get<std::string>());
    }
  }
  print_model(out, saved);
  fmt::print(out, "\n  {:<20} {}\nVerified: every file of its bundle is as it was written.\n",
             "bundle", (store / "bundles" / version.what.bundle).string());
  return {};
}

Json json_of(const VersionDiff& diff) {
  Json facts = Json::array();
  for (const ChangedFact& fact : diff.facts) {
    facts.push_back({{"fact", fact.key}, {"from", fact.from}, {"to", fact.to}});
  }
  Json json = {{"facts", facts}, {"same_inputs", diff.same_inputs}};
  if (diff.same_inputs) {
    json["invented_patients"] = {{"patients", diff.patients},
                                 {"mean_change", diff.mean_change},
                                 {"largest_change", diff.largest_change},
                                 {"other_side_of_threshold", diff.other_side}};
  }
  return json;
}

}  // namespace

Result<void> run(const ModelsShowCommand& command, const Context& context) {
  const auto diseases = TRY(load_disease_folder(context.diseases));
  const bool is_disease =
      std::ranges::find(diseases, command.model, &DiseaseFile::id) != diseases.end();
  return is_disease ? show_version(command, context) : show_file(command.model, context);
}

Result<void> run(const ModelsDiffCommand& command, const Context& context) {
  const DiseaseFile disease = TRY(find_disease(context, command.disease));
  const Stores stores = TRY(context.environment.open_stores(OpenStore::MustExist));
  const Version from = TRY(find_version(*stores.versions, disease.id, command.from));
  const Version to = TRY(find_version(*stores.versions, disease.id, command.to));
  const VersionDiff diff = TRY(diff_versions(disease, registry_of(stores).folder, from, to));
  std::FILE* out = context.environment.out;
  if (context.format == OutputFormat::Json) {
    fmt::print(out, "{}\n", json_of(diff).dump(2));
    return {};
  }
  fmt::print(out, "{}: from {} to {}\n", disease.id, version_text(from), version_text(to));
  for (const ChangedFact& fact : diff.facts) {
    fmt::print(out, "  {:<20} {}\n  {:<20} {}\n", fact.key, fact.from, "", fact.to);
  }
  if (!diff.same_inputs) {
    fmt::print(out, "  They do not take the inputs of the disease file: nobody can be compared.\n");
    return {};
  }
  fmt::print(out,
             "  Of {} invented patients risks differ by {:.1f} points of 100 on average, {:.1f} at "
             "most;\n  {} change side of the decision threshold.\n",
             diff.patients, 100 * diff.mean_change, 100 * diff.largest_change, diff.other_side);
  return {};
}

}  // namespace relearn
