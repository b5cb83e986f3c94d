// What only a whole file can show: a column in another unit, a column moved against the others, one
// that says nothing or nothing new.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "clinical/disease_file.h"

namespace relearn {

/// Counts, for each predictor, where its values lie with respect to its limits.
class LimitTally {
 public:
  explicit LimitTally(const DiseaseFile& disease);

  /// values: one per predictor, NaN = missing.
  void add(std::span<const double> values);

  /// The sentence for a predictor most of whose values cannot be in its unit, if there is one:
  /// "glucose_2h_mg_per_dl: 763 of 763 values are below 30 mg/dL; are they in mmol/L?"
  std::optional<std::string> impossible_column() const;

  /// A sentence for each predictor most of whose values are unlike what models learn from.
  std::vector<std::string> unusual_columns() const;

 private:
  struct Counts {
    std::uint64_t present = 0, below_hard = 0, above_hard = 0, below_soft = 0, above_soft = 0;
    std::vector<std::uint64_t> in_trap;  // one per unit trap
  };
  const DiseaseFile& disease_;
  std::vector<Counts> counts_;  // one per predictor; coded ones stay empty
};

/// The first rows of a file as standard scores: how its columns go together.
class Associations {
 public:
  /// columns: one per predictor, n values each, NaN = missing (counts as average); persons:
  /// numbered in order of appearance.
  Associations(const DiseaseFile& disease, std::span<const std::vector<float>> columns,
               std::span<const std::uint8_t> outcomes, std::span<const std::uint32_t> persons);

  /// The sentence for a column (or the outcome) that goes with the others only after being moved by
  /// some rows: the mark of a cell inserted or removed in a spreadsheet column.
  ///
  /// For column j and a shift of L rows, T_j(L) = m sum over other columns k of r(j, k; L)^2, m the
  /// number of people. When nothing is associated it has mean p and variance 2 tr(R^2), R the
  /// correlations of the p other columns (a quadratic form of normals; Box 1954, Ann Math Stat
  /// 25:290). In a sound file T_j(0) is the largest; sorted files and repeated measures make T_j(L)
  /// approach it but not exceed it.
  std::optional<std::string> shifted_column() const;

  /// A sentence for each model input that is constant or a linear function of the inputs before it.
  std::vector<std::string> useless_columns() const;

 private:
  double shifted_sum(std::size_t column, std::ptrdiff_t shift) const;
  double chance_limit() const;
  std::string name(std::size_t column) const;

  const DiseaseFile& disease_;
  std::size_t rows_ = 0;
  std::size_t people_ = 0;
  std::vector<std::vector<float>> scores_;  // predictors, then the outcome; empty: constant
};

}  // namespace relearn
