"""The disk image, for dmgbuild: the program, and the folder to drag it into."""

# dmgbuild runs this file with `defines`, and reads the names that it leaves behind.
from pathlib import Path
from typing import Any

defines: dict[str, Any] = globals().get("defines", {})
application = Path(defines.get("app", "Wanwu.app"))

format = "ULMO"  # LZMA: the smallest, for macOS 10.15 and newer
filesystem = "APFS"
files = [str(application)]
symlinks = {"Applications": "/Applications"}
icon_locations = {application.name: (150, 160), "Applications": (450, 160)}
window_rect = ((200, 200), (600, 360))
default_view = "icon-view"
icon_size = 112
