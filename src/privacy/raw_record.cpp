#include "privacy/raw_record.h"

#include <fmt/format.h>

#include <cmath>

namespace relearn {

std::string field_text(double value) {
  if (std::isnan(value)) return "missing";
  return std::abs(value) < 1 ? fmt::format("{:.6g}", value) : fmt::format("{:.7g}", value);
}

}  // namespace relearn
