// Bytes that nobody can guess, as an argument, so that a test can give its own.
#pragma once

#include <functional>
#include <span>

namespace relearn {

/// Fills the span. Thread-safe.
using RandomBytes = std::function<void(std::span<unsigned char>)>;

/// The operating system's generator (libsodium).
RandomBytes system_random();

}  // namespace relearn
