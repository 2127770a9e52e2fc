import Artifacts

/// A database as schema 1 wrote it: one run with one stage that read a source and made a model.
///
/// The schema here is a copy that never changes, so that a later migration is tested against what is on users' disks.
let version1Database = version1Schema + version1Rows

private let version1Rows = """
  INSERT INTO object VALUES ('\(Digest(hashing: "demos"))', 'blob', 5, 'present', 1);
  INSERT INTO object VALUES ('\(Digest(hashing: "model"))', 'tree', 5, 'present', 2);
  INSERT INTO artifact VALUES (1, 'demonstrations', '\(Digest(hashing: "demos"))');
  INSERT INTO artifact VALUES (2, 'model', '\(Digest(hashing: "model"))');
  INSERT INTO manifest VALUES ('\(Digest(hashing: "name: old\n"))', 'name: old
  ');
  INSERT INTO environment VALUES (1, '{"processor":"old"}');
  INSERT INTO run VALUES (1, '01936c1e-0000-7000-8000-000000000001', 'old', 'old.yaml',
    '\(Digest(hashing: "name: old\n"))', '{}', '{}', '[]', 1, 'succeeded', 1, 2, 0.5, 100, 200);
  INSERT INTO run_stage VALUES (1, 0, 'sft', 'sft', 'run', 'never ran');
  INSERT INTO source VALUES (1, 'demos', 'demos.jsonl', 1);
  INSERT INTO action VALUES (1, '\(Digest(hashing: "key"))', 'sft', 1);
  INSERT INTO action_component VALUES (1, 0, 'kind', 'text', 'sft');
  INSERT INTO execution VALUES (1, '01936c1e-0000-7000-8000-000000000002', 1, 'sft', 'sft', 1, 1, 'succeeded',
    '', '{}', NULL, NULL, 1, 2, 0.5, 100, 0, NULL, NULL, NULL, NULL);
  INSERT INTO edge VALUES (1, 'in', 'data', 0, NULL, 'sources.demos', 1, NULL, NULL);
  INSERT INTO edge VALUES (1, 'out', 'model', 0, NULL, NULL, 2, NULL, '{}');
  INSERT INTO action_result VALUES (1, 1, '\(Digest(hashing: "outputs"))', 1);
  INSERT INTO metric_series VALUES (1, 1, 'loss', 1, 1.25);
  INSERT INTO metric_point VALUES (1, 1, 1.25);
  """

private let version1Schema = """
  PRAGMA application_id = 1349283170;
  PRAGMA user_version = 1;
  CREATE TABLE object (
    digest TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('blob', 'tree')),
    size INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'present' CHECK (state IN ('present', 'deleted')),
    created_at INTEGER NOT NULL
  ) WITHOUT ROWID;

  CREATE TABLE artifact (
    id INTEGER PRIMARY KEY,
    type TEXT NOT NULL,
    digest TEXT NOT NULL REFERENCES object(digest),
    UNIQUE (digest, type)
  );

  CREATE TABLE manifest (
    digest TEXT NOT NULL PRIMARY KEY,
    text TEXT NOT NULL
  ) WITHOUT ROWID;

  CREATE TABLE environment (
    id INTEGER PRIMARY KEY,
    facts TEXT NOT NULL UNIQUE
  );

  CREATE TABLE run (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    pipeline TEXT NOT NULL,
    manifest_path TEXT NOT NULL,
    manifest TEXT NOT NULL REFERENCES manifest(digest),
    parameters TEXT NOT NULL,
    choices TEXT NOT NULL,
    targets TEXT NOT NULL,
    environment INTEGER NOT NULL REFERENCES environment(id),
    state TEXT NOT NULL CHECK (state IN ('running', 'succeeded', 'failed', 'interrupted')),
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    seconds REAL,
    owner_process INTEGER NOT NULL,
    owner_started INTEGER NOT NULL
  );
  CREATE INDEX run_pipeline ON run(pipeline, sequence);
  CREATE INDEX run_running ON run(state) WHERE state = 'running';

  CREATE TABLE run_stage (
    run INTEGER NOT NULL REFERENCES run(sequence),
    position INTEGER NOT NULL,
    stage TEXT NOT NULL,
    kind TEXT NOT NULL,
    decision TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (run, position),
    UNIQUE (run, stage)
  ) WITHOUT ROWID;
  CREATE INDEX run_stage_name ON run_stage(stage, run);

  CREATE TABLE source (
    run INTEGER NOT NULL REFERENCES run(sequence),
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    artifact INTEGER NOT NULL REFERENCES artifact(id),
    PRIMARY KEY (run, name)
  ) WITHOUT ROWID;
  CREATE INDEX source_artifact ON source(artifact);

  CREATE TABLE action (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    version INTEGER NOT NULL
  );
  CREATE INDEX action_kind ON action(kind, id);

  CREATE TABLE action_component (
    action INTEGER NOT NULL REFERENCES action(id),
    position INTEGER NOT NULL,
    path TEXT NOT NULL,
    type TEXT NOT NULL CHECK (type IN ('null', 'boolean', 'integer', 'number', 'text', 'digest')),
    value TEXT NOT NULL,
    PRIMARY KEY (action, position)
  ) WITHOUT ROWID;

  CREATE TABLE execution (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    run INTEGER NOT NULL REFERENCES run(sequence),
    stage TEXT NOT NULL,
    kind TEXT NOT NULL,
    action INTEGER REFERENCES action(id),
    attempt INTEGER NOT NULL DEFAULT 1,
    state TEXT NOT NULL
      CHECK (state IN ('running', 'succeeded', 'cached', 'failed', 'skipped', 'interrupted')),
    reason TEXT NOT NULL DEFAULT '',
    configuration TEXT,
    cached_from INTEGER REFERENCES execution(sequence),
    resumed_from INTEGER REFERENCES execution(sequence),
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    seconds REAL,
    process INTEGER,
    exit_code INTEGER,
    signal INTEGER,
    error_code TEXT,
    error_message TEXT,
    log_tail TEXT,
    CHECK ((state = 'cached') = (cached_from IS NOT NULL))
  );
  CREATE INDEX execution_run ON execution(run, stage);
  CREATE INDEX execution_stage ON execution(stage, sequence);
  CREATE INDEX execution_action ON execution(action);

  CREATE TABLE edge (
    execution INTEGER NOT NULL REFERENCES execution(sequence),
    direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
    port TEXT NOT NULL,
    position INTEGER NOT NULL,
    name TEXT,
    label TEXT,
    artifact INTEGER NOT NULL REFERENCES artifact(id),
    producer INTEGER REFERENCES execution(sequence),
    facts TEXT,
    PRIMARY KEY (execution, direction, port, position)
  ) WITHOUT ROWID;
  CREATE INDEX edge_artifact ON edge(artifact, direction);

  CREATE TABLE action_result (
    action INTEGER NOT NULL REFERENCES action(id),
    execution INTEGER NOT NULL REFERENCES execution(sequence),
    outputs_digest TEXT NOT NULL,
    canonical INTEGER NOT NULL CHECK (canonical IN (0, 1)),
    PRIMARY KEY (action, execution)
  ) WITHOUT ROWID;
  CREATE UNIQUE INDEX action_result_canonical ON action_result(action) WHERE canonical = 1;

  CREATE TABLE progress (
    execution INTEGER NOT NULL PRIMARY KEY REFERENCES execution(sequence),
    done INTEGER NOT NULL,
    total INTEGER NOT NULL,
    unit TEXT NOT NULL,
    note TEXT NOT NULL,
    updated_at INTEGER NOT NULL
  );

  CREATE TABLE metric_series (
    id INTEGER PRIMARY KEY,
    execution INTEGER NOT NULL REFERENCES execution(sequence),
    name TEXT NOT NULL,
    last_step INTEGER NOT NULL,
    last_value REAL,
    UNIQUE (execution, name)
  );

  CREATE TABLE metric_point (
    series INTEGER NOT NULL REFERENCES metric_series(id),
    step INTEGER NOT NULL,
    value REAL,
    PRIMARY KEY (series, step)
  ) WITHOUT ROWID;

  CREATE TABLE requirement (
    run INTEGER NOT NULL REFERENCES run(sequence),
    stage TEXT NOT NULL,
    metric TEXT NOT NULL,
    condition TEXT NOT NULL,
    value REAL,
    passed INTEGER NOT NULL CHECK (passed IN (0, 1)),
    PRIMARY KEY (run, stage, metric, condition)
  ) WITHOUT ROWID;

  CREATE TABLE stat_cache (
    path TEXT NOT NULL PRIMARY KEY,
    device INTEGER NOT NULL,
    inode INTEGER NOT NULL,
    size INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL,
    changed_ns INTEGER NOT NULL,
    digest TEXT NOT NULL
  ) WITHOUT ROWID;

  CREATE TRIGGER run_state_is_final BEFORE UPDATE OF state ON run
    WHEN OLD.state <> 'running' AND NEW.state <> OLD.state
    BEGIN SELECT RAISE(ABORT, 'the state of a finished run does not change'); END;

  CREATE TRIGGER execution_state_is_final BEFORE UPDATE OF state ON execution
    WHEN OLD.state <> 'running' AND NEW.state <> OLD.state
    BEGIN SELECT RAISE(ABORT, 'the state of a finished execution does not change'); END;
  """
