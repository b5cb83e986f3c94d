// Runs a program as a child that can harm nobody: limits on memory, CPU, file size and time, low
// priority, nothing inherited but its three streams and three environment variables; ended with its
// whole process group when it is over, hangs, talks nonsense, or is not wanted any more. It also
// ends when the thread that runs it does.
//
// A descendant that makes a process group of its own escapes that; inside the sandbox (sandbox.h)
// nothing can be started at all.
//
// Thread-safe; each call waits for its own child.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"

namespace relearn {

/// Behaviour: what is run. Cost: what it may use; 0 = no limit.
struct ChildProgram {
  std::filesystem::path program;
  std::vector<std::string> arguments;
  std::filesystem::path folder;  // working directory; empty: ours

  std::uint64_t memory_bytes_max = 0;  // address space; see kMemoryIsLimited
  std::uint64_t file_bytes_max = 0;    // of one file it writes
  std::chrono::seconds cpu_max{0};
  std::chrono::milliseconds wall_max{0};     // then killed
  std::chrono::milliseconds silence_max{0};  // without a line of output: hanging; then killed
  std::size_t line_bytes_max = 64 * 1024;    // a longer line is garbage; then killed
  int niceness = 10;
  const CancelToken* nudge = nullptr;  // when requested: SIGUSR1, once, after its first line
};

/// The address and thread sanitizers reserve terabytes of address space for their books, so under
/// them RLIMIT_AS would end every child at once.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kMemoryIsLimited = false;
#else
inline constexpr bool kMemoryIsLimited = true;
#endif

/// A child that cannot get memory ends with this code, if it still can.
inline constexpr int kExitOutOfMemory = 71;

/// From the request to stop (SIGTERM) to the end without asking (SIGKILL): a person who has pressed
/// Ctrl-C has the prompt back within a second.
inline constexpr std::chrono::milliseconds kStopGrace{800};

/// How a child ended. Anything but exit code 0 has a sentence.
struct ChildEnd {
  enum class How {
    Finished,
    Failed,
    Killed,
    OutOfMemory,
    CpuLimit,
    FileLimit,
    WallLimit,
    Silent,
    Garbage,
    Crashed,
    Cancelled
  };
  How how = How::Finished;
  int exit_code = 0;       // Finished, Failed
  int signal = 0;          // Killed, Crashed
  std::string sentence;    // "the trainer was killed (SIGKILL); ..."
  std::string last_words;  // the end of what it wrote on standard error
};

/// `line`: called for each line of its standard output, without the line feed; an error from it
/// counts as garbage. `name`: what sentences call it. Unavailable when it cannot be started at all.
Result<ChildEnd> run_child(const ChildProgram& program, std::string_view name,
                           const std::function<Result<void>(std::string_view)>& line,
                           const CancelToken& cancel);

}  // namespace relearn
