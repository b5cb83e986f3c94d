// Which adapter of a disease reads a file. Columns and values decide; the name of a file is only a
// hint between adapters that both fit.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/csv.h"
#include "base/result.h"
#include "clinical/disease_file.h"
#include "learning/cohort/row_decoder.h"

namespace relearn {

inline constexpr std::size_t kSampleRows = 1000;

/// The beginning of a file.
struct FileSample {
  struct Row {
    std::uint64_t line = 0;
    std::vector<std::string> fields;
  };
  bool synthetic = false;          // the first line says so
  std::string header;              // as it stands; empty: the file has none
  std::vector<std::string> names;  // its fields, trimmed
  std::vector<Row> rows;           // at most kSampleRows
  std::uint64_t bytes = 0;         // of these rows
};

/// Reads the beginning. A first row in which nothing is a number is a header.
Result<FileSample> read_sample(CsvReader& reader);

struct AdapterChoice {
  const Adapter* adapter = nullptr;
  ColumnOrder order;
};

/// wanted: the id of an adapter, or empty. NotFound when the disease has no adapter of that name or
/// of these columns; InvalidInput when the values do not fit, or several adapters do; the message
/// says why and names the adapter that the file looks like.
Result<AdapterChoice> choose_adapter(const DiseaseFile& disease, const FileSample& sample,
                                     const std::string& file, std::string_view wanted);

}  // namespace relearn
