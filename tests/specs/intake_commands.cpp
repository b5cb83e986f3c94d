// What the commands of *.intake files mean: files of one line each, brought into a store in memory.
//
//   today DATE               the day on which the files arrive
//   account EMAIL ROLE       somebody with an account
//   scorer RISK              the live model gives this risk from now on
//   predictions [DISEASE]    table: the columns of the file; "becomes": what the line does;
//   "outcome":
//                            an outcome beside the prediction; "then": what the outcome does
//   outcomes [DISEASE]       table: the columns of the file; "becomes"
//     by=NAME                as --contributor
//     as=json                JSON lines instead of CSV
//   file predictions|outcomes TEXT [DISEASE]
//                            a whole file of this text, "|" for a line end; answers the report or
//                            error
//   stored REFERENCE         what is stored of this assessment of person p1, diabetes
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "lifecycle/intake/import_key.h"
#include "lifecycle/intake/intake.h"
#include "support/memory_record_store.h"
#include "support/scratch_folder.h"
#include "support/spec_runner.h"

namespace relearn {
namespace {

constexpr std::string_view kEnding = "intake";

struct Clinic {
  MemoryPeopleStore people;
  MemoryRecordStore records;
  std::vector<DiseaseFile> diseases;
  Moment now;
  std::optional<double> risk;
  ScratchFolder scratch;
};

enum class Kind { Predictions, Outcomes };

Result<ImportEnd> bring_in(Clinic& clinic, Kind kind, const ImportRequest& request) {
  if (clinic.diseases.empty()) {
    clinic.diseases =
        TRY(load_disease_folder(std::filesystem::path(RELEARN_SOURCE_DIR) / "diseases"));
  }
  NoProgress progress;
  const CancelToken cancel;
  const IntakePorts ports{clinic.records, clinic.people, [&] { return clinic.now; }, progress,
                          cancel};
  if (kind == Kind::Outcomes) return import_outcomes(clinic.diseases, request, ports);
  const FindScorer scorer = [&](const DiseaseFile&) -> ScoreRecord {
    if (!clinic.risk) return {};
    return [&](std::span<const double>) {
      return std::optional<ScoredRisk>({*clinic.risk, "live model"});
    };
  };
  return import_predictions(clinic.diseases, request, scorer, ports);
}

/// "added", "already there", or the reason.
std::string fate(const ItemCounts& counts, const ImportReport& report) {
  if (counts.given != counts.added + counts.already_there + counts.refused)
    return "does not add up";
  if (counts.added == 1) return "added";
  if (counts.already_there == 1) return "already there";
  if (counts.refused == 1) return "refused: " + report.first_refused.front().because;
  return "nothing";
}

/// Names of the columns that a table may have, besides the predictors of all diseases.
constexpr std::array<std::string_view, 20> kColumns = {
    "made_at",     "person",      "user",    "prediction_ref", "risk",   "model_version",
    "shown",       "disease",     "outcome", "state",          "source", "reference_standard",
    "contributor", "observed_on", "blinded", "evidence",       "reason", "prediction",
    "patient",     "age"};

std::vector<std::pair<std::string, std::string>> cells_of(SpecRow& row, const Clinic& clinic) {
  std::vector<std::pair<std::string, std::string>> cells;
  const auto take = [&](std::string_view column) {
    if (const auto cell = row.find(column)) {
      cells.emplace_back(column, *cell == "-" ? std::string() : *cell);
    }
  };
  for (const std::string_view column : kColumns) take(column);
  std::vector<std::string> ids;
  for (const DiseaseFile& disease : clinic.diseases) {
    for (const Predictor& predictor : disease.predictors) ids.push_back(predictor.id);
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  for (const std::string& id : ids) take(id);
  return cells;
}

std::string csv_of(const std::vector<std::pair<std::string, std::string>>& cells) {
  std::string names, values;
  for (const auto& [name, value] : cells) {
    names += (names.empty() ? "" : ",") + name;
    values += fmt::format("{}\"{}\"", &value == &cells.front().second ? "" : ",", value);
  }
  return names + "\n" + values + "\n";
}

std::string json_of(const std::vector<std::pair<std::string, std::string>>& cells) {
  nlohmann::json object = nlohmann::json::object();
  for (const auto& [name, value] : cells) {
    if (!value.empty()) object[name] = value;
  }
  return object.dump() + "\n";
}

Result<ImportReport> one_line(SpecCommand& command, SpecRow& row, Clinic& clinic, Kind kind) {
  if (clinic.diseases.empty()) {
    clinic.diseases =
        TRY(load_disease_folder(std::filesystem::path(RELEARN_SOURCE_DIR) / "diseases"));
  }
  const auto cells = cells_of(row, clinic);
  const bool json = command.argument("as").value_or("csv") == "json";
  ImportRequest request;
  request.file = clinic.scratch.path() / (json ? "line.jsonl" : "line.csv");
  request.disease = command.text(0);
  request.contributor = command.argument("by").value_or("");
  TRY(write_file_atomically(request.file, json ? json_of(cells) : csv_of(cells)));
  ImportEnd end = TRY(bring_in(clinic, kind, request));
  if (end.stopped) return *end.stopped;
  return std::move(end.report);
}

Result<SpecAnswer> predictions(SpecCommand& command, SpecRow& row, SpecState& state) {
  const auto report = TRY(one_line(command, row, state.of<Clinic>(), Kind::Predictions));
  return SpecAnswer{{"becomes", fate(report.lines, report)},
                    {"then", fate(report.outcomes, report)}};
}

Result<SpecAnswer> outcomes(SpecCommand& command, SpecRow& row, SpecState& state) {
  const auto report = TRY(one_line(command, row, state.of<Clinic>(), Kind::Outcomes));
  return SpecAnswer{{"becomes", fate(report.lines, report)}};
}

Result<SpecAnswer> whole_file(SpecCommand& command, SpecState& state) {
  Clinic& clinic = state.of<Clinic>();
  std::string text = command.text(1);
  std::replace(text.begin(), text.end(), '|', '\n');
  ImportRequest request;
  request.file = clinic.scratch.path() / "file.txt";
  request.disease = command.text(2);
  request.contributor = command.argument("by").value_or("clinic");
  TRY(write_file_atomically(request.file, text));
  const Kind kind = command.text(0) == "outcomes" ? Kind::Outcomes : Kind::Predictions;
  auto end = bring_in(clinic, kind, request);
  if (!end.ok()) {
    Error error = end.take_error();
    const std::string folder = clinic.scratch.path().string() + "/";
    if (error.message.starts_with(folder)) error.message.erase(0, folder.size());
    return error;
  }
  const ImportReport& report = end.value().report;
  SpecAnswer answer;
  for (const auto& [label, counts] :
       {std::pair{"lines", &report.lines}, std::pair{"outcomes", &report.outcomes}}) {
    answer.emplace_back(label,
                        fmt::format("{} = {} added + {} already there + {} refused", counts->given,
                                    counts->added, counts->already_there, counts->refused));
  }
  for (const RefusedLine& refused : report.first_refused) {
    answer.emplace_back(fmt::format("line {}", refused.line), refused.because);
  }
  for (const auto& [reason, lines] : report.reasons) {
    answer.emplace_back(fmt::format("{} times", lines), reason);
  }
  return answer;
}

Result<SpecAnswer> set_today(SpecCommand& command, SpecState& state) {
  state.of<Clinic>().now = TRY(parse_moment(command.text(0)));
  return SpecAnswer{};
}

Result<SpecAnswer> add_account(SpecCommand& command, SpecState& state) {
  NewUser user;
  user.email = command.text(0);
  user.role = parse_role(command.text(1)).value_or(Role::Patient);
  TRY(state.of<Clinic>().people.add_user(user, state.of<Clinic>().now));
  return SpecAnswer{};
}

Result<SpecAnswer> set_scorer(SpecCommand& command, SpecState& state) {
  state.of<Clinic>().risk = std::stod(command.text(0));
  return SpecAnswer{};
}

Result<SpecAnswer> show_stored(SpecCommand& command, SpecState& state) {
  const std::string key = key_of_reference("diabetes", {std::nullopt, "p1"}, command.text(0));
  const auto found = TRY(state.of<Clinic>().records.find_imported(key));
  if (!found) return not_found("nothing is stored under this reference");
  std::string inputs;
  for (const auto& [id, value] : found->inputs) inputs += fmt::format("{}={:.6g} ", id, value);
  if (!inputs.empty()) inputs.pop_back();
  return SpecAnswer{{"made at", to_text(found->made_at)},
                    {"inputs", inputs},
                    {"risk", found->risk ? fmt::format("{}", found->risk->value) : "none"},
                    {"model", found->model_version.empty() ? "none" : found->model_version},
                    {"shown", found->shown.empty() ? "nothing" : found->shown}};
}

}  // namespace

void register_intake_commands(SpecRunner& runner) {
  runner.add_command(kEnding, "today", set_today);
  runner.add_command(kEnding, "account", add_account);
  runner.add_command(kEnding, "scorer", set_scorer);
  runner.add_table(kEnding, "predictions", predictions);
  runner.add_table(kEnding, "outcomes", outcomes);
  runner.add_command(kEnding, "file", whole_file);
  runner.add_command(kEnding, "stored", show_stored);
}

}  // namespace relearn
