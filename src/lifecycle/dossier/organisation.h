// What only the organisation that runs the platform can say for a model card: organisation.toml,
// written once. An answer may be "not available because ..."; it is never empty.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace relearn {

struct Organisation {
  std::string developer;           // who made the models, and how to reach them
  std::string funding;             // of the technical implementation
  std::string external_tester;     // who tested them on other data
  std::string outcome_references;  // evaluations of their use on what becomes of patients
  std::string report_problems_to;  // where a reader of a risk turns to
};

/// Every key once and not empty, nothing else (InvalidInput). A file that is not there gives "not
/// available because the organisation profile organisation.toml is missing" for each.
Result<Organisation> load_organisation(const std::filesystem::path& path);

}  // namespace relearn
