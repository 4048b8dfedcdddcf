"""System calls that fail as on a full or a broken disk, by libfiu (Debian's fiu-utils)."""

import errno
import shutil
import sys
from dataclasses import dataclass

import pytest

from tests.cli.command import Argument


@dataclass(frozen=True, slots=True)
class Fault:
    """A call of the POSIX library, `posix/io/rw/pwrite` for one, that fails with `number`."""

    call: str
    number: int

    def __str__(self) -> str:
        return f"{self.call.rpartition('/')[2]} {errno.errorcode[self.number]}"

    def injected(self, probability: float = 1.0) -> list[Argument]:
        """What to start a program under, so that it and its children meet this fault."""
        if sys.platform != "linux":
            pytest.skip("libfiu is for Linux")
        program = shutil.which("fiu-run")
        assert program, "fiu-run is missing: packaging/system_libraries.sh faults"
        how = f"enable_random name={self.call},probability={probability},failinfo={self.number}"
        return [program, "-x", "-f", "", "-c", how]
