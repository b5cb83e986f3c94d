// Rows of jobs and their runs, as the port says them. All of it throws.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "records/job.h"
#include "storage/sqlite/connection.h"

namespace relearn {

/// Its number. `key_index`: "" for none.
std::int64_t insert_job(soci::session& session, const NewJob& job, const std::string& key_index,
                        Moment now);

/// The job that has a queued or running run of the disease; 0: none.
std::int64_t active_job(soci::session& session, const std::string& disease);

/// Latest first. BrokenInvariant naming a row that says what no row may.
Result<std::vector<Job>> read_jobs(soci::session& session, std::size_t count_max);
/// NotFound.
Result<Job> find_job_row(soci::session& session, std::int64_t id);

/// Conflict: the run is in other hands, or has ended.
Result<void> check_ticket(soci::session& session, const RunTicket& run);
/// Also the first time that it is told, and the last.
void set_run_state(soci::session& session, const RunTicket& run, RunState state,
                   const std::string& error, Moment now);
/// Who watches the job has to look again.
void touch_job(soci::session& session, std::int64_t job);

/// The run of an attempt that is about to be written: Conflict as above, Cancelled when it is to be
/// cancelled; else it ends, if it does.
Result<void> claim_run(soci::session& session, const RunOfAttempt& run, Moment now);

/// What a run led to.
void add_job_attempt(soci::session& session, const RunTicket& run, std::int64_t attempt);

/// Exact retrains that wait are done when a version goes live.
void end_queued_withdrawals(soci::session& session, const std::string& disease, Moment now);

}  // namespace relearn
