#include "learning/models/trees/check_training.h"

#include <fmt/format.h>

#include <cstddef>

namespace relearn {

Result<void> check_training(std::string_view family, const TrainingSet& training) {
  std::size_t cases = 0;
  for (const std::uint32_t row : training.rows) cases += training.outcomes[row];
  const std::size_t rows = training.rows.size();
  if (cases > 0 && cases < rows) return {};
  return not_ready(fmt::format(
      "{}: {} of {} training rows are cases, at least one case and one non-case are needed; is an "
      "outcome column read wrongly?",
      family, cases, rows));
}

}  // namespace relearn
