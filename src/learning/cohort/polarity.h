// The polarity gate: do the predictors whose direction medicine knows point the right way in these
// data? A file whose outcome is coded the other way round, or whose rows and outcomes do not belong
// together, teaches a model the opposite of the truth while every value in it looks plausible.
//
// For each anchor j of the disease with expected direction d_j: A_j is the AUROC of the predictor
// for the outcome, SE_j its standard error (DeLong, DeLong & Clarke-Pearson 1988), and
// z_j = d_j (A_j - 1/2) / SE_j. Codes count by their order in the disease file. With repeated
// measures the unit is the person (means).
//
//   100 people and more   H0 "the outcome is coded as declared": fails when any z_j < -1.64
//   (one-sided 5 %
//                         against the declared direction) or the median z < 1.
//   30 to 99 people       Z = sum z_j / sqrt(m + 0.4 m (m-1)), 0.4 being a cautious correlation of
//                         anchors; fails below -1.28, warns below 0.
//   fewer                 not tested: they are judged with the data that they join.
//
// Only marginal directions are tested; those adjusted for other predictors flip legitimately.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "clinical/disease_file.h"

namespace relearn {

inline constexpr std::size_t kPolarityDataSetPeopleMin = 100;
inline constexpr std::size_t kPolarityBatchPeopleMin = 30;

struct AnchorPolarity {
  std::string predictor;
  int direction = 0;
  double auroc = 0.5;
  double standard_error = 0;
  double z = 0;  // negative: against the expected direction
};

struct PolarityReport {
  enum class Verdict { Passed, Warned, Failed, NotTested };
  Verdict verdict = Verdict::NotTested;
  std::size_t people = 0;
  std::vector<AnchorPolarity> anchors;  // those with values in both classes
  double median_z = 0;
  double combined_z = 0;  // the batch statistic Z
  std::string sentence;   // what was found, for a reader; names the likely cause when it failed
};

/// The data, one span of n values per predictor of the disease in its order (NaN = missing).
struct PolarityData {
  std::vector<std::span<const float>> predictors;
  std::span<const std::uint8_t> outcomes;  // n
  std::span<const std::uint32_t> persons;  // n, dense from 0
};

PolarityReport check_polarity(const DiseaseFile& disease, const PolarityData& data);

}  // namespace relearn
