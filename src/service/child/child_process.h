// Runs a program as a child that can harm nobody: limits on memory, CPU, file size and time, low
// priority, nothing inherited but its three streams; ended with all its descendants when it is over,
// hangs, talks nonsense, or is not wanted any more.
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
  std::filesystem::path folder;  // working directory

  std::uint64_t memory_bytes_max = 0;      // address space
  std::uint64_t file_bytes_max = 0;        // of one file it writes
  std::chrono::seconds cpu_max{0};
  std::chrono::seconds wall_max{0};        // then killed
  std::chrono::seconds silence_max{0};     // without a line of output: hanging; then killed
  std::size_t line_bytes_max = 64 * 1024;  // a longer line is garbage; then killed
  int niceness = 10;
};

/// How a child ended. Anything but exit code 0 has a sentence.
struct ChildEnd {
  enum class How { Finished, Failed, Killed, OutOfMemory, CpuLimit, FileLimit, WallLimit, Silent, Garbage, Crashed, Cancelled };
  How how = How::Finished;
  int exit_code = 0;      // Finished, Failed
  int signal = 0;         // Killed, Crashed
  std::string sentence;   // "the trainer was killed (SIGKILL); is the machine out of memory?"
  std::string last_words; // the end of what it wrote on standard error
};

/// `line`: called for each line of its standard output, without the line feed; an error from it counts
/// as garbage. `name`: what sentences call it. Unavailable when it cannot be started at all.
Result<ChildEnd> run_child(const ChildProgram& program, std::string_view name,
                           const std::function<Result<void>(std::string_view)>& line,
                           const CancelToken& cancel);

}  // namespace relearn
