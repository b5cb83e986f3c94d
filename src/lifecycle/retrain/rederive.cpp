#include "lifecycle/retrain/rederive.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/digest.h"
#include "base/file.h"
#include "clinical/disease_file.h"
#include "lifecycle/registry/bundle_folder.h"
#include "lifecycle/retrain/checked_bundle.h"
#include "lifecycle/retrain/job_folder.h"
#include "lifecycle/retrain/trainer.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;

/// Every attempt has its disease file in its bundle, models and snapshots are found by their
/// digest.
Result<fs::path> find_kept(const NewAttempt& attempt, const KeptFiles& kept,
                           const FileByContent& file) {
  if (file.name == kCohortFile) return kept.store / "snapshots" / (file.digest + ".csv");
  if (file.name == kBundledModel) {
    const auto found = std::ranges::find(kept.attempts, file.digest,
                                         [](const Attempt& one) { return one.what.model_digest; });
    if (found != kept.attempts.end()) {
      return kept.store / "bundles" / found->what.bundle / kBundledModel;
    }
    return not_found(
        fmt::format("the model {} that it was compared with is not in the store", file.digest));
  }
  if (file.name == bundled_disease_file(attempt.disease)) {
    return kept.store / "bundles" / attempt.bundle / file.name;
  }
  const auto named = std::ranges::find_if(
      kept.baseline, [&](const fs::path& path) { return path.filename() == file.name; });
  if (named != kept.baseline.end()) return *named;
  return not_found(
      fmt::format("the baseline file {} ({}) is not there; name its folder with --data", file.name,
                  file.digest));
}

}  // namespace

Result<std::string> rederive(const RederiveRequest& request, const ChildProgram& trainer,
                             const CancelToken& cancel, ProgressSink& progress) {
  const TrainingJob job = TRY(job_of_derivation(request.derivation, request.find, request.threads));
  const DiseaseFile disease = TRY(load_disease_file(job.disease_file));
  const JobFolder folder = TRY(JobFolder::make(request.scratch));
  if (!job.cohort_digest.empty()) {
    const fs::path cohort = TRY(request.find({kCohortFile, job.cohort_digest}));
    const std::string bytes = TRY(read_file(cohort, kCohortBytesMax));
    if (sha256(bytes) != job.cohort_digest) {
      return conflict(fmt::format("{}: is not the cohort file {} that the model was made with",
                                  cohort.string(), job.cohort_digest));
    }
    TRY(write_file_atomically(folder.path() / kCohortFile, bytes));
  }
  const std::string text = TRY(job_text(job));
  TRY(write_file_atomically(folder.path() / kJobFile, text));
  TRY(run_trainer(trainer, folder.path(), cancel, progress));
  CheckedBundle checked = TRY(read_checked_bundle(folder.descriptor(), disease, job));
  return std::move(checked.bundle.model);
}

Result<void> rederive_attempt(const NewAttempt& attempt, const KeptFiles& kept,
                              const ChildProgram& trainer, const CancelToken& cancel,
                              ProgressSink& progress) {
  const fs::path bundles = kept.store / "bundles";
  TRY(verify_bundle(bundles, attempt.bundle));
  auto text = read_bundled(bundles, attempt.bundle, kBundledDerivation);
  if (!text.ok() && text.error().kind == ErrorKind::NotFound) {
    return not_ready(
        fmt::format("this model of {} was made before it was written down what models are made of",
                    attempt.disease));
  }
  if (!text.ok()) return text.take_error();
  RederiveRequest request;
  request.derivation = TRY(parse_derivation(text.value()));
  const std::string& made_by = request.derivation.job.code_version;
  if (made_by != kept.code_version) {
    return not_ready(fmt::format(
        "this model of {} was made by relearn {}, and this is {}; only the same version "
        "makes the same bytes",
        attempt.disease, made_by, kept.code_version));
  }
  // A trainer works in another folder than this program.
  request.find = [&](const FileByContent& file) -> Result<fs::path> {
    const fs::path found = TRY(find_kept(attempt, kept, file));
    std::error_code ec;
    return fs::absolute(found, ec);
  };
  request.scratch = kept.store;
  request.threads = kept.threads;
  const std::string model = TRY(rederive(request, trainer, cancel, progress));
  const std::string digest = sha256(model);
  if (digest == attempt.model_digest) return {};
  return broken_invariant(
      fmt::format("made again, the model of {} has the SHA-256 {}, the one that is kept has {}",
                  attempt.disease, digest, attempt.model_digest));
}

}  // namespace relearn
