#include "lifecycle/retrain/checked_bundle.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <system_error>

#include "lifecycle/gate/evidence_json.h"
#include "lifecycle/gate/look_budget.h"
#include "lifecycle/replay/golden_cases.h"
#include "pages/html_page.h"

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;

Error refuse(std::string_view file, std::string_view why) {
  return broken_invariant(
      fmt::format("the trainer's {} is refused: {}; nothing was published", file, why));
}

/// A plain file of the folder. A symbolic or hard link could make us publish somebody else's file.
Result<std::string> read_plain(const Descriptor& folder, const char* name,
                               std::uint64_t limit_bytes) {
  const Descriptor file(
      ::openat(folder.get(), name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (file.get() < 0) {
    return refuse(name,
                  errno == ELOOP ? "it is a symbolic link" : std::system_category().message(errno));
  }
  struct stat status {};
  if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode) || status.st_nlink != 1) {
    return refuse(name, "it is no plain file of its own");
  }
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (size > limit_bytes) {
    return refuse(name, fmt::format("it holds {} bytes, the limit is {}", size, limit_bytes));
  }
  std::string bytes(size, '\0');
  std::size_t have = 0;
  while (have < bytes.size()) {
    const ssize_t got = ::read(file.get(), bytes.data() + have, bytes.size() - have);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return refuse(name, "it cannot be read");
    have += static_cast<std::size_t>(got);
  }
  return bytes;
}

Result<Bundle> read_bundle(const Descriptor& job, const TrainingJob& asked) {
  const Descriptor folder(
      ::openat(job.get(), kCandidateFolder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (folder.get() < 0) return refuse("folder", std::system_category().message(errno));
  // One by one: g++ 12 forgets the parts of an aggregate that a TRY inside its braces leaves
  // behind.
  Bundle bundle;
  bundle.model = TRY(read_plain(folder, kCandidateModel, kModelFileBytesMax));
  bundle.page = TRY(read_plain(folder, kCandidatePage, kReportBytesMax));
  bundle.report = TRY(read_plain(folder, kCandidateReport, kReportBytesMax));
  bundle.summary = TRY(read_plain(folder, kCandidateSummary, kSummaryBytesMax));
  bundle.set_aside = TRY(read_plain(folder, kCandidateSetAside, kSetAsideBytesMax));
  bundle.golden = TRY(read_plain(folder, kCandidateGolden, kGoldenBytesMax));
  bundle.reference = TRY(read_plain(folder, kCandidateReference, kReferenceBytesMax));
  if (asked.judgement) {
    bundle.evidence = TRY(read_plain(folder, kCandidateEvidence, kEvidenceBytesMax));
  }
  return bundle;
}

/// The model is the one that was asked for.
Result<void> check_model(const SavedModel& saved, const DiseaseFile& disease,
                         const TrainingJob& job) {
  const std::pair<std::string_view, std::string> wanted[] = {
      {"disease", disease.id},
      {"version", fmt::format("{}", disease.version)},
      {"spec_digest", disease.digest},
      {"seed", fmt::format("{}", job.search.seed)},
      {"code_version", job.code_version},
      {"snapshot", job.cohort_digest}};
  for (const auto& [key, value] : wanted) {
    const std::string_view said = fact_of(saved.facts, key);
    if (said == value) continue;
    return refuse(kCandidateModel,
                  fmt::format("its {} is '{}', asked for was '{}'", key, said, value));
  }
  if (saved.model.disease != disease.id || saved.model.inputs != input_columns(disease)) {
    return refuse(kCandidateModel, "it takes other inputs than the disease file says");
  }
  return {};
}

/// The reports speak of this model, and are safe to show.
Result<void> check_reports(const CheckedBundle& checked, const DiseaseFile& disease) {
  const Json report = Json::parse(checked.bundle.report, nullptr, false);
  if (!report.is_object()) return refuse(kCandidateReport, "it is no JSON document");
  Json facts = Json::object();
  for (const auto& [key, value] : checked.facts) facts[key] = value;
  const auto says = [&](const char* key, const Json& value) {
    const auto found = report.find(key);
    return found != report.end() && *found == value;
  };
  if (!says("disease", disease.id) || !says("model_sha256", checked.model_digest) ||
      !says("facts", facts)) {
    return refuse(kCandidateReport, "it is about another model");
  }
  if (!checked.bundle.page.starts_with(kPageStart)) {
    return refuse(kCandidatePage, "it does not begin with the policy that forbids scripts");
  }
  if (checked.bundle.page.find(checked.model_digest) == std::string::npos) {
    return refuse(kCandidatePage, "it is about another model");
  }
  const auto commands = [](char c) {
    return c != '\n' && (static_cast<unsigned char>(c) < 0x20 || c == 0x7f);
  };
  if (std::ranges::any_of(checked.bundle.summary, commands)) {
    return refuse(kCandidateSummary, "it holds control characters");
  }
  return {};
}

/// The golden cases are of this model and this disease file, all of them; whether the model says
/// the same is for a fresh process to find out.
Result<void> check_golden(const CheckedBundle& checked, const DiseaseFile& disease) {
  auto golden = parse_golden(checked.bundle.golden);
  if (!golden.ok()) return refuse(kCandidateGolden, golden.error().message);
  if (golden.value().model_digest != checked.model_digest) {
    return refuse(kCandidateGolden, "it is about another model");
  }
  const auto complete = check_golden_inputs(golden.value(), disease);
  return complete.ok() ? complete : refuse(kCandidateGolden, complete.error().message);
}

/// Counts that add up, of the inputs that the models have.
Result<void> check_reference(const CheckedBundle& checked, const DiseaseFile& disease) {
  const auto reference = parse_population_reference(checked.bundle.reference, disease);
  if (reference.ok()) return {};
  return refuse(kCandidateReference, reference.error().message);
}

/// The evidence is of this model, against the models and at the look that were asked for.
Result<GateEvidence> checked_evidence(const CheckedBundle& checked, const DiseaseFile& disease,
                                      const Judgement& asked) {
  auto read = evidence_from_json(checked.bundle.evidence);
  if (!read.ok()) return refuse(kCandidateEvidence, read.error().message);
  GateEvidence evidence = read.take_value();
  const bool same =
      evidence.disease == disease.id && evidence.candidate_digest == checked.model_digest &&
      evidence.champion_digest == asked.champion.digest &&
      evidence.anchor_digest == asked.anchor.digest && evidence.plan_digest == disease.plan.digest;
  // The locked people may have stayed closed: then no look is spent.
  const bool looked = evidence.look == asked.look && evidence.look_error == asked.look_error;
  const bool closed = evidence.locked_closed && evidence.look == 0 &&
                      evidence.look_error == kNoLookError && asked.look != 0;
  if (!same || !(looked || closed))
    return refuse(kCandidateEvidence, "it is about another question");
  return evidence;
}

}  // namespace

Result<CheckedBundle> read_checked_bundle(const Descriptor& folder, const DiseaseFile& disease,
                                          const TrainingJob& job) {
  CheckedBundle checked;
  checked.bundle = TRY(read_bundle(folder, job));
  auto saved = read_model(checked.bundle.model);
  if (!saved.ok()) return refuse(kCandidateModel, saved.error().message);
  TRY(check_model(saved.value(), disease, job));
  checked.facts = std::move(saved.value().facts);
  checked.model_digest = std::move(saved.value().digest);
  TRY(check_reports(checked, disease));
  TRY(check_golden(checked, disease));
  TRY(check_reference(checked, disease));
  if (job.judgement) checked.evidence = TRY(checked_evidence(checked, disease, *job.judgement));
  return checked;
}

}  // namespace relearn
