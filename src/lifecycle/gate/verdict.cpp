#include "lifecycle/gate/verdict.h"

namespace relearn {

std::string_view word_of(VerdictKind kind) { return kVerdictWords[static_cast<std::size_t>(kind)]; }

std::vector<std::string> Verdict::because() const {
  std::vector<std::string> sentences;
  for (const VerdictReason& reason : reasons) {
    const bool decides = kind == VerdictKind::Publish ? reason.benefit : reason.allows == kind;
    if (decides) sentences.push_back(reason.sentence);
  }
  return sentences;
}

}  // namespace relearn
