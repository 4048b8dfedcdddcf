"""What a drop will do, said over the window while something is dragged above it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from app.core.files import is_folder
from app.core.language_in_use import tr
from app.ui.pictures import drop

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData

# Of more, whether they are folders is not looked up while the mouse moves.
_MOST_LOOKED_AT = 50
_TOP_PX = 24


class DropHint(QLabel):
    """One sentence in the middle of the upper edge of `over`; it takes no mouse."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self.setObjectName("newsNotice")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setMargin(12)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_for(self, mime: QMimeData) -> None:
        """Say what dropping this will do."""
        self.setText(promise(mime))
        self.setVisible(bool(self.text()))
        self.adjustSize()
        self.move((self._over.width() - self.width()) // 2, _TOP_PX)
        self.raise_()


def promise(mime: QMimeData) -> str:
    """What dropping this will do; empty where nothing can be said."""
    paths = drop.files_of(mime)
    if not paths:  # pixels are fetched from the other program when they are dropped
        return tr("drop.pictures", count=1) if mime.hasImage() else ""
    folders = sum(map(is_folder, paths[:_MOST_LOOKED_AT]))
    files = len(paths) - folders
    if not folders:
        return tr("drop.pictures", count=files)
    return tr("drop.both" if files else "drop.folders", folders=folders, files=files)
