#include "learning/models/explain.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "learning/models/tree_ensemble.h"

namespace relearn {
namespace {

/// The reference patient and this one, as one kind of member sees them.
struct TwoPatients {
  const Encoder& encoder;
  std::vector<float> from, to;  // d encoded values each

  TwoPatients(const RiskModel& model, std::span<const float> raw, Filling filling)
      : encoder(model.encoder), from(encoder.columns.size()), to(from.size()) {
    encoder.encode(model.reference, filling, from);
    encoder.encode(raw, filling, to);
  }
  std::size_t input_of(std::size_t column) const { return encoder.columns[column].input; }
};

/// p: what is added to the reasons.
using Shares = std::span<double>;

/// Of a member, of both patients.
struct Scores {
  double from, to;
};

void add_linear(double factor, std::span<const double> coefficients, const TwoPatients& two,
                Shares shares) {
  for (std::size_t j = 0; j < coefficients.size(); ++j) {
    const double move = static_cast<double>(two.to[j]) - static_cast<double>(two.from[j]);
    shares[two.input_of(j)] += factor * coefficients[j] * move;
  }
}

void add_shares(const LinearModel& model, double factor, const TwoPatients& two, Shares shares) {
  add_linear(factor, model.coefficients, two, shares);
}

void add_shares(const SplineModel& model, double factor, const TwoPatients& two, Shares shares) {
  add_linear(factor, model.coefficients, two, shares);
  for (const SplineModel::Term& term : model.terms) {
    for (std::size_t k = 0; k < term.coefficients.size(); ++k) {
      const double move = spline_basis(term.knots, k, two.to[term.column]) -
                          spline_basis(term.knots, k, two.from[term.column]);
      shares[two.input_of(term.column)] += factor * term.coefficients[k] * move;
    }
  }
}

/// Nodes and weights on 0 to 1 that integrate polynomials of a degree below 2 * count exactly.
struct GaussLegendre {
  std::vector<double> nodes, weights;

  explicit GaussLegendre(int count) {
    for (int i = 0; i < count; ++i) {
      double x = std::cos(std::numbers::pi * (i + 0.75) / (count + 0.5)), slope = 1;
      for (int step = 0; step < kNewtonSteps; ++step) {  // on the zeros of Legendre's polynomial
        double before = 1, now = x;
        for (int k = 2; k <= count; ++k) {
          const double next = ((2 * k - 1) * x * now - (k - 1) * before) / k;
          before = std::exchange(now, next);
        }
        slope = count * (x * now - before) / (x * x - 1);
        x -= now / slope;
      }
      nodes.push_back((1 + x) / 2);
      weights.push_back(1 / ((1 - x * x) * slope * slope));
    }
  }
  static constexpr int kNewtonSteps = 8;
};

/// Each support vector is a product of one factor an input, a_i of this patient or b_i of the
/// reference patient; the Shapley value of input i in a product is the integral over t of
/// (a_i - b_i) prod_{j != i} (t a_j + (1 - t) b_j): the integral of t^s (1 - t)^(n-1-s) is the
/// weight s! (n-1-s)! / n! of a coalition of s. A polynomial, so that the quadrature is exact.
void add_shares(const KernelModel& model, double factor, const TwoPatients& two, Shares shares) {
  const std::size_t d = model.means.size(), p = shares.size();
  const GaussLegendre rule(static_cast<int>(p) / 2 + 1);
  std::vector<double> of_patient(p), of_reference(p), before(p + 1), mixed(p);
  for (std::size_t m = 0; m < model.weights.size(); ++m) {
    std::ranges::fill(of_patient, 0.0);
    std::ranges::fill(of_reference, 0.0);
    for (std::size_t j = 0; j < d; ++j) {
      const double support = model.support[m * d + j];
      const auto distance = [&](float x) {
        const double apart = (static_cast<double>(x) - model.means[j]) / model.scales[j] - support;
        return apart * apart;
      };
      of_patient[two.input_of(j)] += distance(two.to[j]);
      of_reference[two.input_of(j)] += distance(two.from[j]);
    }
    for (std::size_t i = 0; i < p; ++i) {
      of_patient[i] = std::exp(-model.gamma * of_patient[i]);
      of_reference[i] = std::exp(-model.gamma * of_reference[i]);
    }
    for (std::size_t q = 0; q < rule.nodes.size(); ++q) {
      const double t = rule.nodes[q];
      before[0] = factor * model.weights[m] * rule.weights[q];
      for (std::size_t i = 0; i < p; ++i) {
        mixed[i] = t * of_patient[i] + (1 - t) * of_reference[i];
        before[i + 1] = before[i] * mixed[i];
      }
      double behind = 1;
      for (std::size_t i = p; i-- > 0;) {
        shares[i] += (of_patient[i] - of_reference[i]) * before[i] * behind;
        behind *= mixed[i];
      }
    }
  }
}

/// Walks down a tree wherever a patient made of both could go. A leaf is reached by those who have
/// some inputs of this patient (taken) and some of the reference patient (left): its value times
/// the chance that a random order makes such a patient by an input is that input's share (Lundberg
/// et al. 2020, Nature Machine Intelligence 2:56, the interventional values of one reference).
class TreeWalk {
 public:
  TreeWalk(const TreeEnsemble& trees, const TwoPatients& two, Shares shares)
      : trees_(trees), two_(two), shares_(shares), side_(shares.size(), Side::Neither) {}

  void walk() {
    for (const std::int32_t root : trees_.roots) go(root);
  }
  double sum_from = 0, sum_to = 0;  // of the leaves of both patients

 private:
  enum class Side : std::uint8_t { Neither, Taken, Left };

  void go(std::int32_t at) {
    while (true) {
      const TreeEnsemble::Node& node = trees_.nodes[static_cast<std::size_t>(at)];
      if (node.feature < 0) return arrive(node.value);
      const auto column = static_cast<std::size_t>(node.feature);
      const std::int32_t to = two_.to[column] > node.threshold ? node.right : node.left;
      const std::int32_t from = two_.from[column] > node.threshold ? node.right : node.left;
      if (to == from) {
        at = to;
        continue;
      }
      const std::size_t input = two_.input_of(column);
      if (side_[input] == Side::Neither) {
        decided_.push_back(input);
        side_[input] = Side::Taken;
        ++taken_;
        go(to);
        --taken_;
        side_[input] = Side::Left;
        go(from);
        side_[input] = Side::Neither;
        decided_.pop_back();
        return;
      }
      at = side_[input] == Side::Taken ? to : from;
    }
  }

  void arrive(float leaf) {
    const double value = static_cast<double>(leaf);
    const std::size_t all = decided_.size(), left = all - taken_;
    if (left == 0) sum_to += value;
    if (taken_ == 0) sum_from += value;
    if (all == 0) return;
    // Of all orders of the decided inputs, those in which the last of the taken comes right before
    // the first of the left: 1 / (all choose taken), shared by the taken, or by the left.
    double orders = 1;
    for (std::size_t k = 1; k <= taken_; ++k) {
      orders *= static_cast<double>(left + k) / static_cast<double>(k);
    }
    const double of_taken = value / (orders * static_cast<double>(taken_));
    const double of_left = value / (orders * static_cast<double>(left));
    for (const std::size_t input : decided_) {
      shares_[input] += side_[input] == Side::Taken ? of_taken : -of_left;
    }
  }

  const TreeEnsemble& trees_;
  const TwoPatients& two_;
  Shares shares_;
  std::vector<Side> side_;            // of each input, on the way to where we are
  std::vector<std::size_t> decided_;  // inputs that are on a side
  std::size_t taken_ = 0;
};

/// Log-odds for each unit by which a forest's mean moved. Its shares are exact as shares of the
/// mean; one factor makes them log-odds (Chen, Lundberg & Lee 2022, Nature Communications 13:4512,
/// the rescale rule).
double log_odds_a_unit(double from, double to) {
  constexpr double kTooNear = 1e-9;  // for a difference to say anything
  const auto log_odds = [](double mean) {
    return combined_score(TreeEnsemble::Combine::Average, 0, mean, 1);
  };
  if (std::fabs(to - from) > kTooNear) return (log_odds(to) - log_odds(from)) / (to - from);
  const bool is_clamped = from < kForestRiskMin || from > 1 - kForestRiskMin;
  return is_clamped ? 0 : 1 / (from * (1 - from));
}

Scores add_tree_shares(const TreeEnsemble& model, double factor, const TwoPatients& two,
                       Shares shares) {
  std::vector<double> own(shares.size(), 0);
  TreeWalk walk(model, two, own);
  walk.walk();
  if (model.combine == TreeEnsemble::Combine::Average) {
    const auto trees = static_cast<double>(model.roots.size());
    factor *= log_odds_a_unit(walk.sum_from / trees, walk.sum_to / trees) / trees;
  }
  for (std::size_t i = 0; i < own.size(); ++i) shares[i] += factor * own[i];
  const auto score_of = [&](double sum) {
    return combined_score(model.combine, model.base, sum, model.roots.size());
  };
  return {score_of(walk.sum_from), score_of(walk.sum_to)};
}

}  // namespace

ExplainedRisk explain_risk(const RiskModel& model, std::span<const float> raw) {
  std::vector<double> shares(raw.size(), 0);
  Scores mean_of{0, 0};
  const TwoPatients typical(model, raw, Filling::Typical), mean(model, raw, Filling::Mean);
  for (const Member& member : model.members) {
    const double factor = model.calibration.slope * member.weight * member.calibration.slope;
    Scores own;
    if (const auto* const trees = std::get_if<TreeEnsemble>(&member.model)) {
      own = add_tree_shares(*trees, factor, typical, shares);
    } else {
      std::visit(
          [&](const auto& kind) {
            if constexpr (!std::is_same_v<std::decay_t<decltype(kind)>, TreeEnsemble>) {
              add_shares(kind, factor, mean, shares);
            }
          },
          member.model);
      own = {score(member.model, mean.from), score(member.model, mean.to)};
    }
    mean_of.from += member.weight * member.calibration.apply(own.from);
    mean_of.to += member.weight * member.calibration.apply(own.to);
  }
  ExplainedRisk explained{
      model.calibration.apply(mean_of.to), model.calibration.apply(mean_of.from), {}};
  for (std::size_t i = 0; i < raw.size(); ++i) explained.reasons.push_back({i, shares[i]});
  return explained;
}

std::vector<Contribution> explain(const RiskModel& model, std::span<const float> raw) {
  return explain_risk(model, raw).reasons;
}

}  // namespace relearn
