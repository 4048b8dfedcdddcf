"""Importing torch, torchvision and timm: late, quietly, into a process that is set up for it."""

import ctypes
import os
import sys
import warnings
from functools import cache
from importlib import import_module
from types import ModuleType

# How long an idle thread of GNU OpenMP spins before it sleeps. With libgomp's default, one other busy
# process on a two-core machine makes a forward pass 50 times as long; with this it is 3 times, and on an idle
# machine there is no difference (docs/benchmarks.md).
_SPIN_COUNT = "20000"
# glibc gives the memory of a large batch back to the kernel after each run, and the next run waits for it
# page by page: a third of the time at batch 16 (docs/benchmarks.md). `mallopt` parameters of <malloc.h>; the
# price is that the largest batch's memory stays with the process.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_KEEP_BYTES, _HEAP_BYTES = 2**31 - 1, 2**30


@cache
def load_torch() -> ModuleType:
    """Import torch, with TorchScript's deprecation notices kept from users' terminals."""
    # Before the import, as libgomp looks once, when it is loaded; what the user has set stays.
    os.environ.setdefault("GOMP_SPINCOUNT", _SPIN_COUNT)
    os.environ.setdefault("TORCH_CPP_LOG_LEVEL", "ERROR")  # its warnings are for torch's own developers
    _keep_memory()
    import torch

    warnings.filterwarnings("ignore", message=r".*torch\.jit\..*is deprecated", category=DeprecationWarning)
    warnings.filterwarnings(
        "ignore", message=r".*torch\.jit\..*is not supported", category=DeprecationWarning
    )
    return torch


def _keep_memory() -> None:
    """Let glibc's allocator, where that is what this system has, keep what it once got."""
    if not sys.platform.startswith("linux"):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _HEAP_BYTES)
        mallopt(_M_TRIM_THRESHOLD, _KEEP_BYTES)


# torchvision's compiled extension registers these; without it, its Python parts do not import.
_OPERATORS = {
    "nms": "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms": "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
}


@cache
def load_timm() -> ModuleType:
    """Import timm, also where torchvision's extension does not load.

    A CUDA build of it beside a CPU build of torch does not. No model here uses its compiled operators,
    so declaring their schemas is enough.
    """
    torch = load_torch()
    try:
        import_module("torchvision")
    except RuntimeError as error:
        if "torchvision::" not in str(error):
            raise
        for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
            del sys.modules[name]
        for schema in _OPERATORS.values():
            torch.library.define(f"torchvision::{schema.partition('(')[0]}", "(" + schema.partition("(")[2])
    import timm

    return timm
