"""What stands in the place of the picture at first: what to do, something to try, what was opened lately."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap, QResizeEvent
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from app.core import paths
from app.core.language_in_use import tr
from app.core.printable import printable
from app.ui.kit.cards import line
from app.ui.kit.empty import Empty
from app.ui.kit.icons import icon
from app.ui.kit.scroll import Scroll
from app.ui.kit.texts import Text, TextButton

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PySide6.QtWidgets import QHBoxLayout

_SAMPLE_PX, _SMALL_SAMPLE_PX = 88, 52
_SAMPLE_WIDTH = _SAMPLE_PX + 28
_LEAST_RECENT_PX, _RECENT_FRAME_PX, _SPACING, _EDGE = 120, 46, 8, 12
_MOST_RECENT = 4


class EmptyState(Scroll):
    """An invitation. In a low window it has no emblem and smaller samples; in a very low one it scrolls.

    Signals:
        open_requested(), folder_requested(): the user wants to choose files, or a folder.
        chosen(Path): the user wants a sample, or something that was opened lately.
        recent_cleared(): what was opened lately is to be forgotten.
    """

    open_requested = Signal()
    folder_requested = Signal()
    chosen = Signal(object)
    recent_cleared = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.primary = TextButton("action.open", self.open_requested.emit)
        self.primary.setObjectName("primary")
        folder = TextButton("action.folder", self.folder_requested.emit)
        self._samples = [self._sample(path) for path in sorted(paths.resource("samples").glob("*.jpg"))]
        self._recent: list[tuple[QToolButton, Path]] = []
        self._recent_title = Text("empty.recent", "muted")
        self._clear = TextButton("empty.clear_recent", self.recent_cleared.emit)
        self._clear.setObjectName("flatButton")
        self._recent_row = _centred(line(spacing=_SPACING))
        self._invitation = Empty("image-plus", "empty.title", "empty.hint", (self.primary, folder))
        content = QWidget()
        self._column = layout = QVBoxLayout(content)
        layout.setContentsMargins(_EDGE, 8, _EDGE, 8)
        layout.setSpacing(8)
        layout.addStretch(1)
        layout.addWidget(self._invitation)
        layout.addWidget(Text("empty.samples", "muted"), 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addLayout(_centred(line(*self._samples, spacing=12)))
        layout.addSpacing(6)
        layout.addLayout(_centred(line(self._recent_title, self._clear, spacing=6)))
        layout.addLayout(self._recent_row)
        layout.addStretch(1)
        self.setWidget(content)
        self.show_recent(())
        self._retranslate()

    def _sample(self, path: Path) -> QToolButton:
        button = QToolButton()
        button.setObjectName("toolButton")
        button.setIcon(QIcon(_square(path)))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setProperty("sample", path.stem)
        button.clicked.connect(lambda: self.chosen.emit(path))
        return button

    def show_recent(self, paths: Sequence[Path]) -> None:
        """Offer pictures and folders that were opened lately, the last one first."""
        for button, _ in self._recent:
            self._recent_row.removeWidget(button)
            button.hide()
            button.deleteLater()  # it may be telling just now that it was pressed
        self._recent = [(self._recent_button(path), path) for path in paths[:_MOST_RECENT]]
        for place, (button, _) in enumerate(self._recent):
            self._recent_row.insertWidget(place + 1, button)  # after the stretch
            button.show()  # now: a layout shows what it is given a turn of the event loop later
        self._recent_title.setVisible(bool(self._recent))
        self._clear.setVisible(bool(self._recent))
        self._fit()

    def _fit(self) -> None:
        """As large as there is room for."""
        width, height = self.viewport().width(), self.viewport().height()
        for is_low in (False, True):
            self._invitation.emblem.setVisible(not is_low)
            side = _SMALL_SAMPLE_PX if is_low else _SAMPLE_PX
            for button in self._samples:
                button.setIconSize(QSize(side, side))
                button.setFixedSize(_SAMPLE_WIDTH, side + 40)
            self._column.invalidate()
            if self._column.totalHeightForWidth(width) <= height:
                break
        self._fit_recent(width - 2 * _EDGE)

    def _fit_recent(self, width: int) -> None:
        """Names as long as the row has room for; what is left over by short ones is for the long ones."""
        buttons = [button for button, _ in self._recent]
        wanted = {
            b: b.fontMetrics().horizontalAdvance(b.accessibleName()) + _RECENT_FRAME_PX for b in buttons
        }
        left, count = width - _SPACING * max(len(buttons) - 1, 0), len(buttons)
        for button in sorted(buttons, key=lambda button: wanted[button]):
            room = min(wanted[button], max(left // count, _LEAST_RECENT_PX))
            left, count = left - room, count - 1
            button.setMaximumWidth(room)
            end = Qt.TextElideMode.ElideMiddle  # widths are rounded: two pixels more
            button.setText(
                button.fontMetrics().elidedText(button.accessibleName(), end, room - _RECENT_FRAME_PX + 2)
            )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _recent_button(self, path: Path) -> QToolButton:
        button = QToolButton()
        button.setObjectName("toolButton")
        button.setIcon(icon("image" if path.suffix else "folder-open", "muted"))
        button.setIconSize(QSize(16, 16))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        name = printable(path.name)
        button.setAccessibleName(name)
        button.setToolTip(printable(str(path)))
        button.clicked.connect(lambda: self.chosen.emit(path))
        return button

    def _retranslate(self) -> None:
        for button in self._samples:
            name = str(button.property("sample"))
            button.setText(tr(f"sample.{name}"))
            button.setToolTip(tr("sample.tip"))
            button.setAccessibleName(tr("sample.name", name=tr(f"sample.{name}")))
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()


def _centred(row: QHBoxLayout) -> QHBoxLayout:
    row.insertStretch(0)
    row.addStretch()
    return row


def _square(path: Path) -> QPixmap:
    """The middle of a picture, at twice its size on the screen for sharp ones."""
    picture = QPixmap(str(path))
    side = min(picture.width(), picture.height())
    middle = picture.copy((picture.width() - side) // 2, (picture.height() - side) // 2, side, side)
    smooth = Qt.TransformationMode.SmoothTransformation
    return middle.scaledToWidth(2 * _SAMPLE_PX, smooth)
