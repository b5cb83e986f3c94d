// Finds an equal item among millions: open addressing over item numbers, 8 bytes a slot, the items
// themselves stay with the caller. Items are numbered in the order in which they were new, so the
// answer does not depend on the hash. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "base/random.h"

namespace relearn {

class RowTable {
 public:
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

  /// The number of the item that equals the one of this hash, or kNone; in that case `number` is
  /// now in the table. equals(number): whether the item of that number is equal.
  template <typename Equals>
  std::uint32_t find_or_add(std::uint64_t hash, std::uint32_t number, const Equals& equals) {
    if (4 * (used_ + 1) > 3 * slots_.size()) grow();
    const auto tag = static_cast<std::uint32_t>(hash >> 32 ^ hash);
    for (std::size_t at = tag & (slots_.size() - 1);; at = (at + 1) & (slots_.size() - 1)) {
      Slot& slot = slots_[at];
      if (slot.number == kNone) {
        slot = {tag, number};
        ++used_;
        return kNone;
      }
      if (slot.tag == tag && equals(slot.number)) return slot.number;
    }
  }

 private:
  struct Slot {
    std::uint32_t tag = 0;  // also its place, so that growing needs no item
    std::uint32_t number = kNone;
  };

  void grow() {
    std::vector<Slot> old(slots_.empty() ? 1024 : 2 * slots_.size());
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.number == kNone) continue;
      std::size_t at = slot.tag & (slots_.size() - 1);
      while (slots_[at].number != kNone) at = (at + 1) & (slots_.size() - 1);
      slots_[at] = slot;
    }
  }

  std::vector<Slot> slots_;  // a power of two, at most three quarters full
  std::size_t used_ = 0;
};

/// The next state of a hash that has seen `word`.
inline std::uint64_t hash_step(std::uint64_t hash, std::uint64_t word) { return mix(hash ^ word); }

}  // namespace relearn
