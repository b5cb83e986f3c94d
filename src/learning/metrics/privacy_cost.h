// What differentially private training costs and how much noise it takes: zero-concentrated
// differential privacy (Bun & Steinke 2016, TCC). Costs rho of repeated releases simply add.
#pragma once

namespace relearn {

/// The rho whose (epsilon, delta) guarantee is this one; Bun & Steinke, proposition 1.3 solved for
/// rho: (sqrt(ln(1/delta) + epsilon) - sqrt(ln(1/delta)))^2. epsilon > 0, delta in (0, 1).
double rho_of(double epsilon, double delta);

/// The other way: rho + 2 sqrt(rho ln(1/delta)).
double epsilon_of(double rho, double delta);

/// Standard deviation of the noise on each of `steps` gradient sums, in units of the clipping norm:
/// sqrt(steps / (2 rho)) (Bun & Steinke, proposition 1.6 and lemma 1.7).
double noise_per_step(double rho, unsigned steps);

}  // namespace relearn
