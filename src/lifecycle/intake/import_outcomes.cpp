#include <fmt/format.h>

#include <algorithm>

#include "base/csv.h"
#include "lifecycle/intake/account_lookup.h"
#include "lifecycle/intake/import_key.h"
#include "lifecycle/intake/intake.h"
#include "lifecycle/intake/line_import.h"
#include "lifecycle/intake/outcome_line.h"

namespace relearn {
namespace {

enum Column : std::size_t { kPrediction, kPredictionRef, kPerson, kUser, kDisease, kOutcomes };
constexpr std::array<std::string_view, kOutcomes> kNames = {"prediction", "prediction_ref",
                                                            "person", "user", "disease"};

Result<void> check_disease(const std::vector<DiseaseFile>& diseases, std::string_view id) {
  const auto is_it = [&](const DiseaseFile& disease) { return disease.id == id; };
  if (id.empty() || std::any_of(diseases.begin(), diseases.end(), is_it)) return {};
  return not_found(fmt::format("disease '{}' is not described in any disease file", shown(id)));
}

class OutcomeImport final : public LineImport {
 public:
  OutcomeImport(const std::vector<DiseaseFile>& diseases, const ImportRequest& request,
                BatchSource batch, ImportReport& report, Refusals& refusals,
                const IntakePorts& ports)
      : diseases_(diseases),
        disease_(request.disease),
        batch_(std::move(batch)),
        report_(report),
        refusals_(refusals),
        records_(ports.records),
        accounts_(ports.people),
        outcomes_(ports.people, request.contributor, batch_.received_at, request.who_tells) {}

  Result<void> take(const RowReader& row) override {
    const auto cells = row.cells();
    const Prediction prediction = TRY(find(cells));
    const auto disease =
        std::find_if(diseases_.begin(), diseases_.end(),
                     [&](const DiseaseFile& each) { return each.id == prediction.disease; });
    if (disease == diseases_.end()) {
      return invalid_input(
          fmt::format("the prediction is about {}, which no disease file describes any more",
                      prediction.disease));
    }
    NewOutcomeEvent event = TRY(outcomes_.read(cells.subspan(kOutcomes), *disease,
                                               {prediction.made_at, {}, prediction.person}));
    event.prediction = prediction.id;
    event.import_key = key_of_event(event);
    events_.push_back(std::move(event));
    lines_.push_back({row.line(), std::string(row.text())});
    if (std::find(report_.diseases.begin(), report_.diseases.end(), disease->id) ==
        report_.diseases.end()) {
      report_.diseases.push_back(disease->id);
    }
    return {};
  }

  std::size_t waiting() const override { return events_.size(); }

  Result<void> store() override {
    if (events_.empty()) return {};
    const auto receipts = TRY(records_.add_outcomes(events_, batch_));
    events_.clear();
    const std::vector<WaitingLine> lines = std::move(lines_);
    lines_.clear();
    for (std::size_t i = 0; i < receipts.size(); ++i) {
      switch (receipts[i].result) {
        case Receipt::Result::Added:
          ++report_.lines.added;
          break;
        case Receipt::Result::AlreadyThere:
          ++report_.lines.already_there;
          break;
        case Receipt::Result::Refused:
          TRY(refusals_.add(report_.lines, lines[i].line, lines[i].text,
                            receipts[i].refused_because));
      }
    }
    return {};
  }

 private:
  Result<Prediction> find(std::span<const std::string_view> cells) {
    if (cells[kPrediction].empty()) return find_by_reference(cells);
    if (!cells[kPredictionRef].empty()) {
      return invalid_input("prediction: give either prediction or prediction_ref, not both");
    }
    auto found = TRY(records_.find_prediction({std::string(cells[kPrediction])}));
    if (!found) {
      return not_found(
          fmt::format("prediction: '{}' is not stored here", shown(cells[kPrediction])));
    }
    return *std::move(found);
  }

  /// A reference names one assessment of one person, of one disease.
  Result<Prediction> find_by_reference(std::span<const std::string_view> cells) {
    if (cells[kPredictionRef].empty()) {
      return invalid_input(
          "prediction: which one is missing; give prediction, or prediction_ref and person");
    }
    const Subject subject = TRY(accounts_.read_subject(cells[kPerson], cells[kUser]));
    const std::string_view named = cells[kDisease].empty() ? disease_ : cells[kDisease];
    TRY(check_disease(diseases_, named));
    std::optional<Prediction> found;
    for (const DiseaseFile& disease : diseases_) {
      if (!named.empty() && disease.id != named) continue;
      auto here =
          TRY(records_.find_imported(key_of_reference(disease.id, subject, cells[kPredictionRef])));
      if (here && found) {
        return invalid_input(fmt::format(
            "prediction_ref: '{}' is an assessment of {} and one of {}; fill the column disease",
            shown(cells[kPredictionRef]), found->disease, here->disease));
      }
      if (here) found = std::move(here);
    }
    if (!found) {
      return not_found(fmt::format("prediction_ref: this person has no assessment '{}' here",
                                   shown(cells[kPredictionRef])));
    }
    return *std::move(found);
  }

  const std::vector<DiseaseFile>& diseases_;
  std::string disease_;
  BatchSource batch_;
  ImportReport& report_;
  Refusals& refusals_;
  RecordIntake& records_;
  AccountLookup accounts_;
  OutcomeLines outcomes_;
  std::vector<NewOutcomeEvent> events_;
  std::vector<WaitingLine> lines_;  // of the events
};

}  // namespace

Result<ImportEnd> import_outcomes(const std::vector<DiseaseFile>& diseases,
                                  const ImportRequest& request, const IntakePorts& ports) {
  const auto rows = TRY(open_rows(request.file));
  TRY(check_quarantine_path(request));
  TRY(check_disease(diseases, request.disease));
  std::vector<std::string> known(kNames.begin(), kNames.end());
  known.insert(known.end(), kOutcomeColumns.begin(), kOutcomeColumns.end());
  TRY(rows->bind(std::move(known)));
  ImportReport report;
  report.file = request.file.string();
  report.refused_shown = request.refused_shown;
  report.kind = "outcomes";
  report.file_digest = TRY(digest_of_file(request.file));
  RefusedFile refused(request.quarantine, rows->header());
  Refusals refusals(report, refused);
  OutcomeImport import(diseases, request, {"outcomes", report.file_digest, ports.clock()}, report,
                       refusals, ports);
  return import_lines(*rows, import, report, refused, refusals, ports);
}

}  // namespace relearn
