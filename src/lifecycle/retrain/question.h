// What a retrain has to answer: against which models its candidate is judged, and how often the
// locked people have been looked at. A pure answer from what the registry tells.
#pragma once

#include <cstdint>
#include <string>

#include "base/calendar.h"
#include "clinical/disease_file.h"
#include "lifecycle/gate/decide.h"
#include "lifecycle/retrain/registry_state.h"
#include "lifecycle/training/judgement.h"

namespace relearn {

struct RetrainQuestion {
  Judgement judgement;
  DecisionContext context;
  LiveVersion champion;
  std::int64_t anchor = 0;  // version; 0: none
  std::string locked_set;   // digest of the people by whom it is to be judged; empty: not known yet
};

/// The trigger is an erasure, whoever asked, when the live version learnt from somebody who has
/// withdrawn.
RetrainQuestion question_of(const DiseaseFile& disease, const RegistryState& registry,
                            Comparison comparison, RetrainTrigger asked_by, Moment now);

/// The generation of locked people that is due to be drawn: those of now are worn out, or there are
/// none. 0: no draw.
unsigned generation_due(const DiseaseFile& disease, const RegistryState& registry, Moment now);

}  // namespace relearn
