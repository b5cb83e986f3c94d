#include "lifecycle/intake/import_report.h"

namespace relearn {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Digits inside a word ("glucose_2h", "kg/m2") belong to it.
bool begins_number(std::string_view text, std::size_t at) {
  if (!is_digit(text[at])) return false;
  return at == 0 || text[at - 1] == ' ' || text[at - 1] == '(' || text[at - 1] == '-';
}

}  // namespace

std::string countable(std::string_view sentence) {
  std::string text;
  for (std::size_t i = 0; i < sentence.size();) {
    const char c = sentence[i];
    const bool opens = (c == '"' || c == '\'') && (i == 0 || sentence[i - 1] == ' ');
    const auto closes = opens ? sentence.find(c, i + 1) : std::string_view::npos;
    if (closes != std::string_view::npos) {
      text += "...";
      i = closes + 1;
    } else if (begins_number(sentence, i)) {
      text += 'N';
      while (i < sentence.size() && (is_digit(sentence[i]) || sentence[i] == '-' ||
                                     sentence[i] == '.' || sentence[i] == ':')) {
        ++i;
      }
      // The full stop or colon of the sentence itself.
      if (sentence[i - 1] == ':' || sentence[i - 1] == '.') text += sentence[i - 1];
    } else {
      text += c;
      ++i;
    }
  }
  return text;
}

void ImportReport::refuse(std::uint64_t line, std::string because) {
  std::string reason = countable(because);
  if (reasons.size() >= kReasonsCounted && !reasons.contains(reason)) reason = "other reasons";
  ++reasons[reason];
  if (first_refused.size() < refused_shown) first_refused.push_back({line, std::move(because)});
}

}  // namespace relearn
