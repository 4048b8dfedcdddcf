"""macOS: the `.app` in a disk image; signed and notarised where the maintainer's keys are."""

import os
import shutil
from pathlib import Path

from steps.layout import PACKAGING, Layout, run

_FILES = PACKAGING / "macos"


def installers(layout: Layout, kind: str) -> list[Path]:
    """Write the `.dmg`; its path. With MACOS_IDENTITY in the environment, the program is signed first."""
    app = layout.bundle.parent / "Wanwu.app"
    shutil.copytree(layout.bundle / "licences", app / "Contents/Resources/licences", dirs_exist_ok=True)
    identity = os.environ.get("MACOS_IDENTITY")
    if identity:
        _sign(app, identity)
    target = layout.dist / f"{layout.stem}{kind}.dmg"
    run(
        "dmgbuild", "-s", _FILES / "dmg_settings.py", "-D", f"app={app}", "万物识别", target,
        env=layout.environment(),
    )  # fmt: skip
    if identity and os.environ.get("MACOS_NOTARY_PROFILE"):
        run("sh", _FILES / "notarise.sh", target)
    return [target]


def _sign(app: Path, identity: str) -> None:
    """From the inside out: Apple refuses `--deep` for programs that have libraries in odd places."""
    entitlements = _FILES / "entitlements.plist"
    libraries = [path for pattern in ("*.so", "*.dylib") for path in sorted(app.rglob(pattern))]
    for path in [*libraries, app]:
        if not path.is_symlink():
            run(
                "codesign", "--force", "--timestamp", "--options", "runtime",
                "--entitlements", entitlements, "--sign", identity, path,
            )  # fmt: skip
    run("codesign", "--verify", "--strict", app)
