// Boosting of many rows by XGBoost's histograms (Chen and Guestrin 2016), as a TreeEnsemble.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/cancel.h"
#include "base/result.h"
#include "learning/models/boosting/settings.h"
#include "learning/models/features.h"
#include "learning/models/model.h"

namespace relearn {

/// XGBoost's sums may depend on how the rows are dealt out to threads, so their number is a matter
/// of the data and not of the machine. Below a million rows a second thread mostly waits for the
/// first.
inline int histogram_threads(std::size_t rows) { return rows > 1'000'000 ? 2 : 1; }

/// What differs from exact boosting: cuts are tried at kHistogramBins quantiles of a column only, a
/// leaf needs the variance that `leaf` rows of average risk have instead of `leaf` rows, and
/// `split` is not looked at. Looks at `cancel` between rounds.
Result<TreeEnsemble> fit_histogram_boosting(const TrainingSet& training,
                                            const BoostingSettings& settings, std::uint64_t seed,
                                            const CancelToken& cancel);

inline constexpr int kHistogramBins = 256;

}  // namespace relearn
