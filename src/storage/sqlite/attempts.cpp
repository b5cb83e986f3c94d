#include <fmt/format.h>
#include <soci/soci.h>

#include <algorithm>
#include <array>

#include "records/ledger.h"
#include "storage/sqlite/go_live.h"
#include "storage/sqlite/job_rows.h"
#include "storage/sqlite/ledger.h"
#include "storage/sqlite/names_in_text.h"
#include "storage/sqlite/store_parts.h"
#include "storage/sqlite/stored_text.h"

namespace relearn {
namespace {

constexpr std::array<std::string_view, 4> kVerdicts = {"keep", "inconclusive", "ask", "publish"};

Result<void> check_attempt(const NewAttempt& attempt) {
  for (const std::string_view text :
       {attempt.disease, attempt.model_digest, attempt.baseline_digest, attempt.reason,
        attempt.bundle, attempt.locked_set}) {
    const std::string wrong = wrong_with_text("the attempt", text);
    if (!wrong.empty()) return invalid_input(wrong);
  }
  if (attempt.disease.empty() || attempt.disease.find('/') != std::string::npos) {
    return invalid_input(fmt::format("'{}' is no disease", attempt.disease));
  }
  if (std::ranges::find(kVerdicts, attempt.verdict) == kVerdicts.end()) {
    return invalid_input(fmt::format("'{}' is no verdict", attempt.verdict));
  }
  if (attempt.champion < 0 || attempt.approvals < 0) {
    return invalid_input("an attempt has neither a champion nor approvals below 0");
  }
  return {};
}

/// What an attempt is at first, before it may become a version.
AttemptState first_state(const NewAttempt& attempt, std::int64_t live) {
  if (attempt.verdict == "publish") return AttemptState::Published;
  if (attempt.verdict != "ask") return AttemptState::Kept;
  return attempt.champion == live ? AttemptState::Waiting : AttemptState::Overtaken;
}

void insert_attempt(soci::session& session, const Attempt& attempt) {
  const NewAttempt& a = attempt.what;
  const std::string role(role_word(a.started_by.role)), state(attempt_state_word(attempt.state));
  soci::indicator has_snapshot = a.snapshot.empty() ? soci::i_null : soci::i_ok;
  soci::indicator has_starter = a.started_by.user ? soci::i_ok : soci::i_null;
  const long long starter = a.started_by.user ? a.started_by.user->value : 0;
  const long long number = attempt.number, champion = a.champion, look = a.look;
  const long long approvals = a.approvals, one_person = a.one_person_may_do_both ? 1 : 0;
  const long long at = attempt.at.seconds;
  session << "INSERT INTO attempts (disease, number, model_digest, snapshot, baseline_digest, "
             "reason, started_by, started_role, bundle, verdict, champion, locked_set, look, "
             "approvals, one_person_may_do_both, made_at, state) VALUES (:disease, :number, "
             ":model, :snapshot, :baseline, :reason, :starter, :role, :bundle, :verdict, "
             ":champion, :locked, :look, :approvals, :one, :at, :state)",
      soci::use(a.disease), soci::use(number), soci::use(a.model_digest),
      soci::use(a.snapshot, has_snapshot), soci::use(a.baseline_digest), soci::use(a.reason),
      soci::use(starter, has_starter), soci::use(role), soci::use(a.bundle), soci::use(a.verdict),
      soci::use(champion), soci::use(a.locked_set), soci::use(look), soci::use(approvals),
      soci::use(one_person), soci::use(at), soci::use(state);
}

/// How many more must agree to a waiting attempt: one at least, or it would not wait.
int missing(const Attempt& attempt, std::size_t given) {
  return std::max(1, approvals_needed(attempt.what)) - static_cast<int>(given);
}

void insert_approval(soci::session& session, const Attempt& attempt, const Approval& approval,
                     std::size_t place) {
  const std::string role(role_word(approval.by.role));
  const long long number = attempt.number, user = approval.by.user->value;
  const long long at = approval.at.seconds;
  const auto nth = static_cast<long long>(place);
  session << "INSERT INTO approvals (disease, attempt, place, by_user, by_role, reason, given_at) "
             "VALUES (:disease, :attempt, :place, :user, :role, :reason, :at)",
      soci::use(attempt.what.disease), soci::use(number), soci::use(nth), soci::use(user),
      soci::use(role), soci::use(approval.reason), soci::use(at);
}

/// What somebody decided, for the ledger.
LedgerEntry decision(std::string_view action, const Attempt& attempt, const Actor& by,
                     std::string_view reason, Moment now) {
  LedgerEntry entry = attempt_entry(action, attempt, now);
  entry.actor = actor_text(by);
  entry.reason = reason;
  return entry;
}

struct WayBack {
  std::string disease;
  std::int64_t to = 0, expected = 0;
  std::string actor, reason;
};

Result<Version> go_back(soci::session& session, const KeyRing& keys, const WayBack& way,
                        Moment now) {
  const AttemptRow row = TRY(find_version_row(session, way.disease, way.to));
  const std::int64_t live = live_number(session, way.disease);
  if (live != way.expected || live == way.to) {
    return conflict(fmt::format("{}: version {} is live; look again before you roll back to {}",
                                way.disease, live, way.to));
  }
  if (row.attempt.contains_withdrawn) {
    return not_ready(fmt::format(
        "{}: version {} had learnt from somebody who has withdrawn; it does not come back",
        way.disease, way.to));
  }
  TRY(check_names_nobody(session, keys, way.reason));
  LedgerEntry entry = attempt_entry("version.rolled_back", row.attempt, now);
  entry.actor = way.actor;
  entry.reason = way.reason;
  entry.content = attempt_content(row.attempt);
  TRY(change_live(session, keys, way.disease, entry, way.to));
  return version_of(row);
}

}  // namespace

Result<AttemptOutcome> SqliteStore::add_attempt(const NewAttempt& attempt, Moment now) {
  TRY(check_attempt(attempt));
  return parts_->write<AttemptOutcome>([&](soci::session& session) -> Result<AttemptOutcome> {
    TRY(check_snapshot(session, attempt));
    if (attempt.run) TRY(claim_run(session, *attempt.run, now));
    AttemptOutcome outcome;
    Attempt& written = outcome.attempt;
    long long number = 0;
    session << "SELECT coalesce(max(number), 0) + 1 FROM attempts WHERE disease = :disease",
        soci::use(attempt.disease), soci::into(number);
    written.number = number;
    written.what = attempt;
    written.state = first_state(attempt, live_number(session, attempt.disease));
    written.at = now;
    insert_attempt(session, written);
    if (attempt.run) add_job_attempt(session, attempt.run->ticket, written.number);
    if (written.state == AttemptState::Published) {
      outcome.version = TRY(
          publish_attempt(session, parts_->keys, written,
                          Publisher{Publish::ByVerdict, attempt.started_by, attempt.reason}, now));
      written.version = outcome.version->number;
      return outcome;
    }
    LedgerEntry entry = decision(fmt::format("attempt.{}", attempt_state_word(written.state)),
                                 written, attempt.started_by, attempt.reason, now);
    entry.content = attempt_content(written);
    append_ledger(session, parts_->keys, entry);
    if (written.state == AttemptState::Waiting) outcome.approvals_missing = missing(written, 0);
    return outcome;
  });
}

Result<AttemptOutcome> SqliteStore::approve(std::string_view disease, std::int64_t attempt,
                                            const Actor& by, std::string_view reason, Moment now) {
  const std::string wanted(disease);
  return parts_->write<AttemptOutcome>([&](soci::session& session) -> Result<AttemptOutcome> {
    const AttemptRow row = TRY(find_attempt_row(session, wanted, attempt));
    auto given = TRY(read_approvals(session, wanted, attempt));
    TRY(check_approval(row.attempt, given, by));
    TRY(check_champion(session, row.attempt));
    TRY(check_snapshot(session, row.attempt.what));
    TRY(check_names_nobody(session, parts_->keys, reason));
    given.push_back({by, std::string(reason), now});
    insert_approval(session, row.attempt, given.back(), given.size());
    append_ledger(session, parts_->keys,
                  decision("attempt.approved", row.attempt, by, reason, now));
    AttemptOutcome outcome;
    outcome.approvals_missing = std::max(0, missing(row.attempt, given.size()));
    if (outcome.approvals_missing == 0) {
      outcome.version =
          TRY(publish_attempt(session, parts_->keys, row.attempt,
                              Publisher{Publish::ByVerdict, by, std::string(reason)}, now));
    }
    outcome.attempt = TRY(find_attempt_row(session, wanted, attempt)).attempt;
    return outcome;
  });
}

Result<Attempt> SqliteStore::reject(std::string_view disease, std::int64_t attempt, const Actor& by,
                                    std::string_view reason, Moment now) {
  const std::string wanted(disease);
  const long long number = attempt;
  return parts_->write<Attempt>([&](soci::session& session) -> Result<Attempt> {
    const AttemptRow row = TRY(find_attempt_row(session, wanted, attempt));
    TRY(check_rejection(row.attempt, by));
    TRY(check_names_nobody(session, parts_->keys, reason));
    session << "UPDATE attempts SET state = 'rejected' WHERE disease = :disease "
               "AND number = :number",
        soci::use(wanted), soci::use(number);
    append_ledger(session, parts_->keys,
                  decision("attempt.rejected", row.attempt, by, reason, now));
    Attempt rejected = row.attempt;
    rejected.state = AttemptState::Rejected;
    return rejected;
  });
}

Result<Version> SqliteStore::force(std::string_view disease, std::int64_t attempt, const Actor& by,
                                   std::string_view reason, Moment now) {
  const std::string wanted(disease);
  return parts_->write<Version>([&](soci::session& session) -> Result<Version> {
    const AttemptRow row = TRY(find_attempt_row(session, wanted, attempt));
    TRY(check_force(row.attempt, by, reason));
    TRY(check_names_nobody(session, parts_->keys, reason));
    return publish_attempt(session, parts_->keys, row.attempt,
                           Publisher{Publish::Forced, by, std::string(reason)}, now);
  });
}

Result<Version> SqliteStore::roll_back(std::string_view disease, std::int64_t to,
                                       std::int64_t expected, const Actor& by,
                                       std::string_view reason, Moment now) {
  if (by.user && by.role != Role::Admin) {
    return not_allowed(
        fmt::format("a version is rolled back by an admin, not by {}", actor_text(by)));
  }
  return parts_->write<Version>([&](soci::session& session) {
    return go_back(session, parts_->keys,
                   {std::string(disease), to, expected, actor_text(by), std::string(reason)}, now);
  });
}

Result<Version> SqliteStore::return_version(std::string_view disease, std::int64_t to,
                                            std::int64_t expected, std::string_view reason,
                                            Moment now) {
  return parts_->write<Version>([&](soci::session& session) {
    return go_back(session, parts_->keys,
                   {std::string(disease), to, expected, kWatchActor, std::string(reason)}, now);
  });
}

Result<std::vector<Attempt>> SqliteStore::attempts(std::string_view disease) {
  const std::string wanted(disease);
  using List = std::vector<Attempt>;
  return parts_->read<List>([&](soci::session& session) -> Result<List> {
    List list;
    auto rows = TRY(read_attempt_rows(session, wanted));
    for (AttemptRow& row : rows) list.push_back(std::move(row.attempt));
    return list;
  });
}

Result<std::vector<Approval>> SqliteStore::approvals(std::string_view disease,
                                                     std::int64_t attempt) {
  const std::string wanted(disease);
  using List = std::vector<Approval>;
  return parts_->read<List>([&](soci::session& session) -> Result<List> {
    TRY(find_attempt_row(session, wanted, attempt));
    return read_approvals(session, wanted, attempt);
  });
}

Result<std::vector<LiveChange>> SqliteStore::live_changes(std::string_view disease) {
  const std::string wanted(disease);
  using List = std::vector<LiveChange>;
  return parts_->read<List>(
      [&](soci::session& session) -> Result<List> { return read_live_changes(session, wanted); });
}

}  // namespace relearn
