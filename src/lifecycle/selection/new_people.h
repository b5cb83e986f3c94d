// Who is new to the live model: people confirmed here of whom it has learnt nothing.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "records/record_store.h"

namespace relearn {

/// What the live model has seen, and its name in predictions.
struct LiveLearning {
  std::string model_digest;  // empty: no model is live
  // Of the snapshot that it learnt from; and of people who were locked once and may be learnt from
  // since, whom every look has judged by.
  std::vector<PredictionId> members;
  std::vector<PredictionId> locked;  // of people who are locked now (locked_draw.h)
};

/// Persons with a record among the members: the confirmed ones are at hand, the others (contested
/// since, for example) are looked up.
Result<std::set<PersonId>> seen_persons(const LiveLearning& live,
                                        std::span<const ConfirmedRecord> confirmed,
                                        RecordStore& store);

/// Whom the live model has learnt from, and who is locked.
struct KnownPeople {
  std::set<PersonId> seen, locked;
};

/// For each record what RawRecord::is_new says: 2 when its person (a guest: its prediction) is
/// locked, 1 when new. Of more than `persons_max` new persons the latest assessed count; the others
/// train like everybody, and judge nobody.
std::vector<std::uint8_t> mark_new_people(std::span<const ConfirmedRecord* const> records,
                                          const LiveLearning& live, const KnownPeople& known,
                                          std::size_t persons_max);

}  // namespace relearn
