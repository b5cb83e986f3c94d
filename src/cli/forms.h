// Patients as a file or flags give them: CSV with our ids as header, or JSON.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "lifecycle/serving/assessment.h"

namespace relearn {

/// One row of the input: who it is about (may be empty; rows of the same person are recordings of
/// one assessment where the disease has those), and the form.
struct NamedForm {
  std::string person;
  Form form;
};

inline constexpr std::size_t kFormRowsMax = 1'000'000;

/// CSV (first line: ids; a column "person" is the name of the row) or JSON (an object or an array
/// of objects; numbers, texts with a unit, null). Which one is seen by the first character.
Result<std::vector<NamedForm>> read_forms(std::string_view text);

}  // namespace relearn
