#include "service/child/child_error.h"

#include <algorithm>
#include <string>

#include "base/text.h"

namespace relearn {
namespace {

constexpr std::size_t kWordsShown = 200;

/// The last line of what it wrote on standard error, fit for a terminal.
std::string last_words(const ChildEnd& end) {
  std::string text(trim(end.last_words));
  text.erase(0, text.rfind('\n') + 1);
  if (text.size() > kWordsShown) text.resize(kWordsShown);
  std::replace_if(
      text.begin(), text.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
  return text;
}

}  // namespace

Error child_error(const ChildEnd& end) {
  const bool defect = end.how == ChildEnd::How::Crashed || end.how == ChildEnd::How::Garbage;
  std::string sentence = end.sentence;
  const std::string words = last_words(end);
  if (!words.empty() && (defect || end.how == ChildEnd::How::Failed)) sentence += ": " + words;
  return {defect ? ErrorKind::BrokenInvariant : ErrorKind::Unavailable, sentence};
}

}  // namespace relearn
