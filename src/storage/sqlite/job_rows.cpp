#include "storage/sqlite/job_rows.h"

#include <fmt/format.h>
#include <soci/soci.h>

#include "storage/sqlite/attempt_rows.h"

namespace relearn {
namespace {

Error broken_job(long long id) {
  return broken_invariant(
      fmt::format("job {} says what no job does; was the database edited?", id));
}

void read_steps(soci::session& session, long long job, long long place, RunProgress& progress) {
  std::string step;
  long long started_at = 0;
  soci::statement statement((session.prepare << "SELECT step, started_at FROM job_steps WHERE "
                                                "job = :job AND run = :run ORDER BY place",
                             soci::use(job), soci::use(place), soci::into(step),
                             soci::into(started_at)));
  statement.execute();
  while (statement.fetch()) progress.steps.push_back({step, {started_at}});
}

Result<void> read_run_attempts(soci::session& session, long long job, JobRun& run) {
  std::vector<long long> numbers;
  long long number = 0;
  soci::statement statement((session.prepare << "SELECT attempt FROM job_attempts WHERE job = :job "
                                                "AND disease = :disease ORDER BY attempt",
                             soci::use(job), soci::use(run.disease), soci::into(number)));
  statement.execute();
  while (statement.fetch()) numbers.push_back(number);
  for (const long long one : numbers) {
    const AttemptRow row = TRY(find_attempt_row(session, run.disease, one));
    run.attempts.push_back({one, row.attempt.version, row.attempt.what.verdict, row.attempt.state});
  }
  return {};
}

Result<void> read_runs(soci::session& session, Job& job) {
  std::string state, wish;
  JobRun run;
  soci::indicator has_started = soci::i_null, has_ended = soci::i_null;
  const long long id = job.id;
  long long place = 0, fence = 0, started_at = 0, ended_at = 0, done = 0, total = 0;
  soci::statement statement(
      (session.prepare << "SELECT place, disease, state, wish, fence, started_at, ended_at, "
                          "detail, pieces_done, pieces, error FROM job_runs WHERE job = :job "
                          "ORDER BY place",
       soci::use(id), soci::into(place), soci::into(run.disease), soci::into(state),
       soci::into(wish), soci::into(fence), soci::into(started_at, has_started),
       soci::into(ended_at, has_ended), soci::into(run.progress.detail), soci::into(done),
       soci::into(total), soci::into(run.error)));
  statement.execute();
  while (statement.fetch()) {
    const auto known = parse_run_state(state);
    const auto wanted = parse_run_wish(wish);
    if (!known || !wanted || done < 0 || total < 0) return broken_job(id);
    JobRun read = run;
    read.state = *known;
    read.wish = *wanted;
    read.takes = static_cast<int>(fence);
    if (has_started == soci::i_ok) read.started_at = Moment{started_at};
    if (has_ended == soci::i_ok) read.ended_at = Moment{ended_at};
    read.progress.done = static_cast<std::size_t>(done);
    read.progress.total = static_cast<std::size_t>(total);
    read_steps(session, id, place, read.progress);
    job.runs.push_back(std::move(read));
  }
  for (JobRun& one : job.runs) {
    TRY(read_run_attempts(session, id, one));
    job.what.diseases.push_back(one.disease);
  }
  return {};
}

/// Those of which the condition holds.
Result<std::vector<Job>> read_jobs_where(soci::session& session, const std::string& condition,
                                         long long value) {
  std::vector<Job> jobs;
  std::string cause, role, reason;
  soci::indicator has_starter = soci::i_null;
  long long id = 0, started_by = 0, requested_at = 0, revision = 0;
  soci::statement statement(
      (session.prepare << "SELECT id, cause, reason, started_by, started_role, requested_at, "
                          "revision FROM jobs " +
                              condition,
       soci::use(value), soci::into(id), soci::into(cause), soci::into(reason),
       soci::into(started_by, has_starter), soci::into(role), soci::into(requested_at),
       soci::into(revision)));
  statement.execute();
  while (statement.fetch()) {
    const auto trigger = parse_job_trigger(cause);
    if (!trigger) return broken_job(id);
    Job& job = jobs.emplace_back();
    job.id = id;
    job.what.trigger = *trigger;
    job.what.reason = reason;
    job.what.by = TRY(stored_actor(started_by, role, fmt::format("job {}", id)));
    if (has_starter != soci::i_ok) job.what.by.user.reset();
    job.requested_at = {requested_at};
    job.revision = revision;
  }
  for (Job& job : jobs) TRY(read_runs(session, job));
  return jobs;
}

}  // namespace

std::int64_t insert_job(soci::session& session, const NewJob& job, const std::string& key_index,
                        Moment now) {
  const std::string cause(job_trigger_word(job.trigger)), role(role_word(job.by.role));
  soci::indicator has_starter = job.by.user ? soci::i_ok : soci::i_null;
  soci::indicator has_key = key_index.empty() ? soci::i_null : soci::i_ok;
  const long long starter = job.by.user ? job.by.user->value : 0, at = now.seconds;
  long long id = 0, place = 0;
  session << "INSERT INTO jobs (cause, reason, started_by, started_role, key_index, requested_at) "
             "VALUES (:cause, :reason, :starter, :role, :key, :at) RETURNING id",
      soci::use(cause), soci::use(job.reason), soci::use(starter, has_starter), soci::use(role),
      soci::use(key_index, has_key), soci::use(at), soci::into(id);
  for (const std::string& disease : job.diseases) {
    ++place;
    session << "INSERT INTO job_runs (job, place, disease, state) VALUES (:job, :place, :disease, "
               "'queued')",
        soci::use(id), soci::use(place), soci::use(disease);
  }
  return id;
}

std::int64_t active_job(soci::session& session, const std::string& disease) {
  long long job = 0;
  session << "SELECT job FROM job_runs WHERE disease = :disease AND state IN ('queued', 'running')",
      soci::use(disease), soci::into(job);
  return session.got_data() ? job : 0;
}

Result<std::vector<Job>> read_jobs(soci::session& session, std::size_t count_max) {
  return read_jobs_where(session, "ORDER BY id DESC LIMIT :count",
                         static_cast<long long>(count_max));
}

Result<Job> find_job_row(soci::session& session, std::int64_t id) {
  auto jobs = TRY(read_jobs_where(session, "WHERE id = :id", id));
  if (jobs.empty()) return not_found(fmt::format("there is no job {}", id));
  return std::move(jobs.front());
}

Result<void> check_ticket(soci::session& session, const RunTicket& run) {
  const long long job = run.job, fence = run.fence;
  long long found = 0;
  session << "SELECT count(*) FROM job_runs WHERE job = :job AND disease = :disease AND "
             "fence = :fence AND state = 'running'",
      soci::use(job), soci::use(run.disease), soci::use(fence), soci::into(found);
  if (found == 1) return {};
  return conflict(
      fmt::format("the run of {} in job {} is not in these hands any more", run.disease, run.job));
}

void set_run_state(soci::session& session, const RunTicket& run, RunState state,
                   const std::string& error, Moment now) {
  const std::string word(run_state_word(state));
  const long long job = run.job, at = now.seconds;
  soci::indicator has_ended = state == RunState::Queued ? soci::i_null : soci::i_ok;
  session << "UPDATE job_runs SET state = :state, error = :error, ended_at = :at WHERE job = :job "
             "AND disease = :disease",
      soci::use(word), soci::use(error), soci::use(at, has_ended), soci::use(job),
      soci::use(run.disease);
  touch_job(session, run.job);
}

void touch_job(soci::session& session, std::int64_t job) {
  const long long id = job;
  session << "UPDATE jobs SET revision = revision + 1 WHERE id = :id", soci::use(id);
}

Result<void> claim_run(soci::session& session, const RunOfAttempt& run, Moment now) {
  TRY(check_ticket(session, run.ticket));
  const long long job = run.ticket.job;
  std::string wish;
  session << "SELECT wish FROM job_runs WHERE job = :job AND disease = :disease", soci::use(job),
      soci::use(run.ticket.disease), soci::into(wish);
  if (wish == run_wish_word(RunWish::Cancel)) return cancelled();
  if (run.then == RunOfAttempt::Then::Ends) {
    set_run_state(session, run.ticket, RunState::Done, "", now);
  } else {
    touch_job(session, run.ticket.job);
  }
  return {};
}

void add_job_attempt(soci::session& session, const RunTicket& run, std::int64_t attempt) {
  const long long job = run.job, number = attempt;
  session << "INSERT INTO job_attempts (disease, attempt, job) VALUES (:disease, :attempt, :job)",
      soci::use(run.disease), soci::use(number), soci::use(job);
}

void end_queued_withdrawals(soci::session& session, const std::string& disease, Moment now) {
  const long long at = now.seconds;
  session << "UPDATE jobs SET revision = revision + 1 WHERE cause = 'withdrawal' AND id = (SELECT "
             "job FROM job_runs WHERE disease = :disease AND state = 'queued')",
      soci::use(disease);
  session << "UPDATE job_runs SET state = 'done', ended_at = :at WHERE disease = :disease AND "
             "state = 'queued' AND job IN (SELECT id FROM jobs WHERE cause = 'withdrawal')",
      soci::use(at), soci::use(disease);
}

}  // namespace relearn
