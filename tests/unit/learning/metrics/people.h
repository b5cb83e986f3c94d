// People drawn from a known model, for tests that compare an estimate with the truth.
#pragma once

#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

#include "base/normal.h"
#include "base/random.h"

namespace relearn {

struct DrawnPeople {
  std::vector<std::uint8_t> outcomes;
  std::vector<double> risks;
  std::vector<std::uint32_t> persons;
};

/// Outcomes come true with logistic(log-odds); what is told is logistic(shift + slope * log-odds).
/// Every person has `records` records, which differ by noise; the outcome is the person's.
struct DrawnModel {
  double shift = 0, slope = 1;
  double centre = -0.4, spread = 1.5;
  std::size_t records = 1;
  double noise = 0;
};

inline DrawnPeople draw_people(std::size_t persons, std::uint64_t seed,
                               const DrawnModel& model = {}) {
  Random random(derive_seed(seed, "drawn people"));
  DrawnPeople people;
  for (std::uint32_t person = 0; person < persons; ++person) {
    const double log_odds = model.centre + model.spread * random.normal();
    const auto outcome = static_cast<std::uint8_t>(random.uniform() < logistic(log_odds));
    for (std::size_t k = 0; k < model.records; ++k) {
      people.outcomes.push_back(outcome);
      people.risks.push_back(
          logistic(model.shift + model.slope * (log_odds + model.noise * random.normal())));
      people.persons.push_back(person);
    }
  }
  return people;
}

/// The same rows, each `times` times, as records of the same persons.
inline DrawnPeople repeated(const DrawnPeople& people, std::size_t times) {
  DrawnPeople all;
  for (std::size_t k = 0; k < times; ++k) {
    all.outcomes.insert(all.outcomes.end(), people.outcomes.begin(), people.outcomes.end());
    all.risks.insert(all.risks.end(), people.risks.begin(), people.risks.end());
    all.persons.insert(all.persons.end(), people.persons.begin(), people.persons.end());
  }
  return all;
}

/// Mean and standard deviation.
struct Spread {
  double mean = 0, deviation = 0;
};
inline Spread spread_of(const std::vector<double>& values) {
  const double n = static_cast<double>(values.size());
  Spread spread;
  spread.mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  for (const double value : values) {
    spread.deviation += (value - spread.mean) * (value - spread.mean);
  }
  spread.deviation = std::sqrt(spread.deviation / (n - 1));
  return spread;
}

}  // namespace relearn
