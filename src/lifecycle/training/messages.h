// What a trainer says while it works: one JSON line each on its standard output.
//
//   {"event":"sandbox","seccomp":true,"landlock":3}         once, first
//   {"event":"progress","step":"search","detail":"...","done":3,"total":60}
//   {"event":"alive"}                                        it computes, and has nothing to tell
//   {"event":"done","families":[]}                           last, when the candidate is written;
//                                                            the families that were seen whole,
//                                                            when the search was stopped
//   {"event":"error","kind":"invalid_input","message":"..."} last, otherwise
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/progress.h"
#include "base/result.h"

namespace relearn {

struct SandboxMessage {
  int landlock = 0;  // version of the kernel's interface; 0: it has none. seccomp there always is
};
struct AliveMessage {};
struct DoneMessage {
  std::vector<std::string> families;  // of the catalogue, in its order; empty: it was not stopped
};

using TrainerMessage =
    std::variant<SandboxMessage, ProgressEvent, AliveMessage, DoneMessage, Error>;

/// Without the line feed. Control characters and broken UTF-8 of texts are replaced.
std::string message_line(const TrainerMessage& message);

/// InvalidInput for anything else, also for texts with control characters: they would reach a
/// terminal.
Result<TrainerMessage> parse_message(std::string_view line);

}  // namespace relearn
