// Whose outcome to find out first: an order for people who cannot examine everybody.
//
// Most is learnt where the model was least sure; but a model that only ever hears of those has no
// way to notice where it is surely wrong, and figures from them flatter it (verification bias:
// Begg & Greenes 1983, Biometrics 39:207). So every sixth place goes to somebody drawn at random,
// whatever their risk: a share of one in six, where 10 to 15 % keep the weighted figures usable.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "records/overview_store.h"

namespace relearn {

inline constexpr std::size_t kDrawnEvery = 6;

/// How much an outcome teaches, 0 to 1: the entropy of the served risk in bits, -p log2 p - (1-p)
/// log2 (1-p): how unsure the answer was (Shannon 1948, section 6). 1 when no risk was served.
double teaches(const std::optional<ServedRisk>& risk);

/// The lists of some diseases as one, without repetitions, at most `count_max`: places 3, 9, 15 ...
/// from those drawn (latest first), the others by what they teach (the latest first of equal ones);
/// the one list where the other is at its end.
std::vector<AwaitingPrediction> order_awaiting(std::vector<AwaitingLists> lists,
                                               std::size_t count_max);

}  // namespace relearn
