"""Making a model's programs: found ready-made, or built, checked and kept."""

from __future__ import annotations

import hashlib
import logging
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from app.core import paths
from app.core.engine_kinds import RECIPE, Program
from app.core.errors import ErrorCode, ModelError
from app.core.files import is_there
from app.core.model_card import ModelCard
from app.core.stages import Report, ignore
from app.engines import agreement, model_file, onnx_file
from app.engines.factory import EngineRequest, create_engine
from app.engines.preprocess import Normalise, crop_pixels, to_batch
from app.labels import load_labels

if TYPE_CHECKING:
    from collections.abc import Iterator

log = logging.getLogger(__name__)

# Of a probability, between eager and the scripted program on the samples: more is no rounding.
_TOLERANCE = 1e-3


def ready_file(card: ModelCard, program: Program = Program.SCRIPTED) -> Path | None:
    """A model's file that needs no building: shipped with the program, or built earlier."""
    places = paths.cards_folder() / card.id / _name(card, program), built_file(card, program)
    return next((file for file in places if _is_current(file, card, program)), None)


def built_file(card: ModelCard, program: Program = Program.SCRIPTED) -> Path:
    """Where one form of a model is built for this user."""
    return paths.data_folder() / "models" / _name(card, program)


def _name(card: ModelCard, program: Program) -> str:
    """The name says from which card an ONNX file was made: the file itself has room for hashes only."""
    if program is Program.ONNX:
        return f"{card.id}.{fingerprint(card)}.onnx"
    return f"{card.id}.pt" if program is Program.SCRIPTED else f"{card.id}.{program}.pt"


def fingerprint(card: ModelCard) -> str:
    """Twelve hex digits that change with card, labels, torch and our own making of programs."""
    return version_of(card.text, load_labels(card.labels).text)[:12]


def version_of(*texts: str) -> str:
    """Sixteen hex digits that change with the texts, torch and our own making of programs."""
    made_by = model_file.torch_version(), f"{model_file.FORMAT}.{RECIPE}"
    return hashlib.sha256("\0".join((*texts, *made_by)).encode()).hexdigest()[:16]


def _is_current(file: Path, card: ModelCard, program: Program) -> bool:
    """Whether `file` is this program, made as today from this card and its labels by the installed torch."""
    if program is Program.ONNX:
        return onnx_file.is_sealed(file)
    if not is_there(file):
        return False
    try:
        header = model_file.read_header(file)
    except ModelError as error:
        log.warning("%s is built anew: %s", file, error)
        return False
    origin, labels = header.origin, load_labels(card.labels)
    made = origin.format, origin.recipe, origin.program, origin.torch
    today = model_file.FORMAT, RECIPE, program.value, model_file.torch_version()
    return (made, header.card.text, header.labels.text) == (today, card.text, labels.text)


def build(
    card: ModelCard,
    program: Program = Program.SCRIPTED,
    *,
    report: Report = ignore,
    again: bool = False,
) -> Path:
    """Make, save and check a form of a model, once even when several processes ask; the path of its file.

    `again` helps against damaged files: with the scripted form the others are made anew too, when needed.
    Raises ModelError when the folder cannot be written or the scripted form differs from eager; EngineError
    when the form cannot be made.
    """
    target = built_file(card, program)
    with _lock(target, report):
        # Asked with the lock: another process may have built it while this one waited.
        if again or not _is_current(target, card, program):
            partial = target.with_name(f"partial.{target.name}")
            try:
                _write(card, program, partial, report)
                partial.replace(target)
                _remove_outdated(card, target, others=again and program is Program.SCRIPTED)
            except OSError as error:
                raise _unwritable(target.parent, error) from error
            finally:
                partial.unlink(missing_ok=True)
    return target


def _remove_outdated(card: ModelCard, newest: Path, *, others: bool) -> None:
    """An ONNX file of another card or torch is never asked for again; `others` are all other forms."""
    outdated = newest.parent.glob(f"{card.id}.*.onnx") if others or newest.suffix == ".onnx" else ()
    forms = [built_file(card, program) for program in Program] if others else ()
    for file in {*outdated, *forms} - {newest}:
        file.unlink(missing_ok=True)


@contextmanager
def _lock(target: Path, report: Report) -> Iterator[None]:
    # The lock is the system's and not the file: one that a kill has left holds nobody up.
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


def _write(card: ModelCard, program: Program, file: Path, report: Report) -> None:
    from app.engines.programs import write_program

    labels = load_labels(card.labels)
    normalise = Normalise(card.input, "cpu")
    checks = agreement.check_batches
    write_program(program, card, labels, file, lambda: list(map(normalise, checks(card.input))), report)
    if program is not Program.SCRIPTED:
        return  # `app.engines.selection` checks the engine that runs it
    report("check")
    difference = largest_difference(card, file)
    if difference > _TOLERANCE:
        raise ModelError(ErrorCode.MODEL_DIFFERS, model=card.id, difference=f"{difference:.2g}")


def largest_difference(card: ModelCard, file: Path) -> float:
    """How far TorchScript's probabilities are from eager's on the sample pictures, at most."""
    labels, sha256 = load_labels(card.labels), model_file.read_header(file).origin.network_sha256
    request = EngineRequest(card, file, "cpu", 1, sha256, len(labels))
    pictures = [to_batch(crop_pixels(rgb, card.input)) for rgb in agreement.samples()]
    answers = []
    for name in ("eager", "torchscript"):
        engine = create_engine(name, request)
        engine.warm_up(1)  # the executor changes the program in the first runs: compare later ones
        answers.append(agreement.probabilities(engine, pictures, card))
    return agreement.compare("torchscript", *answers).largest
