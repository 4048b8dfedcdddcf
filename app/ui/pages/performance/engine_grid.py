"""Which engines are to be measured: a box for each, and what those lack that cannot run here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from app.core.engine_kinds import ENGINES, REFERENCE
from app.core.language_in_use import tr
from app.engines.availability import Unavailable
from app.ui.kit.flow import FlowLayout
from app.ui.kit.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

_AT_FIRST = ("eager", "torchscript", "torchscript-bf16", "onnxruntime", "openvino")


class EngineGrid(QWidget):
    """Boxes for all engines; that of the model's reference, which is always measured, stays checked.

    Signals:
        changed(): others are chosen.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._reference = REFERENCE
        self._obstacles: Mapping[str, Unavailable | None] | None = None
        self._boxes = {name: QCheckBox() for name in ENGINES}
        self._note = Text(name="muted", wrap=True)
        flow = FlowLayout(20, 2, even=True)
        for name, box in self._boxes.items():
            box.setChecked(name in _AT_FIRST)
            box.toggled.connect(lambda _checked: self.changed.emit())
            flow.addWidget(box)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(flow)
        column.addWidget(self._note)
        self._refresh()

    @property
    def chosen(self) -> tuple[str, ...]:
        """The engines to measure besides the reference, in order; also while nothing can be changed."""
        return tuple(
            name
            for name, box in self._boxes.items()
            if name != self._reference and box.isEnabledTo(self) and box.isChecked()
        )

    def choose(self, engines: tuple[str, ...]) -> None:
        """Check exactly these, and the reference."""
        for name, box in self._boxes.items():
            box.setChecked(name in engines or name == self._reference)

    def show_reference(self, name: str) -> None:
        """The model in use has another reference."""
        self._reference = name
        self._refresh()

    def show_obstacles(self, obstacles: Mapping[str, Unavailable | None]) -> None:
        """Offer only what can run here; nothing else stays checked."""
        self._obstacles = obstacles
        self._refresh()

    def _refresh(self) -> None:
        for name, box in self._boxes.items():
            obstacle = (self._obstacles or {}).get(name)
            is_reference = name == self._reference
            box.setEnabled(obstacle is None and not is_reference)
            box.setChecked(is_reference or (obstacle is None and box.isChecked()))
            text = tr(f"engine.{name}")
            box.setText(tr("performance.reference_mark", engine=text) if is_reference else text)
            box.setToolTip(
                tr("performance.always") if is_reference else _reason(obstacle) if obstacle else ""
            )
        self._note.setText(self._remark())
        self._note.setVisible(bool(self._note.text()))

    def _remark(self) -> str:
        """What cannot run here, grouped by the reason."""
        if self._obstacles is None:
            return tr("performance.surveying")
        groups: dict[str, list[str]] = {}
        for name, obstacle in self._obstacles.items():
            if obstacle is not None and name in self._boxes:
                groups.setdefault(_reason(obstacle), []).append(tr(f"engine.{name}"))
        if not groups:
            return ""
        listed = [tr("join.explained", what=tr.join(names), why=why) for why, names in groups.items()]
        return tr("performance.cannot", engines=tr.join(listed, "clauses"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._refresh()


def _reason(obstacle: Unavailable) -> str:
    return tr(f"reason.{obstacle.reason}", detail=obstacle.detail)
