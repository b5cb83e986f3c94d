// What the commands of *.selection files mean.
//
//   disease ID                        loads diseases/ID.toml
//   eligible cut_off=DATE             a table: assessed, observed, standard, withdrawn -> may train
//   influence baseline=ROWS NAME=RECORDS ...
//                                     answers the weight of each contributor's records
//   outcomes by=NAME count=N are=HOW [batch=NAME] [day=DATE] [risk=no]
//                                     N confirmed outcomes of people with evenly spread risks; HOW:
//                                     right (as often ill as the risks say), inverted, ill
//                                     (everybody), well
//   arrivals cut_off=DATE             answers what is quarantined, or: nothing
//   release NAME on=DATE              somebody has looked at this contributor or batch: it is right
//   record person=P at=MOMENT outcome=0|1 age=A
//                                     one confirmed record; person=guest is nobody's
//   visits                            answers: kept, repeated, contradictory
//   predictions count=N confirmed=RULE
//                                     N predictions with evenly spread risks, outcomes as often as
//                                     the risks say; confirmed: everybody, flagged (risk above one
//                                     half; of the others one in ten)
//   verification                      answers how much that distorts
#include <fmt/format.h>

#include <cmath>

#include "base/text.h"
#include "lifecycle/selection/arrival_tests.h"
#include "lifecycle/selection/eligibility.h"
#include "lifecycle/selection/influence.h"
#include "lifecycle/selection/verification_bias.h"
#include "lifecycle/selection/visits.h"
#include "support/spec_runner.h"

namespace relearn {
namespace {

constexpr std::string_view kEnding = "selection";

struct SelectionState {
  DiseaseFile disease;
  std::vector<ConfirmedRecord> records;
  std::vector<Quarantine> decided;
  std::vector<VerificationRow> rows;
};

SelectionState& state_of(SpecState& state) { return state.of<SelectionState>(); }

Result<SpecAnswer> load(SpecCommand& command, SpecState& state) {
  const std::string path = fmt::format("{}/diseases/{}.toml", RELEARN_SOURCE_DIR, command.text(0));
  state_of(state) = {TRY(load_disease_file(path)), {}, {}, {}};
  return SpecAnswer{};
}

Result<std::string> needed(SpecCommand& command, std::string_view key) {
  if (auto value = command.argument(key)) return *value;
  return invalid_input(fmt::format("{} needs {}=", command.word(), key));
}

Result<std::uint64_t> number(SpecCommand& command, std::string_view key) {
  return static_cast<std::uint64_t>(parse_number(TRY(needed(command, key))).value_or(0));
}

Result<Moment> moment(SpecCommand& command, std::string_view key) {
  const std::string text = TRY(needed(command, key));
  return parse_moment(text);
}

Result<SpecAnswer> eligible(SpecCommand& command, SpecRow& row, SpecState& state) {
  ConfirmedRecord record;
  record.prediction.made_at = TRY(parse_moment(row.cell("assessed")));
  record.observed_on = TRY(parse_date(row.cell("observed")));
  record.reference_standard = row.cell("standard");
  record.withdrawn = row.cell("withdrawn") == "yes";
  const Moment cut_off = TRY(moment(command, "cut_off"));
  const auto reason = why_not_eligible(record, state_of(state).disease, cut_off);
  return SpecAnswer{{"may train", reason ? "no: " + *reason : "yes"}};
}

Result<SpecAnswer> influence(SpecCommand& command, SpecState&) {
  const std::uint64_t baseline = TRY(number(command, "baseline"));
  std::map<std::string, std::uint64_t> records;
  for (const auto& [name, count] : command.arguments()) {
    if (name != "baseline") records[name] = TRY(number(command, name));
  }
  SpecAnswer answer;
  for (const auto& [name, weight] : influence_weights(records, baseline)) {
    answer.emplace_back(name, fmt::format("{:.4g}", weight));
  }
  return answer;
}

/// Evenly spread in (0, 1).
double spread_risk(std::uint64_t i, std::uint64_t count) {
  return (static_cast<double>(i) + 0.5) / static_cast<double>(count);
}

/// Ill as often as the risk says, without chance: a sequence that fills (0, 1) evenly.
bool ill_by_risk(std::uint64_t i, double risk) {
  constexpr double kGolden = 0.6180339887498949;
  double whole = 0;
  return std::modf(kGolden * static_cast<double>(i + 1), &whole) < risk;
}

Result<SpecAnswer> outcomes(SpecCommand& command, SpecState& state) {
  const std::uint64_t count = TRY(number(command, "count"));
  const std::string are = TRY(needed(command, "are")), by = TRY(needed(command, "by"));
  const std::string batch = command.argument("batch").value_or("of " + by);
  const std::string day = command.argument("day").value_or("2026-01-01");
  const bool with_risk = command.argument("risk").value_or("yes") == "yes";
  auto& records = state_of(state).records;
  for (std::uint64_t i = 0; i < count; ++i) {
    const double risk = spread_risk(i, count);
    bool ill = ill_by_risk(i, risk);
    if (are == "inverted") ill = !ill;
    if (are == "ill" || are == "well") ill = are == "ill";
    ConfirmedRecord record;
    record.prediction.id = {fmt::format("p-{}", records.size())};
    record.prediction.person = PersonId{static_cast<std::int64_t>(records.size())};
    record.prediction.made_at = TRY(parse_moment(day));
    record.recorded_at = record.prediction.made_at;
    if (with_risk) record.prediction.risk = ServedRisk(risk);
    // Every anchor of the disease goes with the risk, as in real people.
    for (const Predictor& predictor : state_of(state).disease.predictors) {
      if (!predictor.anchor) continue;
      const double towards = predictor.direction > 0 ? risk : 1 - risk;
      record.prediction.inputs.emplace_back(
          predictor.id, predictor.hard.low + towards * (predictor.hard.high - predictor.hard.low));
    }
    record.value = ill ? OutcomeValue::Present : OutcomeValue::Absent;
    record.contributor = by;
    record.batch = batch;
    records.push_back(std::move(record));
  }
  return SpecAnswer{};
}

Result<SpecAnswer> release(SpecCommand& command, SpecState& state) {
  const Moment on = TRY(moment(command, "on"));
  for (const QuarantineScope scope : {QuarantineScope::Contributor, QuarantineScope::Batch}) {
    state_of(state).decided.push_back({0,
                                       {state_of(state).disease.id, scope, command.text(0), "", 0},
                                       QuarantineState::Released,
                                       on,
                                       on,
                                       "a second reader",
                                       "charts looked at again"});
  }
  return SpecAnswer{};
}

Result<SpecAnswer> arrivals(SpecCommand& command, SpecState& state) {
  const SelectionState& given = state_of(state);
  const Moment cut_off = TRY(moment(command, "cut_off"));
  SpecAnswer answer;
  for (const NewQuarantine& failed :
       TRY(failed_arrivals(given.disease, given.records, QuarantineList(given.decided), cut_off))) {
    answer.emplace_back(
        fmt::format("{} {}", failed.scope == QuarantineScope::Batch ? "batch" : "contributor",
                    failed.subject),
        failed.reason);
  }
  if (answer.empty()) answer.emplace_back("quarantined", "nothing");
  return answer;
}

Result<SpecAnswer> record(SpecCommand& command, SpecState& state) {
  auto& records = state_of(state).records;
  ConfirmedRecord one;
  const std::string person = TRY(needed(command, "person"));
  if (person != "guest") one.prediction.person = PersonId{std::atoll(person.c_str())};
  one.prediction.id = {fmt::format("p-{}", records.size())};
  one.prediction.made_at = TRY(moment(command, "at"));
  one.prediction.inputs.emplace_back("age_years", static_cast<double>(TRY(number(command, "age"))));
  one.value = TRY(number(command, "outcome")) == 1 ? OutcomeValue::Present : OutcomeValue::Absent;
  records.push_back(std::move(one));
  return SpecAnswer{};
}

std::string list(const std::vector<std::size_t>& indices) {
  std::string text;
  for (const std::size_t i : indices) text += fmt::format("{}p-{}", text.empty() ? "" : ", ", i);
  return text.empty() ? "none" : text;
}

Result<SpecAnswer> visits(SpecCommand&, SpecState& state) {
  std::vector<const ConfirmedRecord*> records;
  for (const ConfirmedRecord& each : state_of(state).records) records.push_back(&each);
  const Visits found = one_row_a_visit(records);
  return SpecAnswer{{"kept", list(found.kept)},
                    {"repeated", list(found.repeated)},
                    {"contradictory", list(found.contradictory)}};
}

Result<SpecAnswer> predictions(SpecCommand& command, SpecState& state) {
  const std::uint64_t count = TRY(number(command, "count"));
  const bool everybody = TRY(needed(command, "confirmed")) == "everybody";
  for (std::uint64_t i = 0; i < count; ++i) {
    const double risk = spread_risk(i, count);
    const bool confirmed = everybody || risk > 0.5 || i % 10 == 0;
    state_of(state).rows.push_back({static_cast<float>(risk),
                                    static_cast<std::uint8_t>(confirmed ? 1 : 0),
                                    static_cast<std::uint8_t>(ill_by_risk(i, risk) ? 1 : 0)});
  }
  return SpecAnswer{};
}

Result<SpecAnswer> verification(SpecCommand&, SpecState& state) {
  const VerificationBias bias = measure_verification(state_of(state).rows);
  SpecAnswer answer{{"confirmed", fmt::format("{} of {}", bias.confirmed, bias.predictions)},
                    {"can be estimated", bias.estimable ? "yes" : "no"}};
  if (bias.estimable) {
    answer.emplace_back("ill among the confirmed", fmt::format("{:.3f}", bias.share_ill));
    answer.emplace_back("ill among all, estimated", fmt::format("{:.3f}", bias.share_ill_weighted));
    answer.emplace_back("auroc among the confirmed", fmt::format("{:.3f}", bias.auroc));
    answer.emplace_back("auroc among all, estimated", fmt::format("{:.3f}", bias.auroc_weighted));
  }
  return answer;
}

}  // namespace

void register_selection_commands(SpecRunner& runner) {
  runner.add_command(kEnding, "disease", load);
  runner.add_table(kEnding, "eligible", eligible);
  runner.add_command(kEnding, "influence", influence);
  runner.add_command(kEnding, "outcomes", outcomes);
  runner.add_command(kEnding, "release", release);
  runner.add_command(kEnding, "arrivals", arrivals);
  runner.add_command(kEnding, "record", record);
  runner.add_command(kEnding, "visits", visits);
  runner.add_command(kEnding, "predictions", predictions);
  runner.add_command(kEnding, "verification", verification);
}

}  // namespace relearn
