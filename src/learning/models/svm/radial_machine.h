// The support vector machine with radial kernel, by LIBSVM (Chang & Lin 2011, ACM Transactions on
// Intelligent Systems and Technology 2:27).
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "learning/models/model.h"
#include "learning/models/standardised.h"

namespace relearn {

/// Trains any number of machines on the same rows; those that follow each other with the same gamma
/// share their kernel matrix. Every machine is the same as if it were trained alone.
class RadialMachineTrainer {
 public:
  /// outcomes: one per row of x, both classes present. x must outlive the trainer.
  RadialMachineTrainer(const Standardised& x, std::span<const std::uint8_t> outcomes);
  ~RadialMachineTrainer();

  /// LIBSVM cannot be interrupted: the rows must be few enough to wait for.
  KernelModel train(double cost, double gamma);

 private:
  struct Problem;
  std::unique_ptr<Problem> problem_;
};

}  // namespace relearn
