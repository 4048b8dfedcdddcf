"""Which devices can compute here, proven by computing on them, and why the others cannot."""

from __future__ import annotations

import platform
import sys
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from app.core.errors import EngineError, ErrorCode
from app.engines.threads import usable_cores
from app.engines.torch_runtime import load_torch

if TYPE_CHECKING:
    from torch import Tensor

DEVICES = ("cpu", "cuda", "mps")


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    """A device and whether it works; `reason` is a key of `resources/i18n`, section `reason`."""

    name: str
    works: bool
    description: str
    reason: str | None
    detail: str = ""
    convolution_ms: float | None = None


@cache
def probe(name: str) -> DeviceStatus:
    """Run a real convolution on a device; the answer holds for the life of the process."""
    reason = _absent(name)
    if reason:
        return DeviceStatus(name, False, "", reason)
    try:
        milliseconds = _convolve(name)
    except RuntimeError as error:
        return DeviceStatus(name, False, _describe(name), "convolution_failed", str(error).partition("\n")[0])
    return DeviceStatus(name, True, _describe(name), None, convolution_ms=milliseconds)


def _absent(name: str) -> str | None:
    torch = load_torch()
    if name == "cuda":
        if torch.version.cuda is None:
            return "torch_without_cuda"
        return None if torch.cuda.is_available() else "no_cuda_device"
    if name == "mps":
        if not torch.backends.mps.is_built():
            return "torch_without_mps"
        return None if torch.backends.mps.is_available() else "no_mps_device"
    return None


def _convolve(name: str) -> float:
    """Compare a convolution with known values, then time it once warm; RuntimeError if it is wrong."""
    torch = load_torch()
    pictures = torch.ones(4, 8, 32, 32, device=name)
    kernel = torch.ones(8, 8, 3, 3, device=name)
    with torch.inference_mode():
        result = torch.nn.functional.conv2d(pictures, kernel)
        if not bool((result.cpu() == 72).all()):  # 8 channels × 3 × 3 ones
            raise RuntimeError("a convolution gave wrong values")
        start = time.perf_counter_ns()
        torch.nn.functional.conv2d(pictures, kernel)
        synchronise(name)
    return (time.perf_counter_ns() - start) / 1e6


def _describe(name: str) -> str:
    torch = load_torch()
    if name == "cuda":
        return str(torch.cuda.get_device_name())
    return "Apple GPU" if name == "mps" else cpu_name()


def machine_key() -> str:
    """What decides which engine is fastest here, besides the model: processor, cores, GPUs. Without torch."""
    return ", ".join((cpu_name(), f"{usable_cores()} cores", *gpu_names()))


def gpu_names() -> tuple[str, ...]:
    """NVIDIA's devices as its driver names them on Linux. Without torch."""
    return tuple(
        line.partition(":")[2].strip()
        for file in sorted(Path("/proc/driver/nvidia/gpus").glob("*/information"))
        for line in file.read_text().splitlines()
        if line.startswith("Model:")
    )


@cache
def cpu_name() -> str:
    """The processor as its maker calls it."""

    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def resolve(wanted: str) -> str:
    """The device for a setting: `auto` takes the first of CUDA, MPS, CPU that works.

    Raises EngineError `device_unavailable` with the reason for any other device that does not.
    """
    if wanted == "auto":
        return next(name for name in ("cuda", "mps", "cpu") if name == "cpu" or probe(name).works)
    status = probe(wanted)
    if not status.works:
        raise EngineError(
            ErrorCode.DEVICE_UNAVAILABLE, device=wanted, reason=status.reason, detail=status.detail
        )
    return wanted


def send(batch: Tensor, device: str) -> Tensor:
    """`batch` on a device, there when this returns."""
    sent = batch.to(device)
    synchronise(device)
    return sent


def synchronise(device: str) -> None:
    """Wait until a device has done all that it was given."""
    torch = load_torch()
    if device == "cuda":
        torch.cuda.synchronize()
    elif device == "mps":
        torch.mps.synchronize()


def peak_memory(device: str) -> tuple[int, int]:
    """Bytes: the most resident memory that this process has had, and device memory that torch has had."""
    on_device = load_torch().cuda.max_memory_allocated() if device == "cuda" else 0
    return _peak_resident(), on_device


def _peak_resident() -> int:
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset)
    try:  # Linux's getrusage counts what the parent had before this process began
        status = Path("/proc/self/status").read_text()
    except OSError:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # bytes on macOS
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))
