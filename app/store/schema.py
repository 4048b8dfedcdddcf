"""The tables, and how older ones become today's. `user_version` counts the migrations that were applied."""

# Times are seconds since 1970 (UTC). Paths are the bytes that the system uses, since a name need not be valid
# text; `name` is the same path as text to search in and to show.
_FIRST = """
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    folder BLOB NOT NULL,
    created REAL NOT NULL,
    options TEXT NOT NULL,
    state TEXT NOT NULL,
    wanted TEXT NOT NULL,
    scanned INTEGER NOT NULL DEFAULT 0,
    skipped INTEGER NOT NULL DEFAULT 0,
    seconds REAL NOT NULL DEFAULT 0,
    error TEXT
);
CREATE TABLE items (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    path BLOB NOT NULL,
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    error TEXT,
    facts TEXT,
    label INTEGER,
    score REAL,
    group_path TEXT,
    group_score REAL,
    certain INTEGER,
    answer TEXT,
    UNIQUE (run, path)
);
CREATE INDEX items_by_state ON items (run, state);
CREATE INDEX items_by_label ON items (run, label);
CREATE INDEX items_by_group ON items (run, group_path);
CREATE INDEX items_by_score ON items (run, score);
"""

MIGRATIONS = (_FIRST,)
