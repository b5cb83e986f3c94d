// THE TRAINER: from files of records to a candidate, in named steps that one runner runs.
//
//   read      baseline files and the de-identified cohort file -> readings, row by row accepted or
//             quarantined
//   merge     readings -> one cohort: model inputs only, people numbered, nobody twice
//   search    cohort -> the model: families, settings, calibration, average
//   judge     candidate and live model on the new people and, if these speak for it, on the locked
//             ones -> evidence for a verdict
//   evaluate  the whole search again inside outer folds -> what it is worth on people it never saw
//
// Only a job that asks for evidence is judged. It locks some of the people away first, and lets the
// ladder choose how much of the live model to change.
//
// Each step takes what the ones before it made, none calls back. Nothing is written: a bundle
// (bundle.h) is made of the record. Runs in a process of its own (train_job.h), without a clock and
// without a person in sight.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/progress.h"
#include "base/result.h"
#include "clinical/disease_file.h"
#include "learning/cohort/assemble.h"
#include "learning/cohort/baseline.h"
#include "learning/evaluation/evidence.h"
#include "learning/evaluation/population_reference.h"
#include "learning/evaluation/report.h"
#include "learning/evaluation/side_by_side.h"
#include "learning/model_file/model_file.h"
#include "learning/model_file/risk_band.h"
#include "lifecycle/gate/evidence.h"
#include "lifecycle/training/candidate.h"
#include "lifecycle/training/job.h"
#include "lifecycle/training/judged_people.h"
#include "lifecycle/training/origin.h"

namespace relearn {

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

/// How many people of a group are where; "everybody" is one, too.
struct GroupPeople {
  std::string id, label;
  std::size_t learnt_from = 0;  // the new ones included
  std::size_t locked = 0, fresh = 0;
};

/// All that a training found out: what the reports show.
struct TrainingRecord {
  RecordOrigin origin;
  std::vector<SourceFunnel> sources;
  std::vector<std::string> warnings;
  std::size_t rows = 0, persons = 0, cases = 0;  // learnt from
  bool synthetic = false;
  std::string training_digest;
  Report report;
  PopulationReference reference;  // whom it learnt from, for whoever watches it later
  std::optional<RiskBand> band;   // from the same risks as the report; nothing: cannot be told
  std::vector<GroupPeople> people;
  EvidenceTier evidence;
  std::vector<LeaderboardRow> leaderboard;
  ModelFacts facts;
  RiskModel model;
  std::optional<CandidateModel> candidate;       // how it came about; when evidence was asked for
  std::optional<JudgedPeople> judged;            // likewise
  std::optional<GateEvidence> verdict_evidence;  // likewise
  std::optional<SideBySide> side_by_side;        // likewise, when there is a live model
  std::vector<std::string> families;  // that the search saw whole before it was stopped; empty: it
                                      // was not
};

/// The fact of a model file that says how the model was made: recipe_text().
inline constexpr const char* kRecipeFact = "recipe";

/// Rows of the built-in synthetic cohort: about as many as the real sets have.
inline constexpr std::uint64_t kSyntheticRows = 600;
/// Theirs, whatever the seed of the training: who retrains with another one learns from the same.
inline constexpr std::uint64_t kSyntheticSeed = 1;

/// What people ask of a training that goes on.
struct TrainingWishes {
  const CancelToken& cancel;
  const CancelToken& keep_best;  // look no further: SearchStop
};

/// folder: where the job's cohort file is. Reads, and writes nothing.
Result<TrainingRecord> train(const DiseaseFile& disease, const TrainingJob& job,
                             const std::filesystem::path& folder, const TrainingWishes& wishes,
                             ProgressSink& progress);

}  // namespace relearn
