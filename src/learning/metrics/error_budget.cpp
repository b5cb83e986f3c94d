#include "learning/metrics/error_budget.h"

#include <numbers>

namespace relearn {

double error_of_look(double total, unsigned look) {
  const double k = look;
  return total * 6 / (std::numbers::pi * std::numbers::pi) / (k * k);
}

}  // namespace relearn
