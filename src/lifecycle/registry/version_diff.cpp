#include "lifecycle/registry/version_diff.h"

#include <algorithm>
#include <cmath>

#include "learning/model_file/model_file.h"
#include "lifecycle/registry/kept_files.h"
#include "lifecycle/replay/golden_cases.h"

namespace relearn {
namespace {

std::vector<ChangedFact> changed_facts(const ModelFacts& from, const ModelFacts& to) {
  std::vector<ChangedFact> changed;
  const auto compare = [&](const std::string& key) {
    ChangedFact fact{key, std::string(fact_of(from, key)), std::string(fact_of(to, key))};
    if (fact.from != fact.to) changed.push_back(std::move(fact));
  };
  for (const auto& [key, value] : to) compare(key);
  for (const auto& [key, value] : from) {
    if (fact_of(to, key).empty() && !value.empty()) compare(key);
  }
  return changed;
}

}  // namespace

Result<VersionDiff> diff_versions(const DiseaseFile& disease, const std::filesystem::path& store,
                                  const Version& from, const Version& to) {
  const SavedModel old_model = TRY(load_kept_model(store, from.what));
  const SavedModel new_model = TRY(load_kept_model(store, to.what));
  VersionDiff diff;
  diff.facts = changed_facts(old_model.facts, new_model.facts);
  const auto inputs = input_columns(disease);
  diff.same_inputs = old_model.model.inputs == inputs && new_model.model.inputs == inputs;
  if (!diff.same_inputs) return diff;
  const double threshold = disease.thresholds.decision;
  for (const std::vector<float>& patient : golden_inputs(disease)) {
    const double before = old_model.model.risk(patient), after = new_model.model.risk(patient);
    const double change = std::fabs(after - before);
    ++diff.patients;
    diff.mean_change += change;
    diff.largest_change = std::max(diff.largest_change, change);
    diff.other_side += (before >= threshold) != (after >= threshold) ? 1 : 0;
  }
  if (diff.patients > 0) diff.mean_change /= static_cast<double>(diff.patients);
  return diff;
}

}  // namespace relearn
