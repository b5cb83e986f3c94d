// The rows that one repeat predicted, gathered from a report's input.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "learning/evaluation/report.h"

namespace relearn {

struct PredictedRows {
  std::vector<std::uint32_t> rows;     // m, row numbers of the input
  std::vector<std::uint8_t> outcomes;  // m
  std::vector<double> risks;           // m
  std::vector<std::uint32_t> who;      // m, the person; the row's number when none was given
  std::vector<std::uint32_t> persons;  // the same, or empty: nobody is there twice
};

/// InvalidInput for no repeats and for different lengths.
Result<void> check_repeats(const ReportInput& input);

/// One a repeat. member: n, or empty for everybody.
std::vector<PredictedRows> predicted_rows(const ReportInput& input,
                                          std::span<const std::uint8_t> member);

}  // namespace relearn
