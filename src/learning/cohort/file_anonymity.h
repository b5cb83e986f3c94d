// Does a file of records keep people apart from each other no further than it may? Answers for any
// file that an adapter of the disease reads, also one that may not train.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "clinical/anonymity.h"
#include "clinical/disease_file.h"

namespace relearn {

struct FileAnonymity {
  std::string adapter;
  std::uint64_t k = 0;
  std::vector<std::string> quasi_identifiers;  // those of the disease, "year" if the file tells it
  Anonymity found;                             // of the rows that can be read
  std::uint64_t unreadable = 0;                // rows of which nobody can say
  std::string first_unreadable;                // "line 7: ..."

  /// Every row is like those of k people or more, and every row can be read.
  bool keeps() const { return unreadable == 0 && found.rows_below == 0 && found.rows > 0; }
};

/// adapter: the id of one, or empty to find the one that fits. Values count as the file has them:
/// nothing is grouped first. InvalidInput or NotFound when the file cannot be read.
Result<FileAnonymity> measure_file_anonymity(const DiseaseFile& disease,
                                             const std::filesystem::path& path,
                                             std::string_view adapter, std::uint64_t k,
                                             const CancelToken& cancel);

}  // namespace relearn
