// Who gets an outcome is not who gets a prediction: people told that their risk is high are
// examined, the others stay unknown. How much that distorts what confirmed records say is measured
// here, by weighting each confirmed record with the inverse of its estimated chance to be
// confirmed.
//
// Chance: the share confirmed within each tenth of the served risks (Begg & Greenes 1983,
// Biometrics 39:207: verification depends on the test's result, so each result speaks for its own),
// a tenth without anybody confirmed joined to the next; at least 0.05. Only predictions with a
// risk, of a closed cohort.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace relearn {

inline constexpr double kConfirmationChanceMin = 0.05;
inline constexpr double kEffectiveRecordsMin = 40;  // below: the weighted figures say little
inline constexpr double kLargestWeightShareMax = 0.1;

/// One prediction with a risk. `outcome` counts only when `confirmed`.
struct VerificationRow {
  float risk = 0;
  std::uint8_t confirmed = 0;
  std::uint8_t outcome = 0;
};

struct VerificationBias {
  std::uint64_t predictions = 0, confirmed = 0;
  double mean_risk_confirmed = 0, mean_risk_unconfirmed = 0;
  double share_ill = 0, share_ill_weighted = 0;  // among the confirmed; as if all were
  double auroc = 0.5, auroc_weighted = 0.5;      // of the served risks
  double effective_records = 0;                  // (sum w)^2 / sum w^2
  double largest_weight_share = 0;
  bool estimable = false;  // both classes confirmed, and somebody not
  std::string sentence;    // for a reader
};

VerificationBias measure_verification(std::span<const VerificationRow> rows);

}  // namespace relearn
