#include "lifecycle/training/bundle.h"

#include "base/file.h"
#include "lifecycle/gate/evidence_json.h"
#include "lifecycle/replay/golden_cases.h"
#include "lifecycle/training/report_json.h"
#include "lifecycle/training/report_page.h"
#include "lifecycle/training/summary.h"

namespace relearn {
namespace {

std::string set_aside_rows(const TrainingRecord& record) {
  std::string text;
  for (const SourceFunnel& source : record.sources) {
    for (const QuarantinedRow& row : source.quarantined) text += row.text + "\n";
  }
  return text;
}

}  // namespace

Result<Bundle> make_bundle(const DiseaseFile& disease, const TrainingRecord& record) {
  Bundle bundle;
  bundle.model = TRY(write_model(record.model, record.facts));
  const SavedModel check = TRY(read_model(bundle.model));
  if (!(check.model == record.model)) {
    return broken_invariant("the model read back from its file is another one");
  }
  // Of the model in memory, not of what was read back: whoever loads the file is to say the same.
  bundle.golden = golden_text(golden_cases(record.model, check.digest, golden_inputs(disease)));
  bundle.page = TRY(report_page(disease, record, check.digest));
  bundle.report = report_json(disease, record, check.digest);
  bundle.summary = summary_text(disease, record);
  bundle.set_aside = set_aside_rows(record);
  bundle.reference = population_reference_json(record.reference);
  if (record.verdict_evidence) {
    GateEvidence evidence = *record.verdict_evidence;
    evidence.candidate_digest = check.digest;
    bundle.evidence = evidence_to_json(evidence);
  }
  return bundle;
}

Result<void> write_bundle(const Bundle& bundle, const std::filesystem::path& folder) {
  TRY(write_file_atomically(folder / kCandidateSetAside, bundle.set_aside));
  TRY(write_file_atomically(folder / kCandidateSummary, bundle.summary));
  TRY(write_file_atomically(folder / kCandidateReport, bundle.report));
  TRY(write_file_atomically(folder / kCandidatePage, bundle.page));
  TRY(write_file_atomically(folder / kCandidateGolden, bundle.golden));
  TRY(write_file_atomically(folder / kCandidateReference, bundle.reference));
  if (!bundle.evidence.empty()) {
    TRY(write_file_atomically(folder / kCandidateEvidence, bundle.evidence));
  }
  return write_file_atomically(folder / kCandidateModel, bundle.model);
}

}  // namespace relearn
