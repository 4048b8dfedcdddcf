"""Where the build reads and writes, and what it is called."""

import os
import platform
import re
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"


@dataclass(frozen=True)
class Layout:
    """The folders and names of one build.

    Attributes:
        work: everything that can be deleted.
        dist: what is handed to users.
    """

    work: Path = ROOT / "build" / "package"
    dist: Path = ROOT / "dist"

    @property
    def bundle(self) -> Path:
        """The frozen program's folder."""
        return self.work / "bundle" / "wanwu"

    @property
    def inside(self) -> Path:
        """The folder of the bundle that holds all but the programs."""
        return self.bundle / "_internal"

    @cached_property
    def version(self) -> str:
        """The program's version, read without importing it."""
        text = (ROOT / "app" / "__init__.py").read_text("utf-8")
        found = re.search(r'__version__ = "([^"]+)"', text)
        if found is None:
            raise SystemExit("app/__init__.py has no version")
        return found[1]

    @cached_property
    def epoch(self) -> int:
        """The time that all files get: that of the last commit, so that it follows from the sources."""
        given = os.environ.get("SOURCE_DATE_EPOCH")
        return int(given or output("git", "-C", ROOT, "log", "-1", "--format=%ct"))

    @property
    def stem(self) -> str:
        """`wanwu-1.2.3-linux-x86_64`, the start of the names of archives."""
        systems = {"linux": "linux", "win32": "windows", "darwin": "macos"}
        machine = platform.machine().lower().replace("amd64", "x86_64")
        return f"wanwu-{self.version}-{systems[sys.platform]}-{machine}"

    def environment(self, **more: str) -> dict[str, str]:
        """For tools whose output must not depend on the time, the language or the order of sets."""
        fixed = {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C.UTF-8"}
        return os.environ | fixed | {"SOURCE_DATE_EPOCH": str(self.epoch)} | more


def run(*command: object, **options: object) -> None:
    """Run a tool; a failure ends the build with its message."""
    subprocess.run([str(word) for word in command], check=True, **options)  # type: ignore[call-overload]


def output(*command: object, cwd: Path = ROOT) -> str:
    """What a tool prints, without the white space around it."""
    words = [str(word) for word in command]
    return subprocess.run(words, check=True, capture_output=True, text=True, cwd=cwd).stdout.strip()


def megabytes(size: int) -> str:
    """Millions of bytes, as download pages say them."""
    return f"{size / 1e6:.1f} MB"


def folder_size(folder: Path) -> int:
    """Bytes of all files below, links not followed."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir() or path.is_symlink())
