// Models that were really learnt: every family of the catalogue and their average, on the real
// data.
#pragma once

#include <filesystem>

#include "base/result.h"
#include "parity/case_writer.h"

namespace relearn {

/// data: the folder of the public files.
Result<void> add_fitted_cases(CaseWriter& cases, const std::filesystem::path& data);

}  // namespace relearn
