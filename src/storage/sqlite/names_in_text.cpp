#include "storage/sqlite/names_in_text.h"

#include <fmt/format.h>
#include <soci/soci.h>

#include <algorithm>

#include "base/text.h"
#include "storage/sqlite/prediction_writer.h"
#include "storage/sqlite/stored_text.h"

namespace relearn {
namespace {

constexpr std::size_t kNameBytesMin = 3;
constexpr std::size_t kReferenceWordsMax = 3;

std::string lower(std::string_view text) {
  std::string lowered(text);
  for (char& c : lowered) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lowered;
}

/// " maria  asked ": words in lower case between spaces, so that a word is found as a whole.
std::string words_of(std::string_view text) {
  std::string words = " ";
  for (const char c : lower(text)) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c & 0x80) != 0;
    words += is_letter ? c : ' ';
  }
  return words + " ";
}

Error names_somebody(std::string_view whom) {
  return invalid_input(fmt::format("the reason names {}; the ledger keeps it for ever", whom));
}

/// The word without what stands around it in a sentence: "(mrn-7)," is mrn-7.
std::string_view bare(std::string_view word) {
  constexpr std::string_view kAround = "()[]\"'.,;:!?";
  const auto first = word.find_first_not_of(kAround);
  if (first == std::string_view::npos) return "";
  return word.substr(first, word.find_last_not_of(kAround) + 1 - first);
}

/// Whether somebody is stored under some words of the sentence that follow each other.
bool holds_reference(soci::session& session, const KeyRing& keys, std::string_view sentence) {
  std::string index;
  long long found = 0;
  soci::statement find((session.prepare << "SELECT count(*) FROM persons WHERE reference_index = "
                                           ":index",
                        soci::use(index), soci::into(found)));
  const auto words = split(sentence, ' ');
  for (std::size_t first = 0; first < words.size(); ++first) {
    std::string run;
    const std::size_t end = std::min(words.size(), first + kReferenceWordsMax);
    for (std::size_t i = first; i < end; ++i) {
      if (i > first) run += ' ';
      run += words[i];
      const std::string_view reference = bare(run);
      if (reference.empty()) continue;
      index = keys.index(kReferenceDomain, reference);
      executes_to_row(find);
      if (found > 0) return true;
    }
  }
  return false;
}

Result<bool> holds_full_name(soci::session& session, const KeyRing& keys,
                             std::string_view sentence) {
  const std::string said = words_of(sentence);
  std::string index, sealed;
  soci::statement users((session.prepare << "SELECT email_index, full_name_sealed FROM users",
                         soci::into(index), soci::into(sealed)));
  users.execute();
  while (users.fetch()) {
    const std::string name = TRY(keys.open(sealed, {"users", "full_name", index}));
    if (name.size() < kNameBytesMin) continue;
    if (said.find(words_of(trim(name))) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

Result<void> check_does_not_name(std::string_view reason, const std::vector<std::string>& names) {
  const std::string wrong = wrong_with_text("the reason", reason);
  if (!wrong.empty()) return invalid_input(wrong);
  const std::string said = words_of(reason);
  for (const std::string& name : names) {
    bool named =
        name.size() >= kNameBytesMin && lower(reason).find(lower(name)) != std::string::npos;
    const std::string parts = words_of(name);
    for (const std::string_view word : split(parts, ' ')) {
      named |=
          word.size() >= kNameBytesMin && said.find(fmt::format(" {} ", word)) != std::string::npos;
    }
    if (named) return names_somebody("the person");
  }
  return {};
}

Result<void> check_names_nobody(soci::session& session, const KeyRing& keys,
                                std::string_view reason) {
  const std::string wrong = wrong_with_text("the reason", reason);
  if (!wrong.empty()) return invalid_input(wrong);
  if (reason.find('@') != std::string_view::npos) return names_somebody("an e-mail");
  if (holds_reference(session, keys, reason)) return names_somebody("a person by their reference");
  if (TRY(holds_full_name(session, keys, reason))) return names_somebody("somebody");
  return {};
}

}  // namespace relearn
