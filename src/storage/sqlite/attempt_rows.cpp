#include "storage/sqlite/attempt_rows.h"

#include <fmt/format.h>
#include <soci/soci.h>

#include <array>
#include <optional>

#include "records/ledger.h"

namespace relearn {
namespace {

constexpr std::array kStates = {AttemptState::Published, AttemptState::Kept, AttemptState::Waiting,
                                AttemptState::Rejected, AttemptState::Overtaken};

std::optional<AttemptState> parse_state_word(std::string_view word) {
  for (const AttemptState state : kStates) {
    if (attempt_state_word(state) == word) return state;
  }
  return std::nullopt;
}

/// The columns of a row as they are fetched, again and again into the same places.
struct Fetched {
  Attempt attempt;
  std::string role, state;
  soci::indicator has_starter = soci::i_null;
  long long number = 0, started_by = 0, champion = 0, look = 0, approvals = 0, one_person = 0;
  long long made_at = 0, withdrawn = 0, version = 0, published_at = 0, forced = 0;

  Result<AttemptRow> row() const;
};

Result<AttemptRow> Fetched::row() const {
  AttemptRow row{attempt, {published_at}, forced != 0};
  NewAttempt& what = row.attempt.what;
  const std::string subject = attempt_subject(what.disease, number);
  const auto known = parse_state_word(state);
  if (!known || (one_person | withdrawn) < 0 || (one_person | withdrawn) > 1) {
    return broken_invariant(
        fmt::format("{} says what no attempt does; was the database edited?", subject));
  }
  what.started_by = TRY(stored_actor(started_by, role, subject));
  if (has_starter != soci::i_ok) what.started_by.user.reset();
  row.attempt.number = number;
  row.attempt.state = *known;
  row.attempt.at = {made_at};
  row.attempt.version = version;
  row.attempt.contains_withdrawn = withdrawn != 0;
  what.champion = champion;
  what.look = static_cast<std::uint32_t>(look);
  what.approvals = static_cast<int>(approvals);
  what.one_person_may_do_both = one_person != 0;
  return row;
}

constexpr const char* kRows =
    "SELECT a.disease, a.number, a.model_digest, coalesce(a.snapshot, ''), a.baseline_digest, "
    "a.reason, a.started_by, a.started_role, a.bundle, a.verdict, a.champion, a.locked_set, "
    "a.look, a.approvals, a.one_person_may_do_both, a.state, a.made_at, a.contains_withdrawn, "
    "coalesce(v.number, 0), coalesce(v.published_at, 0), coalesce(v.forced, 0) FROM attempts a "
    "LEFT JOIN versions v ON v.disease = a.disease AND v.attempt = a.number ";

/// Those of which the condition holds, in order.
Result<std::vector<AttemptRow>> read_rows(soci::session& session, const std::string& condition,
                                          const std::string& disease, long long number) {
  std::vector<AttemptRow> rows;
  Fetched f;
  NewAttempt& what = f.attempt.what;
  soci::statement statement(
      (session.prepare << kRows + condition + " ORDER BY a.disease, a.number",
       soci::use(disease, "disease"), soci::use(number, "number"), soci::into(what.disease),
       soci::into(f.number), soci::into(what.model_digest), soci::into(what.snapshot),
       soci::into(what.baseline_digest), soci::into(what.reason),
       soci::into(f.started_by, f.has_starter), soci::into(f.role), soci::into(what.bundle),
       soci::into(what.verdict), soci::into(f.champion), soci::into(what.locked_set),
       soci::into(f.look), soci::into(f.approvals), soci::into(f.one_person), soci::into(f.state),
       soci::into(f.made_at), soci::into(f.withdrawn), soci::into(f.version),
       soci::into(f.published_at), soci::into(f.forced)));
  statement.execute();
  while (statement.fetch()) rows.push_back(TRY(f.row()));
  return rows;
}

Result<AttemptRow> the_only(std::vector<AttemptRow> rows, std::string_view what,
                            std::string_view disease, std::int64_t number) {
  if (!rows.empty()) return std::move(rows.front());
  return not_found(fmt::format("{} has no {} {}", disease, what, number));
}

}  // namespace

Version version_of(const AttemptRow& row) {
  Version version;
  version.number = row.attempt.version;
  version.attempt = row.attempt.number;
  version.what = row.attempt.what;
  version.published_at = row.published_at;
  version.forced = row.forced;
  version.contains_withdrawn = row.attempt.contains_withdrawn;
  return version;
}

Result<Actor> stored_actor(long long user, std::string_view role, std::string_view subject) {
  const auto known = parse_role(role);
  if (!known) {
    return broken_invariant(fmt::format(
        "{} names the role '{}', which is none; was the database edited?", subject, role));
  }
  return Actor{UserId{user}, *known};
}

Result<std::vector<AttemptRow>> read_attempt_rows(soci::session& session,
                                                  const std::string& disease) {
  return read_rows(session, "WHERE (:disease = '' OR a.disease = :disease) AND :number = 0",
                   disease, 0);
}

Result<AttemptRow> find_attempt_row(soci::session& session, const std::string& disease,
                                    std::int64_t number) {
  auto rows =
      TRY(read_rows(session, "WHERE a.disease = :disease AND a.number = :number", disease, number));
  return the_only(std::move(rows), "attempt", disease, number);
}

Result<AttemptRow> find_version_row(soci::session& session, const std::string& disease,
                                    std::int64_t number) {
  auto rows =
      TRY(read_rows(session, "WHERE v.disease = :disease AND v.number = :number", disease, number));
  return the_only(std::move(rows), "version", disease, number);
}

Result<std::vector<Approval>> read_approvals(soci::session& session, const std::string& disease,
                                             std::int64_t attempt) {
  std::vector<Approval> approvals;
  Approval approval;
  std::string role;
  const long long number = attempt;
  long long user = 0, at = 0;
  soci::statement statement(
      (session.prepare << "SELECT by_user, by_role, reason, given_at FROM approvals WHERE "
                          "disease = :disease AND attempt = :attempt ORDER BY place",
       soci::use(disease), soci::use(number), soci::into(user), soci::into(role),
       soci::into(approval.reason), soci::into(at)));
  statement.execute();
  while (statement.fetch()) {
    approval.by = TRY(stored_actor(user, role, attempt_subject(disease, attempt)));
    approval.at = {at};
    approvals.push_back(approval);
  }
  return approvals;
}

std::vector<LiveChange> read_live_changes(soci::session& session, const std::string& disease) {
  std::vector<LiveChange> changes;
  long long at = 0, from = 0, to = 0;
  soci::statement statement(
      (session.prepare << "SELECT changed_at, from_version, to_version FROM live_changes WHERE "
                          "disease = :disease ORDER BY place",
       soci::use(disease), soci::into(at), soci::into(from), soci::into(to)));
  statement.execute();
  while (statement.fetch()) changes.push_back({{at}, from, to});
  return changes;
}

std::int64_t live_number(soci::session& session, const std::string& disease) {
  long long live = 0;
  session << "SELECT to_version FROM live_changes WHERE disease = :disease ORDER BY place DESC "
             "LIMIT 1",
      soci::use(disease), soci::into(live);
  return live;
}

}  // namespace relearn
