"""How fast a run goes, and how long it will take: figures that do not jump."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# The rate is that of about the last half minute: folders have large pictures in one place, small in another.
_MEMORY_SECONDS = 30.0


class Pace:
    """Pictures a second, as an average whose memory fades.

    Each picture counts e^(-age / 30 s), and so does each second: at first this is the plain average, later
    that of the recent past. `clock` gives seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last = clock()
        self._pictures = self._seconds = 0.0

    def count(self, pictures: int) -> None:
        """Some more pictures have been answered."""
        now = self._clock()
        passed, self._last = now - self._last, now
        faded = math.exp(-passed / _MEMORY_SECONDS)
        self._pictures = self._pictures * faded + pictures
        self._seconds = self._seconds * faded + passed

    @property
    def rate(self) -> float:
        """Pictures a second; 0 before there are any."""
        return self._pictures / self._seconds if self._seconds > 0 else 0.0

    def seconds_for(self, pictures: int) -> float | None:
        """How long so many more pictures will take; None while that cannot be known."""
        return pictures / self.rate if self.rate > 0 else None
