"""Score a model on photographs with known content: `python -m tests.accuracy.score FOLDER [MODEL [ENGINE]]`.

FOLDER holds pictures and `index.tsv` with the columns file, index (a class, or `none` for things that no
class covers) and accept (the classes that are right). Prints accuracy, calibration and certainty, and
whether eager and the engine (TorchScript) agree.
"""

import csv
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.core import settings
from app.core.language_in_use import tr
from app.core.probabilities import softmax
from app.engines.selection import EnginesKey, LoadedEngines
from app.models.library import Model, open_model
from app.recognition.certainty import judge
from app.recognition.prepare import load_picture


@dataclass(frozen=True, slots=True)
class Scored:
    """A picture, the classes that are right (none for unknown things), the engine's logits and eager's."""

    file: str
    accepted: frozenset[int]
    logits: NDArray[np.float32]
    eager: NDArray[np.float32]


def score(folder: Path, engines: LoadedEngines, name: str) -> list[Scored]:
    """Run every picture of `folder` through eager and the engine `name`."""
    engine, fallback = engines.get(name)
    if fallback is not None:
        sys.exit(tr.error(fallback.code, fallback.facts))
    yardstick, _ = engines.get("eager")
    spec = engines.model.card.input
    with (folder / "index.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    scored = []
    for row in rows:
        batch = load_picture(folder / row["file"], spec).batch
        accepted = frozenset(map(int, row["accept"].split(","))) if row["index"] != "none" else frozenset()
        logits, eager = (each.run(batch).logits[0].numpy() for each in (engine, yardstick))
        scored.append(Scored(row["file"], accepted, logits, eager))
    return scored


def best_temperature(known: list[Scored]) -> float:
    """The temperature with the least negative log-likelihood of the accepted classes."""

    def loss(temperature: float) -> float:
        found = (softmax(item.logits, temperature)[list(item.accepted)].sum() for item in known)
        return -float(np.mean([np.log(max(probability, 1e-12)) for probability in found]))

    return float(min(np.arange(0.4, 2.0, 0.01), key=loss))


def main(folder: Path, model: str, engine: str) -> None:
    """Print the figures."""
    opened = open_model(model)
    scored = score(folder, LoadedEngines(opened, EnginesKey(model, "cpu", 0)), engine)
    known = [item for item in scored if item.accepted]
    unknown = [item for item in scored if not item.accepted]
    ranks = [np.argsort(-item.logits) for item in known]
    top1 = np.mean([int(rank[0]) in item.accepted for rank, item in zip(ranks, known, strict=True)])
    top5 = np.mean(
        [bool(item.accepted & set(rank[:5].tolist())) for rank, item in zip(ranks, known, strict=True)]
    )
    print(f"{model}, {engine}: {len(known)} known, top-1 {top1:.3f}, top-5 {top5:.3f}")
    _print_parity(scored)
    in_card = opened.card.calibration.temperature
    print(f"best temperature {best_temperature(known):.2f}, in the card {in_card}")
    _print_certainty(opened, known, unknown)


def _print_parity(scored: list[Scored]) -> None:
    same = np.mean([item.logits.argmax() == item.eager.argmax() for item in scored])
    pairs = [(softmax(item.logits, 1), softmax(item.eager, 1)) for item in scored]
    largest = max(float(np.abs(a - b).max()) for a, b in pairs)
    print(f"same top-1 as eager {same:.3f}, probabilities differ by at most {largest:.1e}")


def _print_certainty(model: Model, known: list[Scored], unknown: list[Scored]) -> None:
    labels, thresholds = model.labels, settings.thresholds_for(model.card, 0, 0)
    counts = {
        "certain and right": 0,
        "certain and wrong": 0,
        "group and right": 0,
        "group and wrong": 0,
        "not sure": 0,
    }
    for item in known:
        predictions, group, certain = judge(item.logits, labels, model.card, 1, thresholds)
        if certain:
            counts["certain and right" if predictions[0].index in item.accepted else "certain and wrong"] += 1
        elif group is not None:
            own = {labels.labels[index].group[: len(group.path)] for index in item.accepted}
            counts["group and right" if group.path in own else "group and wrong"] += 1
        else:
            counts["not sure"] += 1
    sure = [item.file for item in unknown if judge(item.logits, labels, model.card, 1, thresholds)[2]]
    print(", ".join(f"{name}: {count}" for name, count in counts.items()))
    print(f"unknown things: {len(unknown)}, certain on {len(sure)}: {', '.join(sure)}")


if __name__ == "__main__":
    defaults = settings.Settings()
    arguments = [*sys.argv[2:], *(defaults.model, defaults.engine)[len(sys.argv) - 2 :]]
    main(Path(sys.argv[1]), arguments[0], arguments[1])
