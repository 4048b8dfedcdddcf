"""`wanwu batch`: a whole folder, resumable, into a file."""

import argparse
import os
import sys
import time
from pathlib import Path
from typing import Any

from app.batch.control import Control, labels_of_run
from app.batch.options import latest_run, stored_options
from app.batch.recovery import Supervisor
from app.batch.runner import Progress
from app.cli.options import recognition_options
from app.cli.progress import show_stage
from app.cli.streams import rewrite
from app.core import settings
from app.core.errors import ErrorCode, StoreError, WanwuError
from app.core.files import check_output, is_folder, not_there
from app.core.language_in_use import tr
from app.export.files import check_ending, write_answers
from app.store.database import Database
from app.store.records import Counts, RunState, StoredRun, Wanted
from app.store.rows import answers
from app.store.runs import Runs, database_file

_INTERRUPTED = 130
# So long a folder that is gone is waited for: a cable is soon plugged in again.
_PATIENCE_SECONDS = 60.0
_LOOK_SECONDS = 1.0


def run(arguments: argparse.Namespace) -> int:
    """Recognise a folder and write `--out`: 0 all recognised, 1 some failed (each has its row).

    A run that was interrupted needs `--resume` or `--restart`: it is not repeated or thrown away unasked.
    """
    out = Path(arguments.out)
    check_ending(out)
    folder = Path(os.path.realpath(arguments.folder))  # resolve() fails for links in a circle
    if not is_folder(folder):
        raise not_there(folder)
    check_output(out)
    database = Database(database_file())
    stored = _stored(database, folder, arguments)
    if arguments.retry_failed:
        Control(database).retry_failed(stored.id)
    state = _work(stored.id, database)
    stored = Runs(database).get(stored.id) or stored
    counts = stored.counts
    if state is not RunState.DONE:
        key = "cli.batch_stopped" if counts.total else "cli.batch_stopped_early"
        print(tr(key, done=counts.answered, total=counts.total), file=sys.stderr)
        return _INTERRUPTED
    _write(database, stored, out)
    print(_summary(counts, stored, out))
    if counts.gone:
        print(tr("cli.batch_gone", count=counts.gone))
    return int(counts.failed > 0)


def _write(database: Database, stored: StoredRun, out: Path) -> None:
    """Write the results; where that fails, say how to write them without recognising anything again."""
    try:
        write_answers(answers(database, stored.id, labels_of_run(stored)), out, tr.now)
    except WanwuError:
        print(tr("cli.batch_kept", id=stored.id), file=sys.stderr)
        raise


def _stored(database: Database, folder: Path, arguments: argparse.Namespace) -> StoredRun:
    """The run to work on: a new one, or the latest of this folder with these options."""
    runs, control = Runs(database), Control(database)
    options = stored_options(recognition_options(arguments, settings.load()), recursive=arguments.recursive)
    latest = latest_run(runs, folder, options)
    if latest is not None and arguments.restart:
        control.start_again(latest.id)
    elif latest is not None and latest.state is not RunState.DONE and not arguments.resume:
        raise StoreError(ErrorCode.RUN_UNFINISHED, folder=folder)
    number = control.start(folder, options)
    found = runs.get(number)
    if found is None:
        raise StoreError(ErrorCode.INTERNAL, detail=f"run {number} has vanished")
    return found


def _work(run: int, database: Database) -> RunState:
    """See the run through; Ctrl+C, or the end of the terminal, leaves it where it is, to be resumed."""
    try:
        while True:
            try:
                return Supervisor(run).work(_show)
            except WanwuError as error:
                if error.code is not ErrorCode.FOLDER_GONE or not _is_back(run, database, error):
                    raise
    except KeyboardInterrupt:
        # Or a window that is open would go on with it at once.
        Control(database).want(run, Wanted.PAUSE)
        return RunState.PAUSED
    finally:
        rewrite()


def _is_back(run: int, database: Database, error: WanwuError) -> bool:
    """Wait a minute for a folder that is gone; whether it has come back."""
    print(tr.describe(error), file=sys.stderr, flush=True)
    end = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < end:
        stored = Runs(database).get(run)
        if stored is None or Control(database).can_go_on(stored):
            return True
        time.sleep(_LOOK_SECONDS)
    return False


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
