"""What only the window's thread may do, because Qt or PySide would crash now and then."""

import gc
import os
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.ui.shell.garbage import GarbageCollector

_WATCHED_START = """
import os, sys, threading
from importlib.abc import MetaPathFinder
from PySide6.QtCore import QTimer
from tests.ui.pages import performance

class Watch(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.startswith(("app.ui", "PySide6")) and threading.current_thread() is not main:
            print(name, "is imported in", threading.current_thread().name, flush=True)
            os._exit(1)

def look():
    if performance(window).content.results is not None and "app.ui.pages.batch.content" in sys.modules:
        print("everything is there")
        timer.stop()
        window.close()

if __name__ == "__main__":
    main = threading.current_thread()
    sys.meta_path.insert(0, Watch())
    from app.ui.shell import application
    app = application.Application([])
    window = application.open_window(app)
    window.show()
    window.begin([])
    window.show_page("performance")
    timer = QTimer(interval=50)
    timer.timeout.connect(look)
    timer.start()
    app.exec()
"""


class Cycle:
    """Garbage that only the collector finds."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def collector() -> Iterator[GarbageCollector]:
    """In charge of the garbage, until the end of the test."""
    yield GarbageCollector()
    gc.unfreeze()
    gc.enable()


@pytest.mark.usefixtures("qapp")
def test_a_worker_never_collects_the_windows_garbage(collector: GarbageCollector) -> None:
    collectors: list[threading.Thread] = []
    garbage = Cycle()
    weakref.finalize(garbage, lambda: collectors.append(threading.current_thread()))
    del garbage
    worker = threading.Thread(target=lambda: [Cycle() for _ in range(100_000)])
    worker.start()
    worker.join()
    assert not collectors
    collector.look()
    collector.look()
    collector.look()
    assert collectors == [threading.main_thread()]


def test_the_windows_classes_are_made_in_its_own_thread(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _WATCHED_START],
        env=os.environ | {"WANWU_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout == "everything is there\n", done.stderr
    assert done.returncode == 0, done.stderr
