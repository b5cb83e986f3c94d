// A candidate beside the live model on the same people, for readers: curves, counts and means.
// Nobody can be told from it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "learning/evaluation/report.h"

namespace relearn {

/// Sides of the risk square: a cell is a tenth of either model's risk.
inline constexpr std::size_t kMovedBins = 10;

/// Rows by the risk of both models.
struct MovedCell {
  std::uint32_t live = 0, candidate = 0;  // bins, 0 .. kMovedBins - 1
  std::uint64_t cases = 0, non_cases = 0;
};

/// Rows that change side of the decision threshold.
struct Crossings {
  std::uint64_t cases = 0, cases_up = 0, cases_down = 0;  // of all cases
  std::uint64_t non_cases = 0, non_cases_up = 0, non_cases_down = 0;
};

/// Mean over people of how far an input moves the log-odds away from a typical patient's.
struct ReasonWeight {
  std::string input;
  double live = 0, candidate = 0;
};

struct SideBySide {
  Report candidate, live;             // on locked and new people
  std::optional<Report> live_on_new;  // by what was told; absent: one class only, or nobody
  std::vector<MovedCell> moved;       // cells with anybody, by live, candidate
  Crossings crossings;
  std::vector<ReasonWeight> reasons;  // in the order of the inputs
};

/// Fills `moved` and `crossings` of rows with these outcomes and risks.
void count_moved(const std::vector<std::uint8_t>& outcomes, const std::vector<double>& live,
                 const std::vector<double>& candidate, double threshold, SideBySide& both);

std::string side_by_side_to_json(const SideBySide& both);
/// BrokenInvariant for what side_by_side_to_json cannot have written.
Result<SideBySide> side_by_side_from_json(std::string_view text);

}  // namespace relearn
