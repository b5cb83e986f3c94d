// The columns of a line that tell an outcome, in a file of outcomes or beside a prediction.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/calendar.h"
#include "base/result.h"
#include "clinical/disease_file.h"
#include "records/outcome.h"
#include "records/record_store.h"

namespace relearn {

inline constexpr std::array<std::string_view, 9> kOutcomeColumns = {
    "outcome", "state",    "source", "reference_standard", "contributor", "observed_on",
    "blinded", "evidence", "reason"};

/// Whether the line is about the line's sender (bad values: tell them) or the world (stop).
bool is_failure(const Error& error);

/// At most `bytes_max` bytes of plain UTF-8, or InvalidInput naming the column.
Result<std::string> read_text_cell(std::string_view column, std::string_view cell,
                                   std::size_t bytes_max);

/// The prediction that an event is about, as far as the event depends on it.
struct AboutPrediction {
  Moment made_at;
  std::optional<UserId> user;      // whose it is, when that is known; or
  std::optional<PersonId> person;  // the same, of a stored prediction
};

/// Whose word the outcomes of a file are.
enum class WhoTells {
  AsTheFileSays,    // a column may name others than the contributor
  ContributorOnly,  // a line that names somebody else is refused
};

/// Reads events; remembers who is who. Not thread-safe.
class OutcomeLines {
 public:
  /// contributor: who says so where the cell is empty.
  OutcomeLines(PeopleStore& people, std::string contributor, Moment now,
               WhoTells who_tells = WhoTells::AsTheFileSays)
      : people_(people), contributor_(std::move(contributor)), now_(now), who_tells_(who_tells) {}

  /// cells: those of kOutcomeColumns. The event lacks its prediction and its key.
  Result<NewOutcomeEvent> read(std::span<const std::string_view> cells, const DiseaseFile& disease,
                               const AboutPrediction& about);

 private:
  struct Speaker {
    Role role = Role::Clinician;
    std::optional<UserId> user;  // none: no account
    std::optional<PersonId> person;
  };
  Result<const Speaker*> find_speaker(const std::string& name);
  Result<void> read_actor(std::string_view cell, const AboutPrediction& about,
                          NewOutcomeEvent& event);

  PeopleStore& people_;
  std::string contributor_;
  Moment now_;
  WhoTells who_tells_;
  std::map<std::string, Speaker, std::less<>> speakers_;  // so far
};

}  // namespace relearn
