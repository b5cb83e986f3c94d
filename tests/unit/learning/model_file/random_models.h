// Risk models of every kind with random parameters, and patients to score with them. The same seed,
// the same model: the golden files and the comparison with another runtime are made of these.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "learning/models/risk_model.h"

namespace relearn {

inline constexpr std::string_view kModelKinds[] = {"linear", "spline", "kernel", "tree_sum",
                                                   "tree_average"};

/// One member for each kind named. `size` scales it: trees, support vectors.
RiskModel random_model(std::span<const std::string_view> kinds, std::size_t size,
                       std::uint64_t seed);
RiskModel random_model(std::string_view kind, std::uint64_t seed);

/// The same with means that differ from the typical values, as every fitted model has them.
RiskModel with_means(RiskModel model, std::uint64_t seed);

/// Patients of the model's inputs, one after the other: a tenth of the values missing, some exactly
/// on a threshold or knot, some far outside, some codes that nobody declared.
std::vector<std::vector<float>> random_patients(const RiskModel& model, std::size_t count,
                                                std::uint64_t seed);

}  // namespace relearn
