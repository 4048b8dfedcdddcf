"""Where things are: resources, cards, the user's folders. The only file that knows about freezing."""

import os
import sys
from pathlib import Path

from platformdirs import PlatformDirs

# The package.
_HERE = Path(__file__).resolve().parents[1]


def is_frozen() -> bool:
    """Whether this is a PyInstaller bundle."""
    return bool(getattr(sys, "frozen", False))


def _shipped() -> Path:
    """The folder that holds `resources` and `models`: bundle, checkout or installed package."""
    if is_frozen():
        return Path(getattr(sys, "_MEIPASS", _HERE.parent))
    checkout = _HERE.parent
    return checkout if (checkout / "resources" / "labels").is_dir() else _HERE / "shipped"


def resource(*parts: str) -> Path:
    """A read-only file or folder below `resources/`."""
    return _shipped().joinpath("resources", *parts)


def licences() -> Path | None:
    """The licences of everything in an installed program, or the file of the program's own; None without."""
    if is_frozen():
        return Path(sys.executable).resolve().parent / "licences"
    file = _HERE.parent / "LICENSE"
    return file if file.exists() else None


def cards_folder() -> Path:
    """The folder with one sub-folder a model: its card and, in installers, its ready-made file."""
    return _shipped() / "models"


def _user_folder(name: str) -> Path:
    home = os.environ.get("WANWU_HOME")
    if home:
        return Path(home) / name
    dirs = PlatformDirs("wanwu", appauthor=False)
    folders = {
        "config": dirs.user_config_path,
        "data": dirs.user_data_path,
        "cache": dirs.user_cache_path,
        "logs": dirs.user_log_path,
    }
    return folders[name]


def config_folder() -> Path:
    """Settings. `WANWU_HOME` moves this and the three below into one folder."""
    return _user_folder("config")


def data_folder() -> Path:
    """What must survive: built models."""
    return _user_folder("data")


def cache_folder() -> Path:
    """What may be deleted at any time: pasted pictures."""
    return _user_folder("cache")


def log_folder() -> Path:
    """Log files."""
    return _user_folder("logs")
