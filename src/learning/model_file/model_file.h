// The .sav file: one self-contained ONNX model. docs/formats/saved_model.md describes it.
//
// Reading takes the parameters out of the named initializers, writes them again and compares: a
// file that is not, byte for byte, what this program would write for those parameters is refused.
// So what an ONNX runtime computes from the file and what we compute are the same model.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "learning/models/risk_model.h"

namespace relearn {

/// What the file says about itself, in order; keys are unique. "relearn.*" in the ONNX metadata.
using ModelFacts = std::vector<std::pair<std::string, std::string>>;

/// "" where the file says nothing of it.
std::string_view fact_of(const ModelFacts& facts, std::string_view key);

struct SavedModel {
  RiskModel model;
  ModelFacts facts;    // disease, version, spec_digest, training_digest, code_version, seed, ...
  std::string digest;  // SHA-256 of the file's bytes
};

inline constexpr std::uint64_t kModelFileBytesMax = 16 << 20;

/// Deterministic: the same model and facts, the same bytes.
Result<std::string> write_model(const RiskModel& model, const ModelFacts& facts);

/// Refuses, with one sentence, anything that is not exactly a model of ours: other operators,
/// external data, oversize, a wrong digest, trailing bytes, numbers that are not finite.
Result<SavedModel> read_model(std::string_view bytes);
Result<SavedModel> load_model(const std::filesystem::path& path);

}  // namespace relearn
