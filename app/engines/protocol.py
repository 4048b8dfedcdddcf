"""What an engine is: a batch of pictures in, logits out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from torch import Tensor

    from app.core.results import EngineInfo


class Engine(Protocol):
    """One way of running one model on one device. `scores` may be called from several threads at once."""

    info: EngineInfo
    model_sha256: str

    def warm_up(self, batch_size: int) -> list[float]:
        """Run until later runs are steady; returns the milliseconds of each run, the cold cost."""
        ...

    def scores(self, batch: Tensor) -> Tensor:
        """Logits `float32 [N, C]` on the CPU of a batch `float32 [N, 3, S, S]` from the CPU.

        Returns only when the device is done, so that a clock around it is right. Raises EngineError.
        """
        ...

    def close(self) -> None:
        """Let go of the weights and of device memory."""
        ...
