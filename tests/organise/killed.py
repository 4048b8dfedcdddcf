"""`python -m tests.organise.killed DATABASE SORTING ACTION EVENTS`: sorts, and is killed on the way.

It kills itself before the EVENTS-th change of the file system, in the middle of whatever it is doing.
"""

import os
import signal
import sys
from pathlib import Path

from app.organise.work import carry_out, undo
from app.store.database import Database
from tests.organise.runs import go_on, ignore

_CHANGES = {
    "open",
    "os.link",
    "os.mkdir",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.utime",
    "shutil.copyfile",
}


def die_at(events: int) -> None:
    """Kill this process before so many changes of the file system have been made."""
    left = events

    def count(event: str, _arguments: object) -> None:
        nonlocal left
        left -= event in _CHANGES
        if left == 0:
            left = -1  # the kill is an event, too
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)


if __name__ == "__main__":
    file, sorting, action, events = sys.argv[1:]
    die_at(int(events))
    with Database(Path(file)) as database:
        {"sort": carry_out, "undo": undo}[action](database, int(sorting), ignore, go_on)
