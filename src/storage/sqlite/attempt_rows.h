// Rows of attempts, their approvals and what is live, as the ports say them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "records/version_store.h"
#include "storage/sqlite/connection.h"

namespace relearn {

struct AttemptRow {
  Attempt attempt;
  Moment published_at;  // when it is a version
  bool forced = false;
};

Version version_of(const AttemptRow& row);

/// The account of a row of `subject`. BrokenInvariant when its role is none.
Result<Actor> stored_actor(long long user, std::string_view role, std::string_view subject);

/// Of a disease, of all when that is "", in order. BrokenInvariant naming a row that says what no
/// row may. Throws.
Result<std::vector<AttemptRow>> read_attempt_rows(soci::session& session,
                                                  const std::string& disease);
/// NotFound. Throws.
Result<AttemptRow> find_attempt_row(soci::session& session, const std::string& disease,
                                    std::int64_t number);
/// NotFound: there is no such version. Throws.
Result<AttemptRow> find_version_row(soci::session& session, const std::string& disease,
                                    std::int64_t number);

/// Oldest first. Throws.
Result<std::vector<Approval>> read_approvals(soci::session& session, const std::string& disease,
                                             std::int64_t attempt);
std::vector<LiveChange> read_live_changes(soci::session& session, const std::string& disease);

/// 0: none is. Throws.
std::int64_t live_number(soci::session& session, const std::string& disease);

}  // namespace relearn
