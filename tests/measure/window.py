"""How smooth the window is: `python -m tests.measure.window FOLDER [COUNT]`, on a display.

Opens the real window in a new process, drops COUNT pictures (500 unless told; those in FOLDER, over and
over) on it, and switches the engine five times meanwhile. Prints when the window was first painted, and how
far apart the beats of a 5 ms timer in the window's thread were, while the engine loaded and afterwards.
"""

import itertools
import os
import sys
import time
from bisect import bisect_left, bisect_right
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QMimeData, QObject, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDropEvent

from app.images.folders import expand
from app.ui.shell import application
from app.ui.shell.window import MainWindow
from tests.ui.pages import recognise

Gaps = NDArray[np.float64]

_BEAT_MS = 5
_SWITCHES = 5


class Heartbeat(QObject):
    """Notes when the window's thread was free, and when the window was first painted."""

    def __init__(self) -> None:
        super().__init__()
        self.beats: list[float] = []
        self.first_paint: float | None = None
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(lambda: self.beats.append(time.perf_counter()))
        self._timer.start(_BEAT_MS)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if self.first_paint is None and event.type() == QEvent.Type.Paint:
            self.first_paint = time.time()
        return False

    def gaps_ms(self, start: float, end: float) -> Gaps:
        """Milliseconds between beats from `start` to `end`, with the beats around these."""
        first = max(bisect_left(self.beats, start) - 1, 0)
        return np.diff(self.beats[first : bisect_right(self.beats, end) + 1]) * 1000


def drop_on(window: MainWindow, paths: list[Path]) -> None:
    """Drop files, from where the window system's handshake has ended."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(
        QPointF(300, 300),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(event)


class Run(QObject):
    """Drops the pictures, switches engines on the way, and ends the program when all are answered."""

    def __init__(self, window: MainWindow, pictures: list[Path]) -> None:
        super().__init__()
        self._window, self._pictures = window, pictures
        self._switch_at = [len(pictures) * (step + 1) // (_SWITCHES + 1) for step in range(_SWITCHES)]
        self.first_answer = 0.0
        self.end = 0.0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._timer.start(20)

    def begin(self) -> None:
        """Start as the program does, and drop the pictures at once."""
        self._window.begin([])
        drop_on(self._window, self._pictures)

    def _look(self) -> None:
        done, _, _ = recognise(self._window).session.counts()
        if done and not self.first_answer:
            self.first_answer = time.perf_counter()
        if self._switch_at and done >= self._switch_at[0]:
            self._switch_at.pop(0)
            eager = len(self._switch_at) % 2 == 0
            recognise(self._window).toolbar.choose_engine("eager" if eager else "torchscript")
        if done == len(self._pictures):
            self.end = time.perf_counter()
            self._timer.stop()
            # How long closing takes, which hides the window first, is another matter.
            QTimer.singleShot(10 * _BEAT_MS, self._window.close)


def measure(folder: Path, count: int) -> None:
    """Run in a process of its own."""
    pictures = list(itertools.islice(itertools.cycle(expand([folder.resolve()], recursive=True)), count))
    app = application.Application(["wanwu"])
    window = application.open_window(app)
    heart, run = Heartbeat(), Run(window, pictures)
    window.installEventFilter(heart)
    window.show()
    start = time.perf_counter()
    QTimer.singleShot(0, run.begin)
    app.exec()
    painted = (heart.first_paint or 0) - float(os.environ["WANWU_MEASURE_STARTED"])
    print(f"first paint {painted:.2f} s after the process was started")
    print(f"first answer {run.first_answer - start:.2f} s after the window was shown")
    print(f"{count} pictures in {run.end - run.first_answer:.1f} s, {_SWITCHES} engine switches")
    print_gaps("while torch and the engine load", heart.gaps_ms(start, run.first_answer))
    print_gaps("while pictures are recognised", heart.gaps_ms(run.first_answer, run.end))


def print_gaps(name: str, gaps: Gaps) -> None:
    """Print the median, the 99th percentile and the five longest gaps."""
    worst = ", ".join(f"{gap:.0f}" for gap in sorted(gaps)[:-6:-1])
    p50, p99 = np.percentile(gaps, (50, 99))
    print(f"{name}: event loop gaps p50 {p50:.1f}, p99 {p99:.1f}, worst {worst} ms")


if __name__ == "__main__":
    folder_name, picture_count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 500
    if "WANWU_MEASURE_STARTED" in os.environ:
        measure(Path(folder_name), picture_count)
    else:
        environment = os.environ | {"WANWU_MEASURE_STARTED": str(time.time())}
        os.execve(sys.executable, [sys.executable, "-m", "tests.measure.window", *sys.argv[1:]], environment)
