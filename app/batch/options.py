"""What decides the answers of a run, as it is kept with the run.

A record of plain values with names. One of an earlier version lacks what was added since; that has its
default there, so that a folder which is given again still finds its run.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from app.core.errors import ErrorCode, StoreError
from app.core.settings import Settings
from app.engines.loaded import EnginesKey
from app.recognition.recognizer import Options
from app.store.runs import database_file

if TYPE_CHECKING:
    from pathlib import Path

    from app.store.records import StoredRun
    from app.store.runs import Runs


def stored_options(options: Options, *, recursive: bool) -> dict[str, Any]:
    """The record of a run that is made now."""
    return asdict(options) | {"recursive": recursive}


def options_of(stored: StoredRun) -> Options:
    """The options that a run was made with. Raises StoreError `store_damaged`."""
    try:
        record = _whole(stored.options)
        del record["recursive"]
        return Options(**record | {"shelf": EnginesKey(**record["shelf"])})
    except (TypeError, LookupError) as error:  # damaged, or with what a later version has added
        detail = f"run {stored.id}: {type(error).__name__}: {error}"
        raise StoreError(ErrorCode.STORE_DAMAGED, file=database_file(), detail=detail) from error


def looks_below(stored: StoredRun) -> bool:
    """Whether a run takes the folders in its folder as well."""
    return bool(_whole(stored.options)["recursive"])


def latest_run(runs: Runs, folder: Path, options: dict[str, Any]) -> StoredRun | None:
    """The newest run of the same folder with the same options."""
    wanted = _whole(options)
    same = (run for run, record in runs.of_folder(folder) if _is_same(record, wanted))
    return next((stored for run in same if (stored := _unless_damaged(runs, run)) is not None), None)


def _unless_damaged(runs: Runs, run: int) -> StoredRun | None:
    try:
        return runs.get(run)
    except StoreError as error:
        if error.code is not ErrorCode.STORE_DAMAGED:
            raise
    return None


def _is_same(record: dict[str, Any], wanted: dict[str, Any]) -> bool:
    with suppress(TypeError, LookupError):  # damaged
        return _whole(record) == wanted
    return False


def _whole(record: dict[str, Any]) -> dict[str, Any]:
    """A record with all fields of today. Raises TypeError or LookupError for one that names no model."""
    default = stored_options(Options.of(Settings()), recursive=Settings().recursive)
    return default | record | {"shelf": default["shelf"] | record["shelf"]}
