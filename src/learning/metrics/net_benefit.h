// Net benefit: true positives a person, less false positives at the exchange rate that a decision
// at this threshold implies (Vickers & Elkin 2006, Med Decis Making 26:565). Decides whether acting
// on the model is better than treating everybody or nobody.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "learning/metrics/estimate.h"

namespace relearn {

/// TP/n - FP/n * t/(1-t), threshold t in (0, 1). A mean over rows: standard error between persons,
/// normal interval (closed form; agrees with the bootstrap, and also serves millions of rows).
Result<Estimate> net_benefit(std::span<const std::uint8_t> outcomes, std::span<const double> risks,
                             double threshold, std::span<const std::uint32_t> persons = {});

/// The same at several thresholds.
Result<std::vector<Estimate>> net_benefit_curve(std::span<const std::uint8_t> outcomes,
                                                std::span<const double> risks,
                                                std::span<const double> thresholds,
                                                std::span<const std::uint32_t> persons = {});

/// Net benefit of treating everybody; that of treating nobody is 0.
double net_benefit_of_treating_all(double prevalence, double threshold);

/// Net benefit of `risks` minus that of `reference` on the same rows, the mean of it over evenly
/// spaced thresholds from low to high, both included, 0 < low <= high < 1 (Zhang et al. 2018, Ann
/// Transl Med 6:308). Above 0 is better. Paired, standard error between persons.
Result<Estimate> net_benefit_difference(std::span<const std::uint8_t> outcomes,
                                        std::span<const double> risks,
                                        std::span<const double> reference, Bounds thresholds,
                                        std::span<const std::uint32_t> persons = {});

/// `count` evenly spaced thresholds, both ends included; one when low equals high.
std::vector<double> threshold_grid(Bounds thresholds, std::size_t count);

}  // namespace relearn
