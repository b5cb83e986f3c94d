#include "learning/models/boosting/settings.h"

namespace relearn {

bool BoostingSettings::same_course(const BoostingSettings& other) const {
  return rate == other.rate && row_share == other.row_share && column_share == other.column_share &&
         limits == other.limits;
}

BoostingSettings read_boosting_settings(const Candidate& candidate) {
  BoostingSettings settings;
  settings.trees = static_cast<std::size_t>(candidate.get("trees"));
  settings.rate = candidate.get("rate");
  settings.row_share = candidate.get("rows");
  for (const auto& [name, value] : candidate.settings) {
    if (name == "columns") settings.column_share = value;
  }
  settings.limits.depth_max = static_cast<std::uint32_t>(candidate.get("depth"));
  settings.limits.rows_to_split_min = static_cast<std::uint32_t>(candidate.get("split"));
  settings.limits.rows_in_leaf_min = static_cast<std::uint32_t>(candidate.get("leaf"));
  return settings;
}

}  // namespace relearn
