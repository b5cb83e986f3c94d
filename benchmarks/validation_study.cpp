// Does the gate let through what helps, and nothing that harms? Simulated clinics, in which the
// truth is known: 8 standard-normal predictors, coefficients .9 .6 .4 .3 .2 .15 .1 .05, intercept
// -.6, an interaction .25 x0 x1; 600 people at the start (a third locked), then 60 confirmed each
// round by four contributors. The gate is decide() of the program with the plan of heart.toml,
// whose floors are set for this disease; its candidates climb the ladder. Beside it what others do:
// publish always, publish when the AUROC on a test set is higher, publish when not worse than the
// live model on it.
//
// Worlds: nothing changes; the intercept rises by .9 in round 6; three coefficients change in round
// 8; one of four contributors inverts all outcomes of rounds 4 to 10; one batch of 60 is inverted
// in round 5; 30 challengers that are the live model and noise.
//
// A candidate is harmful when its true expected log loss is above the live model's by more than
// 0.01 nats, catastrophic by more than 0.05. It would help when that is below by more than 0.005
// and its true sensitivity at the decision threshold is not lower by more than the plan allows; a
// clean one that would help is refused (keep), unclear (inconclusive: waits for more people), asked
// or published. True expected: over 4,000 people with their true risks. The answer it checks:
// nothing catastrophic is published by the gate in any world, and in a poisoned one its mean true
// log loss is not above that of never retraining.
//
// Membership attacks are not run here: logistic regressions of 9 numbers pass them (docs/gate.md).
//
// usage: benchmark_validation_study DISEASES_FOLDER OUT_FOLDER [RUNS [SEED]]
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <set>

#include "base/file.h"
#include "base/normal.h"
#include "base/parallel.h"
#include "base/random.h"
#include "clinical/disease_file.h"
#include "learning/evaluation/comparison.h"
#include "learning/metrics/auroc.h"
#include "learning/metrics/calibration.h"
#include "learning/metrics/logistic_fit.h"
#include "learning/models/logistic/penalised_logistic.h"
#include "lifecycle/gate/decide.h"

namespace {

using namespace relearn;  // NOLINT: a program of one file
namespace fs = std::filesystem;

constexpr std::uint64_t kSeed = 20261125;  // not the one on which the gate was made (20261124)
constexpr std::size_t kPredictors = 8;
constexpr std::size_t kContributors = 4;
constexpr std::size_t kBaseline = 600;
constexpr std::size_t kNewPeople = 60;
constexpr std::size_t kTruthPeople = 4000;
constexpr std::size_t kFolds = 5;
constexpr int kRefits = 20;
constexpr double kThreshold = 0.33;
constexpr double kHarmful = 0.01, kCatastrophic = 0.05, kBeneficial = 0.005;

// ---- people and worlds

struct Person {
  std::array<double, kPredictors> x{};
  std::uint8_t outcome = 0;  // as recorded
  std::uint8_t contributor = 0;
  std::uint8_t inverted = 0;
  double served = 0;  // risk of the model that was live
};
using People = std::vector<Person>;

struct World {
  const char* name;
  int rounds;
  int changes_in;                // round; 0: never
  double intercept;              // that is added then
  double coefficient;            // share by which three coefficients change then
  int inverts_from, inverts_to;  // rounds
  std::size_t inverting;         // contributors
  bool random_challengers;
};
constexpr World kWorlds[] = {
    {"nothing changes", 16, 0, 0, 0, 0, -1, 0, false},
    {"intercept +0.9", 16, 6, 0.9, 0, 0, -1, 0, false},
    {"three coefficients", 16, 8, 0, 1, 0, -1, 0, false},
    {"one contributor inverts", 16, 0, 0, 0, 4, 10, 1, false},
    {"one batch inverted", 16, 0, 0, 0, 5, 5, kContributors, false},
    {"30 random challengers", 30, 0, 0, 0, 0, -1, 0, true},
};

double true_log_odds(const World& world, int round, const std::array<double, kPredictors>& x) {
  std::array<double, kPredictors> beta = {.9, .6, .4, .3, .2, .15, .1, .05};
  double sum = -0.6 + 0.25 * x[0] * x[1];
  if (world.changes_in > 0 && round >= world.changes_in) {
    sum += world.intercept;
    beta[0] -= 0.8 * world.coefficient;
    beta[2] += 0.8 * world.coefficient;
    beta[3] -= 0.6 * world.coefficient;
  }
  for (std::size_t j = 0; j < kPredictors; ++j) sum += beta[j] * x[j];
  return sum;
}

Person draw_person(const World& world, int round, Random& random) {
  Person person;
  for (double& value : person.x) value = random.normal();
  person.outcome = random.uniform() < logistic(true_log_odds(world, round, person.x)) ? 1 : 0;
  return person;
}

People draw_people(const World& world, int round, std::size_t count, Random& random) {
  People people;
  for (std::size_t i = 0; i < count; ++i) {
    Person person = draw_person(world, round, random);
    person.contributor = static_cast<std::uint8_t>(i % kContributors);
    if (round >= world.inverts_from && round <= world.inverts_to &&
        person.contributor < world.inverting) {
      person.inverted = 1;
      person.outcome = 1 - person.outcome;
    }
    people.push_back(person);
  }
  return people;
}

// ---- models: an intercept and eight coefficients

using Model = std::array<double, kPredictors + 1>;

double log_odds(const Model& model, const Person& person) {
  double sum = model[0];
  for (std::size_t j = 0; j < kPredictors; ++j) sum += model[j + 1] * person.x[j];
  return sum;
}

double risk(const Model& model, const Person& person) { return logistic(log_odds(model, person)); }

std::vector<std::uint8_t> outcomes_of(const People& people) {
  std::vector<std::uint8_t> outcomes;
  for (const Person& person : people) outcomes.push_back(person.outcome);
  return outcomes;
}

bool has_both(const People& people) {
  const auto cases = std::ranges::count(people, 1, &Person::outcome);
  return cases > 0 && cases < static_cast<std::ptrdiff_t>(people.size());
}

/// Ridge around `towards` (around 0 without), intercept free.
Model fit(const People& people, double penalty, const Model* towards) {
  const std::size_t n = people.size();
  std::vector<double> design(n * kPredictors), weights(n, 1), penalties(kPredictors, penalty);
  std::vector<double> offset;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < kPredictors; ++j) design[j * n + i] = people[i].x[j];
    if (towards != nullptr) offset.push_back(log_odds(*towards, people[i]));
  }
  const auto outcomes = outcomes_of(people);
  const PenalisedFit fitted =
      fit_penalised_logistic({n, kPredictors, design, outcomes, weights, penalties, offset, {}});
  Model model = towards == nullptr ? Model{} : *towards;
  model[0] += fitted.intercept;
  for (std::size_t j = 0; j < kPredictors; ++j) model[j + 1] += fitted.coefficients[j];
  return model;
}

struct Recalibration {
  double intercept = 0, slope = 1;
};

Recalibration recalibrate(const Model& champion, const People& people, Rung rung) {
  std::vector<double> design, offset;
  std::vector<std::uint32_t> persons;
  for (std::size_t i = 0; i < people.size(); ++i) {
    const double live = log_odds(champion, people[i]);
    design.push_back(1);
    if (rung == Rung::Slope) design.push_back(live);
    if (rung == Rung::Intercept) offset.push_back(live);
    persons.push_back(static_cast<std::uint32_t>(i));
  }
  const auto outcomes = outcomes_of(people);
  const auto fitted = fit_logistic(design, offset, outcomes, index_persons(persons, people.size()));
  if (!fitted.ok()) return {};
  const auto& c = fitted.value().coefficients;
  return {c[0], rung == Rung::Slope ? c[1] : 1};
}

Model recalibrated(const Model& champion, const Recalibration& by) {
  Model model = champion;
  for (double& value : model) value *= by.slope;
  model[0] += by.intercept;
  return model;
}

/// Expected log loss under the truth of a round, over always the same people.
class Truth {
 public:
  Truth(const World& world, int round) {
    Random random(derive_seed(1, "truth"));
    for (std::size_t i = 0; i < kTruthPeople; ++i) {
      people_.push_back(draw_person(world, round, random));
      risks_.push_back(logistic(true_log_odds(world, round, people_.back().x)));
    }
  }
  double loss(const Model& model) const {
    double sum = 0;
    for (std::size_t i = 0; i < people_.size(); ++i) sum += expected(risk(model, people_[i]), i);
    return sum / static_cast<double>(people_.size());
  }
  /// Of those who fall ill, how many are above the decision threshold.
  double sensitivity(const Model& model) const {
    double found = 0, ill = 0;
    for (std::size_t i = 0; i < people_.size(); ++i) {
      ill += risks_[i];
      if (risk(model, people_[i]) >= kThreshold) found += risks_[i];
    }
    return found / ill;
  }
  double lowest() const {
    double sum = 0;
    for (std::size_t i = 0; i < people_.size(); ++i) sum += expected(risks_[i], i);
    return sum / static_cast<double>(people_.size());
  }

 private:
  double expected(double told, std::size_t i) const {
    const double p = std::clamp(told, 0.01, 0.99);
    return -risks_[i] * std::log(p) - (1 - risks_[i]) * std::log(1 - p);
  }
  People people_;
  std::vector<double> risks_;
};

// ---- the ladder, on these models (src/learning/ladder does it on model files)

struct Learning {
  const Model& champion;
  const People& learnt;  // earlier people, without N
};

Model make(Rung rung, const Learning& from, const People& fresh, double penalty) {
  switch (rung) {
    case Rung::Intercept:
    case Rung::Slope:
      return recalibrated(from.champion, recalibrate(from.champion, fresh, rung));
    case Rung::RefitWithPrior:
      return fit(fresh, penalty, &from.champion);
    case Rung::SameRecipe:
    case Rung::NewSearch: {
      People all = from.learnt;
      all.insert(all.end(), fresh.begin(), fresh.end());
      return fit(all, 1, nullptr);
    }
    case Rung::Keep:
      break;
  }
  return from.champion;
}

People without_fold(const People& people, std::size_t fold) {
  People rest;
  for (std::size_t i = 0; i < people.size(); ++i) {
    if (i % kFolds != fold) rest.push_back(people[i]);
  }
  return rest;
}

/// maker(people) makes a model; each fifth is told by the model made without it.
template <typename Maker>
std::vector<double> cross_fitted(const People& people, Maker maker) {
  std::vector<double> risks(people.size());
  for (std::size_t fold = 0; fold < kFolds; ++fold) {
    const Model model = maker(without_fold(people, fold));
    for (std::size_t i = fold; i < people.size(); i += kFolds) risks[i] = risk(model, people[i]);
  }
  return risks;
}

double mean_loss(const People& people, const std::vector<double>& risks) {
  double sum = 0;
  for (std::size_t i = 0; i < people.size(); ++i) sum += compared_loss(risks[i], people[i].outcome);
  return sum / static_cast<double>(people.size());
}

double choose_penalty(const Learning& from, const People& fresh) {
  double best = 10, lowest = HUGE_VAL;
  for (const double penalty : {100.0, 30.0, 10.0, 3.0, 1.0}) {
    const double loss = mean_loss(fresh, cross_fitted(fresh, [&](const People& rest) {
                                    return make(Rung::RefitWithPrior, from, rest, penalty);
                                  }));
    if (loss < lowest) best = penalty, lowest = loss;
  }
  return best;
}

/// The simplest rung within one paired standard error of the best; a refit of everything rather
/// than keeping when it is better on average and surely not much worse.
Rung choose_rung(const Learning& from, const People& fresh, double penalty) {
  const auto cases = static_cast<std::size_t>(std::ranges::count(fresh, 1, &Person::outcome));
  const std::size_t smaller = std::min(cases, fresh.size() - cases);
  const auto tried = [&](Rung rung) {
    if (rung == Rung::Intercept) return smaller >= 20;
    if (rung == Rung::Slope) return smaller >= 50;
    return rung == Rung::Keep || fresh.size() * 10 >= from.learnt.size();
  };
  std::vector<std::vector<double>> losses;
  std::vector<Rung> rungs;
  for (int r = 0; r <= static_cast<int>(Rung::SameRecipe); ++r) {
    const Rung rung = static_cast<Rung>(r);
    if (!tried(rung)) continue;
    const auto risks =
        cross_fitted(fresh, [&](const People& rest) { return make(rung, from, rest, penalty); });
    rungs.push_back(rung);
    losses.emplace_back();
    for (std::size_t i = 0; i < fresh.size(); ++i) {
      losses.back().push_back(compared_loss(risks[i], fresh[i].outcome));
    }
  }
  const auto difference = [&](std::size_t a, std::size_t b) {
    std::vector<double> d(fresh.size());
    for (std::size_t i = 0; i < d.size(); ++i) d[i] = losses[a][i] - losses[b][i];
    double mean = 0, square = 0;
    for (const double each : d) mean += each / static_cast<double>(d.size());
    for (const double each : d) square += (each - mean) * (each - mean);
    const double n = static_cast<double>(d.size());
    return std::pair(mean, std::sqrt(square / (n - 1) / n));
  };
  std::size_t best = 0;
  for (std::size_t r = 1; r < rungs.size(); ++r) {
    if (difference(r, best).first < 0) best = r;
  }
  std::size_t chosen = 0;
  while (chosen < best) {
    const auto [mean, error] = difference(chosen, best);
    if (mean <= error) break;
    ++chosen;
  }
  if (rungs[chosen] != Rung::Keep) return rungs[chosen];
  Rung preferred = Rung::Keep;
  double lowest = 0;
  for (std::size_t r = 1; r < rungs.size(); ++r) {
    if (rungs[r] < Rung::RefitWithPrior) continue;
    const auto [mean, error] = difference(r, 0);
    if (mean < lowest && mean + 1.645 * error < 0.02) preferred = rungs[r], lowest = mean;
  }
  return preferred;
}

// ---- evidence

PairedRisks pairs_of(const People& people, const std::vector<double>& risks,
                     const std::vector<double>& reference) {
  PairedRisks pairs;
  for (std::size_t i = 0; i < people.size(); ++i) {
    pairs.add(people[i].outcome, risks[i], reference[i], static_cast<std::uint32_t>(i));
  }
  return pairs;
}

std::vector<double> risks_of(const Model& model, const People& people) {
  std::vector<double> risks;
  for (const Person& person : people) risks.push_back(risk(model, person));
  return risks;
}

std::vector<double> served_to(const People& people) {
  std::vector<double> risks;
  for (const Person& person : people) risks.push_back(person.served);
  return risks;
}

std::optional<LossDifference> loss_difference(const PairedRisks& pairs, double look_error) {
  const auto compared = loss_comparison(pairs);
  if (!compared.ok()) return {};
  const MeanDifference& d = compared.value();
  return LossDifference{d.mean(),      d.standard_error(), d.lower(0.05),
                        d.upper(0.10), d.upper(0.05),      d.upper(look_error)};
}

std::optional<AurocDifference> auroc_against(const PairedRisks& pairs, double look_error) {
  const auto measured = auroc_difference(pairs.outcomes, pairs.risks, pairs.reference, {},
                                         IntervalMethod::Asymptotic);
  if (!measured.ok()) return {};
  const double value = measured.value().value, error = measured.value().standard_error;
  return AurocDifference{value, error, value - 1.644854 * error,
                         value - normal_quantile(1 - look_error) * error};
}

PeopleCounted counted(const People& people) {
  const auto cases = static_cast<std::uint64_t>(std::ranges::count(people, 1, &Person::outcome));
  return {people.size(), cases, people.size() - cases};
}

std::optional<Estimate> maybe(const Result<Estimate>& measured) {
  if (!measured.ok()) return {};
  return measured.value();
}

PairedRisks joined(PairedRisks a, const PairedRisks& b) {
  for (std::size_t i = 0; i < b.rows(); ++i) {
    a.add(b.outcomes[i], b.risks[i], b.reference[i], static_cast<std::uint32_t>(a.rows()));
  }
  return a;
}

struct Candidate {
  Model model{};
  Rung rung = Rung::Keep;
  Recalibration recalibration;
  double penalty = 10;
  std::vector<double> cross_fitted;  // risks of N
  Model noise{};                     // of a random challenger: nothing is learnt
};

struct Clinic {
  Model champion{}, anchor{};
  People learnt, fresh, locked, held;
  std::uint32_t looks = 0;
  bool renewing = false;  // the locked people
};

void measure_locked(GateEvidence& evidence, const Clinic& clinic, const Candidate& candidate) {
  const auto risks = risks_of(candidate.model, clinic.locked);
  const auto outcomes = outcomes_of(clinic.locked);
  const auto champion = pairs_of(clinic.locked, risks, risks_of(clinic.champion, clinic.locked));
  const auto anchor = pairs_of(clinic.locked, risks, risks_of(clinic.anchor, clinic.locked));
  LockedEvidence locked;
  locked.people = counted(clinic.locked);
  locked.auroc = maybe(auroc(outcomes, risks)).value_or(Estimate());
  double found = 0;
  for (std::size_t i = 0; i < risks.size(); ++i) found += outcomes[i] && risks[i] >= kThreshold;
  const auto cases = static_cast<double>(locked.people.cases);
  if (cases > 0) locked.sensitivity = wilson_interval(found / cases, cases);
  locked.against_champion = loss_difference(champion, evidence.look_error);
  locked.against_anchor = loss_difference(anchor, evidence.look_error);
  locked.auroc_to_anchor = auroc_against(anchor, evidence.look_error);
  evidence.locked = locked;
}

void measure_new(GateEvidence& evidence, const Clinic& clinic, const Candidate& candidate) {
  const People& people = clinic.fresh;
  const auto outcomes = outcomes_of(people);
  const auto served = served_to(people);
  NewEvidence fresh;
  fresh.people = counted(people);
  fresh.against_champion =
      loss_difference(pairs_of(people, candidate.cross_fitted, served), evidence.look_error);
  fresh.auroc = maybe(auroc(outcomes, candidate.cross_fitted));
  fresh.slope = maybe(calibration_slope(outcomes, candidate.cross_fitted));
  fresh.intercept = maybe(calibration_intercept(outcomes, candidate.cross_fitted));
  fresh.effective_persons = static_cast<double>(people.size());
  evidence.fresh = fresh;
  DriftEvidence drift;
  drift.champion_slope = maybe(calibration_slope(outcomes, served)).value_or(Estimate());
  evidence.drift = drift;
}

void measure_groups(GateEvidence& evidence, const People& all, const PairedRisks& pairs) {
  evidence.subgroups.emplace();
  for (const std::size_t predictor : {0, 1}) {
    PairedRisks of_group;
    SubgroupEvidence group;
    group.id = group.label = fmt::format("x{} above 0", predictor);
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i].x[predictor] <= 0) continue;
      of_group.add(pairs.outcomes[i], pairs.risks[i], pairs.reference[i],
                   static_cast<std::uint32_t>(i));
      ++(all[i].outcome ? group.people.cases : group.people.non_cases);
    }
    group.people.persons = group.people.cases + group.people.non_cases;
    group.against_champion = loss_difference(of_group, evidence.look_error);
    if (group.against_champion) {
      const LossDifference& d = *group.against_champion;
      group.harm_p = d.standard_error > 0 ? normal_cdf(-d.mean / d.standard_error) : 1;
    }
    if (const auto citl = maybe(calibration_intercept(of_group.outcomes, of_group.risks))) {
      group.intercept = citl->value;
    }
    evidence.subgroups->push_back(std::move(group));
  }
}

double largest_change(const Model& a, const Model& b, const People& people) {
  double largest = 0;
  for (const Person& person : people) {
    largest = std::max(largest, std::abs(risk(a, person) - risk(b, person)));
  }
  return largest;
}

void measure_stability(GateEvidence& evidence, const Clinic& clinic, const Candidate& candidate,
                       const People& all, std::uint64_t seed) {
  const Learning from{clinic.champion, clinic.learnt};
  std::vector<double> change(all.size(), 0);
  const bool refitted = candidate.noise == Model{};
  for (int b = 0; refitted && b < kRefits; ++b) {
    Random random(derive_seed(seed, "bootstrap", static_cast<std::uint64_t>(b)));
    const auto drawn = [&](const People& people) {
      People sample;
      for (std::size_t i = 0; i < people.size(); ++i) {
        sample.push_back(people[random.below(people.size())]);
      }
      return sample;
    };
    const People fresh = drawn(clinic.fresh), learnt = drawn(clinic.learnt);
    if (!has_both(fresh)) continue;
    const Model again =
        make(candidate.rung, Learning{from.champion, learnt}, fresh, candidate.penalty);
    for (std::size_t i = 0; i < all.size(); ++i) {
      change[i] += std::abs(risk(again, all[i]) - risk(candidate.model, all[i])) / kRefits;
    }
  }
  double mean = 0;
  for (const double each : change) mean += each / static_cast<double>(change.size());
  std::ranges::sort(change);
  evidence.stability = StabilityEvidence{kRefits, mean, change[change.size() * 95 / 100]};
}

/// Without one contributor: learnt without their outcomes, judged without their people.
LeftOut leave_out(const GateEvidence& evidence, const Clinic& clinic, const Candidate& candidate,
                  const People& all, std::size_t contributor) {
  LeftOut left_out;
  left_out.name = fmt::format("{}", contributor + 1);
  People others;
  std::vector<double> risks;
  for (std::size_t i = 0; i < clinic.fresh.size(); ++i) {
    if (clinic.fresh[i].contributor == contributor) continue;
    others.push_back(clinic.fresh[i]);
    risks.push_back(candidate.cross_fitted[i]);
  }
  if (others.empty() || !has_both(others)) return left_out;
  const Learning from{clinic.champion, clinic.learnt};
  Model model = candidate.model;
  if (candidate.noise == Model{}) {
    model = make(candidate.rung, from, others, candidate.penalty);
    risks = cross_fitted(others, [&](const People& rest) {
      return has_both(rest) ? make(candidate.rung, from, rest, candidate.penalty) : clinic.champion;
    });
  }
  left_out.largest_risk_change = largest_change(model, candidate.model, all);
  const auto locked = risks_of(model, clinic.locked);
  const auto anchor = pairs_of(clinic.locked, locked, risks_of(clinic.anchor, clinic.locked));
  left_out.locked_champion =
      loss_difference(pairs_of(clinic.locked, locked, risks_of(clinic.champion, clinic.locked)),
                      evidence.look_error);
  left_out.locked_anchor = loss_difference(anchor, evidence.look_error);
  left_out.locked_auroc = auroc_against(anchor, evidence.look_error);
  left_out.fresh = loss_difference(pairs_of(others, risks, served_to(others)), evidence.look_error);
  return left_out;
}

void measure_all_people(GateEvidence& evidence, const Clinic& clinic, const Candidate& candidate,
                        const People& all) {
  const PairedRisks pairs =
      joined(pairs_of(clinic.locked, risks_of(candidate.model, clinic.locked),
                      risks_of(clinic.champion, clinic.locked)),
             pairs_of(clinic.fresh, candidate.cross_fitted, served_to(clinic.fresh)));
  evidence.pooled = loss_difference(pairs, evidence.look_error);
  const DecisionComparison d = decision_comparison(pairs, kThreshold);
  evidence.sensitivity = SensitivityEvidence{d.cases,     d.lost,        d.gained,
                                             d.more_lost, d.sensitivity, d.reference_sensitivity};
  if (const auto benefit = net_benefit_comparison(pairs, {0.10, 0.50}); benefit.ok()) {
    evidence.net_benefit = NetBenefitEvidence{
        benefit.value().difference.value, benefit.value().quantile_05, benefit.value().quantile_95};
  }
  measure_groups(evidence, all, pairs);
}

/// What the new people say; the locked ones are looked at only when that speaks for the candidate.
GateEvidence measure(const ChangePlan& plan, const Clinic& clinic, const Candidate& candidate,
                     const DecisionContext& context, std::uint64_t seed) {
  GateEvidence evidence;
  evidence.plan_digest = plan.digest;
  evidence.champion_digest = evidence.anchor_digest = "live";
  evidence.candidate_digest = "candidate";
  evidence.look_error = kNoLookError;
  evidence.facts.same_inputs = evidence.facts.converged = true;
  evidence.facts.finite = evidence.facts.reproduced = true;
  People all = clinic.locked;
  all.insert(all.end(), clinic.fresh.begin(), clinic.fresh.end());
  evidence.change.rung = candidate.rung;
  if (candidate.rung == Rung::Intercept || candidate.rung == Rung::Slope) {
    evidence.change.intercept_move = candidate.recalibration.intercept;
    evidence.change.slope = candidate.recalibration.slope;
  }
  evidence.change.parameters = kPredictors + 1;
  evidence.membership = MembershipEvidence{64, 0.53, 0.55, 0.02};
  measure_new(evidence, clinic, candidate);
  evidence.locked_closed = !opens_locked_set(plan, evidence, {1, "live"}, context);
  if (evidence.locked_closed) return evidence;
  evidence.look = clinic.looks + 1;
  evidence.look_error = look_budget(plan.locked, clinic.looks, 0).of_next;
  evidence.change.largest_risk_change = largest_change(candidate.model, clinic.champion, all);
  measure_locked(evidence, clinic, candidate);
  measure_new(evidence, clinic, candidate);
  measure_all_people(evidence, clinic, candidate, all);
  measure_stability(evidence, clinic, candidate, all, seed);
  evidence.without_contributor.emplace();
  for (std::size_t c = 0; c < kContributors; ++c) {
    if (std::ranges::count(clinic.fresh, c, &Person::contributor) == 0) continue;
    evidence.without_contributor->push_back(leave_out(evidence, clinic, candidate, all, c));
  }
  return evidence;
}

// ---- policies

enum class Policy { Never, Always, Auroc, NotWorse, Gate, GateQuarantine, GatePeople };
constexpr const char* kPolicyNames[] = {
    "never retrain",       "always publish", "higher AUROC",       "not worse than live",
    "gate, no quarantine", "gate",           "gate, people answer"};
constexpr std::size_t kPolicies = std::size(kPolicyNames);

struct Tally {
  std::size_t publishes = 0, harmful = 0, catastrophic = 0;
  std::size_t poisoned = 0, poisoned_catastrophic = 0;  // retrains after inverted outcomes arrived
  // Clean candidates that would help, and what became of them.
  std::size_t beneficial = 0, kept = 0, unclear = 0, asked = 0;
  std::size_t retrains = 0, looks = 0;
  std::size_t runs = 0, adapted = 0;
  double rounds_to_adapt = 0;
  std::vector<double> loss;                       // by round, sum over runs
  std::map<std::string, std::size_t> refused_by;  // clauses, of candidates that would help

  void add(const Tally& other) {
    publishes += other.publishes, harmful += other.harmful, catastrophic += other.catastrophic;
    poisoned += other.poisoned, poisoned_catastrophic += other.poisoned_catastrophic;
    beneficial += other.beneficial, kept += other.kept;
    unclear += other.unclear, asked += other.asked;
    retrains += other.retrains, looks += other.looks;
    runs += other.runs, adapted += other.adapted, rounds_to_adapt += other.rounds_to_adapt;
    loss.resize(std::max(loss.size(), other.loss.size()), 0);
    for (std::size_t r = 0; r < other.loss.size(); ++r) loss[r] += other.loss[r];
    for (const auto& [clause, count] : other.refused_by) refused_by[clause] += count;
  }
};

Model random_noise(std::uint64_t seed, int round) {
  Random random(derive_seed(seed, "challenger", static_cast<std::uint64_t>(round)));
  Model noise{};
  for (double& value : noise) value = 0.12 * random.normal();
  return noise;
}

Model with_noise(const Model& champion, const Model& noise) {
  Model model = champion;
  for (std::size_t j = 0; j < model.size(); ++j) model[j] += noise[j];
  return model;
}

Candidate climb_ladder(const World& world, const Clinic& clinic, std::uint64_t seed, int round) {
  Candidate candidate;
  if (world.random_challengers) {
    candidate.noise = random_noise(seed, round);
    candidate.rung = Rung::SameRecipe;
    candidate.model = with_noise(clinic.champion, candidate.noise);
    candidate.cross_fitted = risks_of(candidate.model, clinic.fresh);
    return candidate;
  }
  const Learning from{clinic.champion, clinic.learnt};
  candidate.penalty = choose_penalty(from, clinic.fresh);
  candidate.rung = choose_rung(from, clinic.fresh, candidate.penalty);
  candidate.model = make(candidate.rung, from, clinic.fresh, candidate.penalty);
  if (candidate.rung == Rung::Intercept || candidate.rung == Rung::Slope) {
    candidate.recalibration = recalibrate(clinic.champion, clinic.fresh, candidate.rung);
  }
  // The evidence is the whole procedure: of each fifth, what is chosen without it.
  candidate.cross_fitted = cross_fitted(clinic.fresh, [&](const People& rest) {
    if (!has_both(rest)) return clinic.champion;
    return make(choose_rung(from, rest, candidate.penalty), from, rest, candidate.penalty);
  });
  return candidate;
}

/// z of the slope score and of calibration in the large on served risks; the tests of arrival.
bool against_the_risks(const People& people, double slope_limit) {
  if (people.size() < 8) return false;
  double score = 0, information = 0, excess = 0, variance = 0;
  for (const Person& person : people) {
    const double p = std::clamp(person.served, 0.02, 0.98), l = logit(p);
    score += (person.outcome - p) * l;
    information += p * (1 - p) * l * l;
    excess += person.outcome - p;
    variance += p * (1 - p);
  }
  return score / std::sqrt(information) < slope_limit ||
         std::abs(excess / std::sqrt(variance)) > 3.9;
}

/// New people whose outcomes go against the risks wait a round; then somebody has looked at the
/// charts: what was inverted is gone, what was right comes in.
People through_quarantine(Clinic& clinic, const People& arrived) {
  People passed;
  for (const Person& person : clinic.held) {
    if (!person.inverted) passed.push_back(person);
  }
  clinic.held.clear();
  const bool whole_batch = against_the_risks(arrived, -4);
  for (std::size_t c = 0; c < kContributors; ++c) {
    People of_one;
    std::ranges::copy_if(arrived, std::back_inserter(of_one),
                         [&](const Person& person) { return person.contributor == c; });
    People& to = whole_batch || against_the_risks(of_one, -3.3) ? clinic.held : passed;
    to.insert(to.end(), of_one.begin(), of_one.end());
  }
  return passed;
}

/// The locked people may be learnt from; until enough others are there, nothing is judged.
void retire_locked(Clinic& clinic) {
  clinic.learnt.insert(clinic.learnt.end(), clinic.locked.begin(), clinic.locked.end());
  clinic.locked.clear();
  clinic.renewing = true;
}

/// Locks the plan's share of the new people, of whom nothing was ever learnt; at least its minima,
/// as soon as that is at most half of a class. Who comes first is chance here.
void renew_locked(Clinic& clinic, const LockedSetPlan& plan) {
  const PeopleCounted there = counted(clinic.fresh);
  if (there.persons == 0) return;
  const double share =
      std::max(plan.share, plan.at_least.persons / static_cast<double>(there.persons));
  const auto to_lock = [&](std::uint64_t people, int at_least) {
    const auto wanted = static_cast<std::size_t>(std::ceil(share * static_cast<double>(people)));
    return std::max(wanted, static_cast<std::size_t>(at_least));
  };
  std::array<std::size_t, 2> left = {to_lock(there.non_cases, plan.at_least.non_cases),
                                     to_lock(there.cases, plan.at_least.cases)};
  if (2 * left[0] > there.non_cases || 2 * left[1] > there.cases) return;
  People others;
  for (const Person& person : clinic.fresh) {
    People& to = left[person.outcome] > 0 ? clinic.locked : others;
    if (left[person.outcome] > 0) --left[person.outcome];
    to.push_back(person);
  }
  clinic.fresh = std::move(others);
  clinic.renewing = false;
  clinic.anchor = clinic.champion;
  clinic.looks = 0;
}

void take_in(Clinic& clinic, const ChangePlan& plan, const People& arrived) {
  clinic.fresh.insert(clinic.fresh.end(), arrived.begin(), arrived.end());
  if (clinic.renewing) renew_locked(clinic, plan.locked);
  const auto most = static_cast<std::size_t>(plan.new_persons_max);
  if (clinic.fresh.size() <= most) return;
  const auto older = clinic.fresh.begin() + static_cast<std::ptrdiff_t>(clinic.fresh.size() - most);
  clinic.learnt.insert(clinic.learnt.end(), clinic.fresh.begin(), older);
  clinic.fresh.erase(clinic.fresh.begin(), older);
}

struct Round {
  const World& world;
  const ChangePlan& plan;
  const Truth& truth;
  Policy policy;
  std::uint64_t seed;
  int number;
};

/// A real benefit: a lower true log loss, and no more of the ill overlooked than the plan allows.
bool really_helps(const Round& round, const Clinic& clinic, const Model& model) {
  const Truth& truth = round.truth;
  return truth.loss(clinic.champion) - truth.loss(model) > kBeneficial &&
         truth.sensitivity(model) >=
             truth.sensitivity(clinic.champion) - round.plan.safety.sensitivity_loss;
}

void publish(const Round& round, Clinic& clinic, const Model& model, Tally& tally, bool poisoned) {
  const double harm = round.truth.loss(model) - round.truth.loss(clinic.champion);
  ++tally.publishes;
  tally.harmful += harm > kHarmful;
  tally.catastrophic += harm > kCatastrophic;
  tally.poisoned_catastrophic += poisoned && harm > kCatastrophic;
  clinic.champion = model;
  clinic.learnt.insert(clinic.learnt.end(), clinic.fresh.begin(), clinic.fresh.end());
  clinic.fresh.clear();
}

bool any_inverted(const People& people) {
  return std::ranges::any_of(people, [](const Person& person) { return person.inverted != 0; });
}

/// What others do with the same people: the same recipe again on all, a fixed test set.
void retrain_simply(const Round& round, Clinic& clinic, Tally& tally, bool poisoned) {
  Model model;
  if (round.world.random_challengers) {
    model = with_noise(clinic.champion, random_noise(round.seed, round.number));
  } else {
    model = make(Rung::SameRecipe, {clinic.champion, clinic.learnt}, clinic.fresh, 1);
  }
  const PairedRisks pairs = pairs_of(clinic.locked, risks_of(model, clinic.locked),
                                     risks_of(clinic.champion, clinic.locked));
  bool passes = true;
  if (round.policy == Policy::Auroc) {
    passes = auroc_difference(pairs.outcomes, pairs.risks, pairs.reference, {},
                              IntervalMethod::Asymptotic)
                 .value()
                 .value > 0;
  } else if (round.policy == Policy::NotWorse) {
    passes = loss_comparison(pairs).value().upper(0.05) < round.plan.margins.champion_nats;
  }
  const bool helps = !poisoned && really_helps(round, clinic, model);
  tally.beneficial += helps;
  tally.kept += helps && !passes;
  if (passes) publish(round, clinic, model, tally, poisoned);
}

void count_helpful(const Verdict& verdict, Tally& tally) {
  ++tally.beneficial;
  tally.kept += verdict.kind == VerdictKind::Keep;
  tally.unclear += verdict.kind == VerdictKind::Inconclusive;
  tally.asked += verdict.kind == VerdictKind::Ask;
  std::set<std::string> clauses;
  for (const VerdictReason& reason : verdict.reasons) {
    if (reason.allows == VerdictKind::Publish) continue;
    clauses.insert(fmt::format("{} ({})", reason.clause, word_of(reason.allows)));
  }
  for (const std::string& clause : clauses) ++tally.refused_by[clause];
}

void retrain_with_gate(const Round& round, Clinic& clinic, Tally& tally, bool poisoned) {
  if (clinic.renewing || clinic.fresh.size() < 30 || !has_both(clinic.fresh)) return;
  const Candidate candidate = climb_ladder(round.world, clinic, round.seed, round.number);
  const DecisionContext context{RetrainTrigger::Button, clinic.looks, 0, {}};
  const GateEvidence evidence = measure(round.plan, clinic, candidate, context, round.seed);
  const Verdict verdict = decide(round.plan, evidence, {1, "live"}, context);
  ++tally.retrains;
  tally.looks += verdict.look > 0;
  if (!poisoned && really_helps(round, clinic, candidate.model)) count_helpful(verdict, tally);
  clinic.looks += verdict.look > 0 ? 1 : 0;
  // People look at the charts: they agree when nobody's outcomes are inverted.
  const bool agreed = round.policy == Policy::GatePeople && verdict.kind == VerdictKind::Ask &&
                      !any_inverted(clinic.fresh);
  const bool world_changed = agreed && verdict.approvals_needed >= round.plan.drift.approvals;
  if (verdict.kind == VerdictKind::Publish || agreed) {
    publish(round, clinic, candidate.model, tally, poisoned);
  }
  if (world_changed || clinic.looks >= static_cast<std::uint32_t>(round.plan.locked.looks_max)) {
    retire_locked(clinic);
  }
}

void play_round(const Round& round, Clinic& clinic, People arrived, Tally& tally) {
  for (Person& person : arrived) person.served = risk(clinic.champion, person);
  bool poisoned = any_inverted(arrived) || any_inverted(clinic.fresh);
  if (round.policy == Policy::GateQuarantine || round.policy == Policy::GatePeople) {
    arrived = through_quarantine(clinic, arrived);
  }
  take_in(clinic, round.plan, arrived);
  poisoned = poisoned || any_inverted(clinic.fresh);
  tally.poisoned += poisoned && round.policy != Policy::Never;
  if (round.policy == Policy::Never) return;
  if (round.policy < Policy::Gate) {
    retrain_simply(round, clinic, tally, poisoned);
  } else {
    retrain_with_gate(round, clinic, tally, poisoned);
  }
}

Tally play(const World& world, const ChangePlan& plan, const std::vector<Truth>& truths,
           Policy policy, std::uint64_t seed) {
  Random random(derive_seed(seed, "people"));
  const auto locked_people = static_cast<std::size_t>(plan.locked.share * kBaseline);
  Clinic clinic;
  clinic.locked = draw_people(world, 0, locked_people, random);
  clinic.learnt = draw_people(world, 0, kBaseline - locked_people, random);
  clinic.champion = clinic.anchor = fit(clinic.learnt, 1, nullptr);
  Tally tally;
  tally.runs = 1;
  double to_reach = -HUGE_VAL;
  for (int number = 1; number <= world.rounds; ++number) {
    const Truth& truth = truths[static_cast<std::size_t>(number)];
    if (number == world.changes_in) {
      to_reach = (truth.loss(clinic.champion) + truth.lowest()) / 2;
      tally.rounds_to_adapt = world.rounds - number + 1;
    }
    play_round({world, plan, truth, policy, seed, number}, clinic,
               draw_people(world, number, kNewPeople, random), tally);
    const double loss = truth.loss(clinic.champion);
    tally.loss.push_back(loss);
    if (loss <= to_reach && tally.adapted == 0) {
      tally.adapted = 1;
      tally.rounds_to_adapt = number - world.changes_in + 1;
    }
  }
  return tally;
}

// ---- what is printed

double mean_loss(const Tally& tally) {
  double sum = 0;
  for (const double each : tally.loss) sum += each;
  return sum / static_cast<double>(tally.loss.size() * tally.runs);
}

double worst_round(const Tally& tally) {
  return *std::ranges::max_element(tally.loss) / static_cast<double>(tally.runs);
}

std::string share(std::size_t part, std::size_t whole) {
  if (whole == 0) return "-";
  return fmt::format("{:.1f} %", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string table_row(const World& world, std::size_t policy, const Tally& tally) {
  const auto runs = static_cast<double>(tally.runs);
  return fmt::format(
      "| {} | {} | {:.4f} ({:.3f}) | {:.1f} | {:.2f} | {} of {} | {} | {} | {} |\n", world.name,
      kPolicyNames[policy], mean_loss(tally), worst_round(tally),
      static_cast<double>(tally.publishes) / runs, static_cast<double>(tally.harmful) / runs,
      tally.catastrophic, tally.publishes,
      tally.poisoned == 0 ? "-"
                          : fmt::format("{} of {}", tally.poisoned_catastrophic, tally.poisoned),
      tally.beneficial == 0 ? "-"
                            : fmt::format("{} / {} / {} of {}", share(tally.kept, tally.beneficial),
                                          share(tally.unclear, tally.beneficial),
                                          share(tally.asked, tally.beneficial), tally.beneficial),
      world.changes_in == 0 ? "-"
                            : fmt::format("{:.1f} ({})", tally.rounds_to_adapt / runs,
                                          share(tally.adapted, tally.runs)));
}

/// Which clauses stood in the way of candidates that would have helped.
std::string refusals(const World& world, const Tally& tally) {
  std::string text = fmt::format("{}:", world.name);
  for (const auto& [clause, count] : tally.refused_by) {
    text += fmt::format(" {} {};", clause, share(count, tally.beneficial));
  }
  return text + "\n";
}

/// One panel a world: mean true log loss by round, a line a policy.
std::string panel(const World& world, const std::array<Tally, kPolicies>& tallies, double left,
                  double top) {
  constexpr double kWide = 300, kHigh = 170;
  double low = HUGE_VAL, high = 0;
  for (const Tally& tally : tallies) {
    for (const double sum : tally.loss) {
      low = std::min(low, sum / static_cast<double>(tally.runs));
      high = std::max(high, sum / static_cast<double>(tally.runs));
    }
  }
  low -= 0.004, high += 0.004;
  std::string svg = fmt::format(
      "<text x='{:.0f}' y='{:.0f}' class='t'>{}</text>"
      "<rect x='{:.0f}' y='{:.0f}' width='{}' height='{}' class='f'/>"
      "<text x='{:.0f}' y='{:.0f}' class='a' text-anchor='end'>{:.2f}</text>"
      "<text x='{:.0f}' y='{:.0f}' class='a' text-anchor='end'>{:.2f}</text>",
      left, top - 8, world.name, left, top, kWide, kHigh, left - 4, top + 10, high, left - 4,
      top + kHigh, low);
  for (std::size_t p = 0; p < kPolicies; ++p) {
    const Tally& tally = tallies[p];
    std::string path;
    for (std::size_t r = 0; r < tally.loss.size(); ++r) {
      const double x =
          left + kWide * static_cast<double>(r) / static_cast<double>(tally.loss.size() - 1);
      const double value = tally.loss[r] / static_cast<double>(tally.runs);
      path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", x,
                          top + kHigh * (high - value) / (high - low));
    }
    svg += fmt::format("<path d='{}' class='l p{}'/>", path, p);
  }
  return svg;
}

using Tallies = std::vector<std::array<Tally, kPolicies>>;  // by world

std::string plot(const Tallies& tallies) {
  std::string svg =
      "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1080 560' font-family='sans-serif'>"
      "<title>Mean true log loss by round</title><style>"
      "svg{background:#fff}.t{font-size:14px}.a{font-size:11px;fill:#555}.f{fill:none;stroke:#bbb}"
      ".l{fill:none;stroke-width:2}.p0{stroke:#999;stroke-dasharray:4 3}.p1{stroke:#d62728}"
      ".p2{stroke:#ff9d3b}.p3{stroke:#c5a100}.p4{stroke:#6baed6;stroke-dasharray:5 2}"
      ".p5{stroke:#1f4fa3;stroke-width:3}.p6{stroke:#2ca02c}</style>";
  for (std::size_t w = 0; w < tallies.size(); ++w) {
    svg += panel(kWorlds[w], tallies[w], 45 + 355 * static_cast<double>(w % 3),
                 35 + 245 * static_cast<double>(w / 3));
  }
  for (std::size_t p = 0; p < kPolicies; ++p) {
    const double x = 20 + 152 * static_cast<double>(p);
    svg += fmt::format(
        "<path d='M{:.0f} 525h20' class='l p{}'/><text x='{:.0f}' y='529' class='a'>{}</text>", x,
        p, x + 24, kPolicyNames[p]);
  }
  return svg + "</svg>\n";
}

std::string table(const Tallies& tallies) {
  std::string text =
      "| world | policy | log loss (worst round) | publishes a run | harmful a run | catastrophic "
      "| "
      "of poisoned retrains | refused / unclear / asked, of those that help | rounds to adapt "
      "(adapted) |\n"
      "| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n";
  for (std::size_t w = 0; w < tallies.size(); ++w) {
    for (std::size_t p = 0; p < kPolicies; ++p) text += table_row(kWorlds[w], p, tallies[w][p]);
  }
  return text;
}

Result<Tallies> play_all(const ChangePlan& plan, std::size_t runs, std::uint64_t seed) {
  Tallies tallies(std::size(kWorlds));
  for (std::size_t w = 0; w < std::size(kWorlds); ++w) {
    std::vector<Truth> truths;
    for (int round = 0; round <= kWorlds[w].rounds; ++round) truths.emplace_back(kWorlds[w], round);
    std::vector<std::array<Tally, kPolicies>> of_run(runs);
    TRY(parallel_for(runs, 0, CancelToken(), [&](std::size_t run) -> Result<void> {
      for (std::size_t p = 0; p < kPolicies; ++p) {
        of_run[run][p] =
            play(kWorlds[w], plan, truths, static_cast<Policy>(p), derive_seed(seed, "run", run));
      }
      return {};
    }));
    for (const auto& each : of_run) {
      for (std::size_t p = 0; p < kPolicies; ++p) tallies[w][p].add(each[p]);
    }
  }
  return tallies;
}

/// The answer.
bool is_right(const Tallies& tallies) {
  bool right = true;
  for (std::size_t w = 0; w < tallies.size(); ++w) {
    const auto& gate = tallies[w][static_cast<std::size_t>(Policy::GateQuarantine)];
    const auto& never = tallies[w][static_cast<std::size_t>(Policy::Never)];
    if (gate.catastrophic > 0) {
      fmt::print("WRONG: {}: the gate published {} catastrophes\n", kWorlds[w].name,
                 gate.catastrophic);
      right = false;
    }
    if (kWorlds[w].inverting > 0 && mean_loss(gate) > mean_loss(never) + 1e-3) {
      fmt::print("WRONG: {}: the gate is worse than never retraining, {:.4f} and {:.4f}\n",
                 kWorlds[w].name, mean_loss(gate), mean_loss(never));
      right = false;
    }
  }
  return right;
}

Result<bool> study(const fs::path& diseases, const fs::path& out, std::size_t runs,
                   std::uint64_t seed) {
  ChangePlan plan = TRY(load_disease_file(diseases / "heart.toml")).plan;
  plan.floors.auroc = 0.58;
  plan.floors.sensitivity = 0.4;
  const Tallies tallies = TRY(play_all(plan, runs, seed));
  const std::string text = table(tallies);
  fmt::print("{} runs of each world\n{}", runs, text);
  for (std::size_t w = 0; w < tallies.size(); ++w) {
    fmt::print("{}",
               refusals(kWorlds[w], tallies[w][static_cast<std::size_t>(Policy::GateQuarantine)]));
  }
  TRY(write_file_atomically(out / "validation_study_table.md", text));
  TRY(write_file_atomically(out / "validation_study.svg", plot(tallies)));
  return is_right(tallies);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    fmt::print(stderr,
               "usage: benchmark_validation_study DISEASES_FOLDER OUT_FOLDER [RUNS [SEED]]\n");
    return 2;
  }
  const auto runs = argc > 3 ? static_cast<std::size_t>(std::max(1, std::atoi(argv[3]))) : 20;
  const auto seed = argc > 4 ? static_cast<std::uint64_t>(std::max(1, std::atoi(argv[4]))) : kSeed;
  const auto done = study(argv[1], argv[2], runs, seed);
  if (!done.ok()) {
    fmt::print(stderr, "{}\n", done.error().message);
    return 1;
  }
  return done.value() ? 0 : 1;
}
