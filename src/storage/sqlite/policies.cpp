#include <fmt/format.h>
#include <soci/soci.h>

#include "storage/sqlite/attempt_rows.h"
#include "storage/sqlite/job_rows.h"
#include "storage/sqlite/ledger.h"
#include "storage/sqlite/names_in_text.h"
#include "storage/sqlite/store_parts.h"

namespace relearn {
namespace {

/// NULL for none.
std::optional<int> optional_of(long long value, soci::indicator has) {
  if (has != soci::i_ok) return std::nullopt;
  return static_cast<int>(value);
}

std::optional<Moment> moment_of(soci::session& session, const std::string& sql,
                                const std::string& disease) {
  long long at = 0;
  soci::indicator has = soci::i_null;
  session << sql, soci::use(disease), soci::into(at, has);
  if (has != soci::i_ok) return std::nullopt;
  return Moment{at};
}

/// Decided after that moment, and still what is known.
std::uint64_t confirmed_since(soci::session& session, const std::string& disease,
                              const std::optional<Moment>& since) {
  const long long after = since ? since->seconds : 0, most = kPolicyOutcomesMax;
  long long count = 0;
  session << "SELECT count(*) FROM (SELECT 1 FROM current_outcomes c WHERE c.disease = :disease "
             "AND c.state IN ('confirmed', 'adjudicated') AND c.event >= (SELECT id FROM "
             "outcome_events WHERE recorded_at > :after ORDER BY recorded_at LIMIT 1) LIMIT :most)",
      soci::use(disease), soci::use(after), soci::use(most), soci::into(count);
  return static_cast<std::uint64_t>(count);
}

/// "every 30 days, after 50 outcomes"
std::string policy_text(const RetrainPolicy& policy) {
  std::string text;
  if (policy.every_days) text = fmt::format("every {} days", *policy.every_days);
  if (policy.new_outcomes) {
    text += fmt::format("{}after {} outcomes", text.empty() ? "" : ", ", *policy.new_outcomes);
  }
  return text.empty() ? "never by itself" : text;
}

}  // namespace

Result<RetrainPolicy> SqliteStore::policy(std::string_view disease) {
  const std::string wanted(disease);
  return parts_->read<RetrainPolicy>([&](soci::session& session) -> Result<RetrainPolicy> {
    long long days = 0, outcomes = 0;
    soci::indicator has_days = soci::i_null, has_outcomes = soci::i_null;
    session << "SELECT every_days, new_outcomes FROM retrain_policies WHERE disease = :disease",
        soci::use(wanted), soci::into(days, has_days), soci::into(outcomes, has_outcomes);
    if (!session.got_data()) return RetrainPolicy();
    return RetrainPolicy{optional_of(days, has_days), optional_of(outcomes, has_outcomes)};
  });
}

Result<void> SqliteStore::set_policy(std::string_view disease, const RetrainPolicy& policy,
                                     const Actor& by, std::string_view reason, Moment now) {
  TRY(check_policy(policy));
  const std::string wanted(disease);
  return parts_->writer.run([&](soci::session& session) -> Result<void> {
    TRY(check_names_nobody(session, parts_->keys, reason));
    const long long days = policy.every_days.value_or(0);
    const long long outcomes = policy.new_outcomes.value_or(0);
    soci::indicator has_days = policy.every_days ? soci::i_ok : soci::i_null;
    soci::indicator has_outcomes = policy.new_outcomes ? soci::i_ok : soci::i_null;
    session << "INSERT INTO retrain_policies (disease, every_days, new_outcomes) VALUES (:disease, "
               ":days, :outcomes) ON CONFLICT (disease) DO UPDATE SET every_days = "
               "excluded.every_days, new_outcomes = excluded.new_outcomes",
        soci::use(wanted), soci::use(days, has_days), soci::use(outcomes, has_outcomes);
    LedgerEntry entry;
    entry.at = now;
    entry.action = "policy.changed";
    entry.subject = wanted;
    entry.actor = actor_text(by);
    entry.reason = reason;
    entry.to = policy_text(policy);
    append_ledger(session, parts_->keys, entry);
    return {};
  });
}

Result<RetrainSituation> SqliteStore::situation(std::string_view disease) {
  const std::string wanted(disease);
  return parts_->read<RetrainSituation>([&](soci::session& session) -> Result<RetrainSituation> {
    RetrainSituation found;
    found.last_attempt =
        moment_of(session, "SELECT max(made_at) FROM attempts WHERE disease = :disease", wanted);
    found.last_automatic = moment_of(session,
                                     "SELECT max(j.requested_at) FROM jobs j JOIN job_runs r ON "
                                     "r.job = j.id WHERE r.disease = :disease AND j.cause <> "
                                     "'request'",
                                     wanted);
    found.confirmed_since = confirmed_since(session, wanted, found.last_attempt);
    const std::int64_t live = live_number(session, wanted);
    if (live != 0) {
      const AttemptRow row = TRY(find_version_row(session, wanted, live));
      found.live_contains_withdrawn = row.attempt.contains_withdrawn;
    }
    found.is_active = active_job(session, wanted) != 0;
    return found;
  });
}

}  // namespace relearn
