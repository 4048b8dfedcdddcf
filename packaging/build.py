"""`make package`: from the sources to the installer of the system this runs on."""

import argparse
import hashlib
import shutil
import sys
from pathlib import Path

from steps.freeze import find_cuda, fix_times, freeze
from steps.identity import write_identity
from steps.layout import Layout, folder_size, megabytes
from steps.licences import collect
from steps.models import build_models
from steps.smoke import smoke_test


def main() -> None:
    """Build everything, or go on from what was frozen before."""
    arguments = _parser().parse_args()
    layout = Layout()
    if not arguments.frozen:
        _title("ready-made models")
        build_models(layout)
        write_identity(layout)
        _title("freezing")
        freeze(layout)
    _title("licences")
    collect(layout)
    fix_times(layout.bundle, layout.epoch)
    if not arguments.cuda:
        _refuse_cuda(layout)
    if not arguments.no_smoke:
        _title("smoke test of the frozen program")
        smoke_test(layout)
    _title("installers")
    shutil.rmtree(layout.dist, ignore_errors=True)
    layout.dist.mkdir(parents=True)
    made = _installers(layout, "-cuda" if arguments.cuda else "")
    _title("made")
    print(f"{megabytes(folder_size(layout.bundle)):>9}  installed")
    lines = [_line(file) for file in made]
    (layout.dist / "SHA256SUMS").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    for file, line in zip(made, lines, strict=True):
        print(f"{megabytes(file.stat().st_size):>9}  {line}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frozen", action="store_true", help="use the bundle of the last run")
    parser.add_argument("--no-smoke", action="store_true", help="do not try the frozen program")
    parser.add_argument("--cuda", action="store_true", help="this is the build with NVIDIA's libraries")
    return parser


def _installers(layout: Layout, kind: str) -> list[Path]:
    if sys.platform.startswith("linux"):
        from steps import linux

        return linux.installers(layout, kind)
    if sys.platform == "win32":
        from steps import windows

        return windows.installers(layout, kind)
    from steps import macos

    return macos.installers(layout, kind)


def _refuse_cuda(layout: Layout) -> None:
    stray = find_cuda(layout)
    if stray:
        raise SystemExit("CUDA in a build for processors only:\n" + "\n".join(map(str, stray)))


def _line(file: Path) -> str:
    with file.open("rb") as stream:
        return f"{hashlib.file_digest(stream, 'sha256').hexdigest()}  {file.name}"


def _title(text: str) -> None:
    print(f"\n== {text}", flush=True)


if __name__ == "__main__":
    main()
