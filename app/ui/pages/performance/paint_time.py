"""How long it takes to show a picture: the one step that the engines' processes cannot measure."""

from __future__ import annotations

import time
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from app.core import paths
from app.ui.pictures.loader import Loaded
from app.ui.pictures.picture_view import PictureView

if TYPE_CHECKING:
    from PySide6.QtCore import QSize

    from app.bench.records import Run

_TIMES = 5


def paint_ms(size: QSize) -> float | None:
    """Median milliseconds of drawing a sample picture in a view of this size; None if Qt cannot read it.

    The window's thread.
    """
    picture = QImage(str(paths.resource("samples", "panda.jpg")))
    if picture.isNull():
        return None
    view = PictureView()
    view.resize(size)
    view.show_picture(Loaded(picture, (picture.width(), picture.height())))
    times = []
    for _ in range(_TIMES):
        start = time.perf_counter()
        view.grab()
        times.append(time.perf_counter() - start)
    return 1000 * median(times)


def with_paint(run: Run, milliseconds: float | None) -> Run:
    """A run whose engines have the step `paint` too, if its time is known."""
    if milliseconds is None:
        return run
    subjects = tuple(
        replace(each, steps_ms=(*each.steps_ms, ("paint", milliseconds))) if each.steps_ms else each
        for each in run.subjects
    )
    return replace(run, subjects=subjects)
