"""What the systems show of the program, made before it is frozen: its icon's file, its version resource."""

import sys

from steps import icons
from steps.layout import Layout
from steps.windows import version_resource


def write_identity(layout: Layout) -> None:
    """Write the files that `wanwu.spec` names on this system."""
    layout.work.mkdir(parents=True, exist_ok=True)
    if sys.platform == "win32":
        icons.write_ico(layout.work / "wanwu.ico", layout.work)
        (layout.work / "version.txt").write_text(version_resource(layout), encoding="utf-8")
    elif sys.platform == "darwin":
        icons.write_icns(layout.work / "wanwu.icns", layout.work)
