#include "lifecycle/serving/live_models.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "lifecycle/serving/assessment.h"

namespace relearn {

LiveModels::LiveModels(std::vector<DiseaseFile> diseases, std::shared_ptr<VersionStore> versions,
                       Load load)
    : diseases_(std::move(diseases)), versions_(std::move(versions)), load_(std::move(load)) {
  for (const DiseaseFile& disease : diseases_) live_[disease.id].store(nullptr);
}

const DiseaseFile* LiveModels::disease(std::string_view id) const {
  const auto found = std::ranges::find(diseases_, id, &DiseaseFile::id);
  return found == diseases_.end() ? nullptr : &*found;
}

std::shared_ptr<const ServedModel> LiveModels::find(std::string_view disease) const {
  const auto found = live_.find(disease);
  return found == live_.end() ? nullptr : found->second.load();
}

std::vector<std::string> LiveModels::refresh() {
  std::vector<std::string> failed;
  for (const DiseaseFile& disease : diseases_) {
    const auto done = refresh(disease);
    if (!done.ok()) failed.push_back(fmt::format("{}: {}", disease.id, done.error().message));
  }
  return failed;
}

Result<void> LiveModels::refresh(const DiseaseFile& disease) {
  std::atomic<std::shared_ptr<const ServedModel>>& place = live_.find(disease.id)->second;
  const auto version = TRY(versions_->live_version(disease.id));
  if (!version) return {};
  const auto now = place.load();
  if (now && now->version == version->number) return {};
  auto next = std::make_shared<ServedModel>();
  next->version = version->number;
  next->forced = version->forced;
  next->saved = TRY(load_(*version));
  if (next->saved.digest != version->what.model_digest) {
    return broken_invariant(
        fmt::format("the kept model of version {} is not the one that the "
                    "registry names; was it changed?",
                    version->number));
  }
  // Tried once, so that its first patient is not the one who finds out.
  const std::vector<double> nothing_known(disease.predictors.size(),
                                          std::numeric_limits<double>::quiet_NaN());
  TRY(assess(disease, next->saved, nothing_known));
  place.store(std::move(next));
  return {};
}

}  // namespace relearn
