// How a family learns. A learner has no state: same training set, candidate and seed, same model,
// to the last bit, on any number of threads. Thread-safe; fits run side by side, one thread each.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "learning/models/encoder.h"
#include "learning/models/features.h"
#include "learning/models/model.h"

namespace relearn {

/// One point of a family's grid: settings by name, in the order in which they are shown.
struct Candidate {
  std::vector<std::pair<std::string, double>> settings;

  double get(std::string_view name) const;  // the setting must exist
  std::string text() const;                 // "trees=300 depth=3 rate=0.1"
  bool operator==(const Candidate&) const = default;
};

/// `Clinical` is small, the default; `Notebooks` is what the Python platform searched.
enum class Grid { Clinical, Notebooks };

/// What a score means before calibration.
enum class ScoreScale { LogOdds, Margin };

class Learner {
 public:
  virtual ~Learner() = default;

  virtual std::string_view family() const = 0;
  /// Margin scores say nothing about risk until calibrated (SVM).
  virtual ScoreScale scale() const = 0;
  /// What stands in for missing values in the features that it is given: filling_of its models.
  virtual Filling filling() const = 0;
  /// Simplest first: the one-standard-error rule takes the first that is good enough.
  virtual std::vector<Candidate> grid(Grid grid) const = 0;

  /// NotReady when the rows hold one class only; Cancelled within 0.2 s of a request.
  virtual Result<Model> fit(const TrainingSet& training, const Candidate& candidate,
                            std::uint64_t seed, const CancelToken& cancel) const = 0;

  /// The scores of every candidate on the test rows: candidates x test, row-major. The same
  /// numbers, to the last bit, as fit() and score() one by one; families override it where one fit
  /// answers many candidates.
  virtual Result<std::vector<double>> score_candidates(const TrainingSet& training,
                                                       std::span<const Candidate> candidates,
                                                       std::span<const std::uint32_t> test,
                                                       std::uint64_t seed,
                                                       const CancelToken& cancel) const;
};

/// NotReady when the rows hold no case or nobody without the disease: nothing can be learnt then.
Result<void> require_both_classes(const TrainingSet& training, std::string_view family);

}  // namespace relearn
