#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.h"
#include "learning/models/risk_scorer.h"

namespace relearn {
namespace {

constexpr std::uint64_t kReasonSeed = 20140;  // any fixed number: same patient, same reasons

bool is_additive(const RiskModel& model) {
  return std::ranges::all_of(model.members, [](const Member& member) {
    return std::holds_alternative<LinearModel>(member.model) ||
           std::holds_alternative<SplineModel>(member.model);
  });
}

bool same_value(float a, float b) { return a == b || (std::isnan(a) && std::isnan(b)); }

/// Turns the reference patient into this one, input by input in the given order, and books each
/// change of the log-odds on the input that caused it. What is booked adds up to the whole change.
void walk(const RiskScorer& scorer, std::vector<float> patient, std::span<const float> raw,
          std::span<const std::size_t> order, double start, double share,
          std::vector<Contribution>& reasons) {
  double before = start;
  for (const std::size_t input : order) {
    patient[input] = raw[input];
    const double after = scorer.log_odds(patient);
    reasons[input].log_odds += share * (after - before);
    before = after;
  }
}

}  // namespace

std::vector<Contribution> explain(const RiskModel& model, std::span<const float> raw) {
  std::vector<Contribution> reasons(raw.size());
  std::vector<std::size_t> order;  // inputs that differ; the others move nothing
  for (std::size_t i = 0; i < raw.size(); ++i) {
    reasons[i].input = i;
    if (!same_value(raw[i], model.reference[i])) order.push_back(i);
  }
  const RiskScorer scorer(model);
  const double start = scorer.log_odds(model.reference);
  // In an additive model every order says the same; with one change there is only one order.
  if (is_additive(model) || order.size() < 2) {
    walk(scorer, model.reference, raw, order, start, 1.0, reasons);
    return reasons;
  }
  // Strumbelj & Kononenko 2014, Knowledge and Information Systems 41:647-665, algorithm 1; each
  // order with its reverse (antithetic; Mitchell et al. 2022, Journal of Machine Learning Research
  // 23:43). Two inputs have no other orders than one and its reverse: exact.
  const int pairs = order.size() == 2 ? 1 : kReasonPermutations / 2;
  Random random(kReasonSeed);
  for (int pair = 0; pair < pairs; ++pair) {
    random.shuffle(std::span(order));
    walk(scorer, model.reference, raw, order, start, 0.5 / pairs, reasons);
    std::ranges::reverse(order);
    walk(scorer, model.reference, raw, order, start, 0.5 / pairs, reasons);
  }
  return reasons;
}

}  // namespace relearn
