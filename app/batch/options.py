"""What decides the answers of a run, as it is kept with the run.

A versioned record of plain values with names (`app.store.records.run_options` makes today's of an older
one). What was added since a record was written has its default there, so that a folder which is given again
still finds its run.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from app.core.engine_kinds import STANDARD
from app.core.errors import ErrorCode, SettingsError, StoreError
from app.core.settings import Settings, with_values
from app.engines.selection import EnginesKey
from app.recognition.predictor import Options
from app.store.records import OPTIONS_VERSION
from app.store.runs import database_file

if TYPE_CHECKING:
    from pathlib import Path

    from app.store.records import StoredRun
    from app.store.runs import Runs


def stored_options(options: Options, *, recursive: bool) -> dict[str, Any]:
    """The record of a run that is made now."""
    values = asdict(options)
    key: dict[str, Any] = values.pop("key")
    return {"version": OPTIONS_VERSION} | key | values | {"recursive": recursive}


def options_of(stored: StoredRun) -> Options:
    """The options that a run was made with. Raises StoreError `store_damaged`."""
    try:
        record = _whole(stored.options)
        if record.pop("version") != OPTIONS_VERSION:
            raise TypeError(f"options of version {stored.options['version']}")
        _require_possible(record)
        del record["recursive"]
        key = EnginesKey(*(record.pop(field.name) for field in fields(EnginesKey)))
        return Options(key=key, **record)
    except (
        TypeError,
        LookupError,
        SettingsError,
    ) as error:  # damaged, or of a later version
        detail = f"run {stored.id}: {type(error).__name__}: {error}"
        raise StoreError(ErrorCode.STORE_DAMAGED, file=database_file(), detail=detail) from error


def _require_possible(record: dict[str, Any]) -> None:
    """Raise SettingsError for values that no setting can have; of an engine's name `create_engine` tells."""
    checked = ("device", "threads", "top_k", "certain_threshold", "group_threshold", "recursive")
    with_values(Settings(), **{name: record[name] for name in checked})
    if not isinstance(record["engine"], str):
        raise TypeError(f"engine {record['engine']!r}")


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
    default = stored_options(Options.of(Settings(engine=STANDARD)), recursive=Settings().recursive)
    if not isinstance(record["model"], str):
        raise TypeError(f"model {record['model']!r}")
    return default | record
