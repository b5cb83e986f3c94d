// One row a person and visit. Somebody who presses the button four times is one observation; the
// same form again on another day is still the same observation; two outcomes for one visit are a
// contradiction that a person has to resolve.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "records/record_store.h"

namespace relearn {

struct Visits {
  std::vector<std::size_t> kept;      // indices of the records, rising
  std::vector<std::size_t> repeated;  // the same inputs again, or an earlier one of the same visit
  std::vector<std::size_t> contradictory;  // all of a visit with both outcomes
};

/// A visit is a person's calendar day; its last record counts. Guests have no history: a guest's
/// record is a visit of its own, and identical inputs with the same outcome count once among
/// guests.
Visits one_row_a_visit(std::span<const ConfirmedRecord* const> records);

}  // namespace relearn
