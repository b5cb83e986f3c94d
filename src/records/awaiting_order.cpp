#include "records/awaiting_order.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>

namespace relearn {
namespace {

constexpr std::size_t kFirstDrawn = 2;  // counted from 0: so that a short list has one, too

using List = std::vector<AwaitingPrediction>;

double bits(double share) { return share > 0 ? -share * std::log2(share) : 0; }

bool is_later(const AwaitingPrediction& one, const AwaitingPrediction& other) {
  return std::pair(one.prediction.made_at, one.prediction.id) >
         std::pair(other.prediction.made_at, other.prediction.id);
}

bool teaches_more(const AwaitingPrediction& one, const AwaitingPrediction& other) {
  const double here = teaches(one.prediction.risk), there = teaches(other.prediction.risk);
  return here != there ? here > there : is_later(one, other);
}

void append(List& list, List more) {
  list.insert(list.end(), std::make_move_iterator(more.begin()),
              std::make_move_iterator(more.end()));
}

}  // namespace

double teaches(const std::optional<ServedRisk>& risk) {
  return risk ? bits(risk->value) + bits(1 - risk->value) : 1;
}

std::vector<AwaitingPrediction> order_awaiting(std::vector<AwaitingLists> lists,
                                               std::size_t count_max) {
  List by_doubt, drawn;
  for (AwaitingLists& each : lists) {
    append(by_doubt, std::move(each.by_doubt));
    append(drawn, std::move(each.drawn));
  }
  std::ranges::sort(by_doubt, teaches_more);
  std::ranges::sort(drawn, is_later);
  List order;
  std::set<PredictionId> taken;
  std::size_t next_doubt = 0, next_drawn = 0;
  while (order.size() < count_max && (next_doubt < by_doubt.size() || next_drawn < drawn.size())) {
    const bool is_drawn_place = order.size() % kDrawnEvery == kFirstDrawn;
    const bool from_drawn =
        next_drawn < drawn.size() && (is_drawn_place || next_doubt == by_doubt.size());
    AwaitingPrediction& next = from_drawn ? drawn[next_drawn++] : by_doubt[next_doubt++];
    if (taken.insert(next.prediction.id).second) order.push_back(std::move(next));
  }
  return order;
}

}  // namespace relearn
