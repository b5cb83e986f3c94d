#include "lifecycle/training/train_job.h"

#include <fmt/format.h>
#include <unistd.h>

#include <exception>
#include <new>

#include "base/file.h"
#include "lifecycle/training/bundle.h"
#include "lifecycle/training/job.h"
#include "lifecycle/training/speaker.h"
#include "lifecycle/training/training.h"
#include "service/child/child_process.h"
#include "service/child/sandbox.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;

/// Without memory there is nothing to clean up with; the parent has all that matters.
[[noreturn]] void out_of_memory() { ::_exit(kExitOutOfMemory); }

SandboxPlan plan_of(const TrainingJob& job, const fs::path& folder) {
  SandboxPlan plan{{job.disease_file}, folder / kCandidateFolder};
  for (const BaselineFile& file : job.files) plan.readable.push_back(file.path);
  if (job.judgement && job.judgement->champion.given()) {
    plan.readable.push_back(job.judgement->champion.path);
    plan.readable.push_back(job.judgement->anchor.path);
  }
  if (!job.cohort_digest.empty()) plan.readable.push_back(folder / kCohortFile);
  return plan;
}

/// The families of a search that was stopped.
Result<std::vector<std::string>> work(const fs::path& folder, Speaker& speaker,
                                      const TrainingWishes& wishes) {
  // The job is from our parent; everything that is read after it is from the world.
  const std::string text = TRY(read_file(folder / kJobFile, kJobBytesMax));
  const TrainingJob job = TRY(parse_job(text));
  const Sandbox sandbox = TRY(enter_sandbox(plan_of(job, folder)));
  speaker.say(SandboxMessage{sandbox.landlock});
  speaker.give_signs();
  const DiseaseFile disease = TRY(load_disease_file(job.disease_file));
  if (disease.digest != job.disease_digest) {
    return Error{ErrorKind::Conflict,
                 fmt::format("{}: was changed while the retrain began; start it again",
                             job.disease_file.filename().string())};
  }
  const TrainingRecord record = TRY(train(disease, job, folder, wishes, speaker));
  const Bundle bundle = TRY(make_bundle(disease, record));
  if (wishes.cancel.requested()) return cancelled();
  TRY(write_bundle(bundle, folder / kCandidateFolder));
  return record.families;
}

/// Libraries throw what nobody foresaw; the parent gets a sentence all the same.
Result<std::vector<std::string>> work_or_say_why(const fs::path& folder, Speaker& speaker,
                                                 const TrainingWishes& wishes) {
  try {
    return work(folder, speaker, wishes);
  } catch (const std::bad_alloc&) {
    out_of_memory();
  } catch (const std::exception& error) {
    return broken_invariant(fmt::format("training failed: {}", error.what()));
  }
}

}  // namespace

Result<void> run_train_job(const fs::path& folder, std::FILE* out, const TrainingWishes& wishes) {
  std::set_new_handler(out_of_memory);
  Speaker speaker(out);
  auto done = work_or_say_why(folder, speaker, wishes);
  speaker.stop_signs();
  if (!done.ok()) {
    speaker.say(done.error());
    return done.take_error();
  }
  speaker.say(DoneMessage{done.take_value()});
  return {};
}

}  // namespace relearn
