// Raw inputs to numbers without gaps: imputation by the declared policy, missing indicators,
// one-hot codes. Fitted on training rows only; scaling belongs to the families that need it.
//
// What stands in for a missing value depends on who looks. A smooth model (a sum, a curve, a
// distance) takes the mean, so that a person who lacks a test is neither like those whose test was
// good nor like those whose test was bad. Trees take the median or the most frequent code: a mean
// lies between the values that were measured, so a cut on either side of it would find out who
// lacks the test (docs/decisions/0033-two-fillings.md).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "learning/cohort/cohort.h"
#include "learning/models/features.h"
#include "learning/models/model.h"

namespace relearn {

/// What stands in for a missing value.
enum class Filling {
  Typical,  // the median, the most frequent code
  Mean,     // the mean; for codes the share of each
};

/// One encoded column, made from one raw input.
struct EncodedColumn {
  enum class Kind {
    Value,      // the input, or `number` when missing (median of the training rows)
    IsMissing,  // 1 when the input is missing
    IsCode,     // 1 when the input is code `number`; a missing code is the most frequent one
                // (`fill`), so that every patient has exactly one code
  };
  std::uint32_t input = 0;  // index of the raw input
  Kind kind = Kind::Value;
  float number = 0;
  float fill = 0;     // IsCode only
  float to_mean = 0;  // Filling::Mean adds it when the input is missing
  bool operator==(const EncodedColumn&) const = default;
};

struct Encoder {
  std::vector<EncodedColumn> columns;  // d
  bool operator==(const Encoder&) const = default;

  /// x: p raw inputs in, d encoded values out.
  void encode(std::span<const float> raw, Filling filling, std::span<float> encoded) const;
  /// All rows of the cohort (n x d), so that row numbers stay what they are.
  Features encode(const Cohort& cohort, Filling filling) const;
  /// Whether the two fillings differ in any column.
  bool has_means() const;
};

/// What this kind of model was fitted with: Typical for trees, Mean for all others.
Filling filling_of(const Model& model);

/// Medians, means, shares of codes and which indicators exist, from the given rows. An indicator is
/// made when the policy asks for one and at least kMissingForIndicator of the rows lack the value.
Encoder fit_encoder(const Cohort& cohort, std::span<const std::uint32_t> rows);

inline constexpr std::size_t kMissingForIndicator = 10;

/// "chest_pain=4", "vessels is missing": the encoded columns by name.
std::vector<std::string> encoded_names(const Encoder& encoder, std::span<const InputColumn> inputs);

}  // namespace relearn
