#include "learning/cohort/whole_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "clinical/unit.h"

namespace relearn {
namespace {

constexpr std::uint64_t kValuesMin = 10;        // fewer say nothing about a column
constexpr std::size_t kAssociationRows = 5000;  // enough to see a shift, whatever the size
constexpr std::size_t kShiftPeopleMin = 50;     // fewer: associations are mostly chance
constexpr std::ptrdiff_t kShiftMax = 5;         // rows
constexpr double kShiftGain = 2;                // the association doubles when moved back
constexpr double kDeviationsMax = 10;           // standard deviations of T by chance
constexpr double kUnexplainedMin = 1e-6;        // share of variance; float rounding is 1e-7

std::string with_unit(const Predictor& predictor, double value) {
  const std::string unit = unit_for_people(predictor.unit);
  return unit.empty() ? fmt::format("{}", value) : fmt::format("{} {}", value, unit);
}

/// Standard scores with missing values at the average; empty when all values are the same.
std::vector<float> standard_scores(std::span<const float> values) {
  double sum = 0, squares = 0;
  std::size_t present = 0;
  for (const float value : values) {
    if (std::isnan(value)) continue;
    sum += value;
    ++present;
  }
  const double mean = sum / static_cast<double>(std::max<std::size_t>(present, 1));
  for (const float value : values) {
    if (!std::isnan(value)) squares += (value - mean) * (value - mean);
  }
  if (squares <= 0) return {};
  // Scaled so that the squares of all n add up to n, missing ones included.
  const double scale = std::sqrt(static_cast<double>(values.size()) / squares);
  std::vector<float> scores(values.size(), 0.0f);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isnan(values[i])) scores[i] = static_cast<float>((values[i] - mean) * scale);
  }
  return scores;
}

double correlation(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * b[i];
  return sum / static_cast<double>(a.size());
}

}  // namespace

LimitTally::LimitTally(const DiseaseFile& disease)
    : disease_(disease), counts_(disease.predictors.size()) {
  for (std::size_t j = 0; j < counts_.size(); ++j) {
    counts_[j].in_trap.assign(disease.predictors[j].unit_traps.size(), 0);
  }
}

void LimitTally::add(std::span<const double> values) {
  for (std::size_t j = 0; j < counts_.size(); ++j) {
    const Predictor& predictor = disease_.predictors[j];
    const double value = values[j];
    if (std::isnan(value) || predictor.is_coded()) continue;
    Counts& counts = counts_[j];
    ++counts.present;
    if (predictor.hard.contains(value)) {
      counts.below_soft += value < predictor.soft.low;
      counts.above_soft += value > predictor.soft.high;
      continue;
    }
    ++(value < predictor.hard.low ? counts.below_hard : counts.above_hard);
    for (std::size_t t = 0; t < counts.in_trap.size(); ++t) {
      const UnitTrap& trap = predictor.unit_traps[t];
      counts.in_trap[t] += value >= trap.low && value <= trap.high;
    }
  }
}

std::optional<std::string> LimitTally::impossible_column() const {
  for (std::size_t j = 0; j < counts_.size(); ++j) {
    const Counts& counts = counts_[j];
    const std::uint64_t outside = std::max(counts.below_hard, counts.above_hard);
    if (counts.present < kValuesMin || 2 * outside <= counts.present) continue;
    const Predictor& predictor = disease_.predictors[j];
    const bool below = counts.below_hard >= counts.above_hard;
    const auto trap = std::max_element(counts.in_trap.begin(), counts.in_trap.end());
    const bool sprung = trap != counts.in_trap.end() && 2 * *trap > outside;
    const std::string likely =
        sprung
            ? fmt::format(
                  "are they in {}?",
                  unit_for_people(
                      predictor.unit_traps[static_cast<std::size_t>(trap - counts.in_trap.begin())]
                          .likely_unit))
            : "is it another column, or another unit?";
    return fmt::format("{}: {} of {} values are {} {}; {}", predictor.id, outside, counts.present,
                       below ? "below" : "above",
                       with_unit(predictor, below ? predictor.hard.low : predictor.hard.high),
                       likely);
  }
  return std::nullopt;
}

std::vector<std::string> LimitTally::unusual_columns() const {
  std::vector<std::string> sentences;
  for (std::size_t j = 0; j < counts_.size(); ++j) {
    const Counts& counts = counts_[j];
    const std::uint64_t outside = std::max(counts.below_soft, counts.above_soft);
    if (counts.present < kValuesMin || 2 * outside <= counts.present) continue;
    const Predictor& predictor = disease_.predictors[j];
    const bool below = counts.below_soft >= counts.above_soft;
    sentences.push_back(
        fmt::format("{}: {} of {} values are {} {}; other people, or another unit?", predictor.id,
                    outside, counts.present, below ? "below" : "above",
                    with_unit(predictor, below ? predictor.soft.low : predictor.soft.high)));
  }
  return sentences;
}

Associations::Associations(const DiseaseFile& disease, std::span<const std::vector<float>> columns,
                           std::span<const std::uint8_t> outcomes,
                           std::span<const std::uint32_t> persons)
    : disease_(disease), rows_(std::min(outcomes.size(), kAssociationRows)) {
  for (const std::uint32_t person : persons.first(rows_)) {
    people_ = std::max<std::size_t>(people_, person + std::size_t{1});
  }
  for (const std::vector<float>& column : columns) {
    scores_.push_back(standard_scores(std::span(column).first(rows_)));
  }
  const std::vector<float> outcome(outcomes.begin(),
                                   outcomes.begin() + static_cast<std::ptrdiff_t>(rows_));
  scores_.push_back(standard_scores(outcome));
}

std::string Associations::name(std::size_t column) const {
  return column < disease_.predictors.size() ? disease_.predictors[column].id : disease_.outcome.id;
}

/// T of the header: row i of the column against row i + shift of the others.
double Associations::shifted_sum(std::size_t column, std::ptrdiff_t shift) const {
  const auto distance = static_cast<std::size_t>(std::abs(shift));
  const std::size_t rows = rows_ - distance;
  const auto part = [&](std::size_t j, bool later) {
    return std::span(scores_[j]).subspan(later ? distance : 0, rows);
  };
  double sum = 0;
  for (std::size_t k = 0; k < scores_.size(); ++k) {
    if (k == column || scores_[k].empty()) continue;
    const double r = correlation(part(column, shift < 0), part(k, shift > 0));
    sum += static_cast<double>(people_) * r * r;
  }
  return sum;
}

/// What T exceeds by chance in no file: its mean and many standard deviations.
double Associations::chance_limit() const {
  double columns = 0, squares = 0;
  for (const auto& a : scores_) {
    if (a.empty()) continue;
    ++columns;
    for (const auto& b : scores_) {
      const double r = b.empty() ? 0 : correlation(a, b);
      squares += r * r;
    }
  }
  return columns + kDeviationsMax * std::sqrt(2 * squares);
}

std::optional<std::string> Associations::shifted_column() const {
  if (people_ < kShiftPeopleMin) return std::nullopt;
  const double chance = chance_limit();
  double worst = 0;
  std::optional<std::string> sentence;
  for (std::size_t j = 0; j < scores_.size(); ++j) {
    if (scores_[j].empty()) continue;
    const double here = shifted_sum(j, 0);
    for (std::ptrdiff_t shift = -kShiftMax; shift <= kShiftMax; ++shift) {
      if (shift == 0) continue;
      const double moved = shifted_sum(j, shift);
      if (moved < chance || moved < kShiftGain * here || moved - here < worst) continue;
      worst = moved - here;
      const auto distance = std::abs(shift);
      sentence = fmt::format("{}: its values stand {} row{} too {}; was a cell {} in that column?",
                             name(j), distance, distance == 1 ? "" : "s",
                             shift < 0 ? "low" : "high", shift < 0 ? "inserted" : "removed");
    }
  }
  return sentence;
}

std::vector<std::string> Associations::useless_columns() const {
  std::vector<std::string> sentences;
  // Cholesky factor of the correlation matrix, a row for each column that is not explained by those
  // before it: what is left of a column's variance is its squared diagonal element.
  std::vector<std::vector<double>> factor;
  std::vector<std::size_t> kept;
  for (const std::size_t j : disease_.model_inputs()) {
    if (scores_[j].empty()) {
      sentences.push_back(fmt::format("{}: has the same value in all rows", name(j)));
      continue;
    }
    std::vector<double> row;
    double left = 1;
    std::size_t closest = j;
    double closest_r = 0;
    for (std::size_t k = 0; k < kept.size(); ++k) {
      const double r = correlation(scores_[j], scores_[kept[k]]);
      if (std::fabs(r) > std::fabs(closest_r)) closest = kept[k], closest_r = r;
      double element = r;
      for (std::size_t m = 0; m < k; ++m) element -= row[m] * factor[k][m];
      element /= factor[k][k];
      row.push_back(element);
      left -= element * element;
    }
    if (left < kUnexplainedMin) {
      const bool alone = 1 - closest_r * closest_r < kUnexplainedMin;
      sentences.push_back(fmt::format("{}: is a linear function of {}; one of them is enough",
                                      name(j), alone ? name(closest) : "the predictors before it"));
      continue;
    }
    row.push_back(std::sqrt(left));
    factor.push_back(std::move(row));
    kept.push_back(j);
  }
  return sentences;
}

}  // namespace relearn
