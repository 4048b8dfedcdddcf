"""The machine that figures were measured on."""

import os
import platform
from dataclasses import asdict, dataclass
from pathlib import Path

from app.engines.devices import cpu_name, gpu_names
from app.engines.model_file import torch_version
from app.engines.threads import usable_cores

_FLAGS = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16", "asimd")


@dataclass(frozen=True, slots=True)
class Machine:
    """What matters for a figure; unknown values are empty."""

    cpu: str
    gpus: tuple[str, ...]
    flags: tuple[str, ...]
    cores: int
    governor: str
    system: str
    python: str
    torch: str
    load: float


def describe() -> Machine:
    """This machine, now. Without torch, which must not be loaded in the window's process."""
    return Machine(
        cpu=cpu_name(),
        gpus=gpu_names(),
        flags=tuple(flag for flag in _FLAGS if flag in _read("/proc/cpuinfo").split()),
        cores=usable_cores(),
        governor=_read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor").strip(),
        system=platform.platform(),
        python=platform.python_version(),
        torch=torch_version(),
        load=os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0,
    )


def record() -> dict[str, object]:
    """This machine as plain values."""
    return asdict(describe())


def _read(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError:
        return ""
