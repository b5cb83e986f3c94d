// Can somebody who knows a person's record and outcome tell from the risk whether the model learnt
// from them? Two attacks, on models of the same recipe whose members are known.
//
// Shadow models learn from random halves of the people; each half and its complement, so that each
// person is in exactly half of them. phi is the log-odds that a model gives to what really was.
//
//   loss attack  members have the higher phi (Yeom et al. 2018, IEEE CSF): AUROC of phi
//   LiRA         phi of the target against its distribution over the models with and without the
//                person, both normal (Carlini et al. 2022, IEEE S&P, arXiv 2112.03570; the spread
//                common to all persons, as they advise for few shadow models)
//
// Every shadow model is a target of the others; the scores are pooled over all of them.
#pragma once

#include <cstddef>

#include "base/cancel.h"
#include "learning/metrics/estimate.h"
#include "learning/scrutiny/refit.h"

namespace relearn {

inline constexpr double kFalseAlarms = 0.01;
inline constexpr std::size_t kShadowModelsMin = 16;

struct Membership {
  std::size_t shadow_models = 0;
  double loss_auroc = 0.5;
  double loss_auroc_upper = 0.5;  // one-sided 95 %, between persons
  double lira_auroc = 0.5;
  double lira_true_positives = 0;  // at kFalseAlarms
};

/// options.fits: shadow models, even, 16 at least. Persons are dealt into halves within class.
Result<Membership> measure_membership(const Cohort& people, const Refit& refit,
                                      const ScrutinyOptions& options, const CancelToken& cancel);

}  // namespace relearn
