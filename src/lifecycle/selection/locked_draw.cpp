#include "lifecycle/selection/locked_draw.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "learning/cohort/locked_set.h"

namespace relearn {
namespace {

struct NewPerson {
  std::vector<PredictionId> records;
  std::size_t ill = 0;
};

std::size_t count(int number) { return static_cast<std::size_t>(std::max(number, 0)); }

/// Twice as many as are to be locked: at most half of a class is.
int lacking_of(std::size_t there, std::size_t to_lock) {
  return static_cast<int>(2 * to_lock > there ? 2 * to_lock - there : 0);
}

void say_why_not(const std::array<std::size_t, 2>& there, const LockedSetPlan& plan,
                 LockedDraw& draw) {
  const std::size_t class_min = count(std::max(plan.at_least.cases, plan.at_least.non_cases));
  draw.lacking = {lacking_of(there[0] + there[1], count(plan.at_least.persons)),
                  lacking_of(there[1], class_min), lacking_of(there[0], class_min)};
  draw.lacking.persons =
      std::max({1, draw.lacking.persons, draw.lacking.cases + draw.lacking.non_cases});
  draw.none_because = fmt::format(
      "The locked people cannot be replaced yet: of {} new confirmed people with the disease and "
      "{} "
      "without, at most half may be locked away, and it takes {} people and {} of each class.",
      there[1], there[0], plan.at_least.persons, class_min);
}

}  // namespace

LockedDraw draw_locked(const Selection& selection, const LockedSetPlan& plan, unsigned generation,
                       const KeyedPerson& keyed) {
  std::map<std::string, NewPerson> people;
  for (std::size_t i = 0; i < selection.records.size(); ++i) {
    const RawRecord& record = selection.records[i];
    if (record.is_new != 1) continue;
    NewPerson& person = people[record.person];
    person.records.push_back(selection.predictions[i]);
    person.ill += record.outcome;
  }
  std::array<std::vector<std::pair<std::string, const NewPerson*>>, 2> ranked;
  for (const auto& [name, person] : people) {
    ranked[2 * person.ill > person.records.size()].emplace_back(
        keyed(fmt::format("locked set {}|{}", generation, name)), &person);
  }
  const auto counts = how_many_to_lock(
      ranked[0].size(), ranked[1].size(),
      {.share = plan.share,
       .persons_min = count(plan.at_least.persons),
       .class_min = count(std::max(plan.at_least.cases, plan.at_least.non_cases))});
  LockedDraw draw;
  if (!counts) {
    say_why_not({ranked[0].size(), ranked[1].size()}, plan, draw);
    return draw;
  }
  for (std::size_t c = 0; c < 2; ++c) {
    std::ranges::sort(ranked[c]);
    for (std::size_t i = 0; i < (*counts)[c]; ++i) {
      const auto& records = ranked[c][i].second->records;
      draw.members.insert(draw.members.end(), records.begin(), records.end());
    }
  }
  std::ranges::sort(draw.members);
  draw.cases = (*counts)[1];
  draw.persons = (*counts)[0] + draw.cases;
  return draw;
}

}  // namespace relearn
