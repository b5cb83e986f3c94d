// What the watch found, as openapi.yaml tells it.
#pragma once

#include <string>

#include "lifecycle/watch/confirmation.h"
#include "lifecycle/watch/outcome_figures.h"
#include "lifecycle/watch/people_window.h"
#include "lifecycle/watch/version_return.h"

namespace relearn {

/// Of a full window: an item of "estimated", and of "drift". Empty where there is nothing to tell.
std::string estimated_json(const WindowFindings& findings);
std::string drift_json(const DiseaseFile& disease, const WindowFindings& findings);

/// All that a look comes to, but for the windows that are full.
struct WatchFigures {
  Moment live_since;
  std::string note;  // for a reader; often empty
  std::optional<std::uint64_t> reference_people;
  std::size_t window_people = 0;
  std::optional<Moment> window_from;
  OutcomeFigures outcomes;
  Confirmation confirmation;
  ReturnDecision way_back;
  std::int64_t before = 0;  // the version that would come back; 0: none
};

/// Members of the answer of GET /api/watch/{disease}.
std::string figures_json(const DiseaseFile& disease, const WatchFigures& figures);

}  // namespace relearn
