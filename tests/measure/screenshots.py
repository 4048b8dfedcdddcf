"""Take the pictures of the documentation: `python -m tests.measure.screenshots FOLDER`.

Each is the real window on a real X server, with a picture really dragged onto it from another program.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image

from app import paths
from app.settings import Settings, with_values
from tests.ui.desktop import Desktop, wait_until

_SHOTS: dict[str, dict[str, object]] = {
    "recognise-light": {"theme": "light"},
    "recognise-dark": {"theme": "dark"},
    "compare-light": {"theme": "light", "compare": True},
    "compare-dark": {"theme": "dark", "compare": True},
    "english": {"language": "en"},
}
_WINDOW = (128, 28, 1312, 864)


def take(target: Path, values: dict[str, object]) -> None:
    """Drag the panda, paste the cat, drag a broken file; one picture of each, and one of the settings."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        settings = with_values(Settings(language="zh"), **values)
        _write_settings(home, settings)
        with Desktop(home) as desktop:
            desktop.open_program()
            _save(desktop, target, "empty")
            desktop.drag_from_other_program(paths.resource("samples", "panda.jpg"))
            _wait_for(desktop, "giant panda")
            _save(desktop, target, "dropped")
            desktop.put_picture_on_clipboard(paths.resource("samples", "cat.jpg"))
            desktop.key("ctrl+v")
            _wait_for(desktop, "lynx")
            _save(desktop, target, "pasted")
            desktop.drag_from_other_program(_broken(home))
            _wait_for(desktop, "truncated")
            _save(desktop, target, "broken")
            desktop.key("ctrl+comma")
            _save(desktop, target, "settings")


def _write_settings(home: Path, settings: Settings) -> None:
    from dataclasses import asdict

    folder = home / "config"
    folder.mkdir(parents=True)
    (folder / "settings.json").write_text(json.dumps(asdict(settings)), "utf-8")


def _broken(home: Path) -> Path:
    file = home / "下载了一半.jpg"
    file.write_bytes(paths.resource("samples", "panda.jpg").read_bytes()[:40_000])
    return file


def _wait_for(desktop: Desktop, expected: str) -> None:
    def copied() -> bool:
        desktop.key("ctrl+shift+c")
        return expected in desktop.clipboard()

    wait_until(copied, expected)


def _save(desktop: Desktop, target: Path, name: str) -> None:
    desktop.tool("mousemove", "1430", "890")
    time.sleep(1)
    image: Image.Image = desktop.screenshot().crop(_WINDOW)
    image.quantize(256, dither=Image.Dither.NONE).save(
        target.parent / f"{target.name}-{name}.png", optimize=True
    )


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for shot_name in sys.argv[2:] or _SHOTS:
        take(folder / shot_name, _SHOTS[shot_name])
