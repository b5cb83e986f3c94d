// Who a model learnt from, as a few counts: what the people whom it sees later are compared with.
// Made where the model is made, kept beside it; counts of bins, nobody's values.
//
//   reference.json := {"format": 1, "people": 303, "inputs": [input, ...], "risk": input,
//                      "expected_auroc": {"people": 100, "mean": 0.84, "standard_deviation": 0.03}}
//   input := {"id": "age_years", "ends": [45, 55], "counts": [90, 120, 93], "missing": 0,
//             "outside": 2}
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "clinical/disease_file.h"
#include "learning/cohort/cohort.h"

namespace relearn {

struct CountedInput {
  std::string id;
  std::vector<double> ends;           // upper ends of the bins (input_bins.h)
  std::vector<std::uint64_t> counts;  // one more than ends
  std::uint64_t missing = 0;
  std::uint64_t outside = 0;  // of the disease file's usual limits

  /// NaN: missing.
  void count(double value, const Range& usual);
};

/// What the risks say of the AUROC of so many people (expected_performance.h), and how much that
/// varies from one such group of people to the next.
struct ExpectedAuroc {
  std::uint64_t people = 0;  // 0: could not be told
  double mean = 0, standard_deviation = 0;
};

struct PopulationReference {
  std::uint64_t people = 0;
  std::vector<CountedInput> inputs;  // of the model, in its order
  CountedInput risk;                 // of people the model, or its like, had not seen
  ExpectedAuroc expected;
};

/// People of a group whose expected AUROC is told.
inline constexpr std::size_t kReferenceGroup = 100;
inline constexpr std::uint64_t kReferenceBytesMax = 1 << 20;

/// One row a person, the first. risks: n, NaN for none. Deterministic.
PopulationReference make_population_reference(const DiseaseFile& disease, const Cohort& cohort,
                                              std::span<const double> risks);

std::string population_reference_json(const PopulationReference& reference);

/// InvalidInput for anything but such a text, about other inputs than the disease's models have,
/// or whose counts do not add up.
Result<PopulationReference> parse_population_reference(std::string_view json,
                                                       const DiseaseFile& disease);

}  // namespace relearn
