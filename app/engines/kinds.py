"""The engines by name: what each runs, where it can, and how far its answers may be from eager's."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import shutil
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from app.core import paths
from app.engines.torch_runtime import load_torch

# Counted up with every change of `architecture`, `layers`, `lowering` or `programs` that makes other programs
# from the same card: program files and verdicts of an earlier recipe are made anew.
RECIPE = 1


class Program(StrEnum):
    """A form of a model, as a file. All are made from the same network (`app.engines.programs`)."""

    SCRIPTED = "scripted"
    TRACED = "traced"
    BFLOAT16 = "bfloat16"
    FLOAT16 = "float16"
    INT8 = "int8"
    ONNX = "onnx"


@dataclass(frozen=True, slots=True)
class EngineKind:
    """One way of running a model.

    Attributes:
        program: the file that it runs; eager and torch.compile make the network of the card anew instead.
        precision: the number type of most of its arithmetic.
        devices: where it can run.
        agreement: the share of check pictures, 0–1, on which its first label must be eager's.
        package: what must be installed besides torch; `extra` is this program's name for it.
        any_program: whether it can run the program in a file from elsewhere; others need the network.
    """

    program: Program = Program.SCRIPTED
    precision: str = "float32"
    devices: tuple[str, ...] = ("cpu", "cuda", "mps")
    agreement: float = 0.99
    package: str = ""
    extra: str = ""
    any_program: bool = False


# torch's other int8 kernels, fbgemm's, have 7 bits for activations and give other answers here.
INT8_KERNELS = "onednn"

_CPU, _CUDA = ("cpu",), ("cuda",)

KINDS = {
    "eager": EngineKind(any_program=True),
    "torchscript": EngineKind(any_program=True),
    "torchscript-trace": EngineKind(Program.TRACED),
    "torchscript-bf16": EngineKind(Program.BFLOAT16, "bfloat16", ("cpu", "cuda")),
    "torchscript-fp16": EngineKind(Program.FLOAT16, "float16", _CUDA),
    "torchscript-int8": EngineKind(Program.INT8, "int8", _CPU, 0.97),
    "torchscript-graph": EngineKind(Program.FLOAT16, "float16", _CUDA),
    "torch-compile": EngineKind(devices=("cpu", "cuda")),
    "onnxruntime": EngineKind(Program.ONNX, devices=_CPU, package="onnxruntime", extra="onnx"),
    "openvino": EngineKind(Program.ONNX, devices=_CPU, package="openvino", extra="openvino"),
    "openvino-bf16": EngineKind(
        Program.ONNX, "bfloat16", _CPU, package="openvino", extra="openvino"
    ),
}  # fmt: skip
ENGINES = tuple(KINDS)


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
