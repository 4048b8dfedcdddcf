"""How long the window stands still when a page is first shown: `python -m tests.measure.pages`, on a display.

Opens the real window, shows each page that is made when it is first asked for, and prints how far apart the
beats of a 5 ms timer in the window's thread were after that.
"""

import time

from PySide6.QtCore import QTimer

from app.ui.shell import application
from app.ui.shell.garbage import GarbageCollector
from tests.measure.window import Heartbeat, print_gaps

_PAGES = ("batch", "performance", "settings")
# The engines have loaded by then, and what is imported ahead is there.
_FIRST_MS, _EACH_MS = 4000, 3000


def main() -> None:
    """Show one page after the other, then end."""
    app = application.Application(["wanwu"])
    window = application.open_window(app)
    heart, shown = Heartbeat(), []

    def show(page: str) -> None:
        shown.append(time.perf_counter())
        window.show_page(page)

    window.show()
    GarbageCollector(window)
    window.begin([])
    for number, page in enumerate(_PAGES):
        QTimer.singleShot(_FIRST_MS + number * _EACH_MS, lambda page=page: show(page))
    QTimer.singleShot(_FIRST_MS + len(_PAGES) * _EACH_MS, window.close)
    app.exec()
    for page, start in zip(_PAGES, shown, strict=True):
        print_gaps(page, heart.gaps_ms(start, start + _EACH_MS / 1000))


if __name__ == "__main__":
    main()
