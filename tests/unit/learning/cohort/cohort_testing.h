// What the tests of this folder share: disease files, real data, readings of texts.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include "clinical/disease_file.h"
#include "learning/cohort/baseline.h"

namespace relearn {

inline DiseaseFile disease_named(const std::string& id) {
  auto disease = load_disease_file(std::string(RELEARN_SOURCE_DIR) + "/diseases/" + id + ".toml");
  EXPECT_TRUE(disease.ok()) << disease.error().message;
  return disease.take_value();
}

inline std::filesystem::path real_data() {
  const char* folder = std::getenv("RELEARN_SHARED_DATA");
  return folder != nullptr ? folder : RELEARN_SHARED_DATA_DEFAULT;
}

inline Result<SourceReading> read_text(const DiseaseFile& disease, std::string_view text,
                                       std::string_view adapter = "",
                                       const std::string& file = "given.csv") {
  const CancelToken cancel;
  return read_source_text(disease, text, file, adapter, cancel);
}

/// The sentence with which a text is refused; "accepted" when it is not.
inline std::string refusal(const DiseaseFile& disease, std::string_view text,
                           std::string_view adapter = "", const std::string& file = "given.csv") {
  const auto reading = read_text(disease, text, adapter, file);
  return reading.ok() ? "accepted" : reading.error().message;
}

}  // namespace relearn

/// Ends a test, as skipped, where the public files are not there.
#define RELEARN_NEEDS_REAL_DATA()                                                            \
  if (!std::filesystem::exists(relearn::real_data() / "heart" / "processed.cleveland.data")) \
  GTEST_SKIP() << "the public data files are not in " << relearn::real_data()                \
               << "; set RELEARN_SHARED_DATA to their folder"
