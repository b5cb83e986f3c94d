// What the commands of *.disease files mean.
//
//   disease ID             loads diseases/ID.toml; answers what it is about, in a few lines
//   accept                 table: predictor, given, becomes: what a form makes of a value
//   codes PREDICTOR        the codes, as "number  word: label in English / in Marathi"
//   record KEY=VALUE...    the record that the next checks start from; what is not given is missing
//   check KEY=VALUE...     the same with these values instead; answers verdict and every finding
//   source ADAPTER         table: column (header name or number), cell, becomes (and outcome,
//                          person): what the adapter makes of one cell of the file
#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "base/text.h"
#include "clinical/disease_file.h"
#include "clinical/record_check.h"
#include "learning/cohort/row_decoder.h"
#include "support/spec_runner.h"

namespace relearn {
namespace {

constexpr std::string_view kEnding = "disease";
constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

struct DiseaseState {
  DiseaseFile disease;
  std::vector<double> record;
};

Result<const Predictor*> find_predictor(const DiseaseFile& disease, const std::string& id) {
  const int index = disease.find(id);
  if (index < 0) return invalid_input(fmt::format("{} has no predictor \"{}\"", disease.id, id));
  return &disease.predictors[static_cast<std::size_t>(index)];
}

/// "104.5", "typical_angina", "missing": without the unit, as a table of one unit shows it.
std::string shown_value(const Predictor& predictor, double value) {
  if (std::isnan(value) || predictor.is_coded()) return predictor.describe(value);
  return fmt::format("{:.6g}", value);
}

std::string joined_ids(const DiseaseFile& disease, bool Predictor::*member) {
  std::string ids;
  for (const Predictor& predictor : disease.predictors) {
    if (predictor.*member) ids += (ids.empty() ? "" : ", ") + predictor.id;
  }
  return ids;
}

enum class Standing { Trains, RecordedOnly };

std::string joined_standards(const DiseaseFile& disease, Standing standing) {
  std::string ids;
  for (const ReferenceStandard& standard : disease.outcome.reference_standards) {
    if (standard.trains == (standing == Standing::Trains))
      ids += (ids.empty() ? "" : ", ") + standard.id;
  }
  return ids;
}

Result<SpecAnswer> load(SpecCommand& command, SpecState& state) {
  const std::string file = fmt::format("{}/diseases/{}.toml", RELEARN_SOURCE_DIR, command.text(0));
  auto& [disease, record] = state.of<DiseaseState>();
  disease = TRY(load_disease_file(file));
  record.assign(disease.predictors.size(), kMissing);
  const DecisionThresholds& thresholds = disease.thresholds;
  return SpecAnswer{
      {"name", disease.name.at("en")},
      {"predictors", std::to_string(disease.predictors.size())},
      {"in the model", std::to_string(disease.model_inputs().size())},
      {"anchors", joined_ids(disease, &Predictor::anchor)},
      {"quasi-identifiers", joined_ids(disease, &Predictor::quasi_identifier)},
      {"outcome", fmt::format("{}: {}", disease.outcome.id, disease.outcome.positive.at("en"))},
      {"horizon", fmt::format("{} days", disease.outcome.horizon_days)},
      {"matures after", fmt::format("{} days", disease.outcome.maturity_days)},
      {"counts as truth", joined_standards(disease, Standing::Trains)},
      {"recorded only", joined_standards(disease, Standing::RecordedOnly)},
      {"moderate from", fmt::format("{}", thresholds.moderate)},
      {"high from", fmt::format("{}", thresholds.decision)},
      {"evidence at most", disease.evidence.tier_at_most},
      {"model file", disease.model_file_name}};
}

Result<SpecAnswer> accept(SpecCommand&, SpecRow& row, SpecState& state) {
  const Predictor& predictor =
      *TRY(find_predictor(state.of<DiseaseState>().disease, row.cell("predictor")));
  const auto value = parse_value(predictor, row.cell("given"));
  if (value.ok()) return SpecAnswer{{"becomes", shown_value(predictor, value.value())}};
  std::string message = value.error().message;
  const std::string subject = predictor.id + ": ";
  if (message.starts_with(subject)) message.erase(0, subject.size());
  return SpecAnswer{{"becomes", "refused: " + message}};
}

Result<SpecAnswer> list_codes(SpecCommand& command, SpecState& state) {
  const Predictor& predictor =
      *TRY(find_predictor(state.of<DiseaseState>().disease, command.text(0)));
  SpecAnswer answer;
  for (const Code& code : predictor.codes) {
    answer.emplace_back(
        std::to_string(code.value),
        fmt::format("{}: {} / {}", code.word, code.label.at("en"), code.label.at("mr")));
  }
  return answer;
}

Result<void> set_values(SpecCommand& command, const DiseaseFile& disease,
                        std::vector<double>& record) {
  for (const auto& [id, text] : command.arguments()) {
    const Predictor& predictor = *TRY(find_predictor(disease, id));
    // A number stands as it is, so that impossible ones reach the check of the whole record.
    const auto number = parse_number(text);
    record[static_cast<std::size_t>(disease.find(id))] =
        number ? *number : TRY(parse_value(predictor, text));
  }
  return {};
}

Result<SpecAnswer> set_record(SpecCommand& command, SpecState& state) {
  auto& [disease, record] = state.of<DiseaseState>();
  record.assign(disease.predictors.size(), kMissing);
  TRY(set_values(command, disease, record));
  return SpecAnswer{};
}

Result<SpecAnswer> check(SpecCommand& command, SpecState& state) {
  auto [disease, record] = state.of<DiseaseState>();
  TRY(set_values(command, disease, record));
  std::vector<Finding> findings;
  check_record(disease, record, findings);
  SpecAnswer answer;
  answer.emplace_back("verdict", is_quarantined(findings) ? "quarantined"
                                 : findings.empty()       ? "accepted"
                                                          : "accepted with warnings");
  for (const Finding& finding : findings) {
    const bool quarantines = finding.severity == Finding::Severity::Quarantine;
    answer.emplace_back(quarantines ? "because" : "warning", finding.message);
  }
  return answer;
}

Result<std::size_t> find_column(const Adapter& adapter, const std::string& name) {
  for (std::size_t i = 0; i < adapter.columns.size(); ++i) {
    if (adapter.header ? adapter.columns[i].source == name : std::to_string(i + 1) == name) {
      return i;
    }
  }
  return invalid_input(fmt::format("adapter {} has no column \"{}\"", adapter.id, name));
}

Result<const Adapter*> find_adapter(const DiseaseFile& disease, const std::string& id) {
  for (const Adapter& adapter : disease.adapters) {
    if (adapter.id == id) return &adapter;
  }
  return invalid_input(fmt::format("{} has no adapter \"{}\"", disease.id, id));
}

/// What the adapter makes of a row that is empty but for one cell.
Result<SpecAnswer> read_cell(SpecCommand& command, SpecRow& row, SpecState& state) {
  const DiseaseFile& disease = state.of<DiseaseState>().disease;
  const Adapter& adapter = *TRY(find_adapter(disease, command.text(0)));
  const std::size_t column = TRY(find_column(adapter, row.cell("column")));
  const std::string cell = row.cell("cell");
  std::vector<std::string_view> fields(adapter.columns.size());
  fields[column] = cell;
  RowDecoder::Row read;
  std::vector<Finding> findings;
  RowDecoder(disease, adapter, listed_order(adapter)).decode(fields, read, findings);

  const int index = adapter.columns[column].predictor;
  std::string subject(kPersonColumn);
  std::string value(read.person);
  if (index >= 0) {
    const Predictor& predictor = disease.predictors[static_cast<std::size_t>(index)];
    subject = predictor.id;
    value = shown_value(predictor, read.values[static_cast<std::size_t>(index)]);
  } else if (static_cast<int>(column) == adapter.outcome_column) {
    subject = disease.outcome.id;
    value = std::to_string(read.outcome);
  }
  for (const Finding& finding : findings) {
    if (finding.predictor == subject) return SpecAnswer{{"becomes", "refused"}};
  }
  return SpecAnswer{{"becomes", fmt::format("{} {}", subject, value)}};
}

}  // namespace

void register_disease_commands(SpecRunner& runner) {
  runner.add_command(kEnding, "disease", load);
  runner.add_table(kEnding, "accept", accept);
  runner.add_command(kEnding, "codes", list_codes);
  runner.add_command(kEnding, "record", set_record);
  runner.add_command(kEnding, "check", check);
  runner.add_table(kEnding, "source", read_cell);
}

}  // namespace relearn
