#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "clinical/disease_file_parts.h"

namespace relearn {
namespace {

constexpr int kSmallest =
    5;  // fewer alike than this protect nobody; clinical practice asks 5 to 11
constexpr int kLargest = 1000;
constexpr std::size_t kLevelsMax = 10;
constexpr std::size_t kBandsMax = 200;

/// The first value behind the band; of the last band nothing is.
double band_end(std::span<const Band> bands, std::size_t index) {
  return index + 1 < bands.size() ? bands[index + 1].from : HUGE_VAL;
}

/// Why this is no value that the predictor can have, or nothing.
std::string impossible(const Predictor& predictor, double value) {
  if (predictor.is_coded()) {
    return predictor.code(value) == nullptr ? fmt::format("{} is no code", value) : "";
  }
  if (!predictor.hard.contains(value)) {
    return fmt::format("{} is outside the hard limits {} to {}", value, predictor.hard.low,
                       predictor.hard.high);
  }
  const bool fraction = predictor.kind == PredictorKind::Integer && value != std::floor(value);
  return fraction ? fmt::format("{} is not a whole number", value) : "";
}

void check_bands(TableReader& in, const Predictor& predictor, std::span<const Band> bands) {
  const std::string& id = predictor.id;
  if (bands.size() > kBandsMax) {
    in.refuse(id,
              fmt::format("{} has {} bands, at most {} are possible", id, bands.size(), kBandsMax));
  }
  if (!bands.empty() && bands.front().from > predictor.hard.low) {
    in.refuse(id, fmt::format("the bands of {} begin at {}, and {} is possible", id,
                              bands.front().from, predictor.hard.low));
  }
  for (std::size_t i = 1; i < bands.size(); ++i) {
    if (bands[i].from > bands[i - 1].from) continue;
    in.refuse(id, fmt::format("the bands of {} do not rise: {} follows {}", id, bands[i].from,
                              bands[i - 1].from));
  }
  for (std::size_t i = 0; i < bands.size(); ++i) {
    const Band& band = bands[i];
    if (band.as < band.from || band.as >= band_end(bands, i)) {
      in.refuse(id, fmt::format("{} becomes {}, which is outside its band from {}", id, band.as,
                                band.from));
    }
    if (const std::string reason = impossible(predictor, band.as); !reason.empty()) {
      in.refuse(id, fmt::format("{} cannot become {}: {}", id, band.as, reason));
    }
  }
}

Result<PrivacyLevel> read_level(const TomlNode& node, std::string_view file, std::size_t number,
                                std::span<const Predictor> predictors) {
  TableReader in(node, file, fmt::format("privacy: level {}", number));
  PrivacyLevel level;
  level.year = in.flag_or("year", false);
  for (std::size_t i = 0; i < predictors.size(); ++i) {
    const Predictor& predictor = predictors[i];
    if (!predictor.quasi_identifier) continue;
    std::vector<Band> bands;
    for (const TomlNode& entry : in.tables(predictor.id)) {
      TableReader band(entry, file, fmt::format("privacy: level {}: {}", number, predictor.id));
      bands.push_back({band.number("from"), band.number("as")});
      TRY(band.finish());
    }
    if (bands.empty() && !predictor.is_coded()) {
      in.refuse("", fmt::format("the quasi-identifier {} has no bands: every value would be told",
                                predictor.id));
    }
    check_bands(in, predictor, bands);
    if (!bands.empty()) level.bands[static_cast<int>(i)] = std::move(bands);
  }
  TRY(in.finish());
  return level;
}

bool begins_a_band(std::span<const Band> bands, double from) {
  return std::any_of(bands.begin(), bands.end(),
                     [&](const Band& band) { return band.from == from; });
}

/// A coarser level may only join what the finer one keeps apart, or it would tell something new
/// about those who were too few.
void check_coarser(TableReader& in, std::span<const Predictor> predictors,
                   const PrivacyLevel& finer, const PrivacyLevel& coarser, std::size_t number) {
  if (coarser.year && !finer.year) {
    in.refuse("levels", fmt::format("level {} tells the year and the one before does not", number));
  }
  for (const auto& [predictor, bands] : finer.bands) {
    const std::string& id = predictors[static_cast<std::size_t>(predictor)].id;
    const auto joined = coarser.bands.find(predictor);
    if (joined == coarser.bands.end()) {
      in.refuse("levels",
                fmt::format("level {} has no bands of {} and the one before has", number, id));
      return;
    }
    for (const Band& band : std::span(joined->second).subspan(1)) {
      if (!begins_a_band(bands, band.from)) {
        in.refuse("levels", fmt::format("level {} parts {} at {}, where the one before does not",
                                        number, id, band.from));
      }
    }
  }
}

}  // namespace

Result<PrivacyPlan> read_privacy(const TomlNode& node, std::string_view file,
                                 std::span<const Predictor> predictors) {
  TableReader in(node, file, "privacy");
  PrivacyPlan plan;
  plan.version = in.integer("version");
  plan.k = in.integer("k");
  plan.suppressed_share_max = in.number("suppressed_share_max");
  if (plan.version < 1) {
    in.refuse("version", fmt::format("version {} must be 1 or more", plan.version));
  }
  if (plan.k < kSmallest || plan.k > kLargest) {
    in.refuse("k", fmt::format("k {} must be {} to {}", plan.k, kSmallest, kLargest));
  }
  if (!(plan.suppressed_share_max > 0 && plan.suppressed_share_max < 1)) {
    in.refuse("suppressed_share_max",
              fmt::format("{} is not between 0 and 1", plan.suppressed_share_max));
  }
  const auto levels = in.tables("levels");
  if (levels.empty() || levels.size() > kLevelsMax) {
    in.refuse("levels",
              fmt::format("there are {} levels, 1 to {} are needed", levels.size(), kLevelsMax));
  }
  for (const TomlNode& entry : levels) {
    const std::size_t number = plan.levels.size() + 1;
    plan.levels.push_back(TRY(read_level(entry, file, number, predictors)));
    if (number > 1) {
      check_coarser(in, predictors, plan.levels[number - 2], plan.levels.back(), number);
    }
  }
  TRY(in.finish());
  return plan;
}

}  // namespace relearn
