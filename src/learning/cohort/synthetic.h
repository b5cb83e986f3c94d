// Invented people with the schema, the missing values, the person groups and about the
// predictability of a disease's real data, for first runs and for tests of size. Marked as
// SYNTHETIC in the file itself; whoever reads it knows.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "base/cancel.h"
#include "base/result.h"
#include "clinical/disease_file.h"

namespace relearn {

/// Takes the next piece of a text.
using TextSink = std::function<Result<void>(std::string_view)>;

/// Writes a file of the canonical adapter: the mark, the header, `rows` rows. The first rows are
/// the same whatever `rows` is; memory does not grow with it. Every row passes check_record().
Result<void> synthesize(const DiseaseFile& disease, std::uint64_t rows, std::uint64_t seed,
                        const TextSink& sink, const CancelToken& cancel);

}  // namespace relearn
