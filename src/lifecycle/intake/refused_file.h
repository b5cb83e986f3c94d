// The lines of a file that were refused, unchanged, so that somebody can mend them and send them
// again. Written beside its name first: whoever looks sees all of it or nothing.
#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace relearn {

class RefusedFile {
 public:
  /// An empty path: nothing is kept. `header` goes before the first line, if any.
  RefusedFile(std::filesystem::path path, std::string_view header);
  ~RefusedFile();
  RefusedFile(const RefusedFile&) = delete;
  RefusedFile& operator=(const RefusedFile&) = delete;

  /// The file is made with the first line.
  Result<void> add(std::string_view line);
  /// Gives the file its name. Nothing without lines.
  Result<void> finish();

 private:
  Result<void> write(std::string_view text);
  struct Close {
    void operator()(std::FILE* file) const;
  };
  std::filesystem::path path_, unfinished_;
  std::string header_;
  std::unique_ptr<std::FILE, Close> file_;
};

}  // namespace relearn
