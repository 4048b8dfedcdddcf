"""Pages made before anybody asks for them, a step at a time, so that opening one takes no time."""

from __future__ import annotations

import logging
from collections import deque
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.ui.kit.page import Page

log = logging.getLogger(__name__)

# What the program was started for comes first: the engine is loading, and a picture may have been dropped.
_FIRST_MS = 800
# Between two steps the window has time for everything else: with none, what is drawn waits for them all.
_PAUSE_MS = 5


class Ahead(QObject):
    """Works on one page after the other, each as soon as it is `prepared`. Belongs to the window's thread."""

    def __init__(self, pages: Iterable[Page], owner: QObject) -> None:
        super().__init__(owner)
        self._pages: deque[Page] = deque()
        self._timer = QTimer(self, interval=_FIRST_MS)
        self._timer.timeout.connect(self._step)
        for page in pages:
            page.prepared.connect(partial(self._add, page))

    def _add(self, page: Page) -> None:
        self._pages.append(page)
        self._timer.start()

    def _step(self) -> None:
        self._timer.setInterval(_PAUSE_MS)
        page = self._pages.popleft()
        if not self._pages:
            self._timer.stop()
        if page.make_on():  # else it is made; or it raises, and the others come next
            self._pages.appendleft(page)
            self._timer.start()

    def stop(self) -> None:
        """Begin nothing more; a page that is half made is made to its end, since it is to be shut down."""
        self._timer.stop()
        while self._pages:
            try:
                self._pages.popleft().finish()
            except Exception:  # the others are to be shut down as well
                log.exception("a page could not be made")
