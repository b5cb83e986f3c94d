// Every metric that a report shows, one visible line each in catalog.cpp. A metric sees outcomes
// and risks, never a model.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.h"
#include "learning/metrics/estimate.h"

namespace relearn {

struct MetricInput {
  std::span<const std::uint8_t> outcomes;  // n, 0 or 1
  std::span<const double> risks;           // n, in [0, 1]
  std::span<const std::uint32_t> persons;  // n, or empty: each row is a person
  double threshold = 0.5;                  // of the decision, where a metric needs one
};

/// What a good value is.
enum class Ideal { High, Low, Zero, One };

struct Metric {
  std::string_view id;     // also the name of its page and its specification
  std::string_view label;  // for a reader
  Ideal ideal;
  Result<Estimate> (*compute)(const MetricInput& input);
};

std::span<const Metric> metric_catalog();

/// Null when there is no such metric.
const Metric* find_metric(std::string_view id);

}  // namespace relearn
