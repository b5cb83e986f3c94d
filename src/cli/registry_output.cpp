#include "cli/registry_output.h"

#include <fmt/format.h>

namespace relearn {

RetrainStores retrain_stores(const Stores& stores) {
  return {stores.records, stores.versions, stores.keyed, stores.snapshots.parent_path()};
}

Registry registry_of(const Stores& stores) { return retrain_stores(stores).registry(); }

std::string people(std::int64_t count) {
  return fmt::format("{} {}", count, count == 1 ? "person" : "people");
}

namespace {

std::string still_needed_text(const PeopleNeeded& needed) {
  std::string text =
      fmt::format("             It takes about {} more confirmed here", people(needed.persons));
  if (needed.cases > 0) text += fmt::format(", {} of them ill", needed.cases);
  if (needed.non_cases > 0) text += fmt::format(", {} not", needed.non_cases);
  return text + ".\n";
}

}  // namespace

std::string verdict_text(const Verdict& verdict) {
  std::string text = fmt::format("  VERDICT    {}\n", word_of(verdict.kind));
  for (const std::string& sentence : verdict.because()) {
    text += fmt::format("             {}\n", sentence);
  }
  if (verdict.still_needed) text += still_needed_text(*verdict.still_needed);
  return text;
}

Result<Version> find_version(VersionStore& versions, const std::string& disease,
                             std::int64_t number) {
  if (number == 0) {
    const auto live = TRY(versions.live_version(disease));
    if (live) return *live;
    return not_found(fmt::format("{} has no live version yet", disease));
  }
  for (const Version& version : TRY(versions.versions(disease))) {
    if (version.number == number) return version;
  }
  return not_found(fmt::format("{} has no version {}; 'relearn models list {}' names them", disease,
                               number, disease));
}

std::string version_text(const Version& version) {
  return fmt::format("version {}{}{}", version.number, version.forced ? " (forced live)" : "",
                     version.contains_withdrawn ? " (learnt from somebody who withdrew)" : "");
}

}  // namespace relearn
