// What is written down about one attempt to change a model, published or not: a record for
// programs, a model card, and pages for people. Pure: the same facts give the same bytes; nothing
// is read but the fonts of the PDF. docs/dossier.md says who reads what.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.h"
#include "base/result.h"
#include "clinical/disease_file.h"
#include "lifecycle/dossier/organisation.h"
#include "lifecycle/gate/evidence.h"
#include "lifecycle/gate/verdict.h"

namespace relearn {

/// An earlier attempt at this disease, for the history that a card tells.
struct EarlierAttempt {
  Moment at;
  std::string verdict;       // "keep", "publish" ...
  std::int64_t version = 0;  // that it became; 0: none
};

/// All that is known about an attempt when its verdict is there and before it is entered in the
/// registry. Everything by value or borrowed for the call. Digests are SHA-256; empty: there is no
/// such thing, and the record says so.
struct DossierFacts {
  const DiseaseFile& disease;  // with the plan
  const Verdict& verdict;
  const GateEvidence& evidence;
  const Organisation& organisation;
  std::string_view report_json;   // of the trainer: report.json
  std::string_view funnel_json;   // as the trainer was given it; empty: no records of a store
  std::string_view privacy_json;  // likewise

  Moment at;  // of the verdict
  RetrainTrigger trigger = RetrainTrigger::Button;
  std::string reason;      // as somebody wrote it
  std::string started_by;  // actor_text(): "operator", "user 12 (admin)"
  int approvals = 0;       // people who must agree, of an "ask": approvals_needed()

  std::string code_version;     // "0.1.0"
  std::string program_digest;   // of the program's file
  std::string snapshot_digest;  // of the de-identified cohort file
  std::string baseline_digest;  // over the baseline files
  std::string locked_digest;    // of the locked people
  std::uint64_t seed = 0;

  std::int64_t anchor = 0;              // version; 0: none
  std::vector<EarlierAttempt> earlier;  // latest first; the first five are told
};

/// File names of a bundle, and their bytes: record.json, card.json; per language dossier.en.html,
/// dossier.en.pdf, card.en.html. InvalidInput or BrokenInvariant when a report is not what the
/// trainer writes; Unavailable when the fonts of the PDF are not installed.
Result<std::map<std::string, std::string>> make_dossier(const DossierFacts& facts);

/// The attributes of a card.json without a value, by key ("perf.internal_fairness"): a release is
/// refused while there is one (45 CFR 170.315(b)(11)(iv)(B)). BrokenInvariant when it is no card.
Result<std::vector<std::string>> missing_attributes(std::string_view card_json);

}  // namespace relearn
