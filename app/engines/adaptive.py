"""A forward function on as many threads as the machine has left, chosen anew for every run."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from app.engines.threads import set_threads
from app.engines.torch_runtime import load_torch

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from app.engines.factory import EngineRequest
    from app.engines.spare import Spare

    Forward = Callable[[Tensor], object]

log = logging.getLogger(__name__)
# The profiling executor of TorchScript records, then optimises, then settles: the first three runs of every
# new batch size are slow (docs/benchmarks.md). Other engines settle sooner.
WARM_UP_RUNS = 3
# Pictures on a busy machine before a twin is made: it takes as long as some ten of them, and who has only one
# is not to wait for it at the end.
_PATIENCE = 8


def adapted(forward: Forward, request: EngineRequest, twin: Callable[[], Forward] | None = None) -> Forward:
    """`forward` as the request wants it: on all threads, or on as many as the machine has left."""
    return Adaptive(forward, request.spare, request.threads, twin) if request.spare else forward


class Adaptive:
    """Runs `forward` on as many threads as `spare` says, for one thread at a time.

    oneDNN fixes the number of threads of a fused program when it compiles it, in the first runs of a batch
    size: told to use fewer later, it is as slow as before. So each smaller number has a program of its own,
    made by `twin` once the machine is found busy. Its first runs are in a thread of their own, and `forward`
    goes on answering meanwhile. Without `twin`, the function itself takes any number of threads.

    Attributes:
        is_preparing: the last run would have used fewer threads, but what does so is not ready.
    """

    def __init__(
        self, forward: Forward, spare: Spare, threads: int, twin: Callable[[], Forward] | None = None
    ) -> None:
        self.is_preparing = False
        self._forward, self._spare, self._threads, self._twin = forward, spare, threads, twin
        self._twins: dict[int, Forward] = {}
        # The twins that have had their first runs with batches of a shape, and those that never will.
        self._ready: set[tuple[int, tuple[int, ...]]] = set()
        self._failed: set[int] = set()
        self._preparing: threading.Thread | None = None
        self._slow_pictures = 0
        self._closed = False

    def __call__(self, batch: Tensor) -> object:
        threads = self._spare.threads()
        forward = self._fitting(threads, batch) if threads < self._threads else None
        self.is_preparing = threads < self._threads and forward is None and threads not in self._failed
        if forward is None:
            return self._forward(batch)
        set_threads(threads)
        try:
            return forward(batch)
        finally:
            set_threads(self._threads)

    def _fitting(self, threads: int, batch: Tensor) -> Forward | None:
        """What runs such a batch on fewer threads; None while, or since, there is nothing."""
        if self._twin is None:
            return self._forward
        if (threads, tuple(batch.shape)) in self._ready:
            return self._twins[threads]
        self._slow_pictures += len(batch)
        is_at_work = self._preparing is not None and self._preparing.is_alive()
        if self._slow_pictures > _PATIENCE and threads not in self._failed and not is_at_work:
            blank = load_torch().zeros(batch.shape)
            # Not a daemon: Python must not end while it is inside torch.
            self._preparing = threading.Thread(target=self._prepare, args=(threads, blank), name="twin")
            self._preparing.start()
        return None

    def _prepare(self, threads: int, blank: Tensor) -> None:
        set_threads(threads)
        try:
            if self._twin is not None and threads not in self._twins:
                self._twins[threads] = self._twin()
            with load_torch().inference_mode():
                for _ in range(WARM_UP_RUNS):
                    if self._closed:
                        return
                    self._twins[threads](blank)
            self._ready.add((threads, tuple(blank.shape)))
        except Exception:  # the program itself goes on answering
            log.warning("no program for %d threads", threads, exc_info=True)
            self._failed.add(threads)
        finally:
            set_threads(self._threads)  # which threads that begin later take over

    def close(self) -> None:
        """Let go of the twins; waits for one that is on its way to end its run."""
        self._closed = True
        if self._preparing is not None:
            self._preparing.join()
        self._ready.clear()
        self._twins.clear()
