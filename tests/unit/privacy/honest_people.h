// Records of invented people whose values are all honest: from the disease file's own ranges.
#pragma once

#include <string>
#include <string_view>

#include "base/random.h"
#include "clinical/disease_file.h"
#include "privacy/deidentify.h"

namespace relearn {

/// One of the diseases of the repository; a file that does not load ends the test.
DiseaseFile shipped(std::string_view id);

/// A record that passes the disease's checks; no written number has another digit than those given.
RawRecord honest_record(const DiseaseFile& disease, Random& random,
                        std::string_view digits = "0123456789");

/// Replaces or adds a field.
void set_field(RawRecord& record, const std::string& id, const std::string& text);

/// Random numbers that can be repeated.
FreshRandom repeatable(std::uint64_t seed);

}  // namespace relearn
