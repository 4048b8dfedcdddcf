"""How smooth the window is during a run: `python -m tests.measure.batch_window FOLDER [COUNT]`, on a display.

Opens the real window with an empty home, drops a folder with COUNT pictures (2000 unless told; links to those
in FOLDER, over and over), and scrolls, searches and looks at charts while they are recognised. Prints how far
apart the beats of a 5 ms timer in the window's thread were.
"""

import itertools
import os
import sys
import tempfile
import time
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from app.batch.queue import Ended
from app.images.folders import expand
from app.ui.shell import application
from app.ui.shell.window import MainWindow
from tests.measure.window import Heartbeat, drop_on, print_gaps
from tests.ui.pages import batch

_USE_MS = 400
_SEARCHES = ("猫", "", "00", "动物", "")


class Use(QObject):
    """A restless user: scrolls down, searches, opens the charts, again and again."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self._window = window
        self._actions = itertools.cycle([*[self._scroll] * 5, self._search, self._look_at_charts, self._grid])
        self._searches = itertools.cycle(_SEARCHES)
        self._looks = itertools.cycle(("grid", "table"))
        self._timer = QTimer(self, interval=_USE_MS)
        self._timer.timeout.connect(lambda: next(self._actions)())
        self._timer.start()

    def _scroll(self) -> None:
        content = batch(self._window).content
        if content is not None:
            content.show_tab("pictures")
            bar = content.items.browser.view.verticalScrollBar()
            bar.setValue((bar.value() + bar.pageStep()) % max(bar.maximum(), 1))

    def _search(self) -> None:
        content = batch(self._window).content
        if content is not None:
            content.items.filters.look_for(next(self._searches))

    def _grid(self) -> None:
        content = batch(self._window).content
        if content is not None:
            content.items.browser.show_look(next(self._looks))

    def _look_at_charts(self) -> None:
        content = batch(self._window).content
        if content is not None:
            content.show_tab("charts")


def link_pictures(source: Path, count: int, folder: Path) -> None:
    """Fill `folder` with `count` links to the pictures in `source`."""
    folder.mkdir()
    pictures = itertools.islice(itertools.cycle(expand([source.resolve()], recursive=True)), count)
    for number, picture in enumerate(pictures):
        (folder / f"{number:06}{picture.suffix}").symlink_to(picture)


def measure(source: Path, count: int) -> None:
    """Run until everything is recognised; the window closes by itself."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "pictures"
        link_pictures(source, count, folder)
        os.environ["WANWU_HOME"] = str(Path(name) / "home")
        app = application.Application(["wanwu"])
        window = application.open_window(app)
        heart, ended = Heartbeat(), list[float]()

        def end(event: Ended) -> None:
            ended.append(time.perf_counter())
            print(f"{count} pictures: {event.state}, {ended[0] - start:.1f} s with loading")
            window.close()

        window.show()
        batch(window).runs.ended.connect(end)
        use = Use(window)
        QTimer.singleShot(0, batch(window).runs.go_on)
        QTimer.singleShot(1500, lambda: drop_on(window, [folder]))
        start = time.perf_counter() + 1.5
        app.exec()
        print_gaps("during a run, with a restless user", heart.gaps_ms(start, ended[0]))
        use.deleteLater()


if __name__ == "__main__":
    measure(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 2000)
