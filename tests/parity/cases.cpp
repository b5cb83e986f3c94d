// usage: parity_cases FOLDER [DATA_FOLDER]
// Writes the cases that compare.mjs compares: random models of every kind on random patients; with
// the real data, every family fitted on it, on all its records and on random patients.
#include <fmt/format.h>

#include <cstdio>

#include "parity/case_writer.h"
#include "parity/fitted_cases.h"
#include "unit/learning/model_file/random_models.h"

namespace relearn {
namespace {

constexpr std::uint64_t kModelsOfAKind = 6;
constexpr std::size_t kPatientsOfAModel = 1000;
constexpr std::size_t kAverageSize = 40;  // trees and support vectors of each member

Result<void> add_random_cases(CaseWriter& cases) {
  for (std::uint64_t seed = 1; seed <= kModelsOfAKind; ++seed) {
    const auto add = [&](std::string_view kind, const RiskModel& model) {
      return cases.add(fmt::format("random {}", kind), model,
                       random_patients(model, kPatientsOfAModel, seed));
    };
    for (const std::string_view kind : kModelKinds) TRY(add(kind, random_model(kind, seed)));
    const RiskModel average = random_model(kModelKinds, kAverageSize, seed);
    TRY(add("average", average));
    TRY(add("average with means", with_means(average, seed)));
  }
  return {};
}

Result<void> write_cases(int argc, char** argv) {
  if (argc < 2) return invalid_input("usage: parity_cases FOLDER [DATA_FOLDER]");
  CaseWriter cases(argv[1]);
  TRY(add_random_cases(cases));
  if (argc > 2) TRY(add_fitted_cases(cases, argv[2]));
  return {};
}

}  // namespace
}  // namespace relearn

int main(int argc, char** argv) {
  const relearn::Result<void> written = relearn::write_cases(argc, argv);
  if (written.ok()) return 0;
  std::fprintf(stderr, "parity_cases: %s\n", written.error().message.c_str());
  return 1;
}
