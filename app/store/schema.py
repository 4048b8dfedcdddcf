"""The tables, and how older ones become today's. `user_version` counts the migrations that were applied."""

# Times are seconds since 1970 (UTC). Paths are the bytes that the system uses, since a name need not be valid
# text; `name` is the same path as text to search in and to show.
#
# `label`, `group_path`, `score` and `certain` are what a list is searched, sorted and counted by: the model's
# answer, or the label in its place that a person has chosen (`correction`). The answer itself is in
# `answers`, apart from them, because it is long and a list reads it only for the picture that is looked at.
#
# The counts of a run are kept by triggers, in the transaction that changes its items: counting a million
# items anew whenever a progress bar moves would cost more than recognising them.
_FIRST = (
    """
    CREATE TABLE runs (
        id INTEGER PRIMARY KEY,
        folder BLOB NOT NULL,
        created REAL NOT NULL,
        options TEXT NOT NULL,
        model_hash TEXT,
        engine TEXT,
        state TEXT NOT NULL,
        wanted TEXT NOT NULL,
        scanned INTEGER NOT NULL DEFAULT 0,
        skipped INTEGER NOT NULL DEFAULT 0,
        seconds REAL NOT NULL DEFAULT 0,
        error TEXT,
        total INTEGER NOT NULL DEFAULT 0,
        done INTEGER NOT NULL DEFAULT 0,
        failed INTEGER NOT NULL DEFAULT 0,
        uncertain INTEGER NOT NULL DEFAULT 0
    )
    """,
    """
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
        certain INTEGER,
        correction INTEGER,
        milliseconds REAL,
        UNIQUE (run, path)
    )
    """,
    """
    CREATE TABLE answers (
        item INTEGER PRIMARY KEY REFERENCES items (id) ON DELETE CASCADE,
        answer TEXT NOT NULL
    )
    """,
    "CREATE INDEX items_by_state ON items (run, state)",
    "CREATE INDEX items_by_name ON items (run, name)",
    "CREATE INDEX items_by_label ON items (run, label)",
    "CREATE INDEX items_by_group ON items (run, group_path)",
    "CREATE INDEX items_by_score ON items (run, score)",
    # Everything that a list can be filtered by, in the order of the list: one pass over narrow rows.
    """
    CREATE INDEX items_to_filter ON items
        (run, id, name, state, certain, correction, label, group_path, score, milliseconds)
    """,
    """
    CREATE TRIGGER item_added AFTER INSERT ON items BEGIN
        UPDATE runs SET
            total = total + 1,
            done = done + (new.state = 'done'),
            failed = failed + (new.state IN ('failed', 'quarantined')),
            uncertain = uncertain + (new.state = 'done' AND new.certain IS 0)
        WHERE id = new.run;
    END
    """,
    """
    CREATE TRIGGER item_deleted AFTER DELETE ON items BEGIN
        UPDATE runs SET
            total = total - 1,
            done = done - (old.state = 'done'),
            failed = failed - (old.state IN ('failed', 'quarantined')),
            uncertain = uncertain - (old.state = 'done' AND old.certain IS 0)
        WHERE id = old.run;
    END
    """,
    """
    CREATE TRIGGER item_changed AFTER UPDATE OF state, certain ON items
    WHEN old.state <> new.state OR old.certain IS NOT new.certain BEGIN
        UPDATE runs SET
            done = done + (new.state = 'done') - (old.state = 'done'),
            failed = failed
                + (new.state IN ('failed', 'quarantined')) - (old.state IN ('failed', 'quarantined')),
            uncertain = uncertain
                + (new.state = 'done' AND new.certain IS 0) - (old.state = 'done' AND old.certain IS 0)
        WHERE id = new.run;
    END
    """,
)

# What was done to pictures outlives the run that it was done for: `run` and `item` become NULL, the paths
# stay, and so does the way back. `size` and `mtime_ns` are the source's before it is touched, then
# the target's.
_SECOND = (
    """
    CREATE TABLE sortings (
        id INTEGER PRIMARY KEY,
        run INTEGER REFERENCES runs (id) ON DELETE SET NULL,
        folder BLOB NOT NULL,
        how TEXT NOT NULL,
        sort_by TEXT NOT NULL,
        created REAL NOT NULL,
        state TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE sorted_files (
        id INTEGER PRIMARY KEY,
        sorting INTEGER NOT NULL REFERENCES sortings (id) ON DELETE CASCADE,
        item INTEGER REFERENCES items (id) ON DELETE SET NULL,
        source BLOB NOT NULL,
        target BLOB NOT NULL,
        size INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        state TEXT NOT NULL,
        error TEXT,
        facts TEXT
    )
    """,
    """
    CREATE TABLE sorted_folders (
        sorting INTEGER NOT NULL REFERENCES sortings (id) ON DELETE CASCADE,
        path BLOB NOT NULL,
        PRIMARY KEY (sorting, path)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX sortings_by_run ON sortings (run)",
    "CREATE INDEX sorted_files_by_state ON sorted_files (sorting, state)",
    # Deleting a run looks here for each of its items.
    "CREATE INDEX sorted_files_by_item ON sorted_files (item)",
)

MIGRATIONS = (_FIRST, _SECOND)
