"""The models that can be used: found ready-made, built on first use, or opened from a user's file."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from filelock import FileLock, Timeout

from app import paths
from app.cards import ModelCard, load_card
from app.engines import model_file
from app.engines.registry import EngineRequest, create_engine
from app.errors import ErrorCode, ModelError
from app.labels import LabelSet, load_labels, softmax
from app.loading import load_picture

if TYPE_CHECKING:
    from collections.abc import Iterator

log = logging.getLogger(__name__)

Report = Callable[[str], None]
_TOLERANCE = 1e-3


@dataclass(frozen=True, slots=True)
class Model:
    """A model that is ready to run: its card, its labels and its file."""

    card: ModelCard
    labels: LabelSet
    file: Path


def ignore(_stage: str) -> None:
    """A report that nobody listens to."""


def open_model(name: str, *, trusted: bool = False, report: Report = ignore) -> Model:
    """A model by its id, built if need be, or by the path of a `.pt` file.

    A TorchScript file is a program: one from elsewhere is only opened when the user says that it is
    `trusted`. `report` gets keys of `resources/i18n`, section `build`. Raises ModelError.
    """
    if name.endswith(".pt"):
        return _open_file(Path(name), trusted)
    card = load_card(name)
    return Model(card, load_labels(card.labels), ready_file(card) or build(card, report=report))


def ready_file(card: ModelCard) -> Path | None:
    """The file of a model that needs no building: shipped with the program, or built earlier."""
    labels = load_labels(card.labels)
    return next((file for file in _places(card) if _is_current(file, card, labels)), None)


def _open_file(file: Path, trusted: bool) -> Model:
    header = model_file.read_header(file)
    if not trusted:
        raise ModelError(ErrorCode.MODEL_UNTRUSTED, file=file)
    return Model(header.card, header.labels, file)


def built_file(model_id: str) -> Path:
    """Where a model is built for this user."""
    return paths.data_folder() / "models" / f"{model_id}.pt"


def _places(card: ModelCard) -> tuple[Path, Path]:
    return paths.cards_folder() / card.id / f"{card.id}.pt", built_file(card.id)


def _is_current(file: Path, card: ModelCard, labels: LabelSet) -> bool:
    """Whether `file` was built from this card and these labels by the installed torch."""
    if not file.exists():
        return False
    try:
        header = model_file.read_header(file)
    except ModelError as error:
        log.warning("%s is built anew: %s", file, error)
        return False
    same_torch = header.origin.torch == model_file.torch_version()
    return same_torch and (header.card.text, header.labels.text) == (card.text, labels.text)


def build(card: ModelCard, *, report: Report = ignore, again: bool = False) -> Path:
    """Script, save and check a model, once even when several processes ask; the path of its file.

    Raises ModelError when the folder cannot be written or the result differs from eager.
    """
    target, labels = built_file(card.id), load_labels(card.labels)
    with _lock(target, report):
        if again or not _is_current(target, card, labels):
            partial = target.with_suffix(".partial.pt")
            try:
                _write(card, labels, partial, report)
                partial.replace(target)
            except OSError as error:
                raise _unwritable(target.parent, error) from error
            finally:
                partial.unlink(missing_ok=True)
    return target


@contextmanager
def _lock(target: Path, report: Report) -> Iterator[None]:
    lock = FileLock(target.with_suffix(".lock"))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            report("waiting")
            lock.acquire()
    except OSError as error:
        raise _unwritable(target.parent, error) from error
    try:
        yield
    finally:
        lock.release()


def _unwritable(folder: Path, error: OSError) -> ModelError:
    return ModelError(ErrorCode.MODEL_STORE_UNWRITABLE, folder=folder, detail=error.strerror or str(error))


def _write(card: ModelCard, labels: LabelSet, file: Path, report: Report) -> None:
    from app.engines.script import write_model_file

    report("network")
    write_model_file(card, labels, file, report)
    report("check")
    difference = largest_difference(card, file)
    if difference > _TOLERANCE:
        raise ModelError(ErrorCode.MODEL_DIFFERS, model=card.id, difference=f"{difference:.2g}")


def largest_difference(card: ModelCard, file: Path) -> float:
    """How far TorchScript's probabilities are from eager's on the sample pictures, at most."""
    request = EngineRequest(card, file, "cpu", 1)
    engines = [create_engine(name, request) for name in ("eager", "torchscript")]
    worst = 0.0
    for picture in sorted(paths.resource("samples").glob("*.jpg")):
        batch = load_picture(picture, card.input).batch
        for _ in range(3):  # the executor changes the program after the first runs: compare the last
            eager, scripted = (softmax(engine.scores(batch)[0].numpy(), 1) for engine in engines)
        worst = max(worst, float(np.abs(eager - scripted).max()))
    return worst
