"""`wanwu batch`: a whole folder, resumable, into a file."""

import argparse
import sys
import time
from pathlib import Path
from typing import Any

from app import settings
from app.batch.runner import Progress, stored_options
from app.batch.supervisor import Supervisor
from app.cli.options import recognition_options
from app.cli.progress import show_stage
from app.cli.streams import rewrite
from app.errors import ErrorCode, PictureError, StoreError
from app.export.files import check_ending, write_answers
from app.folders import is_folder
from app.i18n import tr
from app.models import labels_of
from app.store.database import Database
from app.store.items import Items
from app.store.records import Counts, RunState, StoredRun, Wanted
from app.store.rows import answers
from app.store.runs import Runs, database_file

_INTERRUPTED = 130


def run(arguments: argparse.Namespace) -> int:
    """Recognise a folder and write `--out`: 0 all recognised, 1 some failed (each has its row).

    A run that was interrupted needs `--resume` or `--restart`: it is not repeated or thrown away unasked.
    """
    out = Path(arguments.out)
    check_ending(out)
    folder = Path(arguments.folder).resolve()
    if not is_folder(folder):
        raise PictureError(ErrorCode.NOT_FOUND, path=folder)
    database = Database(database_file())
    stored = _stored(Runs(database), folder, arguments)
    if arguments.retry_failed:
        Items(database, stored.id).retry_failed()
    state = _work(stored, Runs(database))
    counts = Runs(database).counts(stored.id)
    if state is not RunState.DONE:
        print(tr("cli.batch_stopped", done=counts.answered, total=counts.total), file=sys.stderr)
        return _INTERRUPTED
    labels = labels_of(stored.options["shelf"]["model"])
    write_answers(answers(database, stored.id, labels), out)
    print(_summary(counts, Runs(database).get(stored.id) or stored, out))
    return int(counts.failed > 0)


def _stored(runs: Runs, folder: Path, arguments: argparse.Namespace) -> StoredRun:
    """The run to work on: a new one, or the latest of this folder with these options."""
    options = stored_options(recognition_options(arguments, settings.load()), recursive=arguments.recursive)
    latest = runs.latest(folder, options)
    if latest is not None and arguments.restart:
        runs.delete(latest.id)
        latest = None
    if latest is not None and latest.state is not RunState.DONE and not arguments.resume:
        raise StoreError(ErrorCode.RUN_UNFINISHED, folder=folder)
    number = latest.id if latest is not None else runs.create(folder, options)
    runs.want(number, Wanted.RUN)
    found = runs.get(number)
    if found is None:
        raise StoreError(ErrorCode.INTERNAL, detail=f"run {number} has vanished")
    return found


def _work(stored: StoredRun, runs: Runs) -> RunState:
    """See the run through; Ctrl+C leaves it where it is, to be resumed."""
    try:
        return Supervisor(stored.id).work(_show)
    except KeyboardInterrupt:
        runs.want(stored.id, Wanted.PAUSE)
        runs.set_state(stored.id, RunState.PAUSED)
        return RunState.PAUSED
    finally:
        rewrite()


def _show(progress: Any) -> None:
    if not isinstance(progress, Progress):
        show_stage(str(progress))
        return
    counts = progress.counts
    rewrite(
        tr(
            "cli.batch_scanning" if progress.scanning else "cli.batch_progress",
            done=counts.answered,
            total=counts.total,
            failed=counts.failed,
            rate=f"{progress.rate:.1f}",
            left=time.strftime("%H:%M:%S", time.gmtime(progress.seconds_left or 0)),
        )
    )


def _summary(counts: Counts, stored: StoredRun, out: Path) -> str:
    return tr(
        "cli.batch_done",
        done=counts.done,
        uncertain=counts.uncertain,
        failed=counts.failed,
        skipped=stored.skipped,
        seconds=f"{stored.seconds:.1f}",
        out=out,
    )
