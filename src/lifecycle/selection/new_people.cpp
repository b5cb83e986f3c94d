#include "lifecycle/selection/new_people.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "learning/cohort/cohort.h"

namespace relearn {
namespace {

/// A person; or a guest's prediction, who is somebody of their own.
using Somebody = std::pair<std::optional<PersonId>, std::string>;

Somebody somebody_of(const Prediction& prediction) {
  if (prediction.person) return {prediction.person, {}};
  return {std::nullopt, prediction.id.text};
}

}  // namespace

Result<std::set<PersonId>> seen_persons(const LiveLearning& live,
                                        std::span<const ConfirmedRecord> confirmed,
                                        RecordStore& store) {
  std::set<PredictionId> left(live.members.begin(), live.members.end());
  std::set<PersonId> seen;
  for (const ConfirmedRecord& record : confirmed) {
    if (left.erase(record.prediction.id) > 0 && record.prediction.person) {
      seen.insert(*record.prediction.person);
    }
  }
  for (const PredictionId& member : left) {
    const auto prediction = TRY(store.find_prediction(member));
    if (prediction && prediction->person) seen.insert(*prediction->person);
  }
  return seen;
}

std::vector<std::uint8_t> mark_new_people(std::span<const ConfirmedRecord* const> records,
                                          const LiveLearning& live, const KnownPeople& known,
                                          std::size_t persons_max) {
  const std::set<PredictionId> members(live.members.begin(), live.members.end());
  const std::set<PredictionId> locked(live.locked.begin(), live.locked.end());
  const auto is_locked = [&](const Prediction& prediction) {
    return prediction.person ? known.locked.contains(*prediction.person)
                             : locked.contains(prediction.id);
  };
  const auto is_seen = [&](const Prediction& prediction) {
    return prediction.person ? known.seen.contains(*prediction.person)
                             : members.contains(prediction.id);
  };
  std::map<Somebody, Moment> latest;
  for (const ConfirmedRecord* record : records) {
    const Prediction& prediction = record->prediction;
    if (is_seen(prediction) || is_locked(prediction)) continue;
    Moment& at = latest.try_emplace(somebody_of(prediction), prediction.made_at).first->second;
    at.seconds = std::max(at.seconds, prediction.made_at.seconds);
  }
  std::vector<std::pair<std::int64_t, Somebody>> order;
  for (const auto& [who, at] : latest) order.emplace_back(-at.seconds, who);
  std::sort(order.begin(), order.end());
  order.resize(std::min(order.size(), persons_max));
  std::set<Somebody> counted;
  for (auto& [at, who] : order) counted.insert(std::move(who));
  std::vector<std::uint8_t> marks;
  for (const ConfirmedRecord* record : records) {
    const bool is_new = counted.contains(somebody_of(record->prediction));
    marks.push_back(is_locked(record->prediction) ? kLockedRow : static_cast<std::uint8_t>(is_new));
  }
  return marks;
}

}  // namespace relearn
