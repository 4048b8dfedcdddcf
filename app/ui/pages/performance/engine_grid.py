"""Which engines are to be measured: a grid of boxes, and what the others lack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QCheckBox, QGridLayout, QVBoxLayout, QWidget

from app.core.engine_kinds import ENGINES, REFERENCE
from app.core.language_in_use import tr
from app.engines.availability import Unavailable
from app.ui.kit.widgets import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

CHOICES = tuple(name for name in ENGINES if name != REFERENCE)
_AT_FIRST = ("torchscript", "torchscript-bf16", "onnxruntime", "openvino")
_COLUMNS = 5


class EngineGrid(QWidget):
    """Boxes for all engines but the usual reference, which is always measured."""

    def __init__(self) -> None:
        super().__init__()
        self._obstacles: Mapping[str, Unavailable | None] | None = None
        self._boxes = {name: QCheckBox() for name in CHOICES}
        self._note = Text(name="muted", wrap=True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(2)
        for number, (name, box) in enumerate(self._boxes.items()):
            box.setChecked(name in _AT_FIRST)
            grid.addWidget(box, number // _COLUMNS, number % _COLUMNS)
        grid.setColumnStretch(_COLUMNS, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(grid)
        column.addWidget(self._note)
        self._retranslate()

    @property
    def chosen(self) -> tuple[str, ...]:
        """The engines to measure, in order."""
        return tuple(name for name, box in self._boxes.items() if box.isEnabled() and box.isChecked())

    def choose(self, engines: tuple[str, ...]) -> None:
        """Check exactly these."""
        for name, box in self._boxes.items():
            box.setChecked(name in engines)

    def show_obstacles(self, obstacles: Mapping[str, Unavailable | None]) -> None:
        """Offer only what can run here; nothing else stays checked."""
        self._obstacles = obstacles
        for name, box in self._boxes.items():
            runs = obstacles.get(name) is None
            box.setEnabled(runs)
            box.setChecked(runs and box.isChecked())
        self._retranslate()

    def _retranslate(self) -> None:
        for name, box in self._boxes.items():
            box.setText(tr(f"engine.{name}"))
            obstacle = (self._obstacles or {}).get(name)
            box.setToolTip(_reason(obstacle) if obstacle else "")
        self._note.setText(self._remark())

    def _remark(self) -> str:
        """What cannot run here, grouped by the reason."""
        if self._obstacles is None:
            return tr("performance.surveying")
        groups: dict[str, list[str]] = {}
        for name in CHOICES:
            obstacle = self._obstacles.get(name)
            if obstacle is not None:
                groups.setdefault(_reason(obstacle), []).append(tr(f"engine.{name}"))
        if not groups:
            return tr("performance.always")
        listed = [tr("join.explained", what=tr.join(names), why=why) for why, names in groups.items()]
        cannot = tr("performance.cannot", engines=tr.join(listed, "clauses"))
        return tr.join([tr("performance.always"), cannot], "sentences")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()


def _reason(obstacle: Unavailable) -> str:
    return tr(f"reason.{obstacle.reason}", detail=obstacle.detail)
