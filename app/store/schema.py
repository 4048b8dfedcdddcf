"""The tables, and how older ones become today's. `user_version` counts the migrations that were applied."""

import sqlite3
from contextlib import closing
from functools import cache
from itertools import chain

# Times are seconds since 1970 (UTC). Paths are the bytes that the system uses, since a name need not be valid
# text; `name` is the same path as text to search in and to show.
#
# `label`, `group_path`, `score` and `certain` are what a list is searched, sorted and counted by: the model's
# answer, or the label in its place that a person has chosen (`correction`). The answer itself is in
# `answers`, apart from them, because it is long and a list reads it only for the picture that is looked at.
#
# The counts of a run are kept by triggers, in the transaction that changes its items: counting a million
# items anew whenever a progress bar moves would cost more than recognising them.
# `IS 0`: `certain` is NULL without an answer, and `=` would make NULL of the whole count.
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

# A number that was given to a run, a file or a sorting is never given again (AUTOINCREMENT): what somebody
# still holds of a deleted one finds nothing, instead of another folder's files.
#
# `sha256` is of the bytes that were recognised. `rescan` says that the folder was given again while it was
# being looked through. Files that are gone keep their answers, and are counted in `gone` alone.
#
# SQLite cannot change how a column counts: the tables are made anew. Triggers and references are bound by
# name, so the new ones step into the place of the old ones; foreign keys are off meanwhile.
# Triggers go first, as SQLite renames no table while one of them names a table that is not there. What is
# selected with `*` comes in the order of the older columns; new ones stand at the end.
_THIRD = (
    "DROP TRIGGER item_added",
    "DROP TRIGGER item_deleted",
    "DROP TRIGGER item_changed",
    """
    CREATE TABLE new_runs (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
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
        uncertain INTEGER NOT NULL DEFAULT 0,
        gone INTEGER NOT NULL DEFAULT 0,
        rescan INTEGER NOT NULL DEFAULT 0
    )
    """,
    "INSERT INTO new_runs SELECT *, 0, 0 FROM runs",
    "DROP TABLE runs",
    "ALTER TABLE new_runs RENAME TO runs",
    # Whether a model file is trusted is no longer an option of the run (`app.models.trust`).
    """
    UPDATE runs
    SET options = replace(replace(options, ', "trusted": false', ''), ', "trusted": true', '')
    """,
    """
    CREATE TABLE new_items (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
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
        sha256 BLOB,
        UNIQUE (run, path)
    )
    """,
    "INSERT INTO new_items SELECT *, NULL FROM items",
    "DROP TABLE items",
    "ALTER TABLE new_items RENAME TO items",
    """
    CREATE TABLE new_sortings (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        run INTEGER REFERENCES runs (id) ON DELETE SET NULL,
        folder BLOB NOT NULL,
        how TEXT NOT NULL,
        sort_by TEXT NOT NULL,
        created REAL NOT NULL,
        state TEXT NOT NULL
    )
    """,
    "INSERT INTO new_sortings SELECT * FROM sortings",
    "DROP TABLE sortings",
    "ALTER TABLE new_sortings RENAME TO sortings",
    "CREATE INDEX sortings_by_run ON sortings (run)",
    "CREATE INDEX items_by_state ON items (run, state)",
    "CREATE INDEX items_by_name ON items (run, name)",
    "CREATE INDEX items_by_label ON items (run, label)",
    "CREATE INDEX items_by_group ON items (run, group_path)",
    "CREATE INDEX items_by_score ON items (run, score)",
    """
    CREATE INDEX items_to_filter ON items
        (run, id, name, state, certain, correction, label, group_path, score, milliseconds)
    """,
    # Where a person's word on the same bytes is looked for.
    "CREATE INDEX items_corrected ON items (run, sha256) WHERE correction IS NOT NULL",
    """
    CREATE TRIGGER item_added AFTER INSERT ON items BEGIN
        UPDATE runs SET
            total = total + (new.state <> 'gone'),
            gone = gone + (new.state = 'gone'),
            done = done + (new.state = 'done'),
            failed = failed + (new.state IN ('failed', 'quarantined')),
            uncertain = uncertain + (new.state = 'done' AND new.certain IS 0)
        WHERE id = new.run;
    END
    """,
    """
    CREATE TRIGGER item_deleted AFTER DELETE ON items BEGIN
        UPDATE runs SET
            total = total - (old.state <> 'gone'),
            gone = gone - (old.state = 'gone'),
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
            total = total + (new.state <> 'gone') - (old.state <> 'gone'),
            gone = gone + (new.state = 'gone') - (old.state = 'gone'),
            done = done + (new.state = 'done') - (old.state = 'done'),
            failed = failed
                + (new.state IN ('failed', 'quarantined')) - (old.state IN ('failed', 'quarantined')),
            uncertain = uncertain
                + (new.state = 'done' AND new.certain IS 0) - (old.state = 'done' AND old.certain IS 0)
        WHERE id = new.run;
    END
    """,
)

# A sidecar has a row of its own, and in `picture` that of its picture, with which it goes.
_FOURTH = (
    "ALTER TABLE sorted_files ADD COLUMN picture INTEGER REFERENCES sorted_files (id) ON DELETE CASCADE",
    "CREATE INDEX sorted_files_by_picture ON sorted_files (picture)",
)

# A run keeps the names that it was made with. Runs from before that were made with `imagenet1k-1.tsv`, whose
# SHA-256 this is; those of files from elsewhere read the labels in these files, as before.
_FIRST_LABELS = "015af87da57ff1cf4a98b263f3464b282bbcbf39c0080cb47ea92152769261fa"
_FIFTH = (
    "CREATE TABLE label_sets (sha256 TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID",
    "ALTER TABLE runs ADD COLUMN labels TEXT",
    f"""
    UPDATE runs SET labels = '{_FIRST_LABELS}'
    WHERE done > 0 AND json_extract(options, '$.shelf.model') NOT LIKE '%.pt'
    """,
)

# `inode` tells a folder that was made from another one that somebody has put in its place; text, as the
# numbers of some file systems need more than 64 bits. Of folders from before it is not known. Folders that
# were there already are remembered too, with `made` 0: a link may take their place.
_SIXTH = (
    "ALTER TABLE sorted_folders ADD COLUMN inode TEXT",
    "ALTER TABLE sorted_folders ADD COLUMN made INTEGER NOT NULL DEFAULT 1",
)

# Answers are records with names (`app.store.answers`): programs from before would take them for damaged.
_SEVENTH: tuple[str, ...] = ()

# When a run was deleted, while that can be taken back: no program lists it, or goes on with it.
_EIGHTH = ("ALTER TABLE runs ADD COLUMN deleted REAL",)

MIGRATIONS = (_FIRST, _SECOND, _THIRD, _FOURTH, _FIFTH, _SIXTH, _SEVENTH, _EIGHTH)

_SHAPE = """
    SELECT type || ' ' || name FROM sqlite_master UNION ALL
    SELECT 'column ' || tables.name || '.' || columns.name
    FROM sqlite_master AS tables JOIN pragma_table_info(tables.name) AS columns WHERE tables.type = 'table'
"""


def shape(connection: sqlite3.Connection) -> frozenset[str]:
    """The names of everything that is in a database: tables, columns, indexes, triggers."""
    return frozenset(name for (name,) in connection.execute(_SHAPE))


@cache
def expected_shape() -> frozenset[str]:
    """What `shape` finds in a database of today."""
    with closing(sqlite3.connect(":memory:")) as connection:
        for statement in chain.from_iterable(MIGRATIONS):
            connection.execute(statement)
        return shape(connection)
