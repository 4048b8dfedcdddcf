"""`wanwu runs`: what batch runs have found, as files, as folders, as keywords beside the pictures."""

import argparse
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from app.batch.control import Control, labels_of_run
from app.cli.streams import rewrite
from app.core.errors import ErrorCode, StoreError
from app.core.language_in_use import tr
from app.core.printable import printable
from app.core.results import Failure
from app.export.files import check_ending, write_answers
from app.export.json_text import json_text
from app.labels import LabelSet
from app.organise.keywords import write_keywords
from app.organise.planning import Plan, Wish, plan
from app.organise.work import Progress, carry_out, undo
from app.store.database import Database
from app.store.journal import Journal
from app.store.records import StoredRun
from app.store.rows import answers
from app.store.runs import Runs, database_file
from app.store.sortings import By, FileState, How, Sortings, SortingState, StoredSorting

_BLOCKED, _INTERRUPTED = 2, 130


def run(arguments: argparse.Namespace) -> int:
    """Run one of `list`, `export`, `sort`, `undo`, `keywords` and `delete`.

    0 all done, 1 some files failed (each is named on stderr), 2 it was not begun, 130 interrupted: the same
    command goes on.
    """
    with Database(database_file()) as database:
        try:
            return _ACTIONS[arguments.action](database, arguments)
        except KeyboardInterrupt:
            _say(tr("runs.stopped"))
            return _INTERRUPTED
        finally:
            rewrite()


def _list(database: Database, arguments: argparse.Namespace) -> int:
    runs, sortings = Runs(database).all(), Sortings(database)
    done = [sorting for number in (*(run.id for run in runs), None) for sorting in sortings.of_run(number)]
    if arguments.json:
        records = {"runs": list(map(_run_record, runs)), "sortings": list(map(_sorting_record, done))}
        print(json_text(records, indent=2))
    else:
        print("\n".join([*map(_run_line, runs), *map(_sorting_line, done)]) or tr("runs.none"))
    return 0


def _run_record(stored: StoredRun) -> dict[str, object]:
    counts = stored.counts
    return {
        "id": stored.id,
        "folder": printable(str(stored.folder)),
        "state": stored.state,
        "created": _when(stored.created).isoformat(timespec="seconds"),
        "total": counts.total,
        "done": counts.done,
        "uncertain": counts.uncertain,
        "failed": counts.failed,
        "gone": counts.gone,
    }


def _run_line(stored: StoredRun) -> str:
    counts = stored.counts
    return tr(
        "runs.run",
        id=stored.id,
        when=f"{_when(stored.created).astimezone():%Y-%m-%d %H:%M}",
        state=tr(f"runs.state_{stored.state}"),
        done=counts.done,
        total=counts.total,
        uncertain=counts.uncertain,
        failed=counts.failed,
        folder=printable(str(stored.folder)),
    )


def _sorting_record(sorting: StoredSorting) -> dict[str, object]:
    return {
        "id": sorting.id,
        "run": sorting.run,
        "folder": printable(str(sorting.folder)),
        "how": sorting.how,
        "by": sorting.by,
        "state": sorting.state,
        "created": _when(sorting.created).isoformat(timespec="seconds"),
        "total": sorting.total,
        "done": sorting.done,
        "failed": sorting.failed,
        "undone": sorting.undone,
        "kept": sorting.kept,
    }


def _sorting_line(sorting: StoredSorting) -> str:
    return tr(
        "runs.sorting",
        id=sorting.id,
        run=sorting.run or "–",
        when=f"{_when(sorting.created).astimezone():%Y-%m-%d %H:%M}",
        how=tr(f"sorting.how_{sorting.how}"),
        state=tr(f"sorting.state_{sorting.state}"),
        done=sorting.done,
        total=sorting.total,
        folder=printable(str(sorting.folder)),
    )


def _when(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _export(database: Database, arguments: argparse.Namespace) -> int:
    out = Path(arguments.out)
    check_ending(out)
    stored, labels = _stored(database, arguments.run)
    write_answers(answers(database, stored.id, labels), out, tr.now)
    print(tr("runs.exported", files=stored.counts.answered, out=out))
    return 0


def _stored(database: Database, run: int) -> tuple[StoredRun, LabelSet]:
    stored = Runs(database).get(run)
    if stored is None:
        raise StoreError(ErrorCode.RUN_UNKNOWN, run=run)
    return stored, labels_of_run(stored)


def _sort(database: Database, arguments: argparse.Namespace) -> int:
    """Sort a run; the same command goes on with a sorting that was interrupted."""
    stored, labels = _stored(database, arguments.run)
    wish = Wish(Path(os.path.realpath(arguments.into)), By(arguments.by), How(arguments.how), tr.now)
    begun = Sortings(database).unfinished(stored.id, wish.into, wish.how, wish.by)
    if begun is not None and not arguments.dry_run:
        return _carry_out(database, begun.id)
    planned = plan(database, stored.id, labels, wish, _show, _never)
    rewrite()
    print(_preview(planned))
    blocked = any(problem.blocks for problem in planned.problems)
    for problem in planned.problems:
        _say(f"  ! {tr(f'sorting.problem_{problem.kind}', **dict(problem.facts))}")
    if arguments.dry_run or blocked or not planned.files:
        Sortings(database).discard(planned.sorting)
        return _BLOCKED if blocked else 0
    return _carry_out(database, planned.sorting)


def _preview(planned: Plan) -> str:
    lines = [
        tr(
            f"sorting.plan_{planned.wish.how}",
            files=planned.files,
            folders=len(planned.folders),
            size=f"{planned.size / 1e6:.1f}",
            folder=printable(str(planned.wish.into)),
        )
    ]
    lines += [f"  {files:>7}  {printable('/'.join(path))}" for path, files in planned.folders.items()]
    for key in ("renamed", "sidecars", "there", "left"):
        if count := getattr(planned, key):
            lines.append("  " + tr(f"sorting.plan_{key}", files=count))
    return "\n".join(lines)


def _carry_out(database: Database, sorting: int) -> int:
    ended = carry_out(database, sorting, _show, _never)
    rewrite()
    _say_errors(database, sorting, FileState.FAILED)
    print(tr("sorting.sorted", files=ended.done, failed=ended.failed, id=ended.id))
    return int(ended.failed > 0)


def _undo(database: Database, arguments: argparse.Namespace) -> int:
    before = Sortings(database).get(arguments.sorting)
    if before.state is SortingState.UNDONE and not before.kept:
        print(tr("sorting.undone_before"))
        return 0
    ended = undo(database, arguments.sorting, _show, _never)
    rewrite()
    _say_errors(database, ended.id, FileState.KEPT)
    print(tr("sorting.undone", files=ended.undone, kept=ended.kept))
    return int(ended.kept > 0)


def _say_errors(database: Database, sorting: int, state: FileState) -> None:
    for file in Journal(database, sorting).all(state):
        if file.error is not None:
            _say_failure(Failure(file.source, file.error, file.facts))


def _keywords(database: Database, arguments: argparse.Namespace) -> int:
    stored, labels = _stored(database, arguments.run)
    ended = write_keywords(database, stored.id, labels, tr.now, _show, _never)
    rewrite()
    for failure in ended.failures:
        _say_failure(failure)
    print(
        tr(
            "sorting.keywords",
            written=ended.written,
            unchanged=ended.unchanged,
            left=ended.left,
            failed=len(ended.failures),
        )
    )
    return int(bool(ended.failures))


def _delete(database: Database, arguments: argparse.Namespace) -> int:
    if not Runs(database).exists(arguments.run):
        raise StoreError(ErrorCode.RUN_UNKNOWN, run=arguments.run)
    Control(database).forget(arguments.run)
    print(tr("runs.deleted", id=arguments.run))
    return 0


def _show(progress: Progress) -> None:
    rewrite(tr("runs.progress", done=progress.done, total=progress.total))


def _say(text: str) -> None:
    rewrite()
    print(text, file=sys.stderr)


def _say_failure(failure: Failure) -> None:
    _say(f"{printable(str(failure.path))}\n  ✗ {tr.error(failure.code, failure.facts)}")


def _never() -> None:
    """Ctrl+C is what stops a command."""


_ACTIONS: dict[str, Callable[[Database, argparse.Namespace], int]] = {
    "list": _list,
    "export": _export,
    "sort": _sort,
    "undo": _undo,
    "keywords": _keywords,
    "delete": _delete,
}
