// Bytes in, lines out, none longer than a limit.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace relearn {

class LineSplitter {
 public:
  explicit LineSplitter(std::size_t line_bytes_max) : line_bytes_max_(line_bytes_max) {}

  /// Calls `line` for each line that these bytes end. Its error, or that of a line that is too
  /// long, is returned; nothing may be added after it.
  Result<void> add(std::string_view bytes,
                   const std::function<Result<void>(std::string_view)>& line);

  /// Bytes since the last line feed.
  const std::string& rest() const { return rest_; }

 private:
  std::size_t line_bytes_max_;
  std::string rest_;
};

}  // namespace relearn
