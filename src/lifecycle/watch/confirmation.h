// How many predictions get a confirmed outcome, how soon, and whether that depends on the risk that
// was told (verification bias: Begg & Greenes 1983, Biometrics 39:207). Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "clinical/disease_file.h"
#include "lifecycle/watch/outcome_figures.h"
#include "records/alarm.h"
#include "records/watch_store.h"

namespace relearn {

/// Share confirmed by the age of the prediction (Kaplan & Meier 1958, J Am Stat Assoc 53:457; 95 %
/// by Greenwood 1926): predictions too young to be so old do not count against it.
struct ConfirmationPoint {
  std::int64_t days = 0;
  double share = 0, low = 0, high = 0;
};

/// Of closed cohorts: old enough to be confirmed.
struct ConfirmationClass {
  std::uint64_t predictions = 0, confirmed = 0;
};

struct Confirmation {
  std::vector<ConfirmationPoint> curve;  // at most kCurvePointsMax, where something changes
  ConfirmationClass high, not_high;
  bool differs = false;  // more than chance, and by ten in a hundred or more
};
inline constexpr std::size_t kCurvePointsMax = 60;

/// days: of all predictions; confirmed: of them.
Confirmation measure_confirmation(const DiseaseFile& disease, std::span<const PredictionDay> days,
                                  std::span<const ConfirmedOutcome> confirmed, Moment now);

std::vector<NewAlarm> confirmation_alarms(const DiseaseFile& disease, std::int64_t version,
                                          const Confirmation& confirmation);

}  // namespace relearn
