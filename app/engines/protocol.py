"""What an engine is: a batch of pictures in, named outputs out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from torch import Tensor

    from app.core.results import EngineInfo


@dataclass(frozen=True, slots=True)
class Outputs:
    """What a network says of N pictures, on the CPU.

    Attributes:
        logits: `float32 [N, C]`.
        embedding: what the pictures look like to the network, `float32 [N, D]`; None unless it was asked for
            and the model's card knows of one.
    """

    logits: Tensor
    embedding: Tensor | None = None


class Engine(Protocol):
    """One way of running one model on one device. `run` may be called from several threads at once."""

    info: EngineInfo
    model_sha256: str

    @property
    def is_preparing(self) -> bool:
        """Whether later runs may be faster, since something is being made ready for them."""
        ...

    def warm_up(self, batch_size: int) -> list[float]:
        """Run until later runs are steady; returns the milliseconds of each run, the cold cost."""
        ...

    def run(self, batch: Tensor, *, embedding: bool = False) -> Outputs:
        """The outputs for a batch of pixels, RGB `uint8 [N, h, w, 3]`, with the embedding if it is wanted.

        Returns only when the device is done, so that a clock around it is right. Raises EngineError.
        """
        ...

    def close(self) -> None:
        """Let go of the weights and of device memory."""
        ...
