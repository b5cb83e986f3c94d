#include "lifecycle/retrain/retrain.h"

#include <fmt/format.h>

#include "base/digest.h"
#include "base/file.h"
#include "lifecycle/registry/placement.h"
#include "lifecycle/retrain/job_folder.h"
#include "lifecycle/training/derivation.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;

Result<TrainingJob> job_of(const RetrainRequest& request) {
  TrainingJob job;
  std::error_code ec;
  job.disease_file = fs::absolute(request.disease.path, ec);
  job.disease_digest = request.disease.digest;
  for (const fs::path& file : request.files) {
    job.files.push_back({fs::absolute(file, ec), file.string()});
  }
  if (request.cohort_file.size() > kCohortBytesMax) {
    return invalid_input(fmt::format("the cohort file holds {} bytes, the limit is {}",
                                     request.cohort_file.size(), kCohortBytesMax));
  }
  if (!request.cohort_file.empty()) job.cohort_digest = sha256(request.cohort_file);
  job.adapter = request.adapter;
  job.search = request.search;
  job.code_version = request.code_version;
  job.funnel_json = request.funnel_json;
  job.privacy_json = request.privacy_json;
  job.judgement = request.judgement;
  return job;
}

Result<void> ask(const RetrainRequest& request, const TrainingJob& job, const fs::path& folder) {
  if (!job.cohort_digest.empty()) {
    TRY(write_file_atomically(folder / kCohortFile, request.cohort_file));
  }
  const std::string text = TRY(job_text(job));
  return write_file_atomically(folder / kJobFile, text);
}

Result<RetrainRecord> publish(const RetrainRequest& request, CheckedBundle checked) {
  Bundle& bundle = checked.bundle;
  ModelFiles files{std::move(bundle.model), std::move(bundle.page), std::move(bundle.report)};
  PlacedFiles placed = TRY(place_files(request.disease, request.out, files));
  RetrainRecord record;
  record.model_file = std::move(placed.model_file);
  record.report_html = std::move(placed.report_html);
  record.report_json = std::move(placed.report_json);
  record.facts = std::move(checked.facts);
  record.model_digest = std::move(checked.model_digest);
  record.report = std::move(files.report);
  record.summary = std::move(bundle.summary);
  record.set_aside = std::move(bundle.set_aside);
  return record;
}

}  // namespace

Result<Challenger> train_challenger(const RetrainRequest& request, const ChildProgram& trainer,
                                    const CancelToken& cancel, ProgressSink& progress) {
  if (cancel.requested()) return cancelled();
  const TrainingJob job = TRY(job_of(request));
  Derivation derivation = TRY(derivation_of(job));
  const JobFolder folder = TRY(JobFolder::make(request.out));
  TRY(ask(request, job, folder.path()));
  const TrainerReport report = TRY(run_trainer(trainer, folder.path(), cancel, progress));
  CheckedBundle checked = TRY(read_checked_bundle(folder.descriptor(), request.disease, job));
  if (cancel.requested()) return cancelled();
  // What a stopped search had seen is what makes the same model again.
  if (!report.families.empty()) derivation.job.search.families = report.families;
  std::string derivation_as_text = TRY(derivation_text(derivation));
  return Challenger{std::move(checked), report, std::move(derivation_as_text)};
}

Result<RetrainRecord> retrain(const RetrainRequest& request, const ChildProgram& trainer,
                              const CancelToken& cancel, ProgressSink& progress) {
  Challenger challenger = TRY(train_challenger(request, trainer, cancel, progress));
  RetrainRecord record = TRY(publish(request, std::move(challenger.checked)));
  record.trainer = challenger.trainer;
  return record;
}

Result<std::vector<fs::path>> baseline_files(const DiseaseFile& disease, const fs::path& data) {
  if (fs::is_regular_file(data)) return std::vector{data};
  if (!fs::is_directory(data)) {
    return not_found(fmt::format("{}: is neither a file nor a folder", data.string()));
  }
  for (const fs::path& folder : {data / disease.id, data}) {
    for (const auto* names : {&disease.baseline, &disease.baseline_otherwise}) {
      std::vector<fs::path> found;
      for (const std::string& name : *names) {
        if (fs::is_regular_file(folder / name)) found.push_back(folder / name);
      }
      if (!found.empty()) return found;
    }
  }
  std::string wanted;
  for (const std::string& name : disease.baseline) wanted += (wanted.empty() ? "" : ", ") + name;
  return not_found(
      fmt::format("{}: holds none of the baseline files of {} ({}); 'relearn data fetch' "
                  "downloads them",
                  data.string(), disease.id, wanted));
}

}  // namespace relearn
