"""How many threads one forward pass uses."""

import os

from app.engines.torch_runtime import load_torch

# Beyond this, a network of this size gains nothing on one picture and the desktop feels it.
_MOST = 8


def usable_cores() -> int:
    """Cores that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def resolve_threads(setting: int) -> int:
    """Intra-op threads for a setting; 0 means one for each usable core, at most 8."""
    return setting or min(usable_cores(), _MOST)


def set_threads(count: int) -> None:
    """Set the calling thread's number of intra-op threads."""
    load_torch().set_num_threads(count)
