"""Crash reports: files in the log folder that a user can find, read and send. The program sends nothing."""

from __future__ import annotations

import faulthandler
import logging
import platform
import sys
import threading
import time
import traceback
from functools import cache
from importlib import metadata
from typing import TYPE_CHECKING

from app import __version__
from app.core import paths
from app.core.files import is_there, open_regular

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

log = logging.getLogger(__name__)

_PACKAGES = ("torch", "torchvision", "timm", "PySide6-Essentials", "Pillow", "numpy")
_MOST_REPORTS = 20
# Of a stack of every thread.
_MOST_BYTES = 16 << 20


@cache
def versions() -> dict[str, str]:
    """What the program is made of, by name, for a report and for "About"."""
    found = {"wanwu": __version__, "Python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def watch(tell: Callable[[Path | None], object] = lambda _report: None) -> Path | None:
    """Write a report of every crash from now on; the report of a crash that ended the last run, if one did.

    An exception that nobody catches is reported at once, and the program goes on; `tell` hears of it, in the
    thread where it happened, with the report, if that could be written. From one place, reached by
    one way, it is reported once: a bug in painting comes back with every repaint, and telling of it repaints.
    What ends the process at once (a fault in a library) can only leave its stack; that becomes a report at
    the next start.
    """
    reported = set()

    def report(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        place = kind, tuple((frame.f_code, line) for frame, line in traceback.walk_tb(trace))
        if place in reported:
            return
        reported.add(place)
        log.error("not caught", exc_info=(kind, error or kind(), trace))
        if issubclass(kind, Exception):  # and not Ctrl+C
            tell(_report(kind, error, trace))

    sys.excepthook = report
    threading.excepthook = lambda hook: report(hook.exc_type, hook.exc_value, hook.exc_traceback)
    fault = paths.log_folder() / "fault.log"
    try:
        fault.parent.mkdir(parents=True, exist_ok=True)
        # First: opening it anew empties it.
        left = _take_over(fault)
        # Open as long as the process lives; the handler writes to its descriptor.
        faulthandler.enable(fault.open("w", encoding="utf-8"))
    except OSError as error:
        log.warning("no reports of faults in libraries: %s", error)
        return None
    return left


def _take_over(fault: Path) -> Path | None:
    """Turn the stack that a dead process has left into a report. Raises OSError, also where it is no file."""
    if not is_there(fault):
        return None
    with open_regular(fault) as stream:
        stack = stream.read(_MOST_BYTES).decode("utf-8", "replace")
    return _write(stack) if stack.strip() else None


def _report(
    kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
) -> Path | None:
    try:
        return _write("".join(traceback.format_exception(kind, error, trace)))
    except OSError as failure:
        log.warning("no crash report: %s", failure)
        return None


def _write(what: str) -> Path:
    folder = paths.log_folder()
    report = folder / f"crash-{time.strftime('%Y%m%d-%H%M%S')}-{time.time_ns() % 1000:03}.txt"
    lines = [f"{name} {version}" for name, version in versions().items()]
    # backslashreplace: a traceback may hold names that are no text.
    report.write_text("\n".join([platform.platform(), *lines, "", what]), "utf-8", "backslashreplace")
    for old in sorted(folder.glob("crash-*.txt"))[:-_MOST_REPORTS]:
        old.unlink(missing_ok=True)
    return report
