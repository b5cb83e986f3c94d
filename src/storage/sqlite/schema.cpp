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

/// Only ever added to.
constexpr std::array<const char*, 2> kMigrations = {kTables, kGuards};

}  // namespace

int schema_version() { return static_cast<int>(kMigrations.size()); }

int stored_schema_version(soci::session& session) {
  const bool ours = number_of(session,
                              "SELECT count(*) FROM sqlite_master "
                              "WHERE type = 'table' AND name = 'schema_version'") == 1;
  return ours ? static_cast<int>(number_of(session, "SELECT version FROM schema_version")) : 0;
}

Result<void> migrate(soci::session& session) {
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
  for (int version = stored; version < schema_version(); ++version) {
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
