// Golden cases: invented patients of a disease and, to the last bit, what a model told each of them
// while it was still in the memory in which it was learnt. Whoever loads the model's file later
// must be told the same.
//
// golden.json, one case a line; numbers are their bits in hexadecimal:
//
//   {"format": 1, "disease": "heart", "model_sha256": "...", "inputs": ["age_years", ...],
//    "cases": [
//   {"inputs": "42480000 7fc00000 ...",              a float each, missing is 7fc00000
//    "risk": "3fd...", "log_odds": "bfe...",         a double
//    "contributions": "3fb... 0000000000000000 ..."},      a double an input; of the first cases
//    only
//    ...]}
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "clinical/disease_file.h"
#include "learning/models/risk_model.h"

namespace relearn {

inline constexpr std::size_t kGoldenCases = 1000;
/// Of these the contributions are kept, too: they take several hundred scores each.
inline constexpr std::size_t kGoldenCasesWithContributions = 100;
inline constexpr std::uint64_t kGoldenBytesMax = 1 << 20;

struct GoldenCase {
  std::vector<float> inputs;  // p, NaN = missing
  double risk = 0;
  double log_odds = 0;
  std::vector<double> contributions;  // p, in log-odds; or empty
};

struct GoldenCases {
  std::string disease;
  std::string model_digest;         // SHA-256 of the model's file
  std::vector<std::string> inputs;  // p ids
  std::vector<GoldenCase> cases;
};

/// The patients: a typical one with each input in turn at its limits, at each code, missing; all
/// missing; then patients drawn at random, some values missing, some at a limit, now and then a
/// code that nobody declared. The same for every model of this disease file. Fewer where a disease
/// has so many inputs that the file would become too large.
std::vector<std::vector<float>> golden_inputs(const DiseaseFile& disease);

/// The model's answers; `inputs` as golden_inputs() gives them. model_digest: of its file.
GoldenCases golden_cases(const RiskModel& model, const std::string& model_digest,
                         const std::vector<std::vector<float>>& inputs);

/// Same cases, same bytes.
std::string golden_text(const GoldenCases& golden);
/// InvalidInput for anything that golden_text() would not have written, to the byte.
Result<GoldenCases> parse_golden(std::string_view text);

/// BrokenInvariant unless the cases are those of this disease file, none left out or changed.
Result<void> check_golden_inputs(const GoldenCases& golden, const DiseaseFile& disease);

}  // namespace relearn
