// What may change in a disease's model, by how much, on what evidence and by whose leave: the
// [plan] table of a disease file, fixed before the first look at any evidence (a predetermined
// change control plan: FDA, "Marketing Submission Recommendations for a PCCP for AI-Enabled Device
// Software Functions", 2024). diseases/README.md describes the table, docs/gate.md what each number
// does.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "clinical/range.h"

namespace relearn {

/// How a candidate came from the live model; further down the list more can change.
enum class Rung {
  Keep,            // nothing changes
  Intercept,       // recalibration in the large: logit p = a + logit p_live
  Slope,           // logistic recalibration: logit p = a + b logit p_live
  RefitWithPrior,  // refitted with a prior centred on the live model
  SameRecipe,      // refitted from nothing: same family, same settings
  NewSearch,       // family and settings chosen anew
};
inline constexpr std::array<std::string_view, 6> kRungWords = {
    "keep", "intercept", "slope", "refit_with_prior", "same_recipe", "new_search"};

/// Why somebody or something asked for a retrain.
enum class RetrainTrigger { Button, Schedule, Drift, Erasure };
inline constexpr std::array<std::string_view, 4> kTriggerWords = {"button", "schedule", "drift",
                                                                  "erasure"};

std::string_view word_of(Rung rung);
std::string_view word_of(RetrainTrigger trigger);

/// People, and among them with and without the disease.
struct PeopleNeeded {
  int persons = 0, cases = 0, non_cases = 0;
};

/// The locked set L: trusted people whom nothing is ever learnt from.
struct LockedSetPlan {
  double share = 0.25;        // of the baseline's people
  PeopleNeeded at_least;      // below: no verdict
  int looks_max = 10;         // then it is replaced
  int months_max = 24;        // likewise
  double error_total = 0.10;  // chance to publish a worse model that all looks may cost
  std::string error_rule = "inverse_square";  // look k: total * (6 / pi^2) / k^2; the only one
};

/// Mean log loss per person in nats, with p clipped to [0.01, 0.99]: how much worse may pass as
/// "not worse".
struct MarginPlan {
  double champion_nats = 0;  // against the live model, on L
  double anchor_nats = 0;    // against the first model of this locked set, on L
  double anchor_auroc = 0;   // AUROC that may be lost against the anchor, on L
  double new_nats = 0;       // against the live model as served, on N
  double benefit_nats = 0;   // a gain worth waiting for: by it the people still needed are told
};

/// Below these nothing is published, however bad the live model is.
struct FloorPlan {
  double auroc = 0;        // lower 95 % bound on L must be above; on N the upper bound
  double sensitivity = 0;  // at the decision threshold; lower 95 % bound on L must be above
  Range slope;             // calibration slope on N: it, or its interval, must lie in or touch this
  double intercept = 0;    // |calibration in the large| on N, log-odds, likewise
};

/// How far one change may go from the live model.
struct BoundsPlan {
  double intercept_move = 0;  // |a| of a recalibration, log-odds
  Range slope;                // b of a recalibration
  int parameters_max = 0;     // fitted numbers of a candidate
};

/// Nobody in particular may pay for a better average.
struct SafetyPlan {
  double sensitivity_loss = 0;      // of the live model's sensitivity, L and N together
  double net_benefit_loss = 0;      // mean over the disease's thresholds
  double net_benefit_loss_low = 0;  // at the bootstrap 5 % quantile
  double subgroup_nats = 0;         // upper bound of a subgroup's loss difference
  double subgroup_intercept = 0;    // |calibration in the large| of a subgroup, log-odds
  PeopleNeeded subgroup;            // fewer: "not enough evidence", which is never called a pass
};

struct StabilityPlan {
  double mean_change = 0;         // of a person's risk over bootstrap refits
  double change_95th = 0;         // its 95th percentile over people
  double contributor_change = 0;  // of anybody's risk when one contributor is left out
  int contributors_min = 0;       // of new outcomes; fewer: a person decides
};

struct MembershipPlan {
  double loss_auroc = 0;           // upper 95 % bound of the loss attack
  double lira_auroc = 0;           // likelihood ratio attack
  double lira_true_positives = 0;  // of members found at 1 % false alarms
};

/// When labels say that the world changed and the trusted people disagree, people decide.
struct DriftPlan {
  int contributors_min = 0;     // of whom none may carry the benefit alone
  int second_readings_min = 0;  // of new outcomes, blinded; or the share below, if that is more
  double second_readings_share = 0;
  double kappa_min = 0;  // agreement of the two readings
  int approvals = 2;
};

struct ChangePlan {
  int version = 0;
  std::string digest;                   // SHA-256 of plan_text()
  std::vector<Rung> rungs;              // what may be published at all
  std::vector<Rung> automatic;          // what may go live without a person
  bool first_version_asks = true;       // the first model of a disease waits for a person
  int approvals = 1;                    // people who must agree where one is asked: 1 or 2
  bool one_person_may_do_both = false;  // start a retrain and approve it: a small practice
  int days_between_min = 0;             // changes of the live model
  int new_persons_max = 0;              // the latest so many are N
  int shifted_predictors_max = 0;  // of new people against the baseline; more: a person decides
  std::array<PeopleNeeded, 4> to_open;  // new confirmed people by trigger
  LockedSetPlan locked;
  MarginPlan margins;
  FloorPlan floors;
  BoundsPlan bounds;
  SafetyPlan safety;
  StabilityPlan stability;
  MembershipPlan membership;
  DriftPlan drift;

  const PeopleNeeded& needed_for(RetrainTrigger trigger) const {
    return to_open[static_cast<std::size_t>(trigger)];
  }
  bool allows(Rung rung) const;
  bool is_automatic(Rung rung) const;
};

/// The plan as lines "key = value" in a fixed order: what its digest is over. Comments, spaces and
/// the order of a file do not change it; a number does.
std::string plan_text(const ChangePlan& plan);

}  // namespace relearn
