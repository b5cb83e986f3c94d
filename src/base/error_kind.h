// The kinds of errors as one word each, for programs that read what we write.
#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"

namespace relearn {

/// "invalid_input", "not_found" ...
std::string_view kind_word(ErrorKind kind);
std::optional<ErrorKind> kind_of_word(std::string_view word);

}  // namespace relearn
