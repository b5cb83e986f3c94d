#include "learning/models/learner.h"

#include <fmt/format.h>

#include <cstdlib>

namespace relearn {

double Candidate::get(std::string_view name) const {
  for (const auto& [key, value] : settings) {
    if (key == name) return value;
  }
  std::abort();  // a grid and its learner disagree: a defect, never data
}

std::string Candidate::text() const {
  std::string text;
  for (const auto& [key, value] : settings) {
    if (!text.empty()) text += ' ';
    text += fmt::format("{}={:g}", key, value);
  }
  return text;
}

Result<std::vector<double>> Learner::score_candidates(const TrainingSet& training,
                                                      std::span<const Candidate> candidates,
                                                      std::span<const std::uint32_t> test,
                                                      std::uint64_t seed,
                                                      const CancelToken& cancel) const {
  const Features& features = training.features;
  std::vector<double> scores;
  scores.reserve(candidates.size() * test.size());
  std::vector<float> x(features.columns);
  for (const Candidate& candidate : candidates) {
    const Model model = TRY(fit(training, candidate, seed, cancel));
    for (const std::uint32_t row : test) {
      for (std::size_t j = 0; j < x.size(); ++j) x[j] = features.at(row, j);
      scores.push_back(score(model, x));
    }
  }
  return scores;
}

Result<void> require_both_classes(const TrainingSet& training, std::string_view family) {
  std::size_t cases = 0;
  for (const std::uint32_t row : training.rows) cases += training.outcomes[row];
  if (cases == 0 || cases == training.rows.size()) {
    return not_ready(fmt::format(
        "{}: {} of {} training rows have the disease; both outcomes are needed to learn", family,
        cases, training.rows.size()));
  }
  return {};
}

}  // namespace relearn
