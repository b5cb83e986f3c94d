#include "base/random.h"

#include "base/normal.h"

namespace relearn {
namespace {
std::uint64_t rotate_left(std::uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }
}  // namespace

std::uint64_t mix(std::uint64_t value) {
  std::uint64_t z = value + 0x9e3779b97f4a7c15ULL;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

std::uint64_t derive_seed(std::uint64_t seed, std::string_view purpose, std::uint64_t number) {
  std::uint64_t key = mix(seed);
  for (char c : purpose) key = mix(key ^ static_cast<unsigned char>(c));
  return mix(key ^ mix(number));
}

Random::Random(std::uint64_t seed) {
  for (std::uint64_t& word : state_) word = seed = mix(seed);
}

std::uint64_t Random::next() {
  const std::uint64_t result = rotate_left(state_[0] + state_[3], 23) + state_[0];
  const std::uint64_t t = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = rotate_left(state_[3], 45);
  return result;
}

double Random::uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

std::uint64_t Random::below(std::uint64_t limit) {
  // Rejection keeps every answer equally likely.
  const std::uint64_t threshold = (0 - limit) % limit;
  for (;;) {
    const std::uint64_t draw = next();
    if (draw >= threshold) return draw % limit;
  }
}

double Random::normal() {
  // uniform() + half a step is never 0 or 1.
  return normal_quantile(uniform() + 0x1.0p-54);
}

}  // namespace relearn
