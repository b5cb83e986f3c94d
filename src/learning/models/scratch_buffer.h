// Working memory for one patient: on the stack when the model is of ordinary width, so that scoring
// a patient does not touch the heap.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace relearn {

template <typename T>
class ScratchBuffer {
 public:
  explicit ScratchBuffer(std::size_t size) : size_(size) {
    if (size > near_.size()) far_.resize(size);
  }
  ScratchBuffer(const ScratchBuffer&) = delete;
  ScratchBuffer& operator=(const ScratchBuffer&) = delete;

  /// Not initialised.
  std::span<T> values() {
    return size_ > near_.size() ? std::span<T>(far_) : std::span<T>(near_).first(size_);
  }

 private:
  static constexpr std::size_t kOrdinaryWidth = 128;
  std::size_t size_;
  std::array<T, kOrdinaryWidth> near_;
  std::vector<T> far_;
};

}  // namespace relearn
