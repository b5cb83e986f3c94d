#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/csv.h"
#include "base/text.h"
#include "clinical/record_check.h"
#include "lifecycle/intake/account_lookup.h"
#include "lifecycle/intake/import_key.h"
#include "lifecycle/intake/intake.h"
#include "lifecycle/intake/line_import.h"
#include "lifecycle/intake/outcome_line.h"

namespace relearn {
namespace {

enum Column : std::size_t {
  kMadeAt,
  kPerson,
  kUser,
  kPredictionRef,
  kRisk,
  kModelVersion,
  kShown,
  kOutcomes,  // the first of kOutcomeColumns
};
constexpr std::array<std::string_view, kOutcomes> kNames = {
    "made_at", "person", "user", "prediction_ref", "risk", "model_version", "shown"};
constexpr std::size_t kPredictors = kOutcomes + kOutcomeColumns.size();
constexpr std::size_t kNameBytesMax = 200;

std::vector<std::string> known_columns(const DiseaseFile& disease) {
  std::vector<std::string> names(kNames.begin(), kNames.end());
  names.insert(names.end(), kOutcomeColumns.begin(), kOutcomeColumns.end());
  for (const Predictor& predictor : disease.predictors) names.push_back(predictor.id);
  return names;
}

/// Predictors of the disease among the names, and names that it does not know.
struct Fit {
  std::size_t predictors = 0, unknown = 0;
};

Fit fit_of(const DiseaseFile& disease, const std::vector<std::string>& names) {
  const auto known = known_columns(disease);
  Fit fit;
  for (const std::string& name : names) {
    if (disease.find(name) >= 0) {
      ++fit.predictors;
    } else if (std::find(known.begin(), known.end(), name) == known.end()) {
      ++fit.unknown;
    }
  }
  return fit;
}

/// The disease that was asked for, or the one that knows the most of the columns.
Result<const DiseaseFile*> choose_disease(const std::vector<DiseaseFile>& diseases,
                                          const ImportRequest& request,
                                          const std::vector<std::string>& names) {
  const DiseaseFile* best = nullptr;
  Fit best_fit;
  enum class Choice { Clear, Tied } choice = Choice::Clear;
  for (const DiseaseFile& disease : diseases) {
    if (disease.id == request.disease) return &disease;
    const Fit fit = fit_of(disease, names);
    if (best == nullptr || fit.predictors > best_fit.predictors ||
        (fit.predictors == best_fit.predictors && fit.unknown < best_fit.unknown)) {
      best = &disease;
      best_fit = fit;
      choice = Choice::Clear;
    } else if (fit.predictors == best_fit.predictors && fit.unknown == best_fit.unknown) {
      choice = Choice::Tied;
    }
  }
  if (!request.disease.empty()) {
    return not_found(
        fmt::format("disease '{}' is not described in any disease file", request.disease));
  }
  if (best == nullptr || best_fit.predictors == 0 || choice == Choice::Tied) {
    return invalid_input(
        fmt::format("{}: its columns do not tell which disease it is about; give --disease",
                    request.file.string()));
  }
  return best;
}

class PredictionImport final : public LineImport {
 public:
  PredictionImport(const DiseaseFile& disease, ScoreRecord score, const ImportRequest& request,
                   BatchSource batch, ImportReport& report, Refusals& refusals,
                   const IntakePorts& ports)
      : disease_(disease),
        score_(std::move(score)),
        batch_(std::move(batch)),
        report_(report),
        refusals_(refusals),
        records_(ports.records),
        accounts_(ports.people),
        outcomes_(ports.people, request.contributor, batch_.received_at, request.who_tells) {}

  Result<void> take(const RowReader& row) override {
    const auto cells = row.cells();
    Waiting waiting;
    waiting.line = {row.line(), std::string(row.text())};
    NewPrediction& prediction = waiting.prediction;
    prediction.disease = disease_.id;
    prediction.disease_version = disease_.version;
    TRY(read_subject(cells, prediction));
    TRY(read_moment(cells[kMadeAt], prediction));
    TRY(read_values(cells.subspan(kPredictors), waiting));
    TRY(read_risk(cells, waiting));
    const std::string reference =
        TRY(read_text_cell("prediction_ref", cells[kPredictionRef], kNameBytesMax));
    waiting.named = reference.empty() ? Named::No : Named::Yes;
    prediction.import_key = reference.empty()
                                ? key_of_contents(prediction)
                                : key_of_reference(disease_.id, prediction.subject, reference);
    read_outcome(cells, waiting);
    waiting_.push_back(std::move(waiting));
    return {};
  }

  std::size_t waiting() const override { return waiting_.size(); }

  Result<void> store() override {
    if (waiting_.empty()) return {};
    std::vector<NewPrediction> predictions;
    for (Waiting& each : waiting_) predictions.push_back(std::move(each.prediction));
    const auto receipts = TRY(records_.add_predictions(predictions, batch_));
    // From here on they are stored; what follows belongs to their lines.
    std::vector<Waiting> stored = std::move(waiting_);
    waiting_.clear();
    std::vector<std::size_t> taken;
    for (std::size_t i = 0; i < stored.size(); ++i) {
      const std::string because = TRY(count(predictions[i], stored[i], receipts[i]));
      if (because.empty()) {
        taken.push_back(i);
      } else {
        TRY(refuse(report_.lines, stored[i], because));
      }
    }
    return store_outcomes(stored, taken, receipts);
  }

 private:
  enum class Named { No, Yes };
  struct Waiting {
    WaitingLine line;
    NewPrediction prediction;
    Named named = Named::No;  // by a reference of the clinic
    bool unusual = false, scored = false;
    std::optional<NewOutcomeEvent> outcome;
    std::string outcome_refused;  // why the event of the line is none
  };

  Result<void> refuse(ItemCounts& counts, const Waiting& waiting, std::string because) {
    return refusals_.add(counts, waiting.line.line, waiting.line.text, std::move(because));
  }

  Result<void> read_subject(std::span<const std::string_view> cells, NewPrediction& prediction) {
    prediction.subject = TRY(accounts_.read_subject(cells[kPerson], cells[kUser]));
    return {};
  }

  Result<void> read_moment(std::string_view cell, NewPrediction& prediction) const {
    if (cell.empty()) return invalid_input("made_at: when the person was assessed is missing");
    prediction.made_at = TRY(parse_moment(cell));
    if (prediction.made_at > batch_.received_at) {
      return invalid_input(fmt::format("made_at: {} is in the future", shown(cell)));
    }
    return {};
  }

  Result<void> read_values(std::span<const std::string_view> cells, Waiting& waiting) const {
    std::vector<double> values(disease_.predictors.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = TRY(parse_value(disease_.predictors[i], cells[i]));
      if (!std::isnan(values[i])) {
        waiting.prediction.inputs.emplace_back(disease_.predictors[i].id, values[i]);
      }
    }
    if (waiting.prediction.inputs.empty()) return invalid_input("holds no value of any predictor");
    std::vector<Finding> findings;
    check_record(disease_, values, findings);
    for (Finding& finding : findings) {
      if (finding.severity == Finding::Severity::Quarantine) {
        return invalid_input(std::move(finding.message));
      }
    }
    waiting.unusual = !findings.empty();
    return score(values, waiting);
  }

  /// The risk of the live model; what the line itself says goes before.
  Result<void> score(std::span<const double> values, Waiting& waiting) const {
    if (!score_) return {};
    if (const auto scored = score_(values)) {
      waiting.prediction.risk = ServedRisk(scored->risk);
      waiting.prediction.model_version = scored->model_version;
      waiting.scored = true;
    }
    return {};
  }

  static Result<void> read_risk(std::span<const std::string_view> cells, Waiting& waiting) {
    NewPrediction& prediction = waiting.prediction;
    prediction.shown = TRY(read_text_cell("shown", cells[kShown], kNameBytesMax));
    const std::string version =
        TRY(read_text_cell("model_version", cells[kModelVersion], kNameBytesMax));
    if (cells[kRisk].empty() != version.empty()) {
      return invalid_input("risk and model_version: one is of no use without the other");
    }
    if (version.empty()) return {};
    const auto risk = parse_number(cells[kRisk]);
    if (!risk || *risk < 0 || *risk > 1) {
      return invalid_input(fmt::format("risk: '{}' is no number from 0 to 1; is it in percent?",
                                       shown(cells[kRisk])));
    }
    prediction.risk = ServedRisk(*risk);
    prediction.model_version = version;
    waiting.scored = false;
    return {};
  }

  /// A bad outcome costs the outcome, not the prediction.
  void read_outcome(std::span<const std::string_view> cells, Waiting& waiting) {
    const auto told = cells.subspan(kOutcomes, kOutcomeColumns.size());
    if (told[0].empty() && told[1].empty()) return;  // neither outcome nor state
    auto event = outcomes_.read(told, disease_,
                                {waiting.prediction.made_at, waiting.prediction.subject.user, {}});
    if (event.ok()) {
      waiting.outcome = event.take_value();
    } else {
      waiting.outcome_refused = "outcome: " + event.error().message;
    }
  }

  /// Why the line is refused after all, or "" when its prediction is there now.
  Result<std::string> count(const NewPrediction& prediction, const Waiting& waiting,
                            const Receipt& receipt) {
    if (receipt.result == Receipt::Result::Refused) return receipt.refused_because;
    if (receipt.result == Receipt::Result::AlreadyThere) {
      if (waiting.named == Named::Yes && !TRY(is_stored_alike(prediction))) {
        return std::string(
            "prediction_ref: this person has another assessment of this name; give it one of its "
            "own");
      }
      ++report_.lines.already_there;
      return std::string();
    }
    ++report_.lines.added;
    if (waiting.unusual) ++report_.with_warnings;
    if (waiting.scored) ++report_.scored;
    return std::string();
  }

  Result<bool> is_stored_alike(const NewPrediction& given) {
    const auto stored = TRY(records_.find_imported(given.import_key));
    if (!stored || stored->made_at != given.made_at) return false;
    auto ours = given.inputs, theirs = stored->inputs;
    std::sort(ours.begin(), ours.end());
    std::sort(theirs.begin(), theirs.end());
    return ours == theirs;
  }

  Result<void> store_outcomes(std::vector<Waiting>& stored, std::span<const std::size_t> taken,
                              std::span<const Receipt> predictions) {
    std::vector<NewOutcomeEvent> events;
    std::vector<std::size_t> lines;
    ItemCounts& counts = report_.outcomes;
    for (const std::size_t i : taken) {
      if (!stored[i].outcome_refused.empty()) {
        ++counts.given;
        TRY(refuse(counts, stored[i], std::move(stored[i].outcome_refused)));
      } else if (stored[i].outcome) {
        NewOutcomeEvent& event = *stored[i].outcome;
        event.prediction = predictions[i].prediction;
        event.import_key = key_of_event(event);
        events.push_back(std::move(event));
        lines.push_back(i);
      }
    }
    if (events.empty()) return {};
    const auto receipts = TRY(records_.add_outcomes(events, batch_));
    for (std::size_t k = 0; k < receipts.size(); ++k) {
      ++counts.given;
      switch (receipts[k].result) {
        case Receipt::Result::Added:
          ++counts.added;
          break;
        case Receipt::Result::AlreadyThere:
          ++counts.already_there;
          break;
        case Receipt::Result::Refused:
          TRY(refuse(counts, stored[lines[k]], "outcome: " + receipts[k].refused_because));
      }
    }
    return {};
  }

  const DiseaseFile& disease_;
  ScoreRecord score_;
  BatchSource batch_;
  ImportReport& report_;
  Refusals& refusals_;
  RecordIntake& records_;
  AccountLookup accounts_;
  OutcomeLines outcomes_;
  std::vector<Waiting> waiting_;
};

}  // namespace

Result<ImportEnd> import_predictions(const std::vector<DiseaseFile>& diseases,
                                     const ImportRequest& request, const FindScorer& find_scorer,
                                     const IntakePorts& ports) {
  const auto rows = TRY(open_rows(request.file));
  TRY(check_quarantine_path(request));
  const DiseaseFile& disease = *TRY(choose_disease(diseases, request, rows->names()));
  TRY(rows->bind(known_columns(disease)));
  TRY(ports.records.admit(rows->holds_invented_people() ? PeopleKind::Invented : PeopleKind::Real,
                          ports.clock()));
  ImportReport report;
  report.file = request.file.string();
  report.refused_shown = request.refused_shown;
  report.kind = "predictions";
  report.file_digest = TRY(digest_of_file(request.file));
  report.diseases = {disease.id};
  RefusedFile refused(request.quarantine, rows->header());
  Refusals refusals(report, refused);
  PredictionImport import(disease, find_scorer ? find_scorer(disease) : ScoreRecord(), request,
                          {"predictions", report.file_digest, ports.clock()}, report, refusals,
                          ports);
  return import_lines(*rows, import, report, refused, refusals, ports);
}

}  // namespace relearn
