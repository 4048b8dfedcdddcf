"""The one engine class: a forward function with warm-up, errors with codes, and an end."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, TypeVar

from app.core.engine_kinds import KINDS
from app.core.errors import EngineError, ErrorCode, ModelError
from app.core.results import EngineInfo
from app.engines.adaptive import WARM_UP_RUNS, Adaptive
from app.engines.devices import synchronise
from app.engines.outputs import activation_of, logits_of_probabilities, named, rows_of
from app.engines.preprocess import Normalise
from app.engines.protocol import Outputs
from app.engines.torch_runtime import load_torch

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Generator, Tensor, nn

    from app.core.model_card import InputSpec
    from app.engines.factory import EngineRequest

    Forward = Callable[[Tensor], object]

Module = TypeVar("Module", bound="nn.Module")

_NAMES_ERROR = re.compile(r"[\w.]*(Error|Exception): ")
_MOST_DETAIL = 300


class ForwardEngine:
    """Runs `forward`, which takes a batch on its device, normalised, `float32 [N, 3, h, w]`, channels_last,
    and should return outputs on any device: one tensor, or as many as the card names. One that `takes_pixels`
    gets them as they are.

    Attributes:
        info: who computes.
        model_sha256: which model really computes.
    """

    def __init__(
        self,
        name: str,
        request: EngineRequest,
        forward: Forward,
        model_sha256: str,
        *,
        takes_pixels: bool = False,
    ) -> None:
        """Raises ModelError `model_weights_differ` unless what would run is the model that was asked for."""
        if model_sha256 != request.model_sha256:
            raise ModelError(ErrorCode.MODEL_WEIGHTS_DIFFER, engine=name, model=request.card.id)
        precision = KINDS[name].precision
        self.model_sha256 = model_sha256
        self.info = EngineInfo(name, request.device, precision, request.threads, request.card.id)
        self._forward: Forward | None = forward
        self._input, self._outputs, self._labels = request.card.input, request.card.outputs, request.outputs
        self._activated = self._outputs.activation if self._outputs.applied else ""
        self._normalise = None if takes_pixels else Normalise(self._input, request.device)

    def warm_up(self, batch_size: int) -> list[float]:
        """Milliseconds of each of the slow first runs over a blank batch."""
        torch, spec = load_torch(), self._input
        blank = torch.zeros(batch_size, spec.height, spec.width, 3, dtype=torch.uint8)
        times = []
        for _ in range(WARM_UP_RUNS):
            start = time.perf_counter_ns()
            self.run(blank)
            times.append((time.perf_counter_ns() - start) / 1e6)
        return times

    def look_for_probabilities(self, activation: str) -> None:
        """Find out whether the network has applied its activation itself, which nobody has said.

        Taken for logits, probabilities would never be certain. The pictures are noise, blocks of strong
        colours and single colours: what has few outputs may look like probabilities on some of them.
        """
        torch, spec = load_torch(), self._input
        chance = torch.Generator().manual_seed(0)
        shape = 1, spec.height, spec.width, 3
        noise = [torch.randint(0, 256, shape, generator=chance) for _ in range(3)]
        blocks = [_blocks(side, spec, chance) for side in (1, 8, 32, 128)]
        levels = torch.cartesian_prod(*[torch.tensor([0, 128, 255])] * 3)
        pictures = [*noise, *blocks, *(colour.expand(shape) for colour in levels)]
        rows = torch.cat([self.run(picture.to(torch.uint8)).logits for picture in pictures])
        self._activated = activation if activation_of(rows, activation) else ""

    def run(self, batch: Tensor, *, embedding: bool = False) -> Outputs:
        """Outputs on the CPU; the copies to and from the device and the wait are included.

        Raises EngineError: the engine is closed, out of memory, the answer has another form or is not finite,
        or whatever else the network threw.
        """
        if self._forward is None:
            raise EngineError(
                ErrorCode.INFERENCE_FAILED, engine=self.info.name, detail="the engine is closed"
            )
        torch = load_torch()
        try:
            with torch.inference_mode():
                fed = self._normalise(batch) if self._normalise else batch
                found = named(self._forward(fed), self._outputs.names, self.info.name)
                logits = rows_of(found["logits"], (len(batch), self._labels), self.info.name)
                if self._activated:
                    logits = logits_of_probabilities(logits, self._activated, self.info.name)
                wanted = found.get("embedding") if embedding else None
                features = None if wanted is None else rows_of(wanted, (len(batch), None), self.info.name)
            synchronise(self.info.device)
        except EngineError:
            raise
        except (MemoryError, torch.OutOfMemoryError) as error:
            raise self._out_of_memory() from error
        except Exception as error:
            detail = last_line(error) or type(error).__name__
            # torch's allocator for main memory says so in a plain RuntimeError.
            if "can't allocate memory" in str(error) or "bad_alloc" in str(error):
                raise self._out_of_memory() from error
            raise EngineError(ErrorCode.INFERENCE_FAILED, engine=self.info.name, detail=detail) from error
        return Outputs(logits, features)

    def _out_of_memory(self) -> EngineError:
        return EngineError(ErrorCode.OUT_OF_MEMORY, engine=self.info.name, device=self.info.device)

    @property
    def is_preparing(self) -> bool:
        """Whether the last run has waited for busy cores, since a program for fewer is not ready."""
        return isinstance(self._forward, Adaptive) and self._forward.is_preparing

    def close(self) -> None:
        """Let go of the network."""
        if isinstance(self._forward, Adaptive):
            self._forward.close()
        self._forward = None


def _blocks(side: int, spec: InputSpec, chance: Generator) -> Tensor:
    """A picture of squares, each of its own strongest colour: `[1, h, w, 3]` of 0 and 255."""
    torch = load_torch()
    rows, columns = -(-spec.height // side), -(-spec.width // side)
    colours = torch.randint(0, 2, (1, rows, columns, 3), generator=chance) * 255
    whole: Tensor = colours.repeat_interleave(side, 1).repeat_interleave(side, 2)
    return whole[:, : spec.height, : spec.width]


def last_line(error: Exception) -> str:
    """The line that says what is wrong: torch puts its way there before it and lists of kernels after it."""
    lines = [line.strip() for line in reversed(str(error).splitlines()) if re.search(r"\w", line)]
    named = (line for line in lines if _NAMES_ERROR.match(line))
    return next(named, lines[0] if lines else "")[:_MOST_DETAIL]


def in_layout(batch: Tensor, spec: InputSpec) -> Tensor:
    """A batch `[N, 3, h, w]` as the network wants it, in one piece of memory."""
    return (batch.permute(0, 2, 3, 1) if spec.layout == "nhwc" else batch).contiguous()


def module_forward(
    network: Forward, request: EngineRequest, *, fused: bool = False, channels_last: bool = True
) -> Forward:
    """The forward function of a torch module, fed with channels_last batches if it takes them.

    `fused` is whether oneDNN Graph may fuse its operators, a switch of the whole process that the executor
    looks at whenever it meets a new shape.
    """
    torch = load_torch()
    spec = request.card.input

    def forward(batch: Tensor) -> object:
        torch.jit.enable_onednn_fusion(fused)
        # What is channels_last in its shape has no such memory format.
        return network(batch if channels_last and spec.layout == "nchw" else in_layout(batch, spec))

    return forward


def to_channels_last(network: Module) -> Module:
    """Lay out the weights as channels_last batches need them, in place; the same network."""
    torch = load_torch()
    for tensor in (*network.parameters(), *network.buffers()):
        if tensor.dim() == 4:
            tensor.data = tensor.data.contiguous(memory_format=torch.channels_last)
    return network
