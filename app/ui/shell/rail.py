"""The rail at the left: the pages, what runs, help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QToolButton, QVBoxLayout, QWidget

from app.core.language_in_use import tr
from app.ui.kit.icons import icon
from app.ui.kit.keys import shown_as
from app.ui.kit.theme import theme
from app.ui.shell.tray import TrayButton

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.ui.kit.activities import Activities
    from app.ui.shell.pages import Entry

_ICON_PX = 22
_BADGE_PX = 4.5
# Below this width of the window the pages need the room that the words take.
_WIDE_PX = 1000
# Of a button with its word, and the space to the next.
_TALL_PX = 68


class Rail(QWidget):
    """Buttons for the pages; folds to icons in a small window.

    Signals:
        chosen(str): a page is to be shown.
        help_wanted(): the list of keys is to be shown.

    Attributes:
        tray: what runs.
    """

    chosen = Signal(str)
    help_wanted = Signal()

    def __init__(self, entries: Sequence[Entry], activities: Activities) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._activities = activities
        self._keys = {entry.name: entry.key for entry in entries}
        self.tray = TrayButton(activities)
        self.tray.page_wanted.connect(self.chosen)
        self._help = QToolButton()
        self._help.setIcon(icon("circle-help", "muted"))
        self._help.clicked.connect(self.help_wanted)
        self._pages = {entry.name: PageButton(entry) for entry in entries}
        self._lay_out(entries)
        activities.changed.connect(self._show_badges)
        self.retranslate()
        self.fold(folded=False)

    def _lay_out(self, entries: Sequence[Entry]) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 14, 8, 14)
        column.setSpacing(6)
        group = QButtonGroup(self)
        for entry in entries:
            button = self._pages[entry.name]
            button.clicked.connect(lambda _=False, name=entry.name: self.chosen.emit(name))
            group.addButton(button)
            if not entry.at_foot:
                column.addWidget(button)
        column.addStretch()
        column.addWidget(self.tray)
        for entry in entries:
            if entry.at_foot:
                column.addWidget(self._pages[entry.name])
        column.addWidget(self._help)
        for each in self._buttons():
            each.setIconSize(QSize(_ICON_PX, _ICON_PX))

    def _buttons(self) -> list[QToolButton]:
        return [*self._pages.values(), self.tray, self._help]

    def show_page(self, name: str) -> None:
        """Mark a page as the one that is shown."""
        self._pages[name].setChecked(True)

    def fit(self, window: QSize) -> None:
        """Fold or unfold for a size of the window."""
        self.fold(folded=window.width() < _WIDE_PX or window.height() < len(self._buttons()) * _TALL_PX)

    def fold(self, *, folded: bool) -> None:
        """Show icons alone, or icons with words."""
        if folded is self.property("folded"):
            return
        self.setProperty("folded", folded)
        styles = Qt.ToolButtonStyle
        style = styles.ToolButtonIconOnly if folded else styles.ToolButtonTextUnderIcon
        for button in self._buttons():
            button.setToolButtonStyle(style)
            self.style().polish(button)

    def _show_badges(self) -> None:
        busy = {activity.page for activity in self._activities}
        for name, button in self._pages.items():
            button.show_busy(name in busy)

    def retranslate(self) -> None:
        """Set all texts in the language in use."""
        for name, page in self._pages.items():
            page.retranslate(shown_as(self._keys[name]))
        self._help.setText(tr("help.button"))
        self._help.setAccessibleName(tr("help.title"))
        self._help.setToolTip(f"{tr('help.title')} ({shown_as('F1')})")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()


class PageButton(QToolButton):
    """Shows a page; has a dot while something runs there."""

    def __init__(self, entry: Entry) -> None:
        super().__init__()
        self._name, self._busy, self._key = entry.name, False, ""
        self.setIcon(icon(entry.icon, "muted"))
        self.setCheckable(True)

    def retranslate(self, key: str) -> None:
        """Set the texts in the language in use; `key` as the system writes it."""
        self._key = key
        name = tr(f"page.{self._name}")
        self.setText(name)
        self.setToolTip(f"{name} ({key})")
        self.setAccessibleName(tr("tray.busy_page", page=name) if self._busy else name)

    def show_busy(self, busy: bool) -> None:
        """Whether something runs on the page."""
        if busy is not self._busy:
            self._busy = busy
            self.retranslate(self._key)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._busy:
            return
        under = self.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextUnderIcon
        top = 11.0 if under else self.height() / 2 - _ICON_PX / 2 + 1
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.color("surface"))
        painter.setBrush(theme.color("accent"))
        painter.drawEllipse(QPointF(self.width() / 2 + _ICON_PX / 2 + 1, top), _BADGE_PX, _BADGE_PX)
        painter.end()
