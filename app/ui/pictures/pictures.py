"""The pictures of the strip: a plain list, and the Qt model that adapts it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QMimeData, QModelIndex, QPersistentModelIndex, Qt

from app.core import paths
from app.core.language_in_use import tr
from app.core.printable import printable
from app.core.results import Comparison, Failure, Recognition
from app.labels import label_in
from app.ui.kit.urls import url_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from app.engines.selection import EnginesKey
    from app.recognition.predictor import Options

Answer = Recognition | Comparison | Failure
Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()


class State(Enum):
    """Where a picture is on its way."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(slots=True)
class Picture:
    """One picture of the strip.

    Attributes:
        item: its number; no other picture has had it.
        answer: stays while the picture is recognised again with another engine.
        asked: the options and whether to compare, that `answer` was, or is being, computed with.
        inference_ms: the latest time of each engine that has answered, as it was loaded, while nothing else
            of the program's was running.
        was_busy: something else was, when `answer` was computed: its times are too long.
    """

    path: Path
    state: State = State.WAITING
    answer: Answer | None = None
    asked: tuple[Options, bool] | None = None
    inference_ms: dict[tuple[EnginesKey, str], float] = field(default_factory=dict)
    was_busy: bool = False
    # Not `id`: one that is gone gives its number to the next, whose thumbnail would be the wrong one.
    item: int = field(default_factory=itertools.count().__next__)
    mtime_ns: int = 0

    @property
    def name(self) -> str:
        """What the picture is called: its file's name, or that it was pasted."""
        pasted = self.path.parent == pasted_folder()
        return tr("picture.pasted") if pasted else printable(self.path.name)

    @property
    def recognition(self) -> Recognition | None:
        """The answer to show; of a comparison, that of the engine that was asked for."""
        if isinstance(self.answer, Comparison):
            reference, other = self.answer.reference, self.answer.other
            asked_for = self.asked[0].engine if self.asked is not None else other.engine.name
            return reference if reference.engine.name == asked_for else other
        return self.answer if isinstance(self.answer, Recognition) else None

    def caption(self) -> str:
        """A few characters for under the thumbnail; what could not be recognised keeps its file's name."""
        return self.name if self.state == State.FAILED else self.found

    @property
    def found(self) -> str:
        """What came out, or how far it is, in a few characters."""
        if self.state == State.FAILED:
            return tr("strip.failed")
        recognition = self.recognition
        if recognition is None:
            return tr(f"strip.{self.state.value}")
        top = label_in(tr.language, recognition.predictions[0])
        return top if recognition.certain else f"{top}?"


class Role(IntEnum):
    """What the strip asks a row for, besides the usual."""

    PICTURE = Qt.ItemDataRole.UserRole


def pasted_folder() -> Path:
    """Where pictures without a file are kept that were pasted or dropped."""
    return paths.cache_folder() / "pasted"


class PictureModel(QAbstractListModel):
    """Shows `pictures` to Qt's views, and gives them to other programs as files. Of the window's thread."""

    def __init__(self) -> None:
        super().__init__()
        self.pictures: list[Picture] = []

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.pictures)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        picture = self.pictures[index.row()]
        if role == Role.PICTURE:
            return picture
        if role == Qt.ItemDataRole.DisplayRole:
            return picture.caption()
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{picture.name}\n{picture.found}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{picture.name}: {picture.found}"
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled

    def supportedDragActions(self) -> Qt.DropAction:
        return (
            Qt.DropAction.CopyAction
        )  # where a move is accepted, the other program takes the user's file away

    def mimeTypes(self) -> list[str]:
        return ["text/uri-list"]

    def mimeData(self, indexes: Iterable[Index]) -> QMimeData:
        mime = QMimeData()
        mime.setUrls([url_of(self.pictures[index.row()].path) for index in indexes])
        return mime

    def append(self, paths: Sequence[Path]) -> int:
        """Add pictures at the end; the row of the first."""
        first = len(self.pictures)
        self.insert(first, [Picture(path) for path in paths])
        return first

    def insert(self, row: int, pictures: Sequence[Picture]) -> None:
        """Put pictures at a place of the strip."""
        self.beginInsertRows(QModelIndex(), row, row + len(pictures) - 1)
        self.pictures[row:row] = pictures
        self.endInsertRows()

    def remove(self, row: int, count: int = 1) -> None:
        """Take pictures off the strip; the files stay."""
        self.beginRemoveRows(QModelIndex(), row, row + count - 1)
        del self.pictures[row : row + count]
        self.endRemoveRows()

    def changed(self, picture: Picture) -> None:
        """Have the views draw a picture again."""
        row = self.row_of(picture)
        if row >= 0:
            self.dataChanged.emit(self.index(row), self.index(row))

    def row_of(self, picture: Picture | None) -> int:
        """The row of a picture, or -1 when it was removed."""
        return next((row for row, other in enumerate(self.pictures) if other is picture), -1)
