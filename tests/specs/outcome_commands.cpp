// What the commands of *.outcomes files mean.
//
//   prediction made=DATE   a new prediction, of which nothing is known yet
//   enter on=DATE          table: who, role, enters, by (source), with (reference standard), seen
//                          (when, default: that day), because (reason); "then": the state of the
//                          outcome afterwards, or why it was refused. A refused row changes
//                          nothing.
//   word DISEASE           table: word; "means": present, absent, or why it was refused
#include <fmt/format.h>

#include "clinical/disease_file.h"
#include "records/outcome.h"
#include "support/spec_runner.h"

namespace relearn {
namespace {

constexpr std::string_view kEnding = "outcomes";

struct Told {
  Moment made_at;
  std::optional<CurrentOutcome> current;
};

Result<SpecAnswer> begin_prediction(SpecCommand& command, SpecState& state) {
  Told told;
  told.made_at = TRY(parse_moment(command.argument("made").value_or("")));
  state.of<Told>() = told;
  return SpecAnswer{};
}

Result<NewOutcomeEvent> read_event(SpecRow& row, Moment recorded_at) {
  NewOutcomeEvent event;
  const auto role = parse_role(row.cell("role"));
  const auto entered = parse_state(row.cell("enters"));
  const std::string by = row.find("by").value_or("other");
  const auto source = parse_source(by == "-" ? "other" : by);
  if (!role || !entered || !source) return invalid_input("a role, state or source is no word");
  event.actor_role = *role;
  event.state = *entered;
  event.source = *source;
  const auto text = [&](std::string_view column) {
    const std::string cell = row.cell(column);
    return cell == "-" ? std::string() : cell;
  };
  event.actor = text("who");
  event.reference_standard = text("with");
  event.reason = text("because");
  event.recorded_at = recorded_at;
  const std::string seen = text("seen");
  event.observed_on = seen.empty() ? date_of(recorded_at) : TRY(parse_date(seen));
  return event;
}

Result<SpecAnswer> enter(SpecCommand& command, SpecRow& row, SpecState& state) {
  Told& told = state.of<Told>();
  const Moment recorded_at = TRY(parse_moment(command.argument("on").value_or("")));
  const NewOutcomeEvent event = TRY(read_event(row, recorded_at));
  const auto checked = check_transition(told.current, event, told.made_at);
  if (!checked.ok()) return SpecAnswer{{"then", "refused: " + checked.error().message}};
  CurrentOutcome next = told.current.value_or(CurrentOutcome{});
  next.state = event.state;
  next.actor = event.actor;
  if (event.state == OutcomeState::Confirmed || event.state == OutcomeState::Adjudicated) {
    next.confirmed_by = event.actor;
  }
  told.current = next;
  return SpecAnswer{{"then", std::string(state_word(next.state))}};
}

Result<SpecAnswer> read_word(SpecCommand& command, SpecRow& row, SpecState&) {
  const DiseaseFile disease = TRY(
      load_disease_file(fmt::format("{}/diseases/{}.toml", RELEARN_SOURCE_DIR, command.text(0))));
  const auto value = parse_outcome(disease.outcome, row.cell("word"));
  if (!value.ok()) return SpecAnswer{{"means", "refused: " + value.error().message}};
  return SpecAnswer{{"means", value.value() == OutcomeValue::Present ? "present" : "absent"}};
}

}  // namespace

void register_outcome_commands(SpecRunner& runner) {
  runner.add_command(kEnding, "prediction", begin_prediction);
  runner.add_table(kEnding, "enter", enter);
  runner.add_table(kEnding, "word", read_word);
}

}  // namespace relearn
