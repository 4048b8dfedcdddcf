"""A stand-in for the process that loads pictures: some take for ever."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from app.ui.pictures.loader import Pixels

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class SlowLoader:
    """Loads `NUMBER` at once, as wide as its number, and `slow` never."""

    def view(self, path: Path, _report: Callable[[str], None]) -> Pixels:
        if path.name == "slow":
            time.sleep(600)
        return Pixels(bytes(4 * int(path.name)), int(path.name), 1)
