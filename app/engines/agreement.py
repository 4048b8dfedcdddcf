"""Whether an engine may be offered: how near its answers are to the reference's; kept on disk."""

from __future__ import annotations

import hashlib
import io
import logging
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np

from app.core import paths
from app.core.engine_kinds import KINDS
from app.core.errors import EngineError, ErrorCode
from app.core.files import keep, read_kept, read_small, write_atomically
from app.core.probabilities import probabilities_of
from app.core.results import Parity
from app.engines.availability import package_version
from app.engines.devices import machine_key
from app.engines.preprocess import crop_pixels, join, to_batch
from app.images import decode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from torch import Tensor

    from app.core.model_card import InputSpec, ModelCard
    from app.engines.protocol import Engine

log = logging.getLogger(__name__)

# Each sample photograph is looked at in 36 framings: from nearly whole to a third of its short side.
_ZOOMS = (0.9, 0.7, 0.5, 0.35)
_PLACES = (0.0, 0.5, 1.0)
_BATCH = 8
# Grows when the same samples become other pixels.
_PIXELS = 2
# Of a file with the reference's answers: 108 pictures with 1000 labels take 0.9 MB.
_MOST_BYTES = 64 << 20
VIEWS = len(_ZOOMS) * len(_PLACES) ** 2
Listen = Callable[[int, int], None]


def ignore_count(_done: int, _total: int) -> None:
    """Listens to nothing."""


def samples() -> Iterator[NDArray[np.uint8]]:
    """The sample photographs, RGB `[H, W, 3]`."""
    for path in sorted(paths.resource("samples").glob("*.jpg")):
        yield decode(path).rgb


def check_batches(spec: InputSpec) -> Iterator[Tensor]:
    """The check pictures: framings of the samples, `uint8 [8, h, w, 3]`, the last batch shorter."""
    views: list[Tensor] = []
    for rgb in samples():
        views += [to_batch(crop_pixels(view, spec)) for view in _framings(rgb)]
    for start in range(0, len(views), _BATCH):
        yield join(views[start : start + _BATCH])


def pictures_key() -> str:
    """Eight hex digits that change with the check pictures."""
    digest = hashlib.sha256(repr((_ZOOMS, _PLACES, _PIXELS)).encode())
    for path in sorted(paths.resource("samples").glob("*.jpg")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


def _framings(rgb: NDArray[np.uint8]) -> Iterator[NDArray[np.uint8]]:
    height, width = rgb.shape[:2]
    for zoom in _ZOOMS:
        side = round(min(height, width) * zoom)
        for across in _PLACES:
            for down in _PLACES:
                left, top = round((width - side) * across), round((height - side) * down)
                yield np.ascontiguousarray(rgb[top : top + side, left : left + side])


def probabilities(
    engine: Engine, batches: Sequence[Tensor], card: ModelCard, listen: Listen = ignore_count
) -> NDArray[np.float64]:
    """Calibrated probabilities `[N, C]` of all pictures in `batches`, one by one as in everyday use.

    `listen` hears, at first and after each picture, how many of how many are done.
    """
    rows, total = [], sum(map(len, batches))
    listen(0, total)
    for batch in batches:
        for picture in batch:
            rows.append(probabilities_of(engine.run(picture[None]).logits[0].numpy(), card))
            listen(len(rows), total)
    return np.array(rows)


def compare(name: str, expected: NDArray[np.float64], actual: NDArray[np.float64]) -> Parity:
    """How the probabilities `actual [N, C]` of engine `name` differ from those that are `expected`."""
    difference = np.abs(expected - actual)
    agreeing = float((expected.argmax(1) == actual.argmax(1)).mean())
    return Parity(name, len(expected), agreeing, float(difference.max()), float(difference.mean()))


def verdict(
    card: ModelCard,
    version: str,
    engine: Engine,
    reference: Callable[[], Engine],
    listen: Listen = ignore_count,
) -> Parity:
    """How an engine's answers differ from the reference's on the check pictures; measured once here.

    `version` changes with everything that decides what the model answers. `reference` is asked for only when
    its answers are not cached. `listen` hears how many of how many pictures are done.
    """
    name, pictures = engine.info.name, f"{version}-{pictures_key()}"
    made_by = name, package_version(name), engine.info.device, machine_key()
    key = "/".join((*made_by, card.id, pictures))
    found = known(key)
    if found is None:
        batches, just_made = list(check_batches(card.input)), []

        def ask_reference() -> NDArray[np.float64]:
            just_made.append(probabilities(reference(), batches, card, listen))
            return just_made[0]

        expected = expected_of(f"{card.id}-{pictures}", ask_reference)
        # The reference is not asked twice: it would only be compared with itself. Answers that were kept may
        # be another device's.
        is_itself = bool(just_made) and name == card.reference
        found = compare(
            name, expected, expected if is_itself else probabilities(engine, batches, card, listen)
        )
        remember(key, found)
    return found


def was_checked(engine: str, card_id: str) -> bool:
    """Whether there is a verdict on an engine for a card, if only for another version; without torch.

    For whoever has to tell beforehand how long something will take.
    """
    # A key as `verdict` makes it: of its parts only the name of the machine may hold a slash.
    keys = (key.split("/") for key in read_kept(_file()))
    return any(key[0] == engine and key[-2:-1] == [card_id] for key in keys)


def require_agreement(found: Parity) -> None:
    """Raise EngineError `engine_disagrees` for an engine that must not be offered."""
    needed = KINDS[found.engine].agreement
    if found.agreement < needed:
        raise EngineError(
            ErrorCode.ENGINE_DISAGREES,
            engine=found.engine,
            agreement=f"{found.agreement:.1%}",
            pictures=found.pictures,
            needed=f"{needed:.0%}",
        )


def known(key: str) -> Parity | None:
    """The verdict that was remembered under `key`."""
    found = read_kept(_file()).get(key)
    try:
        verdict = Parity(**found) if isinstance(found, dict) else None
        return verdict if verdict is not None and 0 <= verdict.agreement <= 1 else None
    except TypeError:
        return None


def remember(key: str, parity: Parity) -> None:
    """Keep a verdict."""
    keep(_file(), key, asdict(parity))


def expected_of(key: str, compute: Callable[[], NDArray[np.float64]]) -> NDArray[np.float64]:
    """The reference's probabilities of the check pictures: from the cache, or computed and cached."""
    file = paths.cache_folder() / "parity" / f"{key}.npy"
    try:
        # From bytes that were bounded; as it is called here, it unpickles nothing.
        cached: NDArray[np.float64] = np.load(io.BytesIO(read_small(file, _MOST_BYTES)))
        return cached
    except (OSError, ValueError, EOFError):
        computed = compute()
    if computed.nbytes < _MOST_BYTES:  # what is read back
        stream = io.BytesIO()
        np.save(stream, computed)
        try:
            write_atomically(file, stream.getvalue())
        except OSError as error:
            log.warning("the reference's answers are not cached: %s", error)
    return computed


def _file() -> Path:
    return paths.data_folder() / "parity.json"
