// An attempt of invented people: all that a dossier is made of.
#pragma once

#include <string>
#include <vector>

#include "lifecycle/dossier/dossier.h"
#include "support/gate_numbers.h"

namespace relearn {

/// Holds what DossierFacts borrows.
struct MadeUpAttempt {
  DiseaseFile disease;
  GateEvidence evidence;
  Verdict verdict;
  Organisation organisation;
  std::string report, funnel, privacy;
  std::string reason = "thirty more confirmed";
  std::vector<EarlierAttempt> earlier;

  DossierFacts facts() const {
    return {.disease = disease,
            .verdict = verdict,
            .evidence = evidence,
            .organisation = organisation,
            .report_json = report,
            .funnel_json = funnel,
            .privacy_json = privacy,
            .at = Moment{1'795'000'000},
            .trigger = RetrainTrigger::Button,
            .reason = reason,
            .started_by = "user 12 (admin)",
            .code_version = "0.1.0",
            .program_digest = some_digest('e'),
            .snapshot_digest = privacy.empty() ? std::string() : some_digest('f'),
            .baseline_digest = some_digest('1'),
            .locked_digest = some_digest('2'),
            .seed = 7,
            .anchor = verdict.champion == 0 ? 0 : 1,
            .earlier = earlier};
  }
};

/// A retrain of records against a live version, decided by the disease's own plan.
MadeUpAttempt made_up_attempt(const std::string& disease_id);

/// The first model of a disease, learnt from the baseline only.
MadeUpAttempt made_up_first(const std::string& disease_id);

}  // namespace relearn
