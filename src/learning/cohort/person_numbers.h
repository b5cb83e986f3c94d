// Numbers people by the order in which a file first names them. 8 bytes and the name a person,
// twice that while growing. Not thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "learning/cohort/row_table.h"

namespace relearn {

class PersonNumbers {
 public:
  std::uint32_t number_of(std::string_view person) {
    std::uint64_t hash = person.size();
    for (const char c : person) hash = hash_step(hash, static_cast<unsigned char>(c));
    const auto next = static_cast<std::uint32_t>(ends_.size());
    const std::uint32_t known = table_.find_or_add(
        hash, next, [&](std::uint32_t number) { return name(number) == person; });
    if (known != RowTable::kNone) return known;
    names_.append(person);
    ends_.push_back(names_.size());
    return next;
  }

 private:
  std::string_view name(std::uint32_t number) const {
    const std::uint64_t begin = number == 0 ? 0 : ends_[number - 1];
    return std::string_view(names_).substr(begin, ends_[number] - begin);
  }

  RowTable table_;
  std::string names_;                // all names, one behind the other
  std::vector<std::uint64_t> ends_;  // where each ends
};

}  // namespace relearn
