// Permanent regression 13: thirty challengers that are the live model and noise, one after the
// other. What goes live must hardly ever be worse. The truth is known: eight standard-normal
// predictors, a live model whose coefficients are a little off; a challenger adds N(0, 0.12) to
// each (Feng et al. 2019, arXiv 1912.12413, tell why "not worse than the last" is not enough).
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/normal.h"
#include "base/random.h"
#include "clinical/disease_file.h"
#include "learning/evaluation/comparison.h"
#include "learning/metrics/auroc.h"
#include "learning/metrics/calibration.h"
#include "lifecycle/gate/decide.h"
#include "support/gate_numbers.h"

namespace relearn {
namespace {

constexpr std::size_t kPredictors = 8;
constexpr double kWorse = 0.005;  // true log loss, nats
using Model = std::array<double, kPredictors + 1>;
constexpr Model kTruth = {.9, .6, .4, .3, .2, .15, .1, .05, -.6};

struct Person {
  Model x{};
  std::uint8_t outcome = 0;
};

double risk(const Model& model, const Person& person) {
  double sum = 0;
  for (std::size_t j = 0; j < model.size(); ++j) sum += model[j] * person.x[j];
  return logistic(sum);
}

std::vector<Person> draw_people(std::size_t count, Random& random) {
  std::vector<Person> people(count);
  for (Person& person : people) {
    for (double& value : person.x) value = random.normal();
    person.x.back() = 1;
    person.outcome = random.uniform() < risk(kTruth, person) ? 1 : 0;
  }
  return people;
}

Model noisy(Model model, double deviation, Random& random) {
  for (double& value : model) value += deviation * random.normal();
  return model;
}

double true_loss(const Model& model, const std::vector<Person>& people) {
  double sum = 0;
  for (const Person& person : people) {
    const double p = std::clamp(risk(model, person), 0.01, 0.99), truth = risk(kTruth, person);
    sum -= truth * std::log(p) + (1 - truth) * std::log(1 - p);
  }
  return sum / static_cast<double>(people.size());
}

/// Everybody but each third person from `left_out` on; 3: everybody.
PairedRisks pair_up(const std::vector<Person>& people, const Model& model, const Model& reference,
                    std::size_t left_out = 3) {
  PairedRisks pairs;
  for (std::size_t i = 0; i < people.size(); ++i) {
    if (i % 3 == left_out) continue;
    pairs.add(people[i].outcome, risk(model, people[i]), risk(reference, people[i]),
              static_cast<std::uint32_t>(i));
  }
  return pairs;
}

LossDifference loss(const PairedRisks& pairs, double error) {
  const MeanDifference d = loss_comparison(pairs).take_value();
  return {d.mean(), d.standard_error(), d.lower(.05), d.upper(.10), d.upper(.05), d.upper(error)};
}

AurocDifference auroc_against(const PairedRisks& pairs, double error) {
  const Estimate d =
      auroc_difference(pairs.outcomes, pairs.risks, pairs.reference, {}, IntervalMethod::Asymptotic)
          .take_value();
  return {d.value, d.standard_error, d.value + normal_quantile(.05) * d.standard_error,
          d.value + normal_quantile(error) * d.standard_error};
}

PeopleCounted count(const PairedRisks& pairs) {
  PeopleCounted counted{pairs.rows(), 0, 0};
  for (const std::uint8_t outcome : pairs.outcomes) ++(outcome ? counted.cases : counted.non_cases);
  return counted;
}

struct Clinic {
  Model live{}, anchor{};
  std::vector<Person> locked, fresh;
  DecisionContext context = ordinary_context();
};

/// What comparisons can say; the rest is fine.
GateEvidence measure(const ChangePlan& plan, const Clinic& clinic, const Model& challenger,
                     double threshold) {
  GateEvidence evidence = fine_evidence(plan);
  evidence.change = {.rung = Rung::SameRecipe, .parameters = 9};
  evidence.look = clinic.context.looks_done + 1;
  const double error = look_budget(plan.locked, clinic.context.looks_done, 0).of_next;
  evidence.look_error = error;
  const PairedRisks locked = pair_up(clinic.locked, challenger, clinic.live);
  const PairedRisks anchor = pair_up(clinic.locked, challenger, clinic.anchor);
  const PairedRisks fresh = pair_up(clinic.fresh, challenger, clinic.live);
  evidence.locked->people = count(locked);
  evidence.locked->against_champion = loss(locked, error);
  evidence.locked->against_anchor = loss(anchor, error);
  evidence.locked->auroc_to_anchor = auroc_against(anchor, error);
  evidence.fresh->people = count(fresh);
  evidence.fresh->against_champion = loss(fresh, error);
  PairedRisks all = locked;
  for (std::size_t i = 0; i < fresh.rows(); ++i) {
    all.add(fresh.outcomes[i], fresh.risks[i], fresh.reference[i],
            static_cast<std::uint32_t>(10'000 + i));
  }
  evidence.pooled = loss(all, error);
  const DecisionComparison d = decision_comparison(all, threshold);
  evidence.sensitivity = SensitivityEvidence{d.cases,     d.lost,        d.gained,
                                             d.more_lost, d.sensitivity, d.reference_sensitivity};
  for (std::size_t c = 0; c < 3; ++c) {
    LeftOut& without = (*evidence.without_contributor)[c];
    without.locked_champion = evidence.locked->against_champion;
    without.locked_anchor = evidence.locked->against_anchor;
    without.locked_auroc = evidence.locked->auroc_to_anchor;
    without.fresh = loss(pair_up(clinic.fresh, challenger, clinic.live, c), error);
  }
  return evidence;
}

bool passes(const DiseaseFile& disease, const Model& challenger, Clinic& clinic) {
  const GateEvidence evidence =
      measure(disease.plan, clinic, challenger, disease.thresholds.decision);
  if (!opens_locked_set(disease.plan, evidence, ordinary_champion(), clinic.context)) return false;
  const Verdict verdict = decide(disease.plan, evidence, ordinary_champion(), clinic.context);
  ++clinic.context.looks_done;
  return verdict.kind == VerdictKind::Publish;
}

struct Published {
  int all = 0, worse = 0;
};

/// Always: without asking, to show that these challengers are harmful.
enum class Policy { Always, Gate };

Published play(const DiseaseFile& disease, std::uint64_t seed, Policy policy) {
  Random random(seed);
  static const std::vector<Person> everybody = [] {
    Random truth(1);
    return draw_people(3000, truth);
  }();
  Clinic clinic;
  clinic.live = clinic.anchor = noisy(kTruth, 0.08, random);
  clinic.locked = draw_people(150, random);
  Published published;
  for (int round = 0; round < 30; ++round) {
    const auto arrived = draw_people(60, random);
    clinic.fresh.insert(clinic.fresh.end(), arrived.begin(), arrived.end());
    if (clinic.fresh.size() > 300)
      clinic.fresh.erase(clinic.fresh.begin(), clinic.fresh.end() - 300);
    const Model challenger = noisy(clinic.live, 0.12, random);
    if (policy == Policy::Gate && !passes(disease, challenger, clinic)) continue;
    ++published.all;
    published.worse +=
        true_loss(challenger, everybody) > true_loss(clinic.live, everybody) + kWorse;
    clinic.live = challenger;
    clinic.fresh.clear();
  }
  return published;
}

TEST(RandomChallengers, AtMostOneIsAWorseModelThatWentLiveInTheMedianOfThirtyRuns) {
  const DiseaseFile disease =
      load_disease_file(std::string(RELEARN_SOURCE_DIR) + "/diseases/heart.toml").take_value();
  std::vector<int> worse, without_gate;
  int published = 0;
  for (std::uint64_t run = 0; run < 30; ++run) {
    const Published gate = play(disease, derive_seed(13, "run", run), Policy::Gate);
    worse.push_back(gate.worse);
    published += gate.all;
    without_gate.push_back(play(disease, derive_seed(13, "run", run), Policy::Always).worse);
  }
  std::ranges::sort(worse);
  std::ranges::sort(without_gate);
  EXPECT_LE(worse[15], 1);
  EXPECT_LE(worse.back(), 2);
  EXPECT_GT(published, 0) << "a gate that publishes nothing is no test";
  EXPECT_GT(without_gate[15], 10) << "these challengers are not harmful";
}

}  // namespace
}  // namespace relearn
