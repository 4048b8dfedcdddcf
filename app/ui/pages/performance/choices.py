"""What is to be measured: engines, batch sizes, pictures, how long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from app.bench.load import all_but_one_core
from app.bench.records import Plan
from app.core.language_in_use import tr
from app.ui.kit.flow import FlowLayout
from app.ui.kit.models import reference_of_model
from app.ui.kit.segments import Segments
from app.ui.kit.texts import Text
from app.ui.pages.performance.engine_grid import EngineGrid
from app.ui.pages.performance.picture_choice import PictureChoice

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from app.engines.selection import EnginesKey

_BATCH_SIZES = (1, 4, 8, 16)
_BATCHES_AT_FIRST = (1, 8)
_SECONDS = ("30", "60", "180")


class Choices(QWidget):
    """The choices of the next run; `strip` tells the pictures of the recognise page.

    Signals:
        changed(): other engines are chosen, or the model is another one.
    """

    changed = Signal()

    def __init__(self, strip: Callable[[], Sequence[Path]]) -> None:
        super().__init__()
        self.engines = EngineGrid()
        self.engines.changed.connect(self.changed)
        self.batch_sizes = BatchSizes()
        self.pictures = PictureChoice(strip)
        self.sweep, self.busy = QCheckBox(), QCheckBox()
        self._seconds = "60"
        self._limit = Segments(_SECONDS, lambda value: tr(f"performance.seconds_{value}"))
        self._limit.show_value(self._seconds)
        self._limit.chosen.connect(self._on_limit)
        row = FlowLayout(24, 8)
        for name, field in (
            ("batch_sizes", self.batch_sizes), ("pictures", self.pictures), ("seconds", self._limit),
        ):  # fmt: skip
            row.addWidget(_labelled(f"performance.{name}", field))
        row.addWidget(self.sweep)
        row.addWidget(self.busy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.engines)
        column.addLayout(row)
        self._retranslate()

    def use_model(self, model: str) -> None:
        """Another model is in use, whose reference may be another engine."""
        self.engines.show_reference(reference_of_model(model))
        self.changed.emit()

    def plan(self, key: EnginesKey) -> Plan:
        """What has been chosen, for a model on a device; folders are among the pictures."""
        return Plan(
            key=key,
            reference=reference_of_model(key.model),
            engines=self.engines.chosen,
            pictures=self.pictures.paths,
            batch_sizes=self.batch_sizes.chosen,
            seconds=float(self._seconds),
            sweep=self.sweep.isChecked(),
            load=all_but_one_core() if self.busy.isChecked() else 0,
        )

    def state(self) -> dict[str, Any]:
        """What is chosen, as JSON has it."""
        return {
            "engines": list(self.engines.chosen),
            "batch_sizes": list(self.batch_sizes.chosen),
            "seconds": self._seconds,
            "sweep": self.sweep.isChecked(),
            "busy": self.busy.isChecked(),
            "pictures": self.pictures.state(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Choose so again; what is missing or wrong in `state` stays as it is."""
        engines, sizes = state.get("engines"), state.get("batch_sizes")
        if isinstance(engines, list):
            self.engines.choose(tuple(engines))
        if isinstance(sizes, list) and any(size in _BATCH_SIZES for size in sizes):
            self.batch_sizes.choose(tuple(sizes))
        if state.get("seconds") in _SECONDS:
            self._seconds = str(state["seconds"])
            self._limit.show_value(self._seconds)
        self.sweep.setChecked(state.get("sweep") is True)
        self.busy.setChecked(state.get("busy") is True)
        self.pictures.restore(str(state.get("pictures", "")))

    def _on_limit(self, value: str) -> None:
        self._seconds = value

    def _retranslate(self) -> None:
        self.sweep.setText(tr("performance.sweep"))
        self.sweep.setToolTip(tr("performance.sweep_tip"))
        self.busy.setText(tr("performance.busy_computer"))
        self.busy.setToolTip(tr("performance.busy_computer_tip", count=all_but_one_core()))
        self._limit.setAccessibleName(tr("performance.seconds"))
        self._limit.setToolTip(tr("performance.seconds_tip"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
            self.changed.emit()


class BatchSizes(QWidget):
    """Boxes, for several may be chosen; at least one stays checked."""

    def __init__(self) -> None:
        super().__init__()
        self._boxes = {size: QCheckBox(str(size)) for size in _BATCH_SIZES}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        for size, box in self._boxes.items():
            box.clicked.connect(lambda _checked, size=size: self._keep_one(size))
            row.addWidget(box)
        self.choose(_BATCHES_AT_FIRST)
        self._retranslate()

    @property
    def chosen(self) -> tuple[int, ...]:
        """The batch sizes to measure."""
        return tuple(size for size, box in self._boxes.items() if box.isChecked())

    def choose(self, sizes: tuple[int, ...]) -> None:
        """Press exactly these."""
        for size, box in self._boxes.items():
            box.setChecked(size in sizes)

    def _keep_one(self, size: int) -> None:
        if not self.chosen:
            self._boxes[size].setChecked(True)

    def _retranslate(self) -> None:
        self.setToolTip(tr("performance.batch_tip"))
        for size, box in self._boxes.items():
            box.setAccessibleName(f"{tr('performance.batch_sizes')} {size}")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()


def _labelled(key: str, field: QWidget) -> QWidget:
    both = QWidget()
    row = QHBoxLayout(both)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(10)
    row.addWidget(Text(key, "muted"))
    row.addWidget(field)
    return both
