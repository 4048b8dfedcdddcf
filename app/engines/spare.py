"""How many threads the machine has left for a forward pass.

On an idle machine one for each core is fastest. Beside other programs it is the slowest by far: at the end of
every layer all threads wait for the one whose core somebody else has (docs/benchmarks.md).
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

from app.engines.threads import resolve_threads, usable_cores

if TYPE_CHECKING:
    from collections.abc import Callable

# Processors count their time in hundredths of a second: a shorter look sees little. One costs 0.05 ms.
LOOK_SECONDS = 0.1
# A core of which others take less than this share is ours, and one that was theirs is ours again below the
# second: on the border between the two nothing changes.
_TAKEN, _FREE_AGAIN = 0.5, 0.3


@dataclass(frozen=True, slots=True)
class Look:
    """A moment: the clock, the idle time of all cores so far, what this process has used. In seconds."""

    moment: float
    idle: float
    own: float


def look() -> Look:
    """This moment, on the cores that this process may run on."""
    idle = [each.idle + getattr(each, "iowait", 0.0) for each in psutil.cpu_times(percpu=True)]
    if hasattr(os, "sched_getaffinity"):
        # Where a core is switched off there are fewer times than numbers of cores.
        idle = [idle[core] for core in os.sched_getaffinity(0) if core < len(idle)] or idle
    return Look(time.monotonic(), sum(idle) / len(idle) * usable_cores(), time.process_time())


def fitting(most: int, cores: float) -> int:
    """`most` threads where so many cores are free, else the largest power of two that has room, at least 1.

    Not any number: each is a program of its own (`app.engines.adaptive`).
    """
    return most if most <= cores else 2 ** (max(int(cores), 1).bit_length() - 1)


class Spare:
    """The number of threads for the next forward pass, at most `most`. It looks only when it is asked."""

    def __init__(self, most: int, look: Callable[[], Look] = look) -> None:
        self._most, self._look = most, look
        self._threads = self._wanted = most
        self._last = look()

    @classmethod
    def of(cls, setting: int, device: str) -> Spare | None:
        """What chooses the number of threads for a setting; None where it is chosen already."""
        most = resolve_threads(setting)
        return cls(most) if setting == 0 and device == "cpu" and most > 1 else None

    def threads(self) -> int:
        """As many as fitted at two looks in a row: something is always busy for a moment."""
        if time.monotonic() - self._last.moment >= LOOK_SECONDS:
            self._decide(self._look())
        return self._threads

    def _decide(self, now: Look) -> None:
        before, self._last = self._last, now
        # By what is not idle, so that time which a virtual machine was not given counts as taken.
        idle, own = now.idle - before.idle, now.own - before.own
        free = (idle + own) / (now.moment - before.moment)
        wanted = fitting(self._most, free + _TAKEN)
        if wanted > self._threads:
            wanted = max(self._threads, fitting(self._most, free + _FREE_AGAIN))
        if wanted == self._wanted:
            self._threads = wanted
        self._wanted = wanted

    def forget(self) -> None:
        """Begin to look now: what ran until now ran because this process did not."""
        self._last = self._look()
