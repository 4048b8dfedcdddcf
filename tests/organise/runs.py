"""A run with real files and answers, without recognising anything."""

import os
from dataclasses import replace
from pathlib import Path

from app.core.results import GroupScore, Prediction, Recognition
from app.core.sentences import Translator
from app.labels import load_labels
from app.organise.work import Progress
from app.store.database import Database
from app.store.items import Items
from app.store.records import FoundFile
from app.store.runs import Runs
from tests.store.test_items import panda

LABELS, CHINESE = load_labels("imagenet1k"), Translator("zh")
PANDA, EAGLE, TABBY = 388, 22, 281


def ignore(_progress: Progress) -> None:
    """Listens to nothing."""


def go_on() -> None:
    """Never stops."""


def make_run(database: Database, folder: Path, shown: dict[str, int | None]) -> int:
    """A run over new files; what is said of each is a label, or None for an answer that is not certain."""
    run = Runs(database).create(folder, {"model": "efficientnet_lite2", "recursive": True})
    items = Items(database, run)
    for name in shown:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(name.encode("utf-8", "surrogateescape") * 50)
        status = file.stat()
        items.add([FoundFile(file, status.st_size, status.st_mtime_ns)])
    said = list(shown.values())
    tasks = items.waiting(-1)
    items.finish([(task, answer(task.path, label)) for task, label in zip(tasks, said, strict=True)])
    return run


def answer(path: Path, index: int | None) -> Recognition:
    """An answer with a label, or one that only looks like an animal."""
    if index is None:
        return replace(panda(path), certain=False, group=GroupScore(("动物",), 0.7))
    label = LABELS.labels[index]
    first = Prediction(index, label.zh, label.en, label.group, 0.9)
    return replace(panda(path), predictions=(first,), group=GroupScore(label.group, 0.95))


def files_below(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, hidden ones too, by its path from there."""
    return {
        os.fsdecode(file.relative_to(folder)): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }
