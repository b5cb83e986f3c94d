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

/// Of the bounds that this look at the locked people may err by; kNoLookError where it costs none.
double look_error(const EvidenceQuestion& question);

struct GatheredEvidence {
  GateEvidence evidence;  // everything but candidate_digest, known when the file is written
  JudgedPeople judged;    // on whom: without the locked people when they stayed closed
};

/// First what the new people say. The locked ones are looked at, even by their mean, only if these
/// speak for the candidate (opens_locked_set(), by the judgement's context).
Result<GatheredEvidence> gather_evidence(const EvidenceQuestion& question,
                                         const CancelToken& cancel, ProgressSink& progress);

}  // namespace relearn
