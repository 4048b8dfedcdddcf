"""What surrounds the network: `python -m tests.measure.around PHOTOS [ENGINE]`.

Each picture file below PHOTOS is decoded by Pillow alone and by us, at the same scale, prepared, run and
judged, in turn and on one thread. Prints medians of the pictures' medians in milliseconds by format, and how
many times Pillow's bare decoding our decoding and preparing take together. Runs in older versions of the
program too. Needs no Qt.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from PIL import Image

from app.core.settings import Settings, thresholds_for
from app.engines.selection import EnginesKey, LoadedEngines
from app.engines.threads import set_threads
from app.images import PICTURE_SUFFIXES, geometry
from app.models.library import open_model
from app.recognition import prepare
from app.recognition.certainty import judge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.core.model_card import InputSpec

_ROUNDS = 7
_STEPS = ("Pillow", "decode", "preprocess", "inference", "postprocess")


def bare(path: Path, spec: InputSpec) -> float:
    """Milliseconds that Pillow takes for opening and loading a picture, at the scale that we decode it at."""
    start = time.perf_counter_ns()
    with Image.open(path) as image:
        if image.format == "JPEG":
            crop = spec.crop if spec.fit == "cover" else 1.0
            geometry.draft(image, round(spec.longest * prepare._DECODE_SCALE / crop), b"")
        image.load()
    return (time.perf_counter_ns() - start) / 1e6


def main(folder: Path, name: str) -> None:
    """Print the table."""
    settings = Settings()
    model = open_model(settings.model)
    engine, fallback = LoadedEngines(model, EnginesKey(settings.model, "cpu", 1)).get(name)
    if fallback is not None:
        sys.exit(f"{name}: {fallback.code}")
    set_threads(1)
    thresholds = thresholds_for(model.card, 0, 0)
    spec = model.card.input
    found = defaultdict[str, list[list[float]]](list)
    for path in sorted(each for each in folder.rglob("*") if each.suffix.lower() in PICTURE_SUFFIXES):
        rounds = []
        for _ in range(_ROUNDS):
            pillow = bare(path, spec)
            loaded = prepare.load_picture(path, spec)
            start = time.perf_counter_ns()
            logits = engine.run(loaded.batch).logits[0].numpy()
            answered = time.perf_counter_ns()
            judge(logits, model.labels, model.card, settings.top_k, thresholds)
            judged = time.perf_counter_ns()
            times = pillow, loaded.decode_ms, loaded.preprocess_ms
            rounds.append([*times, (answered - start) / 1e6, (judged - answered) / 1e6])
        figures = [median(column) for column in zip(*rounds, strict=True)]
        for kind in (loaded.image.format, "all"):
            found[kind].append(figures)
    print(f"{name}, one thread, medians in ms\n")
    print(f"| format | pictures | {' | '.join(_STEPS)} | path | times Pillow |")
    print("|---" * (len(_STEPS) + 4) + "|")
    for kind in sorted(found, key=lambda kind: len(found[kind])):
        _print_row(kind, found[kind])


def _print_row(kind: str, rows: Sequence[Sequence[float]]) -> None:
    medians = " | ".join(f"{median(column):.2f}" for column in zip(*rows, strict=True))
    path = median(sum(row[1:]) for row in rows)
    times = median((row[1] + row[2]) / row[0] for row in rows)
    print(f"| {kind} | {len(rows)} | {medians} | {path:.2f} | {times:.2f} |")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "torchscript-bf16")
