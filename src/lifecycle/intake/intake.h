// Predictions and outcomes that others send, as files: each line is taken in, is there already, or
// is refused with its reason, and the report adds up. The same file twice changes nothing. Constant
// memory for files of any size; each chunk of lines is one transaction, so after a failure the
// lines before it are stored, and sending the file again goes on where it stopped.
//
// The formats are described in docs/formats/records.md.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/clock.h"
#include "base/progress.h"
#include "base/result.h"
#include "clinical/disease_file.h"
#include "lifecycle/intake/import_report.h"
#include "lifecycle/intake/outcome_line.h"
#include "records/record_store.h"

namespace relearn {

/// What importing needs of the world.
struct IntakePorts {
  RecordIntake& records;
  PeopleStore& people;
  WallClock clock;
  ProgressSink& progress;
  const CancelToken& cancel;
};

struct ImportRequest {
  std::filesystem::path file;
  std::string disease;               // id; empty: as the columns or the references tell
  std::string contributor;           // who tells the outcomes, where no column says so
  std::filesystem::path quarantine;  // gets the refused lines, unchanged; empty: kept nowhere
  WhoTells who_tells = WhoTells::AsTheFileSays;
  std::size_t refused_shown = kRefusedShown;  // lines that the report tells one by one
};

/// How far it came, and why not to the end, if so.
struct ImportEnd {
  ImportReport report;
  std::optional<Error> stopped;
};

/// What the live model says about a record that was assessed elsewhere.
struct ScoredRisk {
  double risk = 0;
  std::string model_version;
};
/// values: all predictors in file order, NaN = missing. Nothing: it cannot be scored.
using ScoreRecord = std::function<std::optional<ScoredRisk>(std::span<const double> values)>;
/// The disease's; an empty function when there is no live model.
using FindScorer = std::function<ScoreRecord(const DiseaseFile&)>;

/// Predictions, and the outcomes that stand in the same lines. An error: nothing was read (no file,
/// no or several diseases have these columns, an unknown column ...).
Result<ImportEnd> import_predictions(const std::vector<DiseaseFile>& diseases,
                                     const ImportRequest& request, const FindScorer& find_scorer,
                                     const IntakePorts& ports);

/// Outcome events of predictions that are there, told by our id or by the clinic's reference.
Result<ImportEnd> import_outcomes(const std::vector<DiseaseFile>& diseases,
                                  const ImportRequest& request, const IntakePorts& ports);

}  // namespace relearn
