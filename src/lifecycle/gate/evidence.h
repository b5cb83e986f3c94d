// What decide() is told about a candidate: numbers only, no people, no models. The trainer process
// measures it and writes it as JSON (evidence_json.h); the parent reads it back and believes
// nothing that a number can contradict.
//
// L is the locked set: trusted people of whom no model ever learnt. N is the new people: confirmed
// since the live model's cut-off, one entry per person; the live model's risk is the one that was
// served, the candidate's is cross-fitted by person. Risks are clipped to [0.01, 0.99] before any
// log loss. A person with several rows counts once, with their mean. "Bound" is one-sided, at the
// error that its name says; an Estimate holds a two-sided 95 % interval.
//
// Absent optionals mean "not measured", never "fine": nothing with an absent part is published,
// except that a disease without a live model has nothing to be compared with.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "clinical/change_plan.h"
#include "learning/metrics/estimate.h"

namespace relearn {

/// Candidate minus reference, mean log loss per person in nats; below 0 the candidate is better.
/// Bounds: mean + z * sd / sqrt(n), or percentiles of a paired bootstrap of people when n < 80 or
/// the differences are skewed (|skewness| > 2).
struct LossDifference {
  double mean = 0;
  double standard_error = 0;  // sd / sqrt(n); by it the people still needed are told
  double lower_95 = 0;        // error .05
  double upper_90 = 0;        // error .10
  double upper_95 = 0;        // error .05
  double upper_look = 0;      // error of this look, GateEvidence::look_error
};

/// Candidate minus anchor, paired (DeLong, DeLong & Clarke-Pearson 1988); above 0 is better.
struct AurocDifference {
  double value = 0;
  double standard_error = 0;
  double lower_95 = 0;
  double lower_look = 0;
};

struct PeopleCounted {
  std::uint64_t persons = 0, cases = 0, non_cases = 0;  // persons = cases + non_cases
};

/// Preconditions as facts; the plan's limits are applied by decide().
struct CandidateFacts {
  bool same_inputs = false;         // predictors, units, outcome, thresholds are the disease file's
  bool converged = false;           // the fit, and every refit that evidence rests on
  bool finite = false;              // no NaN or infinity in parameters or risks
  bool reproduced = false;          // a second fit with the same seed gave the same bytes
  std::uint64_t untraced_rows = 0;  // training rows without source, confirmer or lineage
  std::uint64_t persons_in_both = 0;    // who are in training and in L; P05
  std::uint64_t privacy_findings = 0;   // residual identifiers, classes below k
  std::uint64_t open_quarantines = 0;   // of this disease, nobody has looked at
  std::uint64_t polarity_failures = 0;  // files or batches whose known directions point backwards
  std::vector<std::string>
      shifted_predictors;  // population stability beyond its critical value, Holm
  std::optional<double> largest_coefficient;  // |.|, standardised; linear families only
  std::optional<double> condition_number;     // of the information matrix; linear families only
};

/// What the ladder chose and how far it goes from the live model.
struct CandidateChange {
  Rung rung = Rung::NewSearch;
  std::optional<double> intercept_move;  // a of a recalibration (log-odds); absent for refits
  std::optional<double> slope;           // b of a recalibration; absent below Slope and for refits
  std::uint64_t parameters = 0;          // fitted numbers: coefficients and knots, or leaves
  double largest_risk_change = 0;        // of anybody in L and N, absolute
  double category_changes = 0;  // share of L and N who change side of the decision threshold
};

struct LockedEvidence {
  PeopleCounted people;
  Estimate auroc;
  Estimate sensitivity;                            // at the decision threshold, Wilson
  std::optional<LossDifference> against_champion;  // absent: there is no live model
  std::optional<LossDifference> against_anchor;    // absent: likewise
  std::optional<AurocDifference> auroc_to_anchor;
};

struct NewEvidence {
  PeopleCounted people;
  std::optional<LossDifference> against_champion;  // champion as served; absent: there is none
  std::optional<Estimate> auroc;                   // absent: not estimable (one class only)
  std::optional<Estimate> slope;                   // calibration slope, likewise
  std::optional<Estimate> intercept;               // calibration in the large, log-odds, likewise
  bool weighted = false;         // by the inverse chance to be confirmed, all above
  double effective_persons = 0;  // (sum w)^2 / sum w^2; persons when not weighted
  double largest_weight = 0;     // share of one person in the sum of weights
};

/// Cases of L and N together, decided at the threshold by the champion and by the candidate.
struct SensitivityEvidence {
  std::uint64_t cases = 0;
  std::uint64_t lost = 0, gained = 0;  // true positives of one model only
  double more_lost = 1;                // one-sided exact McNemar p; small: more lost than by chance
  double candidate = 0, champion = 0;  // sensitivities
};

/// Candidate minus champion, mean over the disease's range of thresholds, L and N together.
struct NetBenefitEvidence {
  double difference = 0;
  double quantile_05 = 0, quantile_95 = 0;  // of bootstrap over people
};

/// A group of the disease file, L and N together.
struct SubgroupEvidence {
  std::string id, label;  // label in English
  PeopleCounted people;
  std::optional<LossDifference> against_champion;  // absent: too few to compute, or no champion
  std::optional<double> harm_p;     // one-sided p of H0: not worse for them; with the difference
  std::optional<double> intercept;  // calibration in the large of the candidate, log-odds
};

/// |risk of a bootstrap refit - risk of the candidate|, mean over refits, for each person
/// (Riley & Collins 2023, Biom J 65:2200302).
struct StabilityEvidence {
  std::uint64_t refits = 0;
  double mean_change = 0;  // over people
  double change_95th = 0;  // 95th percentile over people
};

/// Can somebody tell who trained the candidate? (Carlini et al. 2022, arXiv 2112.03570.)
struct MembershipEvidence {
  std::uint64_t shadow_models = 0;
  double loss_auroc_upper = 1;  // upper 95 % bound
  double lira_auroc = 1;
  double lira_true_positives = 1;  // at 1 % false positives
};

/// The same procedure without one contributor (or one site): learnt without them, judged without
/// them.
struct LeftOut {
  std::string name;                // as in the cohort file
  double largest_risk_change = 0;  // of anybody in L and N, against the candidate
  std::optional<LossDifference> locked_champion, locked_anchor;  // on L
  std::optional<AurocDifference> locked_auroc;                   // to the anchor
  std::optional<LossDifference>
      fresh;  // on those of N whom others confirmed; absent: nobody is left
};

/// For the path on which people decide that the world has changed.
struct DriftEvidence {
  Estimate champion_slope;  // calibration slope of the served risks on N; below 0: labels reversed
  double champion_slope_z = 0;  // its score test against 1, sum (y-p) L / sqrt(sum p(1-p) L^2)
  std::uint64_t second_readings = 0;  // of N, blinded
  std::optional<double> kappa;        // Cohen's, of first and second reading
  std::vector<LeftOut> without_site;  // one each; one site or none: empty
};

struct GateEvidence {
  std::string disease;
  std::string candidate_digest;  // SHA-256 of the candidate's bytes
  std::string champion_digest;   // of the live model it was compared with; empty: there is none
  std::string anchor_digest;     // of the anchor; empty: there is none
  std::string plan_digest;       // of the plan by whose numbers it was measured
  // Number of this look at L, from 1. 0: none is spent; an erasure, a model that is compared with
  // nobody, or L stayed closed.
  std::uint32_t look = 0;
  double look_error = 0;       // error_of_look(total, look); 0.05 where there is none
  bool locked_closed = false;  // N alone settles it: nothing below is of L, and what is of both is
                               // absent or, of a change, of N
  CandidateFacts facts;
  CandidateChange change;
  std::optional<LockedEvidence> locked;  // L
  std::optional<NewEvidence> fresh;      // N; absent: nobody is new
  std::optional<LossDifference> pooled;  // L and N together, against the champion
  std::optional<SensitivityEvidence> sensitivity;
  std::optional<NetBenefitEvidence> net_benefit;
  std::optional<std::vector<SubgroupEvidence>> subgroups;  // all of the disease file, in its order
  std::optional<StabilityEvidence> stability;
  std::optional<MembershipEvidence> membership;
  std::optional<std::vector<LeftOut>> without_contributor;  // one each; empty: nothing is new
  std::optional<DriftEvidence> drift;
};

}  // namespace relearn
