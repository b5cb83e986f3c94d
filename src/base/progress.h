// What a long task tells about itself. The command line draws a bar of it, a parent process reads
// it as JSON lines, tests ignore it.
#pragma once

#include <cstddef>
#include <string>

namespace relearn {

struct ProgressEvent {
  std::string step;       // "search", "evaluate", "download" ...
  std::string detail;     // family, candidate, fold: free text
  std::size_t done = 0;   // pieces of work finished
  std::size_t total = 0;  // pieces of work in all; 0 = unknown
};

/// Called from any thread, never twice at once from one task. Must not block.
class ProgressSink {
 public:
  virtual ~ProgressSink() = default;
  virtual void report(const ProgressEvent& event) = 0;
};

/// For callers that do not look.
class NoProgress final : public ProgressSink {
 public:
  void report(const ProgressEvent&) override {}
};

}  // namespace relearn
