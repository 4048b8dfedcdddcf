"""Which engine is the fastest here, as it was measured once for each machine, model and version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.core import files, paths
from app.core.engine_kinds import STANDARD
from app.core.model_card import load_card
from app.engines.availability import package_version
from app.engines.devices import machine_key
from app.models.building import fingerprint
from app.models.library import is_file

if TYPE_CHECKING:
    from pathlib import Path

    from app.engines.selection import EnginesKey

# In the order in which they are tried, the likeliest winners first. Not here: torch.compile, which compiles
# for longer than all others take together; int8, which calibrates as long; the traced program, as fast as the
# scripted one.
CANDIDATES = (
    "torchscript-graph", "torchscript-bf16", "openvino-bf16", "torchscript-fp16", "openvino", "onnxruntime",
    "torchscript",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """The engine to use, and the milliseconds a picture of all that were measured."""

    engine: str
    medians_ms: tuple[tuple[str, float], ...]


def remembered(key: EnginesKey) -> Choice | None:
    """The choice made here earlier for this model, device and number of threads. Without torch.

    For a file from elsewhere there is no choice: only the standard engine runs it fast.
    """
    if is_file(key.model):
        return Choice(STANDARD, ())
    found = files.read_kept(_file()).get(_name(key), {})
    try:
        choice = Choice(found["engine"], tuple((name, float(ms)) for name, ms in found["medians_ms"]))
        return choice if choice.engine in CANDIDATES else None
    except (TypeError, KeyError, ValueError):
        return None


def _name(key: EnginesKey) -> str:
    versions = "+".join(dict.fromkeys(package_version(name) for name in CANDIDATES))
    model = fingerprint(load_card(key.model))
    return "/".join((machine_key(), key.model, model, versions, key.device, str(key.threads)))


def _file() -> Path:
    return paths.data_folder() / "choices.json"


def keep(key: EnginesKey, choice: Choice) -> None:
    """Remember a choice."""
    files.keep(_file(), _name(key), {"engine": choice.engine, "medians_ms": choice.medians_ms})
