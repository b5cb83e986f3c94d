#include <fmt/format.h>
#include <soci/soci.h>

#include "storage/sqlite/job_rows.h"
#include "storage/sqlite/names_in_text.h"
#include "storage/sqlite/store_parts.h"

namespace relearn {
namespace {

constexpr std::string_view kKeyDomain = "job";

/// The job that was asked for under this key; 0: none.
long long job_of_key(soci::session& session, const std::string& key_index) {
  long long job = 0;
  session << "SELECT id FROM jobs WHERE key_index = :key", soci::use(key_index), soci::into(job);
  return session.got_data() ? job : 0;
}

Result<JobReceipt> same_job(soci::session& session, long long id, const NewJob& job) {
  const Job stored = TRY(find_job_row(session, id));
  if (stored.what.diseases == job.diseases && stored.what.reason == job.reason) {
    return JobReceipt{JobReceipt::Result::AlreadyThere, id};
  }
  return invalid_input("this Idempotency-Key was used for another retrain; take a new one");
}

/// The run of a job that goes on; "" when none does.
std::string running_disease(soci::session& session, long long job) {
  std::string disease;
  session << "SELECT disease FROM job_runs WHERE job = :job AND state = 'running'", soci::use(job),
      soci::into(disease);
  return session.got_data() ? disease : "";
}

void cancel_waiting(soci::session& session, long long job, Moment now) {
  const long long at = now.seconds;
  session << "UPDATE job_runs SET state = 'cancelled', ended_at = :at WHERE job = :job AND "
             "state = 'queued'",
      soci::use(at), soci::use(job);
}

/// Steps that are not written down yet.
void add_steps(soci::session& session, const RunTicket& run, const RunProgress& progress) {
  const long long job = run.job;
  long long place = 0, known = 0;
  session << "SELECT place FROM job_runs WHERE job = :job AND disease = :disease", soci::use(job),
      soci::use(run.disease), soci::into(place);
  session << "SELECT count(*) FROM job_steps WHERE job = :job AND run = :run", soci::use(job),
      soci::use(place), soci::into(known);
  for (auto i = static_cast<std::size_t>(known); i < progress.steps.size(); ++i) {
    const auto nth = static_cast<long long>(i + 1);
    const long long at = progress.steps[i].started_at.seconds;
    session << "INSERT INTO job_steps (job, run, place, step, started_at) VALUES (:job, :run, "
               ":place, :step, :at)",
        soci::use(job), soci::use(place), soci::use(nth), soci::use(progress.steps[i].name),
        soci::use(at);
  }
}

}  // namespace

Result<JobReceipt> SqliteStore::add_job(const NewJob& job, Moment now) {
  if (job.diseases.empty()) return invalid_input("a retrain names the diseases it is for");
  std::string key;
  if (!job.idempotency_key.empty()) {
    key = parts_->keys.index(kKeyDomain,
                             fmt::format("{} {}", actor_text(job.by), job.idempotency_key));
  }
  return parts_->write<JobReceipt>([&](soci::session& session) -> Result<JobReceipt> {
    const long long same = key.empty() ? 0 : job_of_key(session, key);
    if (same != 0) return same_job(session, same, job);
    TRY(check_names_nobody(session, parts_->keys, job.reason));
    for (const std::string& disease : job.diseases) {
      const std::int64_t active = active_job(session, disease);
      if (active != 0) return JobReceipt{JobReceipt::Result::Busy, active};
    }
    return JobReceipt{JobReceipt::Result::Added, insert_job(session, job, key, now)};
  });
}

Result<std::optional<Job>> SqliteStore::find_job(std::int64_t id) {
  using Found = std::optional<Job>;
  return parts_->read<Found>([&](soci::session& session) -> Result<Found> {
    auto job = find_job_row(session, id);
    if (!job.ok() && job.error().kind == ErrorKind::NotFound) return Found();
    if (!job.ok()) return job.take_error();
    return Found(job.take_value());
  });
}

Result<std::vector<Job>> SqliteStore::jobs(std::size_t count_max) {
  return parts_->read<std::vector<Job>>(
      [&](soci::session& session) { return read_jobs(session, count_max); });
}

Result<void> SqliteStore::wish(std::int64_t job, RunWish wish, Moment now) {
  return parts_->writer.run([&](soci::session& session) -> Result<void> {
    const Job found = TRY(find_job_row(session, job));
    const RunState state = state_of(found);
    if (state != RunState::Queued && state != RunState::Running) {
      return conflict(fmt::format("job {} has ended: it is {}", job, run_state_word(state)));
    }
    const std::string running = running_disease(session, job);
    if (running.empty() && wish == RunWish::KeepBest) {
      return conflict(fmt::format("job {} has not begun: there is nothing to keep yet", job));
    }
    const std::string word(run_wish_word(wish));
    const long long id = job;
    if (wish == RunWish::Cancel) cancel_waiting(session, id, now);
    session << "UPDATE job_runs SET wish = :wish WHERE job = :job AND state = 'running'",
        soci::use(word), soci::use(id);
    touch_job(session, job);
    return {};
  });
}

Result<std::optional<RunTicket>> SqliteStore::take_run(Moment now) {
  using Taken = std::optional<RunTicket>;
  const long long at = now.seconds;
  return parts_->write<Taken>([&](soci::session& session) -> Result<Taken> {
    RunTicket run;
    long long job = 0, place = 0, fence = 0;
    session << "SELECT job, place, disease, fence + 1 FROM job_runs WHERE state = 'queued' "
               "ORDER BY job, place LIMIT 1",
        soci::into(job), soci::into(place), soci::into(run.disease), soci::into(fence);
    if (!session.got_data()) return Taken();
    run.job = job;
    run.fence = fence;
    session << "UPDATE job_runs SET state = 'running', fence = :fence, started_at = :at, wish = "
               "'none', detail = '', pieces_done = 0, pieces = 0 WHERE job = :job AND "
               "place = :place",
        soci::use(fence), soci::use(at), soci::use(job), soci::use(place);
    session << "DELETE FROM job_steps WHERE job = :job AND run = :place", soci::use(job),
        soci::use(place);
    touch_job(session, run.job);
    return Taken(run);
  });
}

Result<RunWish> SqliteStore::tell_progress(const RunTicket& run, const RunProgress& progress) {
  const long long job = run.job;
  const auto done = static_cast<long long>(progress.done);
  const auto total = static_cast<long long>(progress.total);
  return parts_->write<RunWish>([&](soci::session& session) -> Result<RunWish> {
    TRY(check_ticket(session, run));
    std::string word;
    session << "UPDATE job_runs SET detail = :detail, pieces_done = :done, pieces = :total WHERE "
               "job = :job AND disease = :disease RETURNING wish",
        soci::use(progress.detail), soci::use(done), soci::use(total), soci::use(job),
        soci::use(run.disease), soci::into(word);
    add_steps(session, run, progress);
    touch_job(session, run.job);
    return parse_run_wish(word).value_or(RunWish::None);
  });
}

Result<void> SqliteStore::end_run(const RunTicket& run, RunState state, const std::string& error,
                                  Moment now) {
  return parts_->writer.run([&](soci::session& session) -> Result<void> {
    TRY(check_ticket(session, run));
    set_run_state(session, run, state, error, now);
    return {};
  });
}

Result<std::size_t> SqliteStore::take_back_runs(Moment now) {
  return parts_->write<std::size_t>([&](soci::session& session) -> Result<std::size_t> {
    std::vector<RunTicket> runs;
    RunTicket run;
    long long job = 0, fence = 0;
    soci::statement statement(
        (session.prepare << "SELECT job, disease, fence FROM job_runs WHERE state = 'running'",
         soci::into(job), soci::into(run.disease), soci::into(fence)));
    statement.execute();
    while (statement.fetch()) {
      run.job = job;
      run.fence = fence;
      runs.push_back(run);
    }
    for (const RunTicket& taken : runs) {
      if (taken.fence < kTakesMax) {
        set_run_state(session, taken, RunState::Queued, "", now);
        continue;
      }
      set_run_state(session, taken, RunState::Failed,
                    fmt::format("the server ended {} times while it worked on this; nothing was "
                                "published",
                                taken.fence),
                    now);
    }
    return runs.size();
  });
}

}  // namespace relearn
