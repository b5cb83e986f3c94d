// Text that can be shown and put into JSON whoever wrote it.
#pragma once

#include <string_view>

namespace relearn {

/// Well-formed UTF-8 (Unicode 15, table 3-7) without control characters, but for tab and newline: a
/// terminal obeys the others.
bool is_plain_text(std::string_view text);

}  // namespace relearn
