"""Take the pictures of the documentation: `python -m tests.measure.screenshots FOLDER`.

Each is the real window on a real X server, with a picture really dragged onto it from another program.
"""

import json
import random
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from PIL import Image

from app.core import paths
from app.core.settings import Settings, with_values
from tests.ui.batch_path import BatchPath
from tests.ui.desktop import Desktop, wait_until

_LONGEST_RUN_S = 300
_INTO_THE_ROUNDS_S = 55
_PARTS = 500
_BATCH_MOMENTS = {
    "light": ("running", "list", "filtered", "sort", "sortings", "grid", "charts"),
    "dark": ("filtered", "grid", "charts"),
}


@dataclass(frozen=True, slots=True)
class Series:
    """One start of the program with `values` as settings, and which moments are kept under which name."""

    values: dict[str, object]
    kept: dict[str, str]


_SERIES = (
    Series(
        {"theme": "light"},
        {
            "empty": "empty",
            "dropped": "recognise-light",
            "pasted": "pasted-light",
            "broken": "broken",
            "settings": "settings",
        },
    ),
    Series({"theme": "dark"}, {"dropped": "recognise-dark", "pasted": "pasted-dark"}),
    Series({"theme": "light", "compare": True}, {"dropped": "compare"}),
    Series({"theme": "dark", "language": "en"}, {"pasted": "english"}),
)


def take(folder: Path, series: Series) -> None:
    """Drag the panda, paste the cat, drag a broken file, open the settings."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        _write_settings(home, with_values(Settings(language="zh"), **series.values))
        with Desktop(home) as desktop:
            desktop.open_program()
            _save(desktop, folder, series, "empty")
            desktop.drag_from_other_program(paths.resource("samples", "panda.jpg"))
            _wait_for(desktop, "giant panda")
            _save(desktop, folder, series, "dropped")
            desktop.put_picture_on_clipboard(paths.resource("samples", "cat.jpg"))
            desktop.key("ctrl+v")
            _wait_for(desktop, "lynx")
            _save(desktop, folder, series, "pasted")
            desktop.drag_from_other_program(_broken(home))
            _wait_for(desktop, "truncated")
            _save(desktop, folder, series, "broken")
            desktop.key("ctrl+comma")
            _save(desktop, folder, series, "settings")


def take_performance(folder: Path, theme: str) -> None:
    """Measure with the default choices, which takes a minute and a half, and show what came out."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        _write_settings(home, with_values(Settings(language="zh"), theme=theme))
        with Desktop(home) as desktop:
            desktop.open_program()
            desktop.key("ctrl+3")
            time.sleep(5)
            desktop.key("space")
            time.sleep(_INTO_THE_ROUNDS_S)
            whole = Series({}, {moment: f"performance-{moment}-{theme}" for moment in ("running", "table")})
            whole.kept["top"] = f"performance-{theme}"
            _save(desktop, folder, whole, "running")
            end = time.monotonic() + _LONGEST_RUN_S
            while time.monotonic() < end and not list((home / "data" / "benchmarks").glob("*.json")):
                time.sleep(1)
            time.sleep(1)
            _save(desktop, folder, whole, "top")
            for _ in range(30):
                desktop.tool("mousemove", "700", "600", "click", "5")
            _save(desktop, folder, whole, "table")


def take_batch(folder: Path, theme: str) -> None:
    """Walk a user's path through a folder of parts of the samples."""
    with tempfile.TemporaryDirectory() as name:
        home, pictures = Path(name) / "home", Path(name) / "photos"
        _write_settings(home, with_values(Settings(language="zh"), theme=theme))
        _cut_samples(pictures, _PARTS)
        with Desktop(home) as desktop:
            kept = {moment: f"batch-{moment}-{theme}" for moment in _BATCH_MOMENTS[theme]}
            user = BatchPath(desktop, home, lambda moment: _save(desktop, folder, Series({}, kept), moment))
            user.drop_pause_and_kill(pictures)
            user.look_around()
            user.choose_group(("动物", "哺乳动物", "家猫"))
            user.export(Path(name) / "cats.xlsx")
            user.sort(Path(name) / "sorted")
            user.undo()


def _cut_samples(folder: Path, count: int) -> None:
    """Fill a folder with parts of the samples: other pictures with a free licence are not in the project."""
    folder.mkdir()
    dice = random.Random(0)
    for number in range(count):
        with Image.open(
            paths.resource("samples", f"{dice.choice(('cat', 'coffee', 'panda'))}.jpg")
        ) as sample:
            width, height = sample.size
            side = dice.uniform(0.35, 1) * min(width, height)
            left, top = dice.uniform(0, width - side), dice.uniform(0, height - side)
            part = sample.crop((round(left), round(top), round(left + side), round(top + side)))
            part.save(folder / f"IMG_{number:04}.jpg", quality=90)
    (folder / "IMG_0007.jpg").write_bytes(b"\xff\xd8\xff")


def _write_settings(home: Path, settings: Settings) -> None:
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
    for key in ("F6", "Escape"):  # the notice that something was copied
        desktop.key(key)


def _save(desktop: Desktop, folder: Path, series: Series, moment: str) -> None:
    if moment in series.kept:
        desktop.tool("mousemove", "1430", "890")
        time.sleep(1)
        shot = desktop.screenshot().convert("RGB")
        shot.crop(shot.getbbox()).save(
            folder / f"{series.kept[moment]}.png", optimize=True
        )  # all else is black


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    for each in _SERIES:
        take(target, each)
    for each_theme in ("light", "dark"):
        take_performance(target, each_theme)
        take_batch(target, each_theme)
