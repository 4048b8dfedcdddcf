"""Every setting, declared once: key, type, default, allowed values. Kept as JSON in the config folder."""

import dataclasses
import json
import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.core import paths
from app.core.engine_kinds import ENGINES
from app.core.errors import ErrorCode, SettingsError
from app.core.files import read_json, write_atomically

log = logging.getLogger(__name__)


def _choice(default: str, *values: str) -> Any:
    return field(default=default, metadata={"choices": values})


def _number(default: float, low: float, high: float) -> Any:
    return field(default=default, metadata={"range": (low, high)})


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user chose. The text for each is in `resources/i18n`, section `setting`.

    Attributes:
        threads: intra-op threads; 0 means one for each core this process may use, at most 8.
        certain_threshold: a label is shown as certain from this probability on.
        group_threshold: when no label is certain, a group is named from its probability of this on.
    """

    language: str = _choice("auto", "auto", "zh", "en")
    theme: str = _choice("auto", "auto", "light", "dark")
    model: str = field(default="efficientnet_lite2", metadata={})
    engine: str = _choice("torchscript", "auto", *ENGINES)
    device: str = _choice("auto", "auto", "cpu", "cuda", "mps")
    threads: int = _number(0, 0, 256)
    top_k: int = _number(5, 1, 10)
    certain_threshold: float = _number(0.85, 0.05, 0.99)
    group_threshold: float = _number(0.6, 0.05, 0.99)
    compare: bool = field(default=False, metadata={})
    recursive: bool = field(default=True, metadata={})

    def __post_init__(self) -> None:
        for item in dataclasses.fields(self):
            value = getattr(self, item.name)
            if not _fits(value, item):
                raise SettingsError(ErrorCode.SETTING_INVALID, name=item.name, value=value)


def _fits(value: object, item: "dataclasses.Field[Any]") -> bool:
    kind = type(item.default)
    if kind is float and type(value) is int:
        kind = int
    if type(value) is not kind:
        return False
    if "choices" in item.metadata:
        return value in item.metadata["choices"]
    if "range" in item.metadata:
        low, high = item.metadata["range"]
        return bool(low <= value <= high)
    return True


def declared_range(name: str) -> tuple[float, float]:
    """Lowest and highest value of a numeric setting."""
    low, high = Settings.__dataclass_fields__[name].metadata["range"]
    return low, high


def declared_choices(name: str) -> tuple[str, ...]:
    """The values that a setting may take."""
    choices: tuple[str, ...] = Settings.__dataclass_fields__[name].metadata["choices"]
    return choices


def with_values(settings: Settings, **values: Any) -> Settings:
    """`settings` with some of them changed. Raises SettingsError for an impossible value."""
    return dataclasses.replace(settings, **values)


def _file() -> Path:
    return paths.config_folder() / "settings.json"


def load() -> Settings:
    """The saved settings; an unknown key or impossible value is logged and falls back to its default."""
    try:
        saved = read_json(_file())
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError) as error:
        log.warning("settings cannot be read, using defaults: %s", error)
        return Settings()
    known = Settings.__dataclass_fields__
    table = saved if isinstance(saved, dict) else {}
    good = {key: value for key, value in table.items() if key in known and _fits(value, known[key])}
    for key in table.keys() - good.keys():
        log.warning("setting %r is ignored: unknown name or impossible value", key)
    return Settings(**good)


def save(settings: Settings) -> None:
    """Write all settings at once; the old file stays whole if the disk is full. Raises OSError."""
    write_atomically(_file(), json.dumps(dataclasses.asdict(settings), indent=2).encode())
