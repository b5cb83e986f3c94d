#include "storage/sqlite/schema.h"

#include <fmt/format.h>
#include <soci/soci.h>

#include <array>

namespace relearn {
namespace {

// Columns *_sealed are encrypted, bound to table, column and row; *_index are keyed and one-way.
// Moments are seconds since 1970, days are ISO text.
//
// No path from a risk to a label: an outcome's value stands in outcome_events only, comes from an
// INSERT only, has a source that is no model, and no column is computed from another. A test reads
// this back from the database and proves it.
constexpr const char* kTables = R"sql(
CREATE TABLE key_fingerprint (fingerprint TEXT NOT NULL);

CREATE TABLE persons (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  reference_index TEXT UNIQUE,             -- NULL: has an account
  reference_sealed TEXT NOT NULL           -- row: reference_index
);

CREATE TABLE users (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  person INTEGER NOT NULL UNIQUE REFERENCES persons(id),
  email_index TEXT NOT NULL UNIQUE,
  email_sealed TEXT NOT NULL,              -- row: email_index, like the next two
  full_name_sealed TEXT NOT NULL,
  password_hash_sealed TEXT NOT NULL,
  password_state TEXT NOT NULL CHECK (password_state IN ('current', 'legacy', 'must_reset')),
  role TEXT NOT NULL CHECK (role IN ('patient', 'clinician', 'approver', 'admin')),
  disabled INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
  created_at INTEGER NOT NULL
);

-- Who has withdrawn may not come back with an old file; nobody can tell from this who it was.
CREATE TABLE withdrawn (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  who_index TEXT NOT NULL UNIQUE,
  withdrawn_at INTEGER NOT NULL
);

CREATE TABLE contributors (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name_index TEXT NOT NULL UNIQUE,
  name_sealed TEXT NOT NULL                -- row: name_index
);

CREATE TABLE batches (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  origin TEXT NOT NULL,                    -- digest of the file, or the day
  received_at INTEGER NOT NULL,
  UNIQUE (kind, origin)
);

CREATE TABLE predictions (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  person INTEGER REFERENCES persons(id),   -- NULL: a guest
  disease TEXT NOT NULL,
  disease_version INTEGER NOT NULL,
  made_at INTEGER NOT NULL,
  inputs TEXT NOT NULL,                    -- JSON: predictor id -> canonical value
  model_version TEXT NOT NULL,
  risk REAL CHECK (risk >= 0 AND risk <= 1),
  shown TEXT NOT NULL,
  import_index TEXT,
  batch INTEGER NOT NULL REFERENCES batches(id)
);
CREATE INDEX predictions_of_disease ON predictions(disease);
CREATE INDEX predictions_of_person ON predictions(person) WHERE person IS NOT NULL;
CREATE UNIQUE INDEX predictions_imported ON predictions(import_index)
  WHERE import_index IS NOT NULL;

CREATE TABLE outcome_events (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  prediction INTEGER NOT NULL REFERENCES predictions(number),
  place INTEGER NOT NULL,                  -- 1, 2, 3 ... within the prediction
  state TEXT NOT NULL CHECK (state IN ('reported', 'confirmed', 'contested', 'adjudicated',
                                       'retracted')),
  value INTEGER NOT NULL CHECK (value IN (0, 1)),
  source TEXT NOT NULL CHECK (source IN ('laboratory', 'imaging', 'specialist', 'registry',
                                         'self_report', 'other')),
  reference_standard TEXT NOT NULL,
  contributor INTEGER NOT NULL REFERENCES contributors(id),
  actor_role TEXT NOT NULL CHECK (actor_role IN ('patient', 'clinician', 'approver', 'admin')),
  blinded INTEGER NOT NULL CHECK (blinded IN (0, 1)),
  evidence_sealed TEXT NOT NULL,           -- row: prediction id and place, like the next
  reason_sealed TEXT NOT NULL,
  observed_on TEXT NOT NULL,
  recorded_at INTEGER NOT NULL,
  import_index TEXT,
  batch INTEGER NOT NULL REFERENCES batches(id),
  UNIQUE (prediction, place)
);
CREATE INDEX events_of_contributor ON outcome_events(contributor);
CREATE UNIQUE INDEX events_imported ON outcome_events(import_index) WHERE import_index IS NOT NULL;

-- Which event is the latest; changed in the transaction that adds it.
CREATE TABLE current_outcomes (
  prediction INTEGER PRIMARY KEY REFERENCES predictions(number),
  prediction_id TEXT NOT NULL,
  disease TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  state TEXT NOT NULL,
  event INTEGER NOT NULL,                  -- outcome_events.id
  decided_event INTEGER                    -- of the latest confirmed or adjudicated one
);
CREATE INDEX confirmed_in_order ON current_outcomes(disease, made_at, prediction_id)
  WHERE state IN ('confirmed', 'adjudicated');
CREATE INDEX current_states ON current_outcomes(disease, state);

CREATE TABLE quarantines (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  disease TEXT NOT NULL,
  scope TEXT NOT NULL CHECK (scope IN ('contributor', 'batch')),
  subject TEXT NOT NULL,
  reason TEXT NOT NULL,
  records INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'released', 'upheld')),
  opened_at INTEGER NOT NULL,
  decided_at INTEGER NOT NULL DEFAULT 0,
  decided_by_sealed TEXT NOT NULL DEFAULT '',      -- row: id, like the next
  decision_reason_sealed TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX one_quarantine_of_a_subject ON quarantines(disease, scope, subject)
  WHERE state IN ('open', 'upheld');

CREATE TABLE snapshots (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  digest TEXT NOT NULL UNIQUE,
  disease TEXT NOT NULL,
  privacy_version INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  persons INTEGER NOT NULL,
  cut_off INTEGER NOT NULL,
  made_at INTEGER NOT NULL,
  revoked INTEGER NOT NULL DEFAULT 0 CHECK (revoked IN (0, 1))
);
CREATE TABLE snapshot_members (
  snapshot INTEGER NOT NULL REFERENCES snapshots(number),
  prediction INTEGER NOT NULL REFERENCES predictions(number),
  PRIMARY KEY (snapshot, prediction)
) WITHOUT ROWID;
CREATE INDEX snapshots_of_prediction ON snapshot_members(prediction);

CREATE TABLE versions (
  disease TEXT NOT NULL,
  number INTEGER NOT NULL,
  model_digest TEXT NOT NULL,
  snapshot TEXT REFERENCES snapshots(digest),      -- NULL: learnt from the baseline only
  baseline_digest TEXT NOT NULL,
  reason TEXT NOT NULL,
  published_at INTEGER NOT NULL,
  contains_withdrawn INTEGER NOT NULL DEFAULT 0 CHECK (contains_withdrawn IN (0, 1)),
  PRIMARY KEY (disease, number)
);
CREATE INDEX versions_of_snapshot ON versions(snapshot) WHERE snapshot IS NOT NULL;
CREATE TABLE live_versions (
  disease TEXT PRIMARY KEY,
  number INTEGER NOT NULL,
  FOREIGN KEY (disease, number) REFERENCES versions(disease, number)
);

CREATE TABLE jobs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  disease TEXT NOT NULL,
  reason TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed')),
  queued_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX one_active_retrain ON jobs(disease) WHERE state IN ('queued', 'running');

CREATE TABLE ledger (
  sequence INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  reason TEXT NOT NULL,
  previous_hash TEXT NOT NULL,
  hash TEXT NOT NULL
);
)sql";

// What has been said stays said. Only a withdrawal deletes predictions and their outcomes: its
// transaction holds a row in `erasure` while it does so, and nobody else ever sees that row. The
// ledger has no such door.
constexpr const char* kGuards = R"sql(
CREATE TABLE erasure (one INTEGER PRIMARY KEY CHECK (one = 1));

CREATE TRIGGER predictions_stay_as_they_are BEFORE UPDATE ON predictions
BEGIN SELECT RAISE(ABORT, 'a prediction is never changed'); END;
CREATE TRIGGER predictions_stay BEFORE DELETE ON predictions
WHEN NOT EXISTS (SELECT 1 FROM erasure)
BEGIN SELECT RAISE(ABORT, 'a prediction is deleted by a withdrawal only'); END;

CREATE TRIGGER outcome_events_stay_as_they_are BEFORE UPDATE ON outcome_events
BEGIN SELECT RAISE(ABORT, 'an outcome is changed by a new event only'); END;
CREATE TRIGGER outcome_events_stay BEFORE DELETE ON outcome_events
WHEN NOT EXISTS (SELECT 1 FROM erasure)
BEGIN SELECT RAISE(ABORT, 'an outcome is deleted by a withdrawal only'); END;

CREATE TRIGGER ledger_stays_as_it_is BEFORE UPDATE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is never changed'); END;
CREATE TRIGGER ledger_stays BEFORE DELETE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is never shortened'); END;
)sql";

// Attempts at a new model, published or not, who agreed, and which version was live when. A version
// of before there were attempts becomes the attempt that it was: by whoever had the command line.
constexpr const char* kAttempts = R"sql(
CREATE TABLE attempts (
  disease TEXT NOT NULL,
  number INTEGER NOT NULL,                 -- 1, 2, 3 ... within the disease
  model_digest TEXT NOT NULL,
  snapshot TEXT REFERENCES snapshots(digest),      -- NULL: learnt from the baseline only
  baseline_digest TEXT NOT NULL,
  reason TEXT NOT NULL,
  started_by INTEGER,                      -- a user's id, kept when the account goes; NULL: unknown
  started_role TEXT NOT NULL CHECK (started_role IN ('patient', 'clinician', 'approver', 'admin')),
  bundle TEXT NOT NULL,                    -- '': of before there were bundles
  verdict TEXT NOT NULL CHECK (verdict IN ('keep', 'inconclusive', 'ask', 'publish')),
  champion INTEGER NOT NULL,               -- version it was judged against; 0: none
  locked_set TEXT NOT NULL,
  look INTEGER NOT NULL,
  approvals INTEGER NOT NULL,
  one_person_may_do_both INTEGER NOT NULL CHECK (one_person_may_do_both IN (0, 1)),
  made_at INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('published', 'kept', 'waiting', 'rejected', 'overtaken')),
  contains_withdrawn INTEGER NOT NULL DEFAULT 0 CHECK (contains_withdrawn IN (0, 1)),
  PRIMARY KEY (disease, number)
);
INSERT INTO attempts
  SELECT disease, number, model_digest, snapshot, baseline_digest, reason, NULL, 'admin', '',
         'publish', number - 1, '', 0, 0, 0, published_at, 'published', contains_withdrawn
  FROM versions;
CREATE INDEX attempts_of_snapshot ON attempts(snapshot) WHERE snapshot IS NOT NULL;

CREATE TABLE approvals (
  disease TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  place INTEGER NOT NULL,                  -- 1, 2, 3 ... within the attempt
  by_user INTEGER NOT NULL,
  by_role TEXT NOT NULL CHECK (by_role IN ('approver', 'admin')),
  reason TEXT NOT NULL,
  given_at INTEGER NOT NULL,
  PRIMARY KEY (disease, attempt, place),
  UNIQUE (disease, attempt, by_user),
  FOREIGN KEY (disease, attempt) REFERENCES attempts(disease, number)
);

CREATE TABLE published (
  disease TEXT NOT NULL,
  number INTEGER NOT NULL,                 -- 1, 2, 3 ... within the disease
  attempt INTEGER NOT NULL,
  published_at INTEGER NOT NULL,
  forced INTEGER NOT NULL CHECK (forced IN (0, 1)),
  PRIMARY KEY (disease, number),
  UNIQUE (disease, attempt),
  FOREIGN KEY (disease, attempt) REFERENCES attempts(disease, number)
);
INSERT INTO published SELECT disease, number, number, published_at, 0 FROM versions;
DROP TABLE live_versions;
DROP TABLE versions;
ALTER TABLE published RENAME TO versions;

-- The latest of a disease says which version is live.
CREATE TABLE live_changes (
  disease TEXT NOT NULL,
  place INTEGER NOT NULL,                  -- 1, 2, 3 ... within the disease
  changed_at INTEGER NOT NULL,
  from_version INTEGER NOT NULL,           -- 0: none before
  to_version INTEGER NOT NULL,
  PRIMARY KEY (disease, place),
  FOREIGN KEY (disease, to_version) REFERENCES versions(disease, number)
);
INSERT INTO live_changes SELECT disease, number, published_at, number - 1, number FROM versions;

-- What records/ledger.h says; entries of before have none of it.
ALTER TABLE ledger ADD COLUMN from_version TEXT NOT NULL DEFAULT '';
ALTER TABLE ledger ADD COLUMN to_version TEXT NOT NULL DEFAULT '';
ALTER TABLE ledger ADD COLUMN actor TEXT NOT NULL DEFAULT '';
ALTER TABLE ledger ADD COLUMN evidence TEXT NOT NULL DEFAULT '';
ALTER TABLE ledger ADD COLUMN content TEXT NOT NULL DEFAULT '';
ALTER TABLE ledger ADD COLUMN signature TEXT NOT NULL DEFAULT '';

CREATE TRIGGER attempts_stay_as_they_are BEFORE UPDATE OF disease, number, model_digest, snapshot,
  baseline_digest, reason, started_by, started_role, bundle, verdict, champion, locked_set, look,
  approvals, one_person_may_do_both, made_at ON attempts
BEGIN SELECT RAISE(ABORT, 'an attempt is never changed, but for its state'); END;
CREATE TRIGGER attempts_end BEFORE UPDATE OF state ON attempts
WHEN OLD.state = 'published' OR NEW.state IN ('kept', 'waiting')
BEGIN SELECT RAISE(ABORT, 'an attempt does not go back to an earlier state'); END;
CREATE TRIGGER attempts_stay_marked BEFORE UPDATE OF contains_withdrawn ON attempts
WHEN NEW.contains_withdrawn < OLD.contains_withdrawn
BEGIN SELECT RAISE(ABORT, 'what was learnt from somebody who has withdrawn stays marked'); END;
CREATE TRIGGER attempts_stay BEFORE DELETE ON attempts
BEGIN SELECT RAISE(ABORT, 'an attempt is never deleted'); END;

CREATE TRIGGER approvals_stay_as_they_are BEFORE UPDATE ON approvals
BEGIN SELECT RAISE(ABORT, 'an approval is never changed'); END;
CREATE TRIGGER approvals_stay BEFORE DELETE ON approvals
BEGIN SELECT RAISE(ABORT, 'an approval is never deleted'); END;

CREATE TRIGGER versions_stay_as_they_are BEFORE UPDATE ON versions
BEGIN SELECT RAISE(ABORT, 'a version is never changed'); END;
CREATE TRIGGER versions_stay BEFORE DELETE ON versions
BEGIN SELECT RAISE(ABORT, 'a version is never deleted'); END;

CREATE TRIGGER live_changes_stay_as_they_are BEFORE UPDATE ON live_changes
BEGIN SELECT RAISE(ABORT, 'what was live when is never changed'); END;
CREATE TRIGGER live_changes_stay BEFORE DELETE ON live_changes
BEGIN SELECT RAISE(ABORT, 'what was live when is never deleted'); END;
)sql";

// Later generations of locked people (records/version_store.h).
constexpr const char* kLocked = R"sql(
CREATE TABLE locked_generations (
  disease TEXT NOT NULL,
  generation INTEGER NOT NULL CHECK (generation >= 2),
  drawn_at INTEGER NOT NULL,
  anchor INTEGER NOT NULL,                 -- version that was live then
  PRIMARY KEY (disease, generation)
);
CREATE TABLE locked_members (
  disease TEXT NOT NULL,
  generation INTEGER NOT NULL,
  prediction INTEGER NOT NULL REFERENCES predictions(number) ON DELETE CASCADE,
  PRIMARY KEY (disease, generation, prediction),
  FOREIGN KEY (disease, generation) REFERENCES locked_generations(disease, generation)
) WITHOUT ROWID;
CREATE INDEX locked_members_of_prediction ON locked_members(prediction);

CREATE TRIGGER locked_generations_stay_as_they_are BEFORE UPDATE ON locked_generations
BEGIN SELECT RAISE(ABORT, 'who is locked is drawn once'); END;
CREATE TRIGGER locked_members_stay_as_they_are BEFORE UPDATE ON locked_members
BEGIN SELECT RAISE(ABORT, 'who is locked is drawn once'); END;
)sql";

// Who is signed in at the server. Ends with the account.
constexpr const char* kSessions = R"sql(
CREATE TABLE sessions (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id_index TEXT NOT NULL UNIQUE,           -- of the secret that the token carries
  user INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  expires_at INTEGER NOT NULL
);
CREATE INDEX sessions_of_user ON sessions(user);
CREATE INDEX sessions_by_end ON sessions(expires_at);
)sql";

// What waits for an outcome, and counts of records, kept by whoever adds to them (waiting_list.h).
// `doubt` is p (1 - p) of the risk p, which orders as its entropy does; 0.25 without one. `drawn`
// goes by a letter of the id: 5 of 32, whatever the risk.
constexpr const char* kOverview = R"sql(
CREATE TABLE awaiting (
  prediction INTEGER PRIMARY KEY REFERENCES predictions(number) ON DELETE CASCADE,
  disease TEXT NOT NULL,
  doubt REAL NOT NULL,
  drawn INTEGER NOT NULL CHECK (drawn IN (0, 1))
);
INSERT INTO awaiting
  SELECT p.number, p.disease, coalesce(p.risk * (1 - p.risk), 0.25),
         substr(p.id, 3, 1) BETWEEN 'a' AND 'e'
  FROM predictions p LEFT JOIN current_outcomes c ON c.prediction = p.number
  WHERE p.person IS NOT NULL AND coalesce(c.state, '') NOT IN ('confirmed', 'adjudicated');
CREATE INDEX awaiting_by_doubt ON awaiting(disease, doubt);
CREATE INDEX awaiting_drawn ON awaiting(disease, prediction) WHERE drawn = 1;

CREATE TABLE tallies (
  disease TEXT NOT NULL,
  what TEXT NOT NULL,                      -- 'predictions', 'awaiting', a state of outcomes
  records INTEGER NOT NULL,
  PRIMARY KEY (disease, what)
) WITHOUT ROWID;
INSERT INTO tallies SELECT disease, 'predictions', count(*) FROM predictions GROUP BY disease;
INSERT INTO tallies SELECT disease, 'awaiting', count(*) FROM awaiting GROUP BY disease;
INSERT INTO tallies SELECT disease, state, count(*) FROM current_outcomes GROUP BY disease, state;

CREATE INDEX users_of_role ON users(role);
CREATE INDEX events_by_time ON outcome_events(recorded_at);
CREATE INDEX confirmed_by_event ON current_outcomes(disease, event)
  WHERE state IN ('confirmed', 'adjudicated');
)sql";

// Retrains that were asked for, one run a disease (records/job.h). A job of before was a queued
// exact retrain of one disease.
constexpr const char* kJobs = R"sql(
CREATE TABLE asked_jobs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  cause TEXT NOT NULL CHECK (cause IN ('request', 'withdrawal', 'schedule', 'outcomes')),
  reason TEXT NOT NULL,
  started_by INTEGER,                      -- a user's id, kept when the account goes; NULL: nobody
  started_role TEXT NOT NULL CHECK (started_role IN ('patient', 'clinician', 'approver', 'admin')),
  key_index TEXT UNIQUE,                   -- of who asked and their key; NULL: none was given
  requested_at INTEGER NOT NULL,
  revision INTEGER NOT NULL DEFAULT 1
);
CREATE TABLE job_runs (
  job INTEGER NOT NULL REFERENCES asked_jobs(id),
  place INTEGER NOT NULL,                  -- 1, 2, 3 ... within the job
  disease TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
  wish TEXT NOT NULL DEFAULT 'none' CHECK (wish IN ('none', 'cancel', 'keep_best')),
  fence INTEGER NOT NULL DEFAULT 0,        -- how often it was taken up
  started_at INTEGER,
  ended_at INTEGER,
  detail TEXT NOT NULL DEFAULT '',
  pieces_done INTEGER NOT NULL DEFAULT 0,
  pieces INTEGER NOT NULL DEFAULT 0,
  error TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (job, place),
  UNIQUE (job, disease)
);
CREATE TABLE job_steps (
  job INTEGER NOT NULL,
  run INTEGER NOT NULL,
  place INTEGER NOT NULL,                  -- 1, 2, 3 ... within the run
  step TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  PRIMARY KEY (job, run, place),
  FOREIGN KEY (job, run) REFERENCES job_runs(job, place)
) WITHOUT ROWID;
INSERT INTO asked_jobs (id, cause, reason, started_role, requested_at)
  SELECT id, 'withdrawal', reason, 'admin', queued_at FROM jobs;
INSERT INTO job_runs (job, place, disease, state, ended_at)
  SELECT id, 1, disease, CASE state WHEN 'running' THEN 'queued' ELSE state END,
         CASE WHEN state IN ('done', 'failed') THEN queued_at END FROM jobs;
DROP TABLE jobs;
ALTER TABLE asked_jobs RENAME TO jobs;
CREATE UNIQUE INDEX one_active_run ON job_runs(disease) WHERE state IN ('queued', 'running');
-- Of what a run led to; attempts of the command line are of no job.
CREATE TABLE job_attempts (
  disease TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  job INTEGER NOT NULL REFERENCES jobs(id),
  PRIMARY KEY (disease, attempt),
  FOREIGN KEY (disease, attempt) REFERENCES attempts(disease, number)
) WITHOUT ROWID;
CREATE INDEX attempts_of_job ON job_attempts(job);
)sql";

// When a disease is retrained by itself (records/retrain_policy.h). NULL: not for this reason.
constexpr const char* kPolicies = R"sql(
CREATE TABLE retrain_policies (
  disease TEXT PRIMARY KEY,
  every_days INTEGER,
  new_outcomes INTEGER
) WITHOUT ROWID;
)sql";

// A row: everybody here is invented, since then.
constexpr const char* kInvented = R"sql(
CREATE TABLE invented_people (since INTEGER NOT NULL);
)sql";

// What the watch has judged, and what it has to say (records/watch_store.h, records/alarm.h):
// counts and sentences, nobody's values.
constexpr const char* kWatch = R"sql(
CREATE TABLE watch_progress (
  disease TEXT PRIMARY KEY,
  version INTEGER NOT NULL,
  last_prediction INTEGER NOT NULL,
  window_begins_after INTEGER NOT NULL,
  last_event INTEGER NOT NULL,
  figures_day INTEGER NOT NULL,
  judged_at INTEGER NOT NULL,
  figures TEXT NOT NULL                    -- JSON
) WITHOUT ROWID;
CREATE TABLE watch_windows (
  disease TEXT NOT NULL,
  version INTEGER NOT NULL,
  place INTEGER NOT NULL,                  -- 1, 2, 3 ... within the version
  from_at INTEGER NOT NULL,
  to_at INTEGER NOT NULL,
  suspects TEXT NOT NULL,
  estimated TEXT NOT NULL,                 -- JSON, like the next
  drift TEXT NOT NULL,
  PRIMARY KEY (disease, version, place)
) WITHOUT ROWID;
CREATE TABLE watch_days (
  disease TEXT NOT NULL,
  version INTEGER NOT NULL,
  day INTEGER NOT NULL,                    -- since 1970
  high INTEGER NOT NULL,
  not_high INTEGER NOT NULL,
  PRIMARY KEY (disease, version, day)
) WITHOUT ROWID;
CREATE TABLE alarms (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  disease TEXT NOT NULL,
  version INTEGER NOT NULL,
  kind TEXT NOT NULL,
  tier TEXT NOT NULL CHECK (tier IN ('info', 'warn', 'act')),
  sentence TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  owner TEXT NOT NULL DEFAULT '',          -- as the ledger says it, like closed_by
  owned_at INTEGER,
  closed_at INTEGER,
  closed_by TEXT NOT NULL DEFAULT '',
  closing_reason TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX one_open_alarm_of_a_kind ON alarms(disease, kind) WHERE closed_at IS NULL;
CREATE INDEX alarms_of_disease ON alarms(disease);
CREATE TRIGGER closed_alarms_stay_as_they_are BEFORE UPDATE ON alarms WHEN OLD.closed_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'an alarm that is closed is never changed'); END;
CREATE TRIGGER alarms_stay BEFORE DELETE ON alarms
BEGIN SELECT RAISE(ABORT, 'an alarm is closed, never deleted'); END;
)sql";

/// Only ever added to.
constexpr std::array<const char*, 10> kMigrations = {kTables,   kGuards,   kAttempts, kLocked,
                                                     kSessions, kOverview, kJobs,     kPolicies,
                                                     kInvented, kWatch};

}  // namespace

int schema_version() { return static_cast<int>(kMigrations.size()); }

int stored_schema_version(soci::session& session) {
  const bool ours = number_of(session,
                              "SELECT count(*) FROM sqlite_master "
                              "WHERE type = 'table' AND name = 'schema_version'") == 1;
  return ours ? static_cast<int>(number_of(session, "SELECT version FROM schema_version")) : 0;
}

Result<void> migrate(soci::session& session, int to) {
  const int stored = stored_schema_version(session);
  if (stored > schema_version()) {
    return invalid_input(
        fmt::format("the database has schema version {}, this program knows {}; use the newer "
                    "program that made it",
                    stored, schema_version()));
  }
  if (stored == 0 && number_of(session, "SELECT count(*) FROM sqlite_master") != 0) {
    return invalid_input("the database has tables that are not of relearn; is it another file?");
  }
  for (int version = stored; version < to; ++version) {
    std::string script = "BEGIN IMMEDIATE;";
    if (version == 0) {
      script +=
          "CREATE TABLE schema_version (version INTEGER NOT NULL);"
          "INSERT INTO schema_version VALUES (0);";
    }
    script += kMigrations[static_cast<std::size_t>(version)];
    script += fmt::format("UPDATE schema_version SET version = {}; COMMIT;", version + 1);
    run_script(session, script);
  }
  return {};
}

}  // namespace relearn
