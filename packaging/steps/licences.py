"""Collects the licences of everything in the bundle, and says what is in it under which."""

import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path

from steps.layout import PACKAGING, ROOT, Layout

_LGPL = ("pyside6_essentials", "shiboken6", "pi_heif")
# Licence texts in wheels are named in many ways; the names of code are not among them.
_NAMES = ("licen", "copying", "notice", "authors", "copyright")

_NOTICE = """\
万物识别 (Wanwu) {version} and what is installed along with it
=============================================================

The program is under the Apache License 2.0 (wanwu/LICENSE.txt). This folder holds the licence texts of
everything else in the program's folder.

Qt, Qt for Python (PySide6, Shiboken), libheif and libde265 (in pi-heif)
------------------------------------------------------------------------
They are used, unchanged, under the GNU Lesser General Public License, version 3 (LGPL-3.0.txt, which adds to
GPL-3.0.txt). They are separate shared libraries in {folder}: you may replace them by your own builds of the
same interface, and take the program apart to debug such changes. Their sources, in the versions listed
below, are published by The Qt Company (Qt, Qt for Python) and by the projects libheif, libde265 and pi-heif;
whoever gave you this program gives you these sources on request, for three years.

ICU (libicudata, on Linux; ICU.txt)
-----------------------------------
The data about languages other than Chinese and English has been taken out.

What is in the bundle
---------------------
{table}
"""


def collect(layout: Layout) -> Path:
    """Write `licences/` into the bundle; the folder. Raises SystemExit when a text is missing."""
    folder = layout.bundle / "licences"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    rows = [("Python", sys.version.partition(" ")[0], "PSF-2.0")]
    _copy_python(folder / "Python")
    for package in _bundled(layout):
        name = _key(package)
        rows.append((package.metadata["Name"], package.version, _licence(package)))
        if not _copy_texts(package, folder / name) and name not in _LGPL:
            print(f"  no licence text in {name}: its metadata is kept")
            shutil.copyfile(_metadata(package), folder / name / "METADATA.txt")
    for shared in PACKAGING.glob("licences/*.txt"):
        shutil.copyfile(shared, folder / shared.name)
    _copy_own(folder / "wanwu")
    if sys.platform.startswith("linux"):
        rows += _copy_system(layout, folder)
    table = "\n".join(f"{name:<34} {version:<14} {licence}" for name, version, licence in sorted(rows))
    text = _NOTICE.format(version=layout.version, folder=layout.inside.name, table=table)
    (folder / "NOTICE.txt").write_text(text, encoding="utf-8", newline="\n")
    return folder


def _bundled(layout: Layout) -> Iterator[Distribution]:
    """Installed distributions of which at least one file lies in the bundle, or one module in its archive."""
    modules = _frozen_packages(layout)
    for package in sorted(distributions(), key=_key):
        code = [path for path in package.files or () if path.suffix in (".py", ".so", ".pyd")]
        tops = {path.parts[0].removesuffix(".py") for path in code}
        if _key(package) not in ("wanwu", "pyinstaller") and tops & modules:
            yield package


def _frozen_packages(layout: Layout) -> set[str]:
    """Names of top-level modules and folders that the bundle has."""
    modules = (layout.work / "modules.txt").read_text("utf-8").split()
    return {name.partition(".")[0] for name in modules} | {path.name for path in layout.inside.iterdir()}


def _key(package: Distribution) -> str:
    return str(package.metadata["Name"]).lower().replace("-", "_")


def _licence(package: Distribution) -> str:
    """What the package says of itself, on one line."""
    metadata = package.metadata
    classifiers = [line for line in metadata.get_all("Classifier") or () if line.startswith("License ::")]
    named = [*(metadata.get_all("License-Expression") or ()), *(metadata.get_all("License") or ())]
    spoken = str(named[0]) if named else ""
    if not spoken or "\n" in spoken:
        spoken = ", ".join(line.rpartition(" :: ")[2] for line in classifiers) or spoken.partition("\n")[0]
    return spoken


def _metadata(package: Distribution) -> Path:
    return next(Path(str(path.locate())) for path in package.files or () if path.name == "METADATA")


def _copy_texts(package: Distribution, target: Path) -> bool:
    """Copy a distribution's licence texts; whether there were any."""
    target.mkdir(exist_ok=True)
    found = False
    for path in package.files or ():
        is_text = path.suffix not in (".py", ".pyc", ".so", ".h", ".json", ".pyi")
        if is_text and any(name in path.name.lower() for name in _NAMES):
            inner = "_".join(path.parts[1:]).removeprefix("licenses_")
            shutil.copyfile(path.locate(), target / inner)
            found = True
    if not found and _key(package) in _LGPL:
        target.rmdir()
    return found


def _copy_python(target: Path) -> None:
    target.mkdir()
    places = (Path(sysconfig.get_path("stdlib")) / "LICENSE.txt", Path(sys.base_prefix) / "LICENSE.txt",
              Path("/usr/share/doc/python3/copyright"))  # fmt: skip
    text = next((place for place in places if place.is_file()), None)
    if text is None:
        raise SystemExit(f"no licence of Python in {places}")
    shutil.copyfile(text, target / "LICENSE.txt")


def _copy_own(target: Path) -> None:
    """The program's own parts: code and weights, font, icons, sample pictures."""
    target.mkdir()
    for path, name in (
        ("LICENSE", "LICENSE.txt"),
        ("resources/fonts/OFL.txt", "font-OFL.txt"),
        ("resources/icons/lucide/LICENSE", "icons-LICENSE.txt"),
        ("resources/samples/LICENCES.md", "samples-LICENCES.md"),
    ):
        shutil.copyfile(ROOT / path, target / name)


def _copy_system(layout: Layout, folder: Path) -> list[tuple[str, str, str]]:
    """The Debian packages whose libraries PyInstaller took along; their copyright files."""
    rows: dict[str, tuple[str, str, str]] = {}
    for library in sorted(layout.inside.glob("*.so*")):
        if library.is_symlink() or library.name.startswith("libpython"):
            continue
        package = _debian_package(library.name)
        if package is None:
            raise SystemExit(f"no package, and so no licence, is known for {library.name}")
        name, version = package
        target = folder / f"debian-{name}"
        target.mkdir(exist_ok=True)
        shutil.copyfile(f"/usr/share/doc/{name}/copyright", target / "copyright.txt")
        rows[name] = (f"Debian's {name}", version, "see its copyright file")
    return list(rows.values())


def _debian_package(library: str) -> tuple[str, str] | None:
    """(name, version) of the installed package that a library comes from."""
    found = subprocess.run(["dpkg", "-S", f"*/{library}"], capture_output=True, text=True, check=False)
    owner = found.stdout.partition(":")[0]
    if not owner:
        return None
    version = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Version}", owner], capture_output=True, text=True, check=True
    )
    return owner, version.stdout.partition("\n")[0]
