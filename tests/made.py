"""Programs and eager's answers, which take minutes to make: kept from one run of the tests for the next.

Only what the very same code, packages and machine have made is used again, and only from a run without
failures. A run works on a copy, which its tests may damage.
"""

import hashlib
import importlib.metadata
import os
import shutil
import tempfile
from pathlib import Path

from app.engines.devices import machine_key

ROOT = Path(__file__).parents[1]
# Folders of a home.
FOLDERS = ("data/models", "cache/parity")
_KEPT = ROOT / ".pytest_cache" / "made"
_ROOMS = ("core", "engines", "images", "labels", "models")
_SOURCES = (*(f"app/{room}" for room in _ROOMS), "models", "resources/labels", "resources/samples")
_PACKAGES = ("torch", "torchvision", "timm", "numpy", "Pillow", "pi-heif", "onnx")
_ENDINGS = (".pt", ".onnx", ".npy")
_VARIABLE = "WANWU_TESTS_MADE"


def take() -> None:
    """Make the copy, for this process and those that it starts."""
    copy = Path(tempfile.mkdtemp(prefix="wanwu-made-"))
    kept = _KEPT / _key()
    for folder in FOLDERS:
        if (kept / folder).is_dir():
            shutil.copytree(kept / folder, copy / folder)
        else:
            (copy / folder).mkdir(parents=True)
    os.environ[_VARIABLE] = str(copy)


def copy_of() -> Path:
    """The copy of this run."""
    return Path(os.environ[_VARIABLE])


def keep() -> None:
    """Keep what this run has made."""
    copy, kept = copy_of(), _KEPT / _key()
    for file in copy.rglob("*"):
        target = kept / file.relative_to(copy)
        if file.suffix in _ENDINGS and not file.name.startswith("partial") and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            partial = target.with_name(f"{os.getpid()}.{target.name}")
            shutil.copyfile(file, partial)
            partial.replace(target)
    for old in _KEPT.glob("*"):
        if old != kept:
            shutil.rmtree(old, ignore_errors=True)


def drop() -> None:
    """Remove the copy."""
    shutil.rmtree(copy_of())


def _key() -> str:
    digest = hashlib.sha256(machine_key().encode())
    for package in _PACKAGES:
        digest.update(f"{package} {importlib.metadata.version(package)}\n".encode())
    for folder in _SOURCES:
        for file in sorted((ROOT / folder).rglob("*")):
            if file.is_file() and file.suffix not in (".pyc", ".pt"):
                digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]
