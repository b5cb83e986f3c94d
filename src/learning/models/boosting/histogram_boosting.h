// Boosting of many rows by XGBoost's histograms (Chen and Guestrin 2016), as a TreeEnsemble.
#pragma once

#include <cstdint>

#include "base/cancel.h"
#include "base/result.h"
#include "learning/models/boosting/settings.h"
#include "learning/models/features.h"
#include "learning/models/model.h"

namespace relearn {

/// XGBoost's sums depend on how the rows are dealt out to threads, so their number is part of what
/// is computed and not taken from the machine.
inline constexpr int kHistogramThreads = 2;

/// What differs from exact boosting: cuts are tried at kHistogramBins quantiles of a column only, a
/// leaf needs the variance that `leaf` rows of average risk have instead of `leaf` rows, and
/// `split` is not looked at. Looks at `cancel` between rounds.
Result<TreeEnsemble> fit_histogram_boosting(const TrainingSet& training,
                                            const BoostingSettings& settings, std::uint64_t seed,
                                            const CancelToken& cancel);

inline constexpr int kHistogramBins = 256;

}  // namespace relearn
