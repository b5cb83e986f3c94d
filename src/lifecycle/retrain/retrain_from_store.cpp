#include "lifecycle/retrain/retrain_from_store.h"

#include <fmt/format.h>

#include "base/digest.h"
#include "base/file.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;

constexpr const char* kKeptModel = ".sav";
constexpr const char* kKeptPage = ".report.html";
constexpr const char* kKeptReport = ".report.json";
constexpr std::uint64_t kKeptBytesMax = 64 << 20;
constexpr std::uint64_t kBaselineBytesMax = std::uint64_t{8} << 30;

fs::path kept(const RetrainStores& stores, const std::string& model_digest, const char* ending) {
  return stores.folder / "versions" / (model_digest + ending);
}

/// The model last: one that is there has its reports.
Result<void> keep_bundle(const RetrainStores& stores, const CheckedBundle& checked) {
  const std::string& digest = checked.model_digest;
  TRY(write_file_atomically(kept(stores, digest, kKeptReport), checked.bundle.report));
  TRY(write_file_atomically(kept(stores, digest, kKeptPage), checked.bundle.page));
  return write_file_atomically(kept(stores, digest, kKeptModel), checked.bundle.model);
}

/// One digest for all baseline files, in their order.
Result<std::string> baseline_digest(const std::vector<fs::path>& files) {
  std::string digests;
  for (const fs::path& file : files) {
    const std::string bytes = TRY(read_file(file, kBaselineBytesMax));
    digests += sha256(bytes);
  }
  return digests.empty() ? std::string() : sha256(digests);
}

Result<PreparedCohort> prepare(const RetrainRequest& request, const OpenRetrainStores& open,
                               Moment now, const CancelToken& cancel) {
  const RetrainStores stores = TRY(open());
  TRY(place_live_version(request, stores));
  const CohortRequest asked{request.disease, request.files, request.adapter, now,
                            stores.folder / "snapshots"};
  return prepare_cohort(asked, *stores.records, *stores.versions, stores.keyed, cancel);
}

/// Model files that learnt from somebody who has withdrawn since are not kept once another version
/// is live; their reports, which hold nobody, are.
Result<void> drop_erased_models(const RetrainStores& stores, const Version& live) {
  for (const Version& version : TRY(stores.versions->versions(live.what.disease))) {
    if (!version.contains_withdrawn || version.what.model_digest == live.what.model_digest)
      continue;
    std::error_code error;
    fs::remove(kept(stores, version.what.model_digest, kKeptModel), error);
    if (error) {
      return unavailable(fmt::format("the model of {} version {} cannot be deleted: {}",
                                     live.what.disease, version.number, error.message()));
    }
  }
  return {};
}

/// The version that the candidate becomes: a new one, or the live one when it is the same model.
Result<void> publish(const RetrainRequest& request, const std::string& reason,
                     const CheckedBundle& checked, const OpenRetrainStores& open, Moment now,
                     StoreRetrainRecord& record) {
  const RetrainStores stores = TRY(open());
  const auto live = TRY(stores.versions->live_version(request.disease.id));
  TRY(keep_bundle(stores, checked));
  if (live && live->what.model_digest == checked.model_digest) {
    record.version = *live;
    record.new_version = false;
    return {};
  }
  const NewVersion version{request.disease.id, checked.model_digest, record.prepared.snapshot,
                           TRY(baseline_digest(request.files)), reason};
  record.version = TRY(stores.versions->publish(version, record.prepared.live_version, now));
  return drop_erased_models(stores, record.version);
}

}  // namespace

Result<void> place_live_version(const RetrainRequest& request, const RetrainStores& stores) {
  const auto live = TRY(stores.versions->live_version(request.disease.id));
  if (!live) return {};
  const fs::path in_place = request.out / request.disease.model_file_name;
  const auto there = read_file(in_place, kKeptBytesMax);
  if (there.ok() && sha256(there.value()) == live->what.model_digest) return {};
  const std::string& digest = live->what.model_digest;
  CheckedBundle found;
  found.bundle.model = TRY(read_file(kept(stores, digest, kKeptModel), kKeptBytesMax));
  found.model_digest = sha256(found.bundle.model);
  if (found.model_digest != digest) {
    return broken_invariant(fmt::format("{}: is not the model that its name says; was it changed?",
                                        kept(stores, digest, kKeptModel).string()));
  }
  found.bundle.page = TRY(read_file(kept(stores, digest, kKeptPage), kKeptBytesMax));
  found.bundle.report = TRY(read_file(kept(stores, digest, kKeptReport), kKeptBytesMax));
  TRY(place(request, std::move(found)));
  return {};
}

Result<StoreRetrainRecord> retrain_from_store(RetrainRequest request, const std::string& reason,
                                              const OpenRetrainStores& open,
                                              const ChildProgram& trainer, const WallClock& clock,
                                              const CancelToken& cancel, ProgressSink& progress) {
  StoreRetrainRecord record;
  progress.report({"records", "read, checked, de-identified", 0, 0});
  record.prepared = TRY(prepare(request, open, clock(), cancel));
  request.cohort_file = record.prepared.cohort_file;
  request.funnel_json = funnel_json(record.prepared);
  request.privacy_json = privacy_report_json(record.prepared.privacy);
  Challenger challenger = TRY(train_challenger(request, trainer, cancel, progress));
  TRY(publish(request, reason, challenger.checked, open, clock(), record));
  record.published = TRY(place(request, std::move(challenger.checked)));
  record.published.trainer = challenger.trainer;
  return record;
}

}  // namespace relearn
