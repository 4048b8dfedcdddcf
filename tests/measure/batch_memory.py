"""Whether memory grows with the folder: `python -m tests.measure.batch_memory [SMALL LARGE]`.

Makes folders with SMALL and LARGE pictures (5,000 and 100,000 unless told; all in one folder, links to one
small picture), runs `wanwu batch` on each with a home of its own, and prints the peak resident size of the
command and of the process that does the work (Linux).
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
from PIL import Image

from app.core import paths

_SIDE = 48
_LOOK_SECONDS = 0.5


def make_folder(folder: Path, count: int) -> None:
    """Fill a folder with `count` names of a picture; a file system allows only so many names of one file."""
    folder.mkdir()
    with Image.open(paths.resource("samples", "panda.jpg")) as picture:
        small = picture.resize((_SIDE, _SIDE))
    for number in range(count):
        name, first = folder / f"{number:06}.jpg", folder / f"{number // 1000 * 1000:06}.jpg"
        if name == first:
            small.save(name)
        else:
            name.hardlink_to(first)


def peak_bytes(folder: Path, home: Path) -> dict[str, int]:
    """The peak resident size of the command and its child over a whole run, in bytes."""
    command = [sys.executable, "-m", "app", "batch", str(folder), "--out", str(home / "out.jsonl")]
    process = subprocess.Popen(
        [*command, "--model", "efficientnet_lite0"], env={"WANWU_HOME": str(home), "LANG": "en"}
    )
    peaks = {"command": 0, "child": 0}
    while process.poll() is None:
        for name, pid in _pids(process.pid):
            peaks[name] = max(peaks[name], _high_water(pid))
        time.sleep(_LOOK_SECONDS)
    return peaks


def _pids(command: int) -> list[tuple[str, int]]:
    children = psutil.Process(command).children() if psutil.pid_exists(command) else []
    return [("command", command), *(("child", child.pid) for child in children)]


def _high_water(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), 0)


def main(counts: list[int]) -> None:
    """Run both sizes, the smaller one first."""
    first: dict[str, int] = {}
    for count in counts:
        with tempfile.TemporaryDirectory() as name:
            folder, home = Path(name) / "pictures", Path(name) / "home"
            make_folder(folder, count)
            peaks = peak_bytes(folder, home)
        first = first or peaks
        shown = ", ".join(
            f"{each} {peak / 1e6:.0f} MB ({peak / first[each]:.3f})" for each, peak in peaks.items()
        )
        print(f"{count} pictures: {shown}", flush=True)


if __name__ == "__main__":
    main([int(argument) for argument in sys.argv[1:]] or [5_000, 100_000])
