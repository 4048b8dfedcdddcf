"""The pictures of the strip: a plain list, and the Qt model that adapts it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from app.core.language_in_use import tr
from app.core.printable import printable
from app.core.results import Comparison, Failure, Recognition
from app.labels import label_in

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PySide6.QtGui import QImage

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
        answer: stays while the picture is recognised again with another engine.
        asked: the options and whether to compare, that `answer` was, or is being, computed with.
        inference_ms: the latest time of each engine that has answered, as it was loaded.
    """

    path: Path
    state: State = State.WAITING
    answer: Answer | None = None
    asked: tuple[Options, bool] | None = None
    thumbnail: QImage | None = None
    inference_ms: dict[tuple[EnginesKey, str], float] = field(default_factory=dict)

    @property
    def recognition(self) -> Recognition | None:
        """The answer to show; of a comparison, the one beside the reference's."""
        if isinstance(self.answer, Comparison):
            return self.answer.other
        return self.answer if isinstance(self.answer, Recognition) else None

    def caption(self) -> str:
        """A few characters for under the thumbnail."""
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


class PictureModel(QAbstractListModel):
    """Shows `pictures` to Qt's views. Belongs to the window's thread."""

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
            return printable(picture.path.name)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{printable(picture.path.name)}: {picture.caption()}"
        return None

    def append(self, paths: Sequence[Path]) -> int:
        """Add pictures at the end; the row of the first."""
        first = len(self.pictures)
        self.beginInsertRows(QModelIndex(), first, first + len(paths) - 1)
        self.pictures.extend(map(Picture, paths))
        self.endInsertRows()
        return first

    def remove(self, row: int) -> None:
        """Take one picture off the strip; the file stays."""
        self.beginRemoveRows(QModelIndex(), row, row)
        del self.pictures[row]
        self.endRemoveRows()

    def clear(self) -> None:
        """Take all pictures off the strip."""
        self.beginResetModel()
        self.pictures.clear()
        self.endResetModel()

    def changed(self, picture: Picture) -> None:
        """Have the views draw a picture again."""
        row = self.row_of(picture)
        if row >= 0:
            self.dataChanged.emit(self.index(row), self.index(row))

    def row_of(self, picture: Picture | None) -> int:
        """The row of a picture, or -1 when it was removed."""
        return next((row for row, other in enumerate(self.pictures) if other is picture), -1)
