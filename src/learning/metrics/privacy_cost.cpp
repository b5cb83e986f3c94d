#include "learning/metrics/privacy_cost.h"

#include <cmath>

namespace relearn {

double rho_of(double epsilon, double delta) {
  const double log_inverse = -std::log(delta);
  const double root = std::sqrt(log_inverse + epsilon) - std::sqrt(log_inverse);
  return root * root;
}

double epsilon_of(double rho, double delta) { return rho + 2 * std::sqrt(-rho * std::log(delta)); }

double noise_per_step(double rho, unsigned steps) { return std::sqrt(steps / (2 * rho)); }

}  // namespace relearn
