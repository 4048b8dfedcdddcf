"""What a second output costs: `python -m tests.measure.embedding [--device cuda] [ENGINE …]`.

The built-in network with logits only, with logits and the embedding, and with the embedding asked for, in
turn; medians in milliseconds, and their ratios to the first.
"""

import argparse
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import median

import torch

from app.core.engine_kinds import KINDS
from app.core.model_card import ModelCard, OutputSpec, load_card
from app.core.stages import ignore
from app.engines.architecture import build_network, weights_sha256
from app.engines.factory import EngineRequest, create_engine
from app.engines.programs import write_program
from app.engines.protocol import Engine
from app.engines.threads import resolve_threads
from app.labels import load_labels

_ROUNDS, _RUNS = 40, 5


def _engine(name: str, card: ModelCard, device: str, folder: Path) -> Engine:
    labels, file = load_labels(card.labels), folder / f"{name}-{len(card.outputs.names)}"
    write_program(KINDS[name].program, card, labels, file, list, ignore)
    sha256 = weights_sha256(build_network(card))
    return create_engine(name, EngineRequest(card, file, device, resolve_threads(0), sha256, len(labels)))


def _measure(name: str, device: str, size: int, folder: Path) -> None:
    both = load_card("efficientnet_lite2")
    plain = replace(both, outputs=OutputSpec())
    engines = {"logits": _engine(name, plain, device, folder), "both": _engine(name, both, device, folder)}
    shape = size, both.input.height, both.input.width, 3
    batch = torch.randint(0, 256, shape, dtype=torch.uint8)
    for engine in engines.values():
        engine.warm_up(size)
    times: dict[str, list[float]] = {"logits": [], "both": [], "asked for": []}
    for _ in range(_ROUNDS):
        for what, found in times.items():
            engine = engines["logits" if what == "logits" else "both"]
            for _ in range(_RUNS):
                start = time.perf_counter()
                engine.run(batch, embedding=what == "asked for")
                found.append((time.perf_counter() - start) * 1e3)
    medians = {what: median(found) for what, found in times.items()}
    shown = ", ".join(f"{what} {ms:.3f} ({ms / medians['logits']:.3f})" for what, ms in medians.items())
    print(f"{device} {name}, batch of {size}: {shown}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engines", nargs="*", default=["eager", "torchscript", "torchscript-bf16"])
    parser.add_argument("--device", default="cpu")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name in arguments.engines:
            for size in (1, 8):
                _measure(name, arguments.device, size, Path(folder))


if __name__ == "__main__":
    main()
