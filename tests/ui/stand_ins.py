"""Stand-ins for what lives in processes of the window: files named `stuck` take for ever there."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from app.core.errors import ErrorCode, PictureError
from app.ui.pictures.loader import Pixels

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from app.recognition.predictor import Options

    Report = Callable[[str], None]


class OnePixelLoader:
    """Makes thumbnails of one pixel."""

    def ready(self, _report: Report) -> None:
        """It is."""

    def thumbnail(self, path: Path, _report: Report) -> Pixels:
        _sleep_if_stuck(path)
        return Pixels(bytes(4), 1, 1)


class BlindPredictor:
    """Finds no file."""

    def prepare(self, _options: Options, _report: Report) -> None:
        """Nothing has to be loaded."""

    def recognize(self, path: Path, _options: Options, _report: Report) -> None:
        _sleep_if_stuck(path)
        raise PictureError(ErrorCode.NOT_FOUND, path=path)


def _sleep_if_stuck(path: Path) -> None:
    if path.name == "stuck":
        time.sleep(600)
