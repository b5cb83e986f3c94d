// The people a model learns from, without who they are: one row a visit, one column a predictor.
//
// Convention of all of learning/: patients are rows, matrices are column-major, a missing value is
// NaN, risks are in [0, 1], outcomes are 0 or 1 (1 = disease present). Values are float because a
// model file's input is float: training and serving compare the same numbers.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "clinical/disease_file.h"

namespace relearn {

/// One input of a model, as the disease file declares it.
struct InputColumn {
  std::string id;
  PredictorKind kind = PredictorKind::Real;
  std::vector<int> codes;  // Category only, in canonical order
  MissingPolicy missing = MissingPolicy::Reject;
  bool operator==(const InputColumn&) const = default;
};

/// The inputs of a disease's models in canonical order.
std::vector<InputColumn> input_columns(const DiseaseFile& disease);

/// The contributor of a row that does not name one.
inline constexpr std::uint32_t kNoContributor = 0xffffffff;

/// In Cohort::is_new: of somebody who is locked, of whom no model may learn (locked_set.h).
inline constexpr std::uint8_t kLockedRow = 2;

struct Cohort {
  std::string disease;
  std::vector<InputColumn> columns;    // p
  std::vector<float> values;           // n x p, column-major, NaN = missing
  std::vector<std::uint8_t> outcomes;  // n
  std::vector<double> weights;         // n, > 0
  std::vector<std::uint32_t> persons;  // n; rows of one person share a number, 0-based, dense
  std::vector<std::uint16_t> sources;  // n; index into source_names
  std::vector<std::string> source_names;
  std::string digest;  // SHA-256 of everything above, in order, and `synthetic`
  bool synthetic = false;

  // What a verdict asks about the rows, and no model learns from: not in the digest.
  std::vector<std::uint16_t> files;         // n; which reading the row is from
  std::vector<std::uint32_t> contributors;  // n, kNoContributor: not told; or empty
  std::vector<std::uint8_t> is_new;  // n, 1: since the live model learnt; kLockedRow; or empty
  std::vector<double> served_risks;  // n, by the live model, NaN: not told; or empty

  std::size_t rows() const { return outcomes.size(); }
  std::span<const float> column(std::size_t j) const {
    return std::span(values).subspan(j * rows(), rows());
  }
  /// Raw inputs of one row, p values.
  std::vector<float> row(std::size_t i) const;
};

/// Computes `digest` from what models learn from.
std::string cohort_digest(const Cohort& cohort);

/// The given rows in their order, also several times; persons are numbered anew in order of
/// appearance. The digest is empty.
Cohort take_rows(const Cohort& cohort, std::span<const std::uint32_t> rows);

}  // namespace relearn
