"""Linux: the `.deb`, its form for `.rpm` systems, and the portable archive."""

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from steps import icons
from steps.archives import write_tar_xz
from steps.freeze import fix_times
from steps.layout import PACKAGING, ROOT, Layout, folder_size, output, run

_FILES = PACKAGING / "linux"
_HOME = Path("usr/lib/wanwu")
# Qt loads them by name, so that nothing is linked against them.
_LOADED = ("libgl1",)
_MAINTAINER = "Wanwu developers <wanwu@users.noreply.github.com>"


def installers(layout: Layout, kind: str) -> list[Path]:
    """Write the `.deb`, the `.tar.xz` and the `.rpm`; for CUDA only the archive."""
    tree = _debian_tree(layout)
    depends = _dependencies(tree, layout.work)
    portable = _portable(layout, kind, depends)
    return [portable] if kind else [_deb(tree, layout, depends), portable, _rpm(_tree(layout, "rpm"), layout)]


def _tree(layout: Layout, name: str) -> Path:
    """The file system of a package, below a folder `name` of its own."""
    tree = layout.work / name
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(layout.bundle, tree / _HOME, symlinks=True)
    share = tree / "usr/share"
    for size in icons.SIZES:
        icons.write_png(share / f"icons/hicolor/{size}x{size}/apps/wanwu.png", size)
    _put(icons.SVG.read_text("utf-8"), share / "icons/hicolor/scalable/apps/wanwu.svg")
    _put(_filled("wanwu.desktop", layout), share / "applications/wanwu.desktop")
    metainfo = "io.github.wanwu.wanwu.metainfo.xml"
    _put(_filled(f"{metainfo}.in", layout), share / "metainfo" / metainfo)
    _put_gz(_filled("wanwu.1.in", layout), share / "man/man1/wanwu.1.gz")
    program = tree / "usr/bin/wanwu"
    program.parent.mkdir(parents=True)
    program.symlink_to("../lib/wanwu/wanwu")
    fix_times(tree, layout.epoch)
    return tree


def _debian_tree(layout: Layout) -> Path:
    tree = _tree(layout, "tree")
    _leave_to_apt(tree / _HOME / "_internal")
    share = tree / "usr/share"
    _put(_filled("copyright", layout), share / "doc/wanwu/copyright")
    _put_gz((ROOT / "CHANGELOG.md").read_text("utf-8"), share / "doc/wanwu/changelog.gz")
    _put_gz(_filled("changelog.in", layout), share / "doc/wanwu/changelog.Debian.gz")
    _put(_filled("lintian-overrides", layout), share / "lintian/overrides/wanwu")
    fix_times(tree, layout.epoch)
    return tree


def _leave_to_apt(inside: Path) -> None:
    """Remove Debian's own libraries, which the bundle has for other systems; apt keeps them up to date."""
    for library in inside.glob("lib*.so*"):
        if not library.is_symlink() and not library.name.startswith("libpython"):
            library.unlink()


def _filled(name: str, layout: Layout) -> str:
    """A file of `packaging/linux` with its version and date."""
    text = (_FILES / name).read_text("utf-8")
    time = datetime.fromtimestamp(layout.epoch, UTC)
    values = {
        "@VERSION@": layout.version,
        "@DATE@": time.date().isoformat(),
        "@TIME@": format_datetime(time),
        "@MAINTAINER@": os.environ.get("WANWU_MAINTAINER", _MAINTAINER),
    }
    for name, value in values.items():
        text = text.replace(name, value)
    return text


def _put(text: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")


def _put_gz(text: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(gzip.compress(text.encode(), mtime=0))


def _dependencies(tree: Path, work: Path) -> str:
    """What the libraries in `tree` need of the system, as Debian packages with versions."""
    inside = tree / _HOME / "_internal"
    libraries = [path for path in sorted(inside.rglob("*.so*")) if "nvidia" not in path.parts]
    programs = [tree / _HOME / "wanwu", *(path for path in libraries if "cuda" not in path.name)]
    folders = sorted({path.parent for path in programs[1:]})
    scratch = work / "shlibdeps"
    (scratch / "debian").mkdir(parents=True, exist_ok=True)
    (scratch / "debian/control").write_text("Source: wanwu\n\nPackage: wanwu\nArchitecture: any\n")
    found = subprocess.run(
        ["dpkg-shlibdeps", "-O", "--ignore-missing-info", "--warnings=0", "-xlibgomp1",  # PyTorch has its own
         *(f"-l{folder}" for folder in folders),
         *(f"-e{path}" for path in programs if path.is_file() and not path.is_symlink())],
        cwd=scratch, check=True, capture_output=True, text=True,
    )  # fmt: skip
    named = found.stdout.strip().partition("=")[2].split(", ")
    return ", ".join(sorted({*named, *_LOADED}))


def _deb(tree: Path, layout: Layout, depends: str) -> Path:
    control = tree / "DEBIAN"
    control.mkdir()
    text = _filled("control.in", layout).replace("@DEPENDS@", depends)
    text = text.replace("@SIZE@", str(-(-folder_size(tree) // 1024)))
    _put(text, control / "control")
    sums = [
        f"{output('md5sum', path).split()[0]}  {path.relative_to(tree)}"
        for path in sorted(tree.rglob("*"))
        if path.is_file() and not path.is_symlink() and control not in path.parents
    ]
    _put("\n".join(sums) + "\n", control / "md5sums")
    fix_times(control, layout.epoch)
    target = layout.dist / f"wanwu_{layout.version}-1_amd64.deb"
    run(
        "dpkg-deb", "--root-owner-group", "-Zxz", "-z6", "--threads-max=2", "--build", tree, target,
        env=layout.environment(),
    )  # fmt: skip
    shutil.rmtree(control)
    return target


def _portable(layout: Layout, kind: str, depends: str) -> Path:
    """The bundle with a start script, its icon and desktop entry beside it."""
    folder = layout.work / "portable" / layout.stem
    shutil.rmtree(folder.parent, ignore_errors=True)
    shutil.copytree(layout.bundle, folder, symlinks=True)
    packages = " ".join(name.split()[0] for name in depends.split(", "))
    script = _filled("start.sh", layout).replace("@PACKAGES@", packages)
    start = folder / "start.sh"
    _put(script.replace("@LIBRARIES@", " ".join(_window_libraries(folder))), start)
    start.chmod(0o755)
    _put(icons.SVG.read_text("utf-8"), folder / "wanwu.svg")
    fix_times(folder, layout.epoch)
    target = layout.dist / f"{layout.stem}{kind}.tar.xz"
    write_tar_xz(folder, target, layout.epoch)
    return target


def _window_libraries(folder: Path) -> list[str]:
    """Names of libraries that the window's plugin needs and the bundle does not have."""
    qt = folder / "_internal/PySide6/Qt"
    files = [qt / "plugins/platforms/libqxcb.so", *sorted((qt / "lib").glob("libQt6*"))]
    bundled = {path.name for path in (folder / "_internal").rglob("*.so*")}
    needed = {line.split()[1] for file in files for line in output("objdump", "-p", file).splitlines()
              if line.strip().startswith("NEEDED")}  # fmt: skip
    basic = ("libc.", "libm.", "libdl.", "libpthread.", "librt.", "ld-linux")
    return sorted(name for name in needed - bundled if not name.startswith(basic))


def _rpm(tree: Path, layout: Layout) -> Path:
    """The same for `.rpm` systems, by nfpm, with all of the bundle's own libraries."""
    target = layout.dist / f"wanwu-{layout.version}-1.x86_64.rpm"
    settings = layout.work / "nfpm.yaml"
    text = _filled("nfpm.yaml", layout).replace("@TREE@", str(tree))
    _put(text.replace("@REQUIRES@", json.dumps(_rpm_requirements(tree / _HOME))), settings)
    words = ("package", "--config", settings, "--packager", "rpm", "--target", target)
    run(Path(sys.executable).with_name("nfpm"), *words, env=layout.environment())
    return target


def _rpm_requirements(home: Path) -> list[str]:
    """Names of libraries, which all `.rpm` systems understand, and the oldest C library that will do."""
    symbols = {
        tuple(map(int, found.split(".")))
        for path in sorted(home.rglob("*.so*"))
        for found in re.findall(r"GLIBC_(\d+\.\d+)", output("objdump", "-p", path))
    }
    glibc = ".".join(map(str, max(symbols)))
    libraries = [f"{name}()(64bit)" for name in _window_libraries(home)]
    return [*libraries, f"libc.so.6(GLIBC_{glibc})(64bit)"]
