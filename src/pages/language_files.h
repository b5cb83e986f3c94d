// The files of languages/, compiled in: CMake makes the .cpp of them.
#pragma once

#include <span>
#include <string_view>

namespace relearn {

struct LanguageFile {
  std::string_view language;  // "en"
  std::string_view toml;      // the file's text
};

std::span<const LanguageFile> language_files();

}  // namespace relearn
