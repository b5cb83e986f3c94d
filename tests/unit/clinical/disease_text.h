// A small disease that loads, for tests that break one thing of it; and the disease files
// themselves.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "clinical/disease_file.h"

namespace relearn {

/// TOML text of a disease with four predictors, one rule and two adapters.
std::string small_disease();

/// The text with one part replaced; the part must be there exactly once.
std::string with(std::string text, std::string_view part, std::string_view replacement);

/// Writes the text to a file of its own and loads it.
Result<DiseaseFile> load_text(std::string_view text);

/// One of the diseases of the repository; a file that does not load ends the test.
DiseaseFile shipped(std::string_view id);

std::filesystem::path disease_folder();

}  // namespace relearn
