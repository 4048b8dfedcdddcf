"""The rail at the left: the pages, what runs, help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QButtonGroup, QSizePolicy, QToolButton, QVBoxLayout, QWidget

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
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Left: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Right: 1}


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
        head = [self._pages[entry.name] for entry in entries if not entry.at_foot]
        foot = [self._pages[entry.name] for entry in entries if entry.at_foot]
        self._buttons: list[QToolButton] = [*head, self.tray, *foot, self._help]  # as they stand
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
        for each in self._buttons:
            column.addWidget(each)
            each.setSizePolicy(
                QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed
            )  # as wide as the widest
            each.setIconSize(QSize(_ICON_PX, _ICON_PX))
            each.installEventFilter(self)
        column.insertStretch(self._buttons.index(self.tray))

    def show_page(self, name: str) -> None:
        """Mark a page as the one that is shown."""
        button = self._pages[name]
        button.setChecked(True)
        focused = QApplication.focusWidget()
        if focused is not None and self.isAncestorOf(focused):
            button.setFocus()
        else:
            self._stop_at(button)

    def _stop_at(self, stop: QToolButton) -> None:
        """Let Tab come to this button alone: the arrow keys lead to the others."""
        for button in self._buttons:
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus if button is stop else Qt.FocusPolicy.NoFocus)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(watched, QToolButton):
            return False
        if event.type() == QEvent.Type.FocusIn:
            self._stop_at(watched)
        elif event.type() == QEvent.Type.FocusOut:
            self._stop_at(next(page for page in self._pages.values() if page.isChecked()))
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in _STEPS:
            self._step(watched, _STEPS[Qt.Key(event.key())])
            return True
        return False

    def _step(self, button: QToolButton, step: int) -> None:
        """Go with the keyboard to the next button that can be seen; at the ends it stays."""
        seen = [each for each in self._buttons if each.isVisible()]
        place = min(max(seen.index(button) + step, 0), len(seen) - 1)
        seen[place].setFocus(Qt.FocusReason.TabFocusReason)

    def fit(self, window: QSize) -> None:
        """Fold or unfold for a size of the window."""
        self.fold(folded=window.width() < _WIDE_PX or window.height() < len(self._buttons) * _TALL_PX)

    def fold(self, *, folded: bool) -> None:
        """Show icons alone, or icons with words."""
        if folded is self.property("folded"):
            return
        self.setProperty("folded", folded)
        styles = Qt.ToolButtonStyle
        style = styles.ToolButtonIconOnly if folded else styles.ToolButtonTextUnderIcon
        for button in self._buttons:
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
