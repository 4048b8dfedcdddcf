"""Whether an engine can run here, told before anything is loaded."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import shutil
from dataclasses import dataclass
from functools import cache

from app.core import paths
from app.core.engine_kinds import KINDS, Program
from app.engines.torch_runtime import load_torch

# torch's other int8 kernels, fbgemm's, have 7 bits for activations and give other answers here.
INT8_KERNELS = "onednn"


@cache
def package_version(name: str) -> str:
    """What the engine `name` needs besides torch, and its installed version; empty for nothing."""
    package = KINDS[name].package
    try:
        return f"{package} {importlib.metadata.version(package)}" if package else ""
    except importlib.metadata.PackageNotFoundError:
        return package


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Why an engine cannot run here: a key of `resources/i18n`, section `reason`, and its detail."""

    reason: str
    detail: str = ""


def why_not(name: str, device: str) -> Unavailable | None:
    """What this machine lacks for the engine `name` on a working `device`; None when it may be tried."""
    kind = KINDS[name]
    if device not in kind.devices:
        return Unavailable("needs_device", " / ".join(each.upper() for each in kind.devices))
    if kind.package and importlib.util.find_spec(kind.package) is None:
        return Unavailable("not_installed", kind.extra)
    if kind.precision == "bfloat16" and not _computes_bfloat16(device):
        return Unavailable("no_bfloat16")
    if kind.program is Program.INT8 and INT8_KERNELS not in load_torch().backends.quantized.supported_engines:
        return Unavailable("no_int8")
    if name == "torch-compile":
        return _why_not_compile(device)
    return None


def _computes_bfloat16(device: str) -> bool:
    torch = load_torch()
    if device == "cuda":
        return bool(torch.cuda.is_bf16_supported())
    supported = getattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", None)
    return supported is not None and bool(supported())


def _why_not_compile(device: str) -> Unavailable | None:
    if paths.is_frozen():
        return Unavailable("frozen")
    compilers = [os.environ.get("CXX", ""), "g++", "clang++", "c++", "cl"]
    if device == "cpu" and not any(shutil.which(compiler) for compiler in compilers if compiler):
        return Unavailable("no_compiler")
    return None
