"""A published comparison of eager PyTorch with traced TorchScript, done again here.

`python -m tests.measure.published [MODEL] [PHOTOS]` prints a table in Markdown: the claim, its recipe on this
machine (traced and nothing else; 5 warm-up runs, 100 runs, medians, both in turn), and this program's own
engines. PHOTOS is a folder such as `tests.accuracy.score` takes, for the top-5 row. Rows for a GPU are filled
where torch has one. Needs no Qt.
"""

from __future__ import annotations

import csv
import io
import sys
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import torch

from app.bench import machine
from app.bench.measure import Benchmark
from app.bench.records import Plan
from app.core import paths
from app.engines.agreement import check_batches
from app.engines.architecture import build_network
from app.engines.availability import why_not
from app.engines.factory import create_engine
from app.engines.preprocess import Normalise
from app.engines.selection import EnginesKey
from app.engines.threads import resolve_threads, set_threads
from app.engines.torch_runtime import load_torch
from app.models.library import Model, open_model
from app.recognition.prepare import load_picture

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor, nn

    Forward = Callable[[Tensor], Tensor]

_WARM_UP, _RUNS, _PICTURES, _WORKERS = 5, 100, 100, 4
_NOT_MEASURED = "not measured"


@dataclass(frozen=True, slots=True)
class Subject:
    """The model, its eager network, and a batch of real pictures `[8, 3, S, S]`."""

    model: Model
    network: nn.Module
    pictures: Tensor


def medians(engines: Sequence[Forward], batch: Tensor) -> list[float]:
    """Median milliseconds of each engine, run in turn."""
    times: list[list[float]] = [[] for _ in engines]
    with torch.inference_mode():
        for run in range(_WARM_UP + _RUNS):
            for engine, samples in zip(engines, times, strict=True):
                start = time.perf_counter_ns()
                engine(batch).cpu()
                if run >= _WARM_UP:
                    samples.append((time.perf_counter_ns() - start) / 1e6)
    return [median(samples) for samples in times]


def row(*cells: str) -> None:
    """Print one line of the table."""
    print(f"| {' | '.join(cells)} |", flush=True)


def change(before: float, after: float, unit: str = "ms") -> str:
    """Two figures, and how much less the second is."""
    return f"{before:.1f} → {after:.1f} {unit} ({after / before - 1:+.1%})"


def forward_passes(subject: Subject, device: str, published: dict[int, str]) -> None:
    """Eager against traced for each batch size of `published`, and peak memory on a GPU."""
    place = "CPU" if device == "cpu" else "GPU"
    if device == "cuda" and not torch.cuda.is_available():
        for size, claim in published.items():
            row(f"{place}, batch of {size}", claim, _NOT_MEASURED, _NOT_MEASURED)
        row("GPU, peak memory", "2.1 → 1.4 GB (−33%)", _NOT_MEASURED, _NOT_MEASURED)
        return
    network, pictures = subject.network.to(device), subject.pictures.to(device)
    with torch.inference_mode():
        traced: nn.Module = load_torch().jit.trace(network, pictures[:1])
    for size, claim in published.items():
        eager, script = medians((network, traced), pictures[:size])
        row(f"{place}, batch of {size}", claim, change(eager, script), ours(subject, device, size))
    if device == "cuda":
        row("GPU, peak memory", "2.1 → 1.4 GB (−33%)", *peak_memory((network, traced), pictures[:4]))
    subject.network.to("cpu")


def peak_memory(engines: Sequence[Forward], batch: Tensor) -> tuple[str, str]:
    """Device memory at its peak in one pass of each engine."""
    peaks = []
    with torch.inference_mode():
        for engine in engines:
            torch.cuda.reset_peak_memory_stats()
            engine(batch)
            torch.cuda.synchronize()
            peaks.append(torch.cuda.max_memory_allocated() / 2**20)
    return change(peaks[0], peaks[1], "MiB"), "–"


def ours(subject: Subject, device: str, size: int, *engines: str) -> str:
    """This program's engines against eager, each in a process of its own."""
    wanted = engines or ("torchscript", "torchscript-bf16")
    names = [name for name in wanted if why_not(name, device) is None]
    plan = Plan(
        EnginesKey(subject.model.card.id, device, 0), tuple(names), (), (size,), _RUNS, _RUNS, seconds=600
    )
    run = Benchmark(plan).run()
    found = [(name, run.of(name, size)) for name in ("eager", *names)]
    return ", ".join(
        f"{name} {series.summary.p50:.1f} ms ({(run.ratio(series) or 1) - 1:+.1%})"
        for name, series in found
        if series is not None
    )


def dynamic_int8(subject: Subject, photos: Path | None) -> None:
    """Linear layers in int8, computed with ranges measured on the fly: file size and top-5."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch.ao.quantization announces its successor
        quantise = import_module("torch.ao.quantization").quantize_dynamic
        quantised: nn.Module = quantise(subject.network, {torch.nn.Linear})
    sizes = [file_mb(network) for network in (subject.network, quantised)]
    points = _NOT_MEASURED
    if photos is not None:
        eager, int8 = (top5(network, subject, photos) for network in (subject.network, quantised))
        points = f"{100 * (int8 - eager):+.1f} points"
    here = f"{change(sizes[0], sizes[1], 'MiB')}, {points}"
    row("INT8 dynamic, file size, top-5", "−58%, −0.3 points", here, "static int8: see the engine table")


def file_mb(network: nn.Module) -> float:
    """The size of a network's state, saved, in MiB."""
    stream = io.BytesIO()
    torch.save(network.state_dict(), stream)
    return len(stream.getvalue()) / 2**20


def top5(network: nn.Module, subject: Subject, photos: Path) -> float:
    """The share of photographs of known things with an accepted class among the first five."""
    with (photos / "index.tsv").open(encoding="utf-8") as file:
        known = [each for each in csv.DictReader(file, delimiter="\t") if each["index"] != "none"]
    hits, normalise = 0, Normalise(subject.model.card.input, "cpu")
    with torch.inference_mode():
        for each in known:
            batch = load_picture(photos / each["file"], subject.model.card.input).batch
            best = network(normalise(batch)).topk(5).indices[0].tolist()
            hits += bool(set(best) & set(map(int, each["accept"].split(","))))
    return hits / len(known)


def workers(subject: Subject) -> None:
    """100 pictures from files to scores: one after the other, and by four threads."""
    samples = cycle(sorted(paths.resource("samples").glob("*.jpg")))
    pictures = list(islice(samples, _PICTURES))
    cells = [seconds_for(name, subject, pictures) for name in ("eager", "torchscript")]
    row(f"{_WORKERS} worker threads, {_PICTURES} pictures", "105 → 38 s (2.76×)", *cells)


def seconds_for(name: str, subject: Subject, pictures: Sequence[Path]) -> str:
    """Seconds with one worker on all cores, and with several on one thread each."""
    card = subject.model.card
    engine = create_engine(name, subject.model.request(name, "cpu", resolve_threads(0)))
    engine.warm_up(1)

    def work(path: Path) -> None:
        engine.run(load_picture(path, card.input).batch)

    taken = []
    for count in (1, _WORKERS):
        threads = resolve_threads(0) if count == 1 else 1
        with ThreadPoolExecutor(count, initializer=set_threads, initargs=(threads,)) as pool:
            list(pool.map(work, pictures[:_WORKERS]))
            start = time.perf_counter()
            list(pool.map(work, pictures))
            taken.append(time.perf_counter() - start)
    return f"{name}: {taken[0]:.2f} → {taken[1]:.2f} s ({taken[0] / taken[1]:.2f}×)"


def main(model_id: str, photos: Path | None) -> None:
    """Print the machine and the table."""
    set_threads(resolve_threads(0))
    model = open_model(model_id)
    normalise = Normalise(model.card.input, "cpu")
    subject = Subject(model, build_network(model.card), normalise(next(check_batches(model.card.input))))
    described = machine.describe()
    print(f"{described.cpu}, {described.cores} cores, torch {described.torch}, {model.card.id}\n")
    row("what", "published", "the same recipe here", "this program here")
    row("---", "---", "---", "---")
    forward_passes(subject, "cpu", {1: "1820 → 1050 ms (−42.3%)"})
    forward_passes(subject, "cuda", {1: "324 → 187 ms (−42.3%)", 4: "412 → 228 ms (−44.7%)"})
    compiled = ours(subject, "cpu", 1, "torchscript", "torch-compile")
    row("torch.compile on top", "−11%", "–", compiled)
    dynamic_int8(subject, photos)
    workers(subject)


if __name__ == "__main__":
    main(
        sys.argv[1] if len(sys.argv) > 1 else "efficientnet_lite2",
        Path(sys.argv[2]) if len(sys.argv) > 2 else None,
    )
