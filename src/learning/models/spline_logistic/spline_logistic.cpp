#include "learning/models/spline_logistic/spline_logistic.h"

#include <algorithm>
#include <cmath>

#include "learning/models/logistic/penalised_logistic.h"
#include "learning/models/standardised.h"

namespace relearn {
namespace {

/// Where the knots stand, as quantiles of the training rows (Harrell, Regression Modeling
/// Strategies, 2nd edition, table 2.3).
constexpr double kKnotQuantiles[] = {0.05, 0.35, 0.65, 0.95};

constexpr double kCurvePenalties[] = {100, 30, 10};  // strongest first: straight lines
constexpr double kPenalties[] = {30, 10};

/// The bent part of one basis function: what is left of s_k(x) after the best straight line
/// offset + slope * z through it (z: the standardised column), scaled to standard deviation 1.
struct Bend {
  double offset = 0;
  double slope = 0;
  double scale = 1;
};

/// The curve of one column.
struct Curve {
  std::uint32_t column = 0;
  std::vector<double> knots;
  std::vector<Bend> bends;  // knots - 2
};

struct Design {
  Standardised linear;
  std::vector<Curve> curves;
  std::vector<double> values;  // n x (d + all bends), column-major: linear part, then the bends
};

/// Different quantiles only: where many patients share a value (an imputed median), there are
/// fewer.
std::vector<double> choose_knots(std::vector<float> values) {
  std::sort(values.begin(), values.end());
  std::size_t distinct = 1;
  for (std::size_t i = 1; i < values.size(); ++i) distinct += values[i] != values[i - 1];
  std::vector<double> knots;
  if (distinct < kDistinctForCurve) return knots;
  for (const double quantile : kKnotQuantiles) {
    const double position = quantile * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(position);
    const double above_share = position - static_cast<double>(below);
    const double low = values[below];
    const double high = values[std::min(below + 1, values.size() - 1)];
    const double knot = low + above_share * (high - low);
    if (knots.empty() || knot > knots.back()) knots.push_back(knot);
  }
  if (knots.size() < 3) knots.clear();
  return knots;
}

/// Splits s_k into straight and bent part; appends the bent part's values. Scale 0: nothing bends.
Bend append_bend(std::span<const float> x, std::span<const double> z,
                 std::span<const double> weights, std::span<const double> knots, std::size_t k,
                 std::vector<double>& values) {
  const std::size_t n = x.size();
  std::vector<double> s(n);
  double total = 0, mean = 0, product = 0;
  for (std::size_t i = 0; i < n; ++i) {
    s[i] = spline_basis(knots, k, x[i]);
    total += weights[i];
    mean += weights[i] * s[i];
    product += weights[i] * s[i] * z[i];
  }
  Bend bend{mean / total, product / total, 0};  // z has mean 0 and variance 1
  double all = 0, bent = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double centred = s[i] - bend.offset;
    const double left = centred - bend.slope * z[i];
    all += weights[i] * centred * centred;
    bent += weights[i] * left * left;
  }
  if (bent > 1e-12 * all) bend.scale = std::sqrt(bent / total);
  for (std::size_t i = 0; i < n; ++i) {
    values.push_back(bend.scale > 0 ? (s[i] - bend.offset - bend.slope * z[i]) / bend.scale : 0.0);
  }
  return bend;
}

Design make_design(const TrainingSet& training, std::span<const double> weights) {
  Design design;
  design.linear = standardise(training);
  design.values = design.linear.values;
  for (std::size_t j = 0; j < design.linear.columns; ++j) {
    std::vector<float> x;
    for (const std::uint32_t row : training.rows) x.push_back(training.features.at(row, j));
    Curve curve{static_cast<std::uint32_t>(j), choose_knots(x), {}};
    for (std::size_t k = 0; k + 2 < curve.knots.size(); ++k) {
      curve.bends.push_back(
          append_bend(x, design.linear.column(j), weights, curve.knots, k, design.values));
    }
    if (!curve.bends.empty()) design.curves.push_back(std::move(curve));
  }
  return design;
}

/// Back to raw units: the straight lines that were taken out of the bends go into the linear terms.
SplineModel fold_back(const Design& design, const PenalisedFit& fit) {
  const std::size_t d = design.linear.columns;
  SplineModel model{fit.intercept, {}, {}};
  std::vector<double> straight(fit.coefficients.begin(),
                               fit.coefficients.begin() + static_cast<std::ptrdiff_t>(d));
  std::size_t next = d;
  for (const Curve& curve : design.curves) {
    SplineModel::Term term{curve.column, curve.knots, {}};
    for (const Bend& bend : curve.bends) {
      const double size = bend.scale > 0 ? fit.coefficients[next] / bend.scale : 0.0;
      ++next;
      term.coefficients.push_back(size);
      straight[curve.column] -= size * bend.slope;
      model.intercept -= size * bend.offset;
    }
    model.terms.push_back(std::move(term));
  }
  LinearModel lines = unscaled(design.linear, model.intercept, straight);
  model.intercept = lines.intercept;
  model.coefficients = std::move(lines.coefficients);
  return model;
}

SplineModel fit_design(const Design& design, std::span<const std::uint8_t> outcomes,
                       std::span<const double> weights, const Candidate& candidate) {
  const std::size_t n = design.linear.rows;
  const std::size_t columns = design.values.size() / n;
  std::vector<double> penalties(columns, candidate.get("curve_penalty"));
  std::fill_n(penalties.begin(), design.linear.columns, candidate.get("penalty"));
  return fold_back(design, fit_penalised_logistic({.rows = n,
                                                   .columns = columns,
                                                   .design = design.values,
                                                   .outcomes = outcomes,
                                                   .weights = weights,
                                                   .penalties = penalties}));
}

class SplineLogisticLearner final : public Learner {
 public:
  std::string_view family() const override { return "spline_logistic"; }
  ScoreScale scale() const override { return ScoreScale::LogOdds; }
  Filling filling() const override { return Filling::Mean; }

  std::vector<Candidate> grid(Grid) const override {
    std::vector<Candidate> grid;
    for (const double curve_penalty : kCurvePenalties) {
      for (const double penalty : kPenalties) {
        grid.push_back({{{"curve_penalty", curve_penalty}, {"penalty", penalty}}});
      }
    }
    return grid;
  }

  Result<Model> fit(const TrainingSet& training, const Candidate& candidate, std::uint64_t,
                    const CancelToken& cancel) const override {
    TRY(require_both_classes(training, family()));
    if (cancel.requested()) return cancelled();
    const std::vector<double> weights = training_weights(training);
    return Model{fit_design(make_design(training, weights), training_outcomes(training), weights,
                            candidate)};
  }

  Result<std::vector<double>> score_candidates(const TrainingSet& training,
                                               std::span<const Candidate> candidates,
                                               std::span<const std::uint32_t> test, std::uint64_t,
                                               const CancelToken& cancel) const override {
    TRY(require_both_classes(training, family()));
    const std::vector<double> weights = training_weights(training);
    const std::vector<std::uint8_t> outcomes = training_outcomes(training);
    const Design design = make_design(training, weights);
    std::vector<double> scores;
    std::vector<float> x(training.features.columns);
    for (const Candidate& candidate : candidates) {
      if (cancel.requested()) return cancelled();
      const Model model{fit_design(design, outcomes, weights, candidate)};
      for (const std::uint32_t row : test) {
        for (std::size_t j = 0; j < x.size(); ++j) x[j] = training.features.at(row, j);
        scores.push_back(score(model, x));
      }
    }
    return scores;
  }
};

}  // namespace

const Learner& spline_logistic_learner() {
  static const SplineLogisticLearner learner;
  return learner;
}

}  // namespace relearn
