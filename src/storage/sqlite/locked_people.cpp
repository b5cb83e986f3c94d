#include <fmt/format.h>
#include <soci/soci.h>

#include "storage/sqlite/ledger.h"
#include "storage/sqlite/store_parts.h"
#include "storage/sqlite/stored_text.h"

namespace relearn {
namespace {

/// The row's members; Conflict when a prediction is not there any more.
Result<void> insert_members(soci::session& session, const std::string& disease,
                            const LockedGeneration& locked) {
  const long long generation = locked.generation;
  std::string id;
  long long prediction = 0;
  soci::statement find((session.prepare << "SELECT number FROM predictions WHERE id = :id",
                        soci::use(id), soci::into(prediction)));
  soci::statement insert((session.prepare
                              << "INSERT INTO locked_members (disease, generation, prediction) "
                                 "VALUES (:disease, :generation, :prediction)",
                          soci::use(disease), soci::use(generation), soci::use(prediction)));
  for (const PredictionId& member : locked.members) {
    id = member.text;
    if (!executes_to_row(find)) {
      return conflict("somebody who was to be locked has withdrawn meanwhile; draw again");
    }
    insert.execute(true);
  }
  return {};
}

std::vector<PredictionId> members_of(soci::session& session, const std::string& disease,
                                     long long generation) {
  std::vector<PredictionId> members;
  PredictionId id;
  soci::statement statement((session.prepare
                                 << "SELECT p.id FROM locked_members m JOIN predictions p ON "
                                    "p.number = m.prediction WHERE m.disease = :disease AND "
                                    "m.generation = :generation ORDER BY p.id",
                             soci::use(disease), soci::use(generation), soci::into(id.text)));
  statement.execute();
  while (statement.fetch()) members.push_back(id);
  return members;
}

}  // namespace

Result<void> SqliteStore::lock_away(std::string_view disease, const LockedGeneration& locked) {
  const std::string wanted(disease);
  const long long generation = locked.generation, at = locked.drawn_at.seconds;
  const long long anchor = locked.anchor;
  const auto work = [&](soci::session& session) -> Result<void> {
    long long latest = 1;
    session << "SELECT coalesce(max(generation), 1) FROM locked_generations "
               "WHERE disease = :disease",
        soci::use(wanted), soci::into(latest);
    if (generation != latest + 1) {
      return conflict(fmt::format("{}: generation {} of locked people is the latest, not {}",
                                  wanted, latest, generation - 1));
    }
    session << "INSERT INTO locked_generations (disease, generation, drawn_at, anchor) "
               "VALUES (:disease, :generation, :at, :anchor)",
        soci::use(wanted), soci::use(generation), soci::use(at), soci::use(anchor);
    TRY(insert_members(session, wanted, locked));
    LedgerEntry entry;
    entry.at = locked.drawn_at;
    entry.action = "people.locked";
    entry.subject = fmt::format("{}/locked/{}", wanted, generation);
    entry.reason = fmt::format("{} predictions of new people; anchor is version {}",
                               locked.members.size(), anchor);
    append_ledger(session, parts_->keys, entry);
    return {};
  };
  return parts_->writer.run(work);
}

Result<std::vector<LockedGeneration>> SqliteStore::locked_generations(std::string_view disease) {
  const std::string wanted(disease);
  using List = std::vector<LockedGeneration>;
  return parts_->read<List>([&](soci::session& session) -> Result<List> {
    List list;
    long long generation = 0, at = 0, anchor = 0;
    soci::statement statement(
        (session.prepare << "SELECT generation, drawn_at, anchor FROM locked_generations "
                            "WHERE disease = :disease ORDER BY generation",
         soci::use(wanted), soci::into(generation), soci::into(at), soci::into(anchor)));
    statement.execute();
    while (statement.fetch()) {
      list.push_back({static_cast<unsigned>(generation), {at}, anchor, {}});
    }
    for (LockedGeneration& one : list) {
      one.members = members_of(session, wanted, one.generation);
    }
    return list;
  });
}

}  // namespace relearn
