// Random numbers that depend only on a key, never on who asked before: every fit, fold and tree
// derives its own stream from (seed, what it is for, number), so that threads and order of work
// change nothing. splitmix64 (Steele, Lea, Flood 2014) for keys, xoshiro256++ (Blackman, Vigna
// 2019) for streams. No std::*_distribution: their output differs between standard libraries.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace relearn {

/// One step of splitmix64: a good 64-bit mixing function.
std::uint64_t mix(std::uint64_t value);

/// A seed for a sub-task. The same (seed, purpose, number) always gives the same answer.
std::uint64_t derive_seed(std::uint64_t seed, std::string_view purpose, std::uint64_t number = 0);

class Random {
 public:
  explicit Random(std::uint64_t seed);

  std::uint64_t next();                      // 64 random bits
  double uniform();                          // [0, 1), 53 bits
  std::uint64_t below(std::uint64_t limit);  // 0 .. limit-1, unbiased; limit > 0
  double normal();                           // mean 0, sd 1 (inverse of the normal distribution)

  template <typename T>
  void shuffle(std::span<T> items) {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
  }

 private:
  std::uint64_t state_[4];
};

}  // namespace relearn
