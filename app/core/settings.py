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
from app.core.model_card import ModelCard

log = logging.getLogger(__name__)

_VERSION = 2
# Where neither the user nor the model's card says otherwise: docs/certainty.md has the measurement.
CERTAIN_THRESHOLD, GROUP_THRESHOLD = 0.85, 0.6
# Version 1 held every setting, chosen or not, and knew no thresholds of a model.
_FORMER_DEFAULTS = {"certain_threshold": 0.85, "group_threshold": 0.6}


def _choice(default: str, *values: str) -> Any:
    return field(default=default, metadata={"choices": values})


def _number(default: float, low: float, high: float, unchosen: float | None = None) -> Any:
    """A number from `low` to `high`, or `unchosen`."""
    return field(default=default, metadata={"range": (low, high), "unchosen": unchosen})


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user chose. The text for each is in `resources/i18n`, section `setting`.

    Attributes:
        threads: intra-op threads; 0 means one for each core this process may use, at most 8.
        certain_threshold: a label is shown as certain from this probability on; 0 means what the model's
            card says.
        group_threshold: when no label is certain, a group is named from its probability of this on; likewise.
    """

    language: str = _choice("auto", "auto", "zh", "en")
    theme: str = _choice("auto", "auto", "light", "dark")
    model: str = field(default="efficientnet_lite2", metadata={})
    engine: str = _choice("auto", "auto", *ENGINES)
    device: str = _choice("auto", "auto", "cpu", "cuda", "mps")
    threads: int = _number(0, 0, 256)
    top_k: int = _number(5, 1, 10)
    certain_threshold: float = _number(0.0, 0.05, 0.99, unchosen=0)
    group_threshold: float = _number(0.0, 0.05, 0.99, unchosen=0)
    compare: bool = field(default=False, metadata={})
    recursive: bool = field(default=True, metadata={})

    def __post_init__(self) -> None:
        for item in dataclasses.fields(self):
            value = getattr(self, item.name)
            if not _fits(value, item):
                raise SettingsError(ErrorCode.SETTING_INVALID, name=item.name, value=value)


def _fits(value: object, item: "dataclasses.Field[Any]") -> bool:
    # By type and not isinstance: `true` is an int as well.
    kind = type(item.default)
    if kind is float and type(value) is int:
        kind = int
    if type(value) is not kind:
        return False
    if "choices" in item.metadata:
        return value in item.metadata["choices"]
    if "range" in item.metadata:
        low, high = item.metadata["range"]
        return bool(low <= value <= high or value == item.metadata["unchosen"])
    return True


def declared_range(name: str) -> tuple[float, float]:
    """Lowest and highest value of a numeric setting."""
    low, high = Settings.__dataclass_fields__[name].metadata["range"]
    return low, high


def declared_choices(name: str) -> tuple[str, ...]:
    """The values that a setting may take."""
    choices: tuple[str, ...] = Settings.__dataclass_fields__[name].metadata["choices"]
    return choices


def thresholds_for(card: ModelCard, certain: float, group: float) -> tuple[float, float]:
    """The thresholds of a label and a group: the user's, `certain` and `group`, else (0) the card's."""
    own = card.calibration
    return certain or own.certain or CERTAIN_THRESHOLD, group or own.group or GROUP_THRESHOLD


def with_values(settings: Settings, **values: Any) -> Settings:
    """`settings` with some of them changed. Raises SettingsError for an impossible value."""
    return dataclasses.replace(settings, **values)


def _file() -> Path:
    return paths.config_folder() / "settings.json"


def load() -> Settings:
    """The saved settings; an unknown key or impossible value is logged and falls back to its default."""
    return _read() or Settings()


def _read() -> Settings | None:
    """What is in the file; None where there is none that can be read."""
    try:
        saved = read_json(_file())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        log.warning("settings cannot be read, using defaults: %s", error)
        return None
    known = Settings.__dataclass_fields__
    table = saved if isinstance(saved, dict) else {}
    if table.pop("version", 1) == 1:
        table = {name: value for name, value in table.items() if value != _FORMER_DEFAULTS.get(name)}
    good = {key: value for key, value in table.items() if key in known and _fits(value, known[key])}
    for key in table.keys() - good.keys():
        log.warning("setting %r is ignored: unknown name or impossible value", key)
    return Settings(**good)


def save(settings: Settings, before: Settings | None = None) -> None:
    """Write all settings at once; the old file stays whole if the disk is full. Raises OSError.

    Of what is the same as `before`, the settings as they were last saved from here, what is in the file
    stays: another window may have changed it since.
    """
    there = _read() if before is not None else None
    if before is not None and there is not None:
        chosen = dataclasses.asdict(settings).items() - dataclasses.asdict(before).items()
        settings = with_values(there, **dict(chosen))
    table = {"version": _VERSION} | dataclasses.asdict(settings)
    write_atomically(_file(), json.dumps(table, indent=2).encode())
