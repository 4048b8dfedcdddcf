"""The top of the page: its name, earlier runs, what to compare with, export."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QMenu, QPushButton, QWidget

from app.core.language_in_use import tr
from app.ui.kit.fields import DropDown, leave_wheel, offer, set_menu
from app.ui.kit.icons import icon
from app.ui.kit.texts import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.bench.history import Entry

_FORMS = {"png": "image", "csv": "columns-2", "json": "braces", "onnx": "box"}


class Head(QWidget):
    """Menus; keeps the list of saved runs and which are chosen.

    Signals:
        chosen(Entry): show this run; None for the one that is not saved.
        compared(Entry): compare with this run; None for no comparison.
        export_requested(str): `png`, `csv`, `json` or `onnx`.
    """

    chosen = Signal(object)
    compared = Signal(object)
    export_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._entries: tuple[Entry, ...] = ()
        self._shown: Entry | None = None
        self._compared: Entry | None = None
        self._has_unsaved = False
        self._history, self._compare = DropDown(), DropDown()
        for box, tell in ((self._history, self._on_chosen), (self._compare, self._on_compared)):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            box.activated.connect(tell)
            leave_wheel(box)
        self._actions = {form: self._action(form) for form in _FORMS}
        self._export = QPushButton(icon("download"), "")
        self._export.setIconSize(QSize(16, 16))
        menu = QMenu(self)
        menu.addActions([self._actions[form] for form in ("png", "csv", "json")])
        menu.addSeparator()
        menu.addAction(self._actions["onnx"])
        set_menu(self._export, menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(Text("page.performance", "title"))
        row.addStretch()
        for widget in (self._history, self._compare, self._export):
            row.addWidget(widget)
        self.show_entries((), None, has_unsaved=False)

    def _action(self, form: str) -> QAction:
        action = QAction(icon(_FORMS[form]), "", self)
        action.triggered.connect(lambda: self.export_requested.emit(form))
        return action

    def show_entries(self, entries: Sequence[Entry], shown: Entry | None, *, has_unsaved: bool) -> None:
        """Offer these runs, `shown` being the one on the page, none the one that is not saved."""
        self._entries, self._shown, self._has_unsaved = tuple(entries), shown, has_unsaved
        if self._compared not in self._entries or self._compared == shown:
            self._compared = None
        self.refresh()

    def allow(self, *, runs: bool, onnx: bool) -> None:
        """Whether there is a run to export, and time to make an ONNX file."""
        for form, action in self._actions.items():
            action.setEnabled(onnx if form == "onnx" else runs)

    @property
    def offered(self) -> set[str]:
        """What can be exported now."""
        return {form for form, action in self._actions.items() if action.isEnabled()}

    def lock(self, locked: bool) -> None:
        """While a run goes on, it is the one that is shown."""
        self._history.setEnabled(not locked)

    def refresh(self) -> None:
        """Set all texts in the language in use."""
        runs: list[tuple[str, object]] = [(moment(each), each) for each in self._entries]
        if self._has_unsaved:
            runs.insert(0, (tr("performance.this_run"), None))
        offer(self._history, runs, self._shown)
        others = [each for each in self._entries if each != self._shown]
        items = [(tr("performance.compare_with", when=moment(each)), each) for each in others]
        offer(self._compare, [(tr("performance.compare_none"), None), *items], self._compared)
        self._history.setVisible(self._history.count() > 0)
        self._compare.setVisible(bool(others) and self._history.count() > 0)
        self._history.setAccessibleName(tr("performance.history"))
        self._history.setToolTip(tr("performance.history"))
        self._compare.setAccessibleName(tr("performance.compare_tip"))
        self._compare.setToolTip(tr("performance.compare_tip"))
        self._export.setText(f" {tr('performance.export')}")
        self._export.setAccessibleName(tr("performance.export"))
        for form, action in self._actions.items():
            action.setText(tr(f"performance.export_{form}"))

    def _on_chosen(self, row: int) -> None:
        self.show_entries(self._entries, self._history.itemData(row), has_unsaved=self._has_unsaved)
        self.chosen.emit(self._shown)
        self.compared.emit(self._compared)

    def _on_compared(self, row: int) -> None:
        self._compared = self._compare.itemData(row)
        self.compared.emit(self._compared)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.refresh()


def moment(entry: Entry) -> str:
    """When a run was, in local time."""
    try:
        return datetime.fromisoformat(entry.when).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    except ValueError:
        return entry.when
