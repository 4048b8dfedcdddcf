"""`wanwu doctor`: what this machine can run, proven by running it."""

import argparse
import platform
import time
from dataclasses import replace
from importlib import metadata

from app import __version__
from app.core import paths, settings
from app.core.engine_kinds import ENGINES, KINDS, Program
from app.core.errors import ModelError, WanwuError
from app.core.language_in_use import tr
from app.core.model_card import load_card, model_ids
from app.core.printable import printable
from app.engines.availability import why_not
from app.engines.devices import DEVICES, DeviceStatus, probe
from app.engines.threads import resolve_threads, usable_cores
from app.export.json_text import json_text
from app.labels import label_in
from app.models.building import ready_file
from app.recognition.predictor import Options, Predictor

# Without these two there is nothing to work with; any other engine may be missing here.
_NEEDED = ("eager", "torchscript")
_PACKAGES = ("torch", "torchvision", "timm", "Pillow", "pi-heif", "numpy", "PySide6-Essentials")


def run(arguments: argparse.Namespace) -> int:
    """Print the findings; 0 when the default model runs with Eager and TorchScript on all working devices."""
    devices = [probe(name) for name in DEVICES]
    engines = [_try_engine(name, device.name) for device in devices if device.works for name in ENGINES]
    record = {
        "wanwu": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "packages": {name: _version(name) for name in _PACKAGES},
        "cores": usable_cores(),
        "threads": resolve_threads(0),
        "devices": [_device(status) for status in devices],
        "engines": engines,
        "models": {name: _place(name) for name in model_ids()},
        "folders": {"config": str(paths.config_folder()), "data": str(paths.data_folder()),
                    "cache": str(paths.cache_folder()), "logs": str(paths.log_folder())},
    }  # fmt: skip
    print(json_text(record, indent=2) if arguments.json else _text(record))
    return int(not all(engine["works"] for engine in engines if engine["name"] in _NEEDED))


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _place(model: str) -> str | None:
    """Where a model's program is; None when it is not built yet. Of one that cannot be used, why."""
    try:
        file = ready_file(load_card(model))
    except ModelError as error:
        return tr.describe(error)
    return str(file) if file else None


def _device(status: DeviceStatus) -> dict[str, object]:
    reason = status.reason and tr(f"reason.{status.reason}", detail=status.detail)
    milliseconds = status.convolution_ms and round(status.convolution_ms, 3)
    return {"name": status.name, "works": status.works, "description": status.description,
            "convolution_ms": milliseconds, "reason": reason}  # fmt: skip


def _try_engine(name: str, device: str) -> dict[str, object]:
    """Recognise a sample picture; `cold_ms` is loading and warming up, `inference_ms` one run after it.

    `works` is None for what could be tried, but would take very long.
    """
    obstacle = why_not(name, device)
    if obstacle is None and _is_slow(name):
        return {"name": name, "device": device, "works": None, "reason": None}
    predictor = Predictor()
    picture = sorted(paths.resource("samples").glob("*.jpg"))[0]
    record: dict[str, object] = {"name": name, "device": device, "works": False}
    start = time.perf_counter()
    try:
        options = Options.of(replace(settings.Settings(), device=device, engine=name))
        predictor.prepare(options)
        cold = time.perf_counter() - start
        answer = predictor.recognize(picture, options)
    except WanwuError as error:
        return record | {"reason": tr.describe(error)}
    if answer.fallback is not None:
        return record | {"reason": tr.error(answer.fallback.code, answer.fallback.facts)}
    return record | {
        "works": True,
        "cold_ms": round(cold * 1000),
        "inference_ms": round(answer.timings.inference, 2),
        "label": label_in(tr.language, answer.predictions[0]),
    }


def _is_slow(name: str) -> bool:
    """Whether an engine would first have to compile or to calibrate for about 20 seconds."""
    uncalibrated = KINDS[name].program is Program.INT8 and not ready_file(
        load_card(settings.Settings().model), Program.INT8
    )
    return name == "torch-compile" or uncalibrated


def _text(record: object, indent: int = 0) -> str:
    """Nested values as indented lines, `name: value`."""
    pad = "  " * indent
    if isinstance(record, dict):
        return "\n".join(_entry(pad, str(key), value, indent) for key, value in record.items())
    if isinstance(record, list):
        return "\n".join(f"{pad}- {_text(item, indent + 1).lstrip()}" for item in record)
    return f"{pad}{printable(str(record))}"


def _entry(pad: str, key: str, value: object, indent: int) -> str:
    if isinstance(value, dict | list):
        return f"{pad}{key}:\n{_text(value, indent + 1)}"
    return f"{pad}{key}: {'—' if value is None else printable(str(value))}"
