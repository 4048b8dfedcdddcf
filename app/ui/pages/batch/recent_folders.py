"""The folders that were opened last, one press away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from app.core.language_in_use import tr
from app.core.printable import printable
from app.ui.kit.icons import icon
from app.ui.kit.texts import Text
from app.ui.pages.batch.texts import titles

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_MOST, _WIDEST_PX = 4, 180


class RecentFolders(QWidget):
    """A row of buttons; hidden while there is nothing to offer.

    Signals:
        chosen(Path): the user wants this folder recognised.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.buttons: list[QPushButton] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self._row.addWidget(Text("batch.recent", "muted"))
        self._row.addStretch()
        self.hide()

    def show_paths(self, paths: Sequence[Path]) -> None:
        """Offer these folders."""
        folders = list(paths)[:_MOST]
        for button in self.buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()  # it may be telling just now that it was pressed
        names = titles(set(folders))
        self.buttons = [self._button(folder, names[folder]) for folder in folders]
        for place, button in enumerate(self.buttons, 1):
            self._row.insertWidget(place, button)
        self.setVisible(bool(folders))

    def _button(self, folder: Path, title: str) -> QPushButton:
        button = QPushButton(icon("folder-open"), "")
        shown = button.fontMetrics().elidedText(title, Qt.TextElideMode.ElideMiddle, _WIDEST_PX)
        button.setText(f" {shown.replace('&', '&&')}")
        button.setToolTip(printable(str(folder)))
        button.setAccessibleName(tr("batch.recognise_folder", folder=title))
        button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        button.clicked.connect(lambda: self.chosen.emit(folder))
        return button
