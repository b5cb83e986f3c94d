#include "learning/models/encoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace relearn {
namespace {

/// What the training rows say about one input.
struct Observed {
  std::vector<float> values;  // not missing, ascending
  std::size_t missing = 0;
};

Observed observe(std::span<const float> column, std::span<const std::uint32_t> rows) {
  Observed observed;
  observed.values.reserve(rows.size());
  for (const std::uint32_t row : rows) {
    if (std::isnan(column[row])) {
      ++observed.missing;
    } else {
      observed.values.push_back(column[row]);
    }
  }
  std::sort(observed.values.begin(), observed.values.end());
  return observed;
}

/// The middle value, or halfway between the two middle ones; 0 when nothing was observed, which is
/// then the same for every training row and so says nothing.
float median(const Observed& observed) {
  const std::size_t n = observed.values.size();
  if (n == 0) return 0;
  const double middle = observed.values[n / 2];
  return static_cast<float>(n % 2 == 1 ? middle : (observed.values[n / 2 - 1] + middle) / 2);
}

/// The first of `codes` that no other outnumbers.
float most_frequent(const Observed& observed, std::span<const int> codes) {
  float best = static_cast<float>(codes.front());
  std::ptrdiff_t best_count = -1;
  for (const int code : codes) {
    const auto [from, to] =
        std::equal_range(observed.values.begin(), observed.values.end(), static_cast<float>(code));
    if (to - from > best_count) {
      best_count = to - from;
      best = static_cast<float>(code);
    }
  }
  return best;
}

/// The mean; where nothing was observed, the median's 0.
float mean(const Observed& observed) {
  if (observed.values.empty()) return 0;
  double sum = 0;
  for (const float value : observed.values) sum += value;
  return static_cast<float>(sum / static_cast<double>(observed.values.size()));
}

/// The share of those observed who have this code; where nothing was observed, the fill's.
float share(const Observed& observed, const EncodedColumn& column) {
  if (observed.values.empty()) return column.fill == column.number ? 1.0f : 0.0f;
  const auto count = std::ranges::count(observed.values, column.number);
  return static_cast<float>(static_cast<double>(count) /
                            static_cast<double>(observed.values.size()));
}

float typical_value(const EncodedColumn& column, float raw) {
  const bool missing = std::isnan(raw);
  switch (column.kind) {
    case EncodedColumn::Kind::Value:
      return missing ? column.number : raw;
    case EncodedColumn::Kind::IsMissing:
      return missing ? 1.0f : 0.0f;
    case EncodedColumn::Kind::IsCode:
      return (missing ? column.fill : raw) == column.number ? 1.0f : 0.0f;
  }
  return 0.0f;
}

float encode_value(const EncodedColumn& column, float raw, Filling filling) {
  const float typical = typical_value(column, raw);
  return filling == Filling::Mean && std::isnan(raw) ? typical + column.to_mean : typical;
}

}  // namespace

void Encoder::encode(std::span<const float> raw, Filling filling, std::span<float> encoded) const {
  for (std::size_t j = 0; j < columns.size(); ++j) {
    encoded[j] = encode_value(columns[j], raw[columns[j].input], filling);
  }
}

Features Encoder::encode(const Cohort& cohort, Filling filling) const {
  Features features{cohort.rows(), columns.size(), {}};
  features.values.reserve(features.rows * features.columns);
  for (const EncodedColumn& column : columns) {
    for (const float raw : cohort.column(column.input)) {
      features.values.push_back(encode_value(column, raw, filling));
    }
  }
  return features;
}

bool Encoder::has_means() const {
  return std::ranges::any_of(columns,
                             [](const EncodedColumn& column) { return column.to_mean != 0; });
}

Filling filling_of(const Model& model) {
  return std::holds_alternative<TreeEnsemble>(model) ? Filling::Typical : Filling::Mean;
}

Encoder fit_encoder(const Cohort& cohort, std::span<const std::uint32_t> rows) {
  constexpr int kBinaryCodes[] = {0, 1};
  Encoder encoder;
  for (std::size_t j = 0; j < cohort.columns.size(); ++j) {
    const InputColumn& input = cohort.columns[j];
    const Observed observed = observe(cohort.column(j), rows);
    EncodedColumn column{static_cast<std::uint32_t>(j), EncodedColumn::Kind::Value, 0, 0};
    if (input.kind == PredictorKind::Category) {
      column.kind = EncodedColumn::Kind::IsCode;
      column.fill = most_frequent(observed, input.codes);
      for (const int code : input.codes) {
        column.number = static_cast<float>(code);
        column.to_mean = share(observed, column) - (column.fill == column.number ? 1.0f : 0.0f);
        encoder.columns.push_back(column);
      }
    } else {
      column.number = input.kind == PredictorKind::Binary ? most_frequent(observed, kBinaryCodes)
                                                          : median(observed);
      column.to_mean = mean(observed) - column.number;
      encoder.columns.push_back(column);
    }
    if (input.missing == MissingPolicy::ImputeWithIndicator &&
        observed.missing >= kMissingForIndicator) {
      encoder.columns.push_back({column.input, EncodedColumn::Kind::IsMissing, 0, 0});
    }
  }
  return encoder;
}

std::vector<std::string> encoded_names(const Encoder& encoder,
                                       std::span<const InputColumn> inputs) {
  std::vector<std::string> names;
  for (const EncodedColumn& column : encoder.columns) {
    const std::string& id = inputs[column.input].id;
    switch (column.kind) {
      case EncodedColumn::Kind::Value:
        names.push_back(id);
        break;
      case EncodedColumn::Kind::IsMissing:
        names.push_back(fmt::format("{} is missing", id));
        break;
      case EncodedColumn::Kind::IsCode:
        names.push_back(fmt::format("{}={:g}", id, column.number));
        break;
    }
  }
  return names;
}

}  // namespace relearn
