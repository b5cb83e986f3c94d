// Is one yes-or-no thing independent of another?
#pragma once

#include <cstdint>

namespace relearn {

/// How many people, by two yes-or-no things.
struct FourCounts {
  std::uint64_t both = 0, first_only = 0, second_only = 0, neither = 0;
};

/// Fisher's exact test (R. A. Fisher 1935, J R Stat Soc 98:39-82). H0: the two are independent
/// given the margins. Two-sided: the probability, under the hypergeometric distribution, of all
/// tables that are at most as probable as the one seen. Small: they depend on each other. 1 when a
/// margin is empty.
double fisher_exact_p(const FourCounts& seen);

}  // namespace relearn
