// Raw inputs to numbers without gaps: imputation by the declared policy, missing indicators,
// one-hot codes. Fitted on training rows only; scaling belongs to the families that need it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "learning/cohort/cohort.h"
#include "learning/models/features.h"

namespace relearn {

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
  float fill = 0;  // IsCode only
  bool operator==(const EncodedColumn&) const = default;
};

struct Encoder {
  std::vector<EncodedColumn> columns;  // d
  bool operator==(const Encoder&) const = default;

  /// x: p raw inputs in, d encoded values out.
  void encode(std::span<const float> raw, std::span<float> encoded) const;
  /// All rows of the cohort (n x d), so that row numbers stay what they are.
  Features encode(const Cohort& cohort) const;
};

/// Medians, most frequent codes and which indicators exist, from the given rows. An indicator is
/// made when the policy asks for one and at least kMissingForIndicator of the rows lack the value.
Encoder fit_encoder(const Cohort& cohort, std::span<const std::uint32_t> rows);

inline constexpr std::size_t kMissingForIndicator = 10;

/// "chest_pain=4", "vessels is missing": the encoded columns by name.
std::vector<std::string> encoded_names(const Encoder& encoder, std::span<const InputColumn> inputs);

}  // namespace relearn
