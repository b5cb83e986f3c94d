// THE STRAIGHT LINE, seen from the parent: a job for the trainer, a candidate back, a model in
// place.
//
//   ask       request -> a private folder with the job and the de-identified cohort file
//   train     the trainer, another process: read, merge, search, evaluate
//             (lifecycle/training/training.h); it can do nothing but fill that folder
//   check     what it left there is exactly what was asked for (checked_bundle.h)
//   publish   the reports, then the .sav: a model that is there has its reports
//
// Nothing is written before publish, and the private folder is gone afterwards, whatever happens.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/progress.h"
#include "base/result.h"
#include "clinical/disease_file.h"
#include "learning/model_file/model_file.h"
#include "lifecycle/retrain/checked_bundle.h"
#include "lifecycle/retrain/trainer.h"
#include "lifecycle/training/job.h"

namespace relearn {

struct RetrainRequest {
  const DiseaseFile& disease;
  std::vector<std::filesystem::path> files;  // none, and no cohort: a built-in synthetic cohort
  std::string adapter;                       // of the files; empty: found by their columns
  SearchOptions search;
  std::filesystem::path out;  // folder of the models
  std::string code_version;
  std::string cohort_file;   // text of the de-identified cohort; empty: only the files
  std::string funnel_json;   // [{"label", "count"}, ...] for the report; empty: not told
  std::string privacy_json;  // {"sentence", numbers by name} for the report; empty: not told
  std::optional<Judgement> judgement;  // with evidence for a verdict; absent: without
};

/// What was published.
struct RetrainRecord {
  ModelFacts facts;  // training_digest, evidence_tier, auroc ...
  std::string model_digest;
  std::filesystem::path model_file, report_html, report_json;
  std::string report;     // text of report_json
  std::string summary;    // for a terminal
  std::string set_aside;  // rows that were not used, unchanged, as lines
  TrainerReport trainer;
};

/// What a trainer made, checked; nothing of it is in place yet.
struct Challenger {
  CheckedBundle checked;
  TrainerReport trainer;
  std::string derivation;  // derivation_text() of its job
};

/// ask, train, check.
Result<Challenger> train_challenger(const RetrainRequest& request, const ChildProgram& trainer,
                                    const CancelToken& cancel, ProgressSink& progress);

/// The whole line. Cancelled, like every other error, leaves the models as they were.
Result<RetrainRecord> retrain(const RetrainRequest& request, const ChildProgram& trainer,
                              const CancelToken& cancel, ProgressSink& progress);

/// The disease's baseline files that are in `data` (or in its folder of the disease's name); a file
/// is taken as it is. NotFound names what was looked for.
Result<std::vector<std::filesystem::path>> baseline_files(const DiseaseFile& disease,
                                                          const std::filesystem::path& data);

}  // namespace relearn
