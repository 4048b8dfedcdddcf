"""Windows: the installer by NSIS, and the portable archive."""

from pathlib import Path

from steps import icons
from steps.archives import write_zip
from steps.layout import PACKAGING, Layout, folder_size, run

_FILES = PACKAGING / "windows"


def installers(layout: Layout, kind: str) -> list[Path]:
    """Write `…-setup.exe` and `….zip`; for CUDA only the latter: NSIS cannot hold so many gigabytes."""
    portable = layout.dist / f"{layout.stem}{kind}.zip"
    write_zip(layout.bundle, portable, layout.epoch)
    if kind:
        return [portable]
    setup = layout.dist / f"{layout.stem}-setup.exe"
    compile_installer(layout, layout.bundle, setup)
    return [setup, portable]


def compile_installer(layout: Layout, bundle: Path, target: Path, compiler_target: str = "") -> None:
    """Run makensis over the files in `bundle`; `compiler_target` is for a compiler with more than one."""
    layout.work.mkdir(parents=True, exist_ok=True)
    icon, side = layout.work / "wanwu.ico", layout.work / "side.bmp"
    icons.write_ico(icon, layout.work)
    icons.write_side(side)
    values = {
        "VERSION": layout.version,
        "SOURCE": bundle,
        "ICON": icon,
        "SIDE": side,
        "SIZE": folder_size(bundle) // 1024,
        "OUT": target,
    }
    if compiler_target:
        values["TARGET"] = compiler_target
    defines = [f"-D{name}={value}" for name, value in values.items()]
    run("makensis", "-V2", "-INPUTCHARSET", "UTF8", *defines, _FILES / "wanwu.nsi", env=layout.environment())


def version_resource(layout: Layout) -> str:
    """What Explorer shows of the programs, in the form that PyInstaller reads."""
    numbers = tuple(int(part) for part in f"{layout.version}.0".split("."))
    text = (_FILES / "version.txt.in").read_text("utf-8")
    return text.replace("@NUMBERS@", str(numbers)).replace("@VERSION@", layout.version)
