"""One connection to the database: opened, migrated, with transactions and errors that have codes."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from app.core.errors import ErrorCode, StoreError
from app.core.files import is_full
from app.store.schema import MIGRATIONS, expected_shape, shape

# How long a writer waits for another one, the window's for the command line's.
_PATIENCE_SECONDS = 30.0
_FULL = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class Database:
    """A connection that belongs to one thread. Opening and reading never wait for whoever writes.

    Raises StoreError: `store_newer` when a newer version of this program wrote the file, `store_damaged`
    (also when it is a database of something else), `store_gone` when it was deleted or replaced meanwhile,
    `store_unwritable` (disk full, no permission), `store_busy`. Anything else that SQLite raises is a bug.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._error(ErrorCode.STORE_UNWRITABLE, error.strerror or str(error)) from error
        with self._translated():
            # isolation_level: or Python begins transactions of its own before changes, which nobody commits.
            self._connection = sqlite3.connect(file, timeout=_PATIENCE_SECONDS, isolation_level=None)
            self._connection.row_factory = sqlite3.Row
            # Readers see the last commit and wait for no writer, and a writer waits for no reader.
            self._connection.execute("PRAGMA journal_mode = WAL")
            # With WAL this survives a killed process; FULL also keeps the last commits of a power cut.
            self._connection.execute("PRAGMA synchronous = FULL")
        # Only now: SQLite makes the file with the first statement, not when it connects.
        self._identity = self._identify()
        try:
            self._migrate()
            self._check_shape()
        except BaseException:
            self.close()
            raise
        self.execute(
            "PRAGMA foreign_keys = ON"
        )  # a migration may put a new table into the place of an old one

    def _migrate(self) -> None:
        """Bring an older database up to date; one of today is only read, which waits for nobody."""
        if self._version() == len(MIGRATIONS):
            return
        try:
            with self.transaction():
                # Asked once more: while this one waited for its turn, another process may have migrated.
                for number in range(self._version(), len(MIGRATIONS)):
                    for statement in MIGRATIONS[number]:
                        self.execute(statement)
                    # Part of the transaction like the tables: a kill leaves the database of before.
                    self.execute(f"PRAGMA user_version = {number + 1}")
        except sqlite3.DatabaseError as error:  # tables that are there already, or are not
            raise self._error(ErrorCode.STORE_DAMAGED, str(error)) from error

    def _version(self) -> int:
        version = int(self.rows("PRAGMA user_version")[0][0])
        if version > len(MIGRATIONS):
            raise self._error(ErrorCode.STORE_NEWER, f"{version} > {len(MIGRATIONS)}")
        if version < 0:
            raise self._error(ErrorCode.STORE_DAMAGED, f"version {version}")
        return version

    def _check_shape(self) -> None:
        with self._translated():
            missing = sorted(expected_shape() - shape(self._connection))
        if missing:
            raise self._error(ErrorCode.STORE_DAMAGED, f"no {missing[0]}")

    def _identify(self) -> tuple[int, int] | None:
        """Which file is at this path; None when there is none."""
        try:
            status = self.file.stat()
        except OSError:
            return None
        return status.st_dev, status.st_ino

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing of what is done inside; on disk when this ends."""
        # SQLite goes on writing into a file that was deleted, and nobody would ever find it.
        if self._identify() != self._identity:
            raise StoreError(ErrorCode.STORE_GONE, file=self.file)
        # A transaction that begins with reading cannot become a writing one once another program has
        # written: SQLite refuses that at once, and does not wait. https://www.sqlite.org/isolation.html
        self.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.execute("COMMIT")
        except BaseException:
            # SQLite may have rolled back already, as on a full disk; a second time would hide that error.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def execute(self, statement: str, values: tuple[object, ...] = ()) -> sqlite3.Cursor:
        """Run one statement."""
        with self._translated():
            return self._connection.execute(statement, values)

    def execute_many(self, statement: str, values: Sequence[tuple[object, ...]]) -> int:
        """Run one statement for each of `values`; how many rows it changed."""
        with self._translated():
            return self._connection.executemany(statement, values).rowcount

    def rows(self, query: str, values: tuple[object, ...] = ()) -> list[sqlite3.Row]:
        """All rows of a query."""
        with self._translated():
            # All at once: a cursor that is left open keeps its snapshot, and the WAL grows behind it.
            return self._connection.execute(query, values).fetchall()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Making values of rows: what this program cannot have written is StoreError `store_damaged`."""
        try:
            yield
        except (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError) as error:
            raise self._error(ErrorCode.STORE_DAMAGED, f"{type(error).__name__}: {error}") from error

    def __enter__(self) -> Database:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            code = self._code(error)
            if code is None:
                raise
            raise self._error(code, str(error)) from error
        except UnicodeDecodeError as error:  # a message of SQLite's with names that are no text
            raise self._error(ErrorCode.STORE_DAMAGED, str(error)) from error

    def _code(self, error: sqlite3.DatabaseError) -> ErrorCode | None:
        # Extended codes say more in their upper bits; Python's own errors have no code.
        number = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if number in _DAMAGED:
            return ErrorCode.STORE_DAMAGED
        if number in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return ErrorCode.STORE_BUSY
        if number in (*_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
            return ErrorCode.STORE_UNWRITABLE
        # Raised by Python, without a number, for a text that is none.
        return ErrorCode.STORE_DAMAGED if "Could not decode to UTF-8" in str(error) else None

    def _error(self, code: ErrorCode, detail: str) -> StoreError:
        if code is ErrorCode.STORE_UNWRITABLE and is_full(self.file.parent):
            detail = os.strerror(errno.ENOSPC)  # SQLite only says "disk I/O error"
        return StoreError(code, file=self.file, detail=detail)
