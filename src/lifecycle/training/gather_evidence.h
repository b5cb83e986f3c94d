// The evidence for a verdict, measured: docs/formats/gate_evidence.md says what each number is.
#pragma once

#include "base/cancel.h"
#include "base/progress.h"
#include "base/result.h"
#include "clinical/disease_file.h"
#include "lifecycle/gate/evidence.h"
#include "lifecycle/training/candidate.h"
#include "lifecycle/training/judged_people.h"
#include "lifecycle/training/judgement.h"

namespace relearn {

/// Bootstrap refits of the stability, and shadow models of the attack: refits of the candidate's
/// own recipe with its settings and calibrations, nothing searched.
inline constexpr std::size_t kStabilityRefits = 200;
inline constexpr std::size_t kShadowModels = 64;
/// Contributors who are left out one by one: those with the most new people.
inline constexpr std::size_t kContributorsMax = 50;

struct EvidenceQuestion {
  const DiseaseFile& disease;
  const Judgement& judgement;
  const Cohort& learning;
  const Cohort& locked;  // rows() == 0: there is no locked set
  const CandidateModel& candidate;
  const LiveModel* champion = nullptr;  // null: none
  const LiveModel* anchor = nullptr;
  SearchOptions search;
};

/// Everybody on whom the candidate is judged, with the risks of all models.
JudgedPeople judged_people(const EvidenceQuestion& question);

/// Everything but candidate_digest, which is known when the file is written.
Result<GateEvidence> gather_evidence(const EvidenceQuestion& question, const JudgedPeople& judged,
                                     const CancelToken& cancel, ProgressSink& progress);

}  // namespace relearn
