#include "service/child/line_splitter.h"

#include <fmt/format.h>

#include <utility>

namespace relearn {

Result<void> LineSplitter::add(std::string_view bytes,
                               const std::function<Result<void>(std::string_view)>& line) {
  while (!bytes.empty()) {
    const auto end = bytes.find('\n');
    const std::string_view piece = bytes.substr(0, end);
    if (rest_.size() + piece.size() > line_bytes_max_) {
      return invalid_input(fmt::format("a line of more than {} bytes", line_bytes_max_));
    }
    rest_ += piece;
    if (end == std::string_view::npos) break;
    const std::string whole = std::exchange(rest_, "");
    TRY(line(whole));
    bytes.remove_prefix(end + 1);
  }
  return {};
}

}  // namespace relearn
