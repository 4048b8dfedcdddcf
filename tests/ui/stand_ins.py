"""Stand-ins for what lives in processes of the window: files named `stuck` take for ever there."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from app.core.errors import ErrorCode, PictureError
from app.ui.pictures.decoder import Pixels

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from app.recognition.predictor import Options

    Report = Callable[[str], None]


class StandInDecoder:
    """Decodes `NUMBER` at once, as wide as its number."""

    def ready(self, _report: Report) -> None:
        """It is."""

    def thumbnail(self, path: Path, _report: Report) -> Pixels:
        return self.view(path, _report)

    def view(self, path: Path, _report: Report) -> Pixels:
        _sleep_if_stuck(path)
        width = int(path.name)
        return Pixels(bytes(4 * width), width, 1, (width, 1))


class BlindPredictor:
    """Finds no file."""

    def prepare(self, _options: Options, _report: Report) -> None:
        """Nothing has to be loaded."""

    def devices(self, _report: Report) -> tuple[str, ...]:
        return ("cpu",)

    def recognize(self, path: Path, _options: Options, _report: Report) -> None:
        _sleep_if_stuck(path)
        raise PictureError(ErrorCode.NOT_FOUND, path=path)


def _sleep_if_stuck(path: Path) -> None:
    if path.name == "stuck":
        time.sleep(600)
