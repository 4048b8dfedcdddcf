"""How fast a folder is classified, against the plain loop and against what the machine could do at most.

`python -m tests.measure.batch PHOTOS [LARGE [SMALL]]` makes LARGE pictures of 12 megapixels (2–4 MB each:
enlarged photographs with noise) and SMALL ones of 500 × 375 out of a folder of photographs. On each
of five parts of them, so that a busy machine slows everything down, it measures, and prints the medians of:

- the plain loop: Pillow's full decoding and eager, one after the other, on a part of the set;
- the ceiling: decoding alone on all cores at the scale that the program uses, inference alone, both together;
- the program: `Supervisor` on a new run, from its engine being ready to the last answer on disk;
- the share of the same first labels as after full decoding, on these and on the photographs themselves.
"""

from __future__ import annotations

import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from app.batch.options import stored_options
from app.batch.recovery import Supervisor
from app.core.results import Recognition
from app.core.settings import Settings, with_values
from app.core.stages import ignore
from app.engines.factory import create_engine
from app.engines.preprocess import _window, crop_pixels, to_batch
from app.engines.threads import resolve_threads, set_threads
from app.images import decode
from app.images.folders import expand
from app.models.library import Model, open_model
from app.recognition.predictor import Options
from app.recognition.prepare import load_picture
from app.store.database import Database
from app.store.rows import answers
from app.store.runs import Runs, database_file

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor

    from app.engines.protocol import Engine

_LARGE, _SMALL = (4032, 3024), (500, 375)
_PARTS = 5
_PLAIN = 12
_ENGINES = ("torchscript", "torchscript-bf16")


@dataclass(frozen=True, slots=True)
class Bench:
    """What is measured: a model, an engine's name, a folder of pictures."""

    model: Model
    engine: str
    folder: Path

    @property
    def pictures(self) -> list[Path]:
        """All pictures of the folder."""
        return sorted(self.folder.iterdir())


def make_pictures(photos: Sequence[Path], size: tuple[int, int], count: int, folder: Path) -> None:
    """Write `count` JPEGs of `size`, each a photograph with its own noise, in several parts."""
    for part in range(_PARTS):
        (folder / str(part)).mkdir(parents=True)
    random = np.random.default_rng(0)

    def write(number: int, photo: Path) -> None:
        with Image.open(photo) as source:
            enlarged = source.convert("RGB").resize(size, Image.Resampling.BICUBIC)
        noise = random.normal(0, 6, (size[1], size[0], 1))
        pixels = np.clip(np.asarray(enlarged) + noise, 0, 255).astype(np.uint8)
        Image.fromarray(pixels).save(folder / str(number % _PARTS) / f"{number:06}.jpg", quality=88)

    for number, photo in islice(enumerate(cycle(photos)), count):
        write(number, photo)


def full_decode(path: Path, model: Model) -> Tensor:
    """The plain way: every pixel decoded, then resized by Pillow."""
    spec = model.card.input
    with Image.open(path) as image:
        width, height = _window(image.size, spec)
        left, top = (image.width - width) // 2, (image.height - height) // 2
        middle = left, top, left + width, top + height
        small = image.convert("RGB").resize((spec.width, spec.height), Image.Resampling.BICUBIC, middle)
        return to_batch(np.array(small))


def rate(pictures: Sequence[Path], work: Callable[[Path], object], workers: int = 1) -> float:
    """Pictures a second."""
    start = time.perf_counter()
    with ThreadPoolExecutor(workers, initializer=set_threads, initargs=(1,)) as pool:
        for _ in pool.map(work, pictures):
            pass
    return len(pictures) / (time.perf_counter() - start)


def plain_loop(bench: Bench) -> tuple[float, list[int]]:
    """Pictures a second of the plain loop, and its first labels."""
    engine = load("eager", bench.model, resolve_threads(0))
    start = time.perf_counter()
    labels = [
        int(engine.run(full_decode(path, bench.model)).logits.argmax()) for path in bench.pictures[:_PLAIN]
    ]
    return len(labels) / (time.perf_counter() - start), labels


def load(name: str, model: Model, threads: int) -> Engine:
    """An engine, warm for one picture."""
    engine = create_engine(name, model.request(name, "cpu", threads))
    engine.warm_up(1)
    return engine


def ceiling(bench: Bench) -> tuple[float, float]:
    """Pictures a second of decoding alone and of inference alone, both on all cores."""
    cores, spec = resolve_threads(0), bench.model.card.input
    some = bench.pictures[: 3 * _PLAIN]
    decoding = rate(some, lambda path: load_picture(path, spec), cores)
    engine = load(bench.engine, bench.model, 1)
    batch = load_picture(some[0], spec).batch
    return decoding, rate(some * 2, lambda _: engine.run(batch), cores)


def program(bench: Bench) -> tuple[float, list[int]]:
    """Pictures a second of a run, and its first labels."""
    settings = with_values(Settings(), model=bench.model.card.id, engine=bench.engine)
    database = Database(database_file())
    runs = Runs(database)
    run = runs.create(bench.folder, stored_options(Options.of(settings), recursive=False))
    Supervisor(run).work(ignore)
    stored = runs.get(run)
    found = list(answers(database, run, bench.model.labels))
    database.close()
    labels = [each.model.predictions[0].index for each in found if isinstance(each.model, Recognition)]
    return len(found) / (stored.seconds if stored else 1), labels


def agreement(model: Model, engine: str, photos: Path) -> None:
    """Print how many of the photographs, as they are, have the first label of the full decoding and eager."""
    spec, eager = model.card.input, load("eager", model, resolve_threads(0))
    pictures, same = sorted(expand([photos], recursive=True)), 0
    other = load(engine, model, 1)
    for path in pictures:
        whole = decode(path)
        full = eager.run(to_batch(crop_pixels(whole.pixels, spec, whole.content_box))).logits.argmax()
        same += int(other.run(load_picture(path, spec).batch).logits.argmax() == full)
    print(f"{engine}: same first label on {same} of {len(pictures)} photographs ({same / len(pictures):.3f})")


@dataclass(frozen=True, slots=True)
class Figures:
    """What one part of the set has shown: pictures a second of each way, and the share of the same labels."""

    program: float
    plain: float
    decoding: float
    inference: float
    same: float

    @property
    def ceiling(self) -> float:
        """Pictures a second if nothing but decoding and inference took time."""
        return 1 / (1 / self.decoding + 1 / self.inference)


def figures(bench: Bench) -> Figures:
    """Measure everything on one part, so that a busy machine slows all of it down."""
    reached, labels = program(bench)
    plain, expected = plain_loop(bench)
    same = np.mean([left == right for left, right in zip(expected, labels, strict=False)])
    return Figures(reached, plain, *ceiling(bench), float(same))


def report(parts: Sequence[Bench], name: str) -> None:
    """Print the medians over the parts."""
    found = [figures(bench) for bench in parts]
    a_second = median(each.program for each in found)
    to_plain = median(each.program / each.plain for each in found)
    to_ceiling = median(each.program / each.ceiling for each in found)
    same = np.mean([each.same for each in found])
    print(
        f"{name}, {parts[0].engine}: {a_second:.1f}/s, {to_plain:.2f} × the plain loop, "
        f"{to_ceiling:.2f} of the ceiling, same first label {same:.3f}",
        flush=True,
    )


def main(photos: Path, large: int, small: int) -> None:
    """Make the sets and measure both engines on them."""
    model = open_model(Settings().model)
    for engine in _ENGINES:
        agreement(model, engine, photos)
    sources = sorted(expand([photos], recursive=True))
    with tempfile.TemporaryDirectory() as folder:
        for name, size, count in (("12 megapixels", _LARGE, large), ("500 × 375", _SMALL, small)):
            place = Path(folder) / name
            make_pictures(sources, size, count, place)
            megabytes = sum(path.stat().st_size for path in place.rglob("*.jpg")) / count / 1e6
            print(f"{name}: {megabytes:.1f} MB each")
            for engine in _ENGINES:
                report([Bench(model, engine, part) for part in sorted(place.iterdir())], name)


if __name__ == "__main__":
    counts = [int(argument) for argument in sys.argv[2:]]
    main(Path(sys.argv[1]), *(counts + [500, 5000][len(counts) :]))
