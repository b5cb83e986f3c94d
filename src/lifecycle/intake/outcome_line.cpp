#include "lifecycle/intake/outcome_line.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/csv.h"
#include "lifecycle/intake/row_reader.h"

namespace relearn {
namespace {

enum Column : std::size_t {
  kOutcome,
  kState,
  kSource,
  kReferenceStandard,
  kContributor,
  kObservedOn,
  kBlinded,
  kEvidence,
  kReason
};

constexpr std::size_t kNameBytesMax = 200;
constexpr std::size_t kTextBytesMax = 1000;
constexpr std::size_t kContributorsRemembered = 10'000;

/// Whether the event says how it was, not only that somebody doubts or withdraws it.
bool tells_value(OutcomeState state) {
  return state != OutcomeState::Contested && state != OutcomeState::Retracted;
}

Result<bool> read_flag(std::string_view column, std::string_view cell) {
  if (cell.empty() || cell == "no" || cell == "false" || cell == "0") return false;
  if (cell == "yes" || cell == "true" || cell == "1") return true;
  return invalid_input(fmt::format("{}: '{}' is neither yes nor no", column, shown(cell)));
}

Result<void> read_standard(std::string_view id, std::string_view source_word,
                           const OutcomeDefinition& outcome, NewOutcomeEvent& event) {
  if (!source_word.empty()) {
    const auto source = parse_source(source_word);
    if (!source) {
      return invalid_input(fmt::format(
          "source: '{}' is not laboratory, imaging, specialist, registry, self_report or other",
          shown(source_word)));
    }
    event.source = *source;
  }
  if (id.empty()) return {};
  std::string known;
  for (const ReferenceStandard& standard : outcome.reference_standards) {
    known += (known.empty() ? "" : ", ") + standard.id;
    if (standard.id != id) continue;
    const auto source = parse_source(standard.source).value_or(OutcomeSource::Other);
    if (!source_word.empty() && event.source != source) {
      return invalid_input(fmt::format("source: {} is {}, not {}", standard.id, standard.source,
                                       shown(source_word)));
    }
    event.source = source;
    event.reference_standard = standard.id;
    return {};
  }
  return invalid_input(
      fmt::format("reference_standard: '{}' is not known; known are {}", shown(id), known));
}

Result<void> check_horizon(const NewOutcomeEvent& event, const OutcomeDefinition& outcome,
                           Moment made_at) {
  const std::int64_t days =
      (start_of(event.observed_on).seconds - start_of(date_of(made_at)).seconds) / kSecondsPerDay;
  if (!tells_value(event.state) || days <= outcome.horizon_days) return {};
  return invalid_input(fmt::format(
      "observed_on: {} is {} days after the prediction; an outcome counts up to {} days",
      to_text(event.observed_on), days, outcome.horizon_days));
}

}  // namespace

bool is_failure(const Error& error) {
  return error.kind == ErrorKind::Unavailable || error.kind == ErrorKind::BrokenInvariant ||
         error.kind == ErrorKind::Cancelled;
}

Result<std::string> read_text_cell(std::string_view column, std::string_view cell,
                                   std::size_t bytes_max) {
  if (cell.size() > bytes_max) {
    return invalid_input(
        fmt::format("{}: {} bytes are more than {}", column, cell.size(), bytes_max));
  }
  if (!is_clean_text(cell)) {
    return invalid_input(
        fmt::format("{}: is not plain UTF-8 text; save the file as UTF-8", column));
  }
  return std::string(cell);
}

/// An account speaks in its own role, any other name as the clinic that it is.
Result<const OutcomeLines::Speaker*> OutcomeLines::find_speaker(const std::string& name) {
  if (const auto known = speakers_.find(name); known != speakers_.end()) return &known->second;
  const auto account = TRY(people_.find_user(name));
  if (account && account->disabled) {
    return not_allowed(fmt::format("contributor: the account '{}' is disabled", shown(name)));
  }
  Speaker speaker;
  if (account) speaker = {account->role, account->id, account->person};
  if (speakers_.size() >= kContributorsRemembered) speakers_.clear();
  return &(speakers_[name] = speaker);
}

Result<void> OutcomeLines::read_actor(std::string_view cell, const AboutPrediction& about,
                                      NewOutcomeEvent& event) {
  event.actor = TRY(read_text_cell(
      "contributor", cell.empty() ? std::string_view(contributor_) : cell, kNameBytesMax));
  if (who_tells_ == WhoTells::ContributorOnly && event.actor != contributor_) {
    return not_allowed(fmt::format(
        "contributor: '{}' is not whoever sends the file; leave the column empty", shown(cell)));
  }
  if (event.actor.empty()) {
    return invalid_input(
        "contributor: who tells the outcome is missing; fill the column or give "
        "--contributor");
  }
  const Speaker& speaker = *TRY(find_speaker(event.actor));
  event.actor_role = speaker.role;
  const bool own = (about.user && about.user == speaker.user) ||
                   (about.person && about.person == speaker.person);
  if (speaker.role == Role::Patient && !own) {
    return not_allowed(fmt::format("contributor: '{}' is a patient and tells of somebody else",
                                   shown(event.actor)));
  }
  return {};
}

Result<NewOutcomeEvent> OutcomeLines::read(std::span<const std::string_view> cells,
                                           const DiseaseFile& disease,
                                           const AboutPrediction& about) {
  NewOutcomeEvent event;
  event.recorded_at = now_;
  event.state = OutcomeState::Confirmed;
  if (!cells[kState].empty()) {
    const auto state = parse_state(cells[kState]);
    if (!state) {
      return invalid_input(
          fmt::format("state: '{}' is not reported, confirmed, contested, adjudicated or retracted",
                      shown(cells[kState])));
    }
    event.state = *state;
  }
  if (tells_value(event.state) || !cells[kOutcome].empty()) {
    if (cells[kOutcome].empty()) return invalid_input("outcome: is missing");
    event.value = TRY(parse_outcome(disease.outcome, cells[kOutcome]));
  }
  TRY(read_standard(cells[kReferenceStandard], cells[kSource], disease.outcome, event));
  TRY(read_actor(cells[kContributor], about, event));
  event.blinded = TRY(read_flag("blinded", cells[kBlinded]));
  event.evidence = TRY(read_text_cell("evidence", cells[kEvidence], kTextBytesMax));
  event.reason = TRY(read_text_cell("reason", cells[kReason], kTextBytesMax));
  if (!cells[kObservedOn].empty()) {
    event.observed_on = TRY(parse_date(cells[kObservedOn]));
  } else if (tells_value(event.state)) {
    return invalid_input("observed_on: the day the disease was found or excluded is missing");
  } else {
    event.observed_on = date_of(now_);
  }
  TRY(check_horizon(event, disease.outcome, about.made_at));
  return event;
}

}  // namespace relearn
