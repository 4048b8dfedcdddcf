"""Freezing: PyInstaller, then what it cannot do: debugging symbols off, times fixed."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections import Counter
from pathlib import Path

from steps import icu
from steps.cuts import PACKAGES
from steps.layout import PACKAGING, ROOT, Layout, folder_size, megabytes, output, run

# Libraries that auditwheel has rewritten break when they are stripped.
_REPAIRED = (".libs",)
_CUDA = ("cudart", "cublas", "cudnn", "torch_cuda", "c10_cuda", "nvrtc", "nvjpeg")


def freeze(layout: Layout) -> None:
    """Make the bundle's folder anew."""
    shutil.rmtree(layout.bundle, ignore_errors=True)
    run(
        sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN",
        "--workpath", layout.work / "pyinstaller", "--distpath", layout.bundle.parent,
        PACKAGING / "wanwu.spec",
        cwd=ROOT, env=layout.environment(WANWU_PACKAGE_WORK=str(layout.work)),
    )  # fmt: skip
    saved: Counter[str] = Counter(json.loads((layout.work / "saved.json").read_text("utf-8")))
    saved["packages that are only for developers, or would use the network"] = _packages_size()
    if sys.platform.startswith("linux"):
        saved["debugging symbols of libraries"] = _strip(layout.inside)
        saved["Qt's data about languages that the program does not speak"] = _trim_icu(layout)
    _report(saved, folder_size(layout.bundle))


def _packages_size() -> int:
    """Bytes of the installed packages that PyInstaller was told to leave out."""
    installed = Path(sysconfig.get_path("purelib"))
    return sum(folder_size(installed.joinpath(*name.split("."))) for name in PACKAGES)


def _report(saved: Counter[str], size: int) -> None:
    print("left out of the bundle, as installed by pip:")
    for why, count in sorted(saved.items(), key=lambda item: -item[1]):
        print(f"  {megabytes(count):>9}  {why}")
    print(f"bundle: {megabytes(size)}")


def _strip(folder: Path) -> int:
    """Take symbols off all libraries where that is safe; the bytes saved."""
    libraries = [
        path for path in [*sorted(folder.rglob("*.so*")), *folder.glob("torch/bin/*")]
        if path.is_file() and not path.is_symlink() and not path.parent.name.endswith(_REPAIRED)
    ]  # fmt: skip
    before = folder_size(folder)
    for library in libraries:
        run("strip", "--strip-unneeded", library)
        if "[/" in output("readelf", "-dW", library):  # where Python was built, on this machine
            run("chrpath", "--delete", library, stdout=subprocess.DEVNULL)
    return before - folder_size(folder)


def _trim_icu(layout: Layout) -> int:
    before = folder_size(layout.inside)
    for library in layout.inside.glob("PySide6/Qt/lib/libicudata.so.*"):
        icu.trim(library, layout.work)
    return before - folder_size(layout.inside)


def find_cuda(layout: Layout) -> list[Path]:
    """Libraries of CUDA in the bundle; a build for processors only must have none."""
    libraries = [path for pattern in ("*.so*", "*.dll") for path in sorted(layout.inside.rglob(pattern))]
    return [path for path in libraries if any(name in path.name for name in _CUDA)]


def fix_times(folder: Path, epoch: int) -> None:
    """Give every file and folder the same time and plain permissions."""
    for path in [folder, *folder.rglob("*")]:
        if path.is_symlink():
            continue
        runs = path.is_dir() or (path.stat().st_mode & 0o100 and not _is_library(path))
        path.chmod(0o755 if runs else 0o644)
        os.utime(path, (epoch, epoch))


def _is_library(path: Path) -> bool:
    return ".so" in path.suffixes
