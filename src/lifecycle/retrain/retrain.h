// THE STRAIGHT LINE: from records to a published model, in named steps that one runner runs.
//
//   read      files of the disease -> readings, row by row accepted or quarantined
//   merge     readings -> one cohort: model inputs only, people numbered, nobody twice
//   search    cohort -> the model: families, settings, calibration, average
//   evaluate  the whole search again inside outer folds -> what it is worth on people it never saw
//   publish   model + facts -> the .sav in place, the reports beside it
//
// Each step takes what the ones before it made, none calls back. Nothing is written before publish.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/progress.h"
#include "base/result.h"
#include "clinical/disease_file.h"
#include "learning/cohort/assemble.h"
#include "learning/cohort/baseline.h"
#include "learning/evaluation/evidence.h"
#include "learning/evaluation/report.h"
#include "learning/model_file/model_file.h"
#include "learning/search/search.h"

namespace relearn {

struct RetrainRequest {
  const DiseaseFile& disease;
  std::vector<std::filesystem::path> files;  // empty: a built-in synthetic cohort
  std::string adapter;                       // empty: found by the files' columns
  SearchOptions search;
  std::filesystem::path out;  // folder of the models
  std::string code_version;
};

/// How long one step took, for whoever watches; never in a file that must be the same twice.
struct StepTime {
  std::string step;
  std::chrono::milliseconds duration;
};

/// A file's share in the funnel.
struct SourceFunnel {
  std::string file, source, adapter;
  ReadCounts counts;
  std::vector<CountedFinding> findings;
  std::vector<QuarantinedRow> quarantined;
  std::vector<std::string> warnings;
  PolarityReport polarity;
};

/// One row of the leaderboard: a family's own out-of-fold figures.
struct LeaderboardRow {
  std::string family;
  std::string settings;          // of the model fitted on everybody
  std::string left_out_because;  // not empty: no figures
  Estimate auroc, brier, log_loss;
};

/// All that a retrain found out: what the reports show.
struct RetrainRecord {
  std::vector<SourceFunnel> sources;
  std::vector<std::string> warnings;
  std::size_t rows = 0, persons = 0, cases = 0;  // learnt from
  bool synthetic = false;
  std::string training_digest;
  Report report;
  EvidenceTier evidence;
  std::vector<LeaderboardRow> leaderboard;
  ModelFacts facts;
  RiskModel model;
  std::string model_digest;
  std::filesystem::path model_file, report_html, report_json;
  std::vector<StepTime> times;
};

using MonotonicClock = std::function<std::chrono::steady_clock::time_point()>;

/// Rows of the built-in synthetic cohort: about as many as the real sets have.
inline constexpr std::uint64_t kSyntheticRows = 600;

/// Nothing is written unless everything before has succeeded; Cancelled leaves everything as it
/// was.
Result<RetrainRecord> retrain(const RetrainRequest& request, const MonotonicClock& clock,
                              const CancelToken& cancel, ProgressSink& progress);

/// The disease's baseline files that are in `data` (or in its folder of the disease's name); a file
/// is taken as it is. NotFound names what was looked for.
Result<std::vector<std::filesystem::path>> baseline_files(const DiseaseFile& disease,
                                                          const std::filesystem::path& data);

}  // namespace relearn
