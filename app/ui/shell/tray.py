"""What runs, on every page: a button with a ring in the rail, and the list behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QFrame, QPushButton, QToolButton, QVBoxLayout, QWidget

from app.core.language_in_use import tr
from app.ui.kit.bars import Bar
from app.ui.kit.cards import line
from app.ui.kit.texts import Elided, Text
from app.ui.kit.theme import theme

if TYPE_CHECKING:
    from app.ui.kit.activities import Activities, Activity

_RING_PX = 22
_RING_WIDTH_PX = 3.0
_TOP_PX = 10
_LIST_WIDTH_PX = 460
# A ring of which nothing is full looks like a mistake.
_LEAST_SHARE = 0.03


class TrayButton(QToolButton):
    """Shows that something runs, and how far it is; hidden while nothing does. Opens the list.

    Signals:
        page_wanted(str): what runs is to be looked at on this page.
    """

    page_wanted = Signal(str)

    def __init__(self, activities: Activities) -> None:
        super().__init__()
        self._activities = activities
        self._percent: int | None = None
        self._list: TrayList | None = None
        # The ring is painted where an icon would be, which keeps the place.
        place = QPixmap(_RING_PX, _RING_PX)
        place.fill(Qt.GlobalColor.transparent)
        self.setIcon(QIcon(place))
        self.setIconSize(QSize(_RING_PX, _RING_PX))
        self.clicked.connect(self.open_list)
        activities.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        """Called many times a second: nothing is painted unless what is written changes."""
        self.setVisible(len(self._activities) > 0)
        shares = [activity.share for activity in self._activities]
        known = [share for share in shares if share is not None]
        percent = round(100 * sum(known) / len(known)) if known and len(known) == len(shares) else None
        text = tr("tray.running") if percent is None else f"{percent}%"
        if (percent, text) != (self._percent, self.text()):
            self._percent = percent
            self.setText(text)
            self.update()
        tip = tr("tray.tip", count=len(self._activities))
        if tip != self.toolTip():
            self.setToolTip(tip)
        name = f"{tip} {text}"
        if name != self.accessibleName():
            self.setAccessibleName(name)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        under = self.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextUnderIcon
        middle = QPointF(self.width() / 2, _TOP_PX + _RING_PX / 2 if under else self.height() / 2)
        ring = QRectF(0, 0, _RING_PX - _RING_WIDTH_PX, _RING_PX - _RING_WIDTH_PX)
        ring.moveCenter(middle)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("border"), _RING_WIDTH_PX))
        painter.drawEllipse(ring)
        painter.setPen(QPen(theme.color("accent"), _RING_WIDTH_PX, c=Qt.PenCapStyle.RoundCap))
        # How far it is is not known: a quarter stands for "some".
        share = 0.25 if self._percent is None else max(self._percent / 100, _LEAST_SHARE)
        painter.drawArc(ring, 90 * 16, round(-360 * 16 * share))
        painter.end()

    def open_list(self) -> None:
        """Show what runs, beside the rail."""
        if self._list is None:
            self._list = TrayList(self._activities, self)
            self._list.page_wanted.connect(self.page_wanted)
        self._list.open_beside(self if self.isVisible() else self.parentWidget() or self)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._show()


class TrayList(QFrame):
    """Everything that runs, each with its buttons; closed by Esc or a click elsewhere.

    Signals:
        page_wanted(str): a page is to be shown.
    """

    page_wanted = Signal(str)

    def __init__(self, activities: Activities, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("popup")
        self._activities = activities
        self._anchor = parent
        self._rows: dict[Activity, _Row] = {}
        self._nothing = Text("tray.nothing", "muted")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 14, 16, 14)
        self._column.setSpacing(14)
        self._column.addWidget(Text("tray.title", "section"))
        self._column.addWidget(self._nothing)
        self.setFixedWidth(_LIST_WIDTH_PX)
        activities.changed.connect(self._on_changed)

    def open_beside(self, anchor: QWidget) -> None:
        """Open to the right of a widget of the rail, growing upwards."""
        self._anchor = anchor
        self.ensurePolished()  # its border counts
        self.setAccessibleName(tr("tray.title"))
        self._renew()
        self.show()
        self._focus_first()

    def _place(self) -> None:
        anchor = self._anchor
        corner = anchor.mapToGlobal(QPoint(anchor.width() + 10, anchor.height()))
        room = anchor.screen().availableGeometry()
        top = max(room.top(), min(corner.y() - self.height(), room.bottom() - self.height()))
        self.move(min(corner.x(), room.right() - self.width()), top)

    def _focus_first(self) -> None:
        first = next(iter(self._rows.values()), None)
        (self if first is None else first.page).setFocus(Qt.FocusReason.PopupFocusReason)

    def _on_changed(self) -> None:
        if self.isVisible():
            self._renew()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """With nothing to press in it any key closes it: the next one is for the window."""
        if self._rows or event.key() == Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        else:
            self.hide()

    def _renew(self) -> None:
        running, ends_under_keyboard = list(self._activities), False
        for activity in [activity for activity in self._rows if activity not in running]:
            row = self._rows.pop(activity)
            self._column.removeWidget(row)
            ends_under_keyboard = ends_under_keyboard or row.isAncestorOf(self.focusWidget())
            row.hide()
            row.deleteLater()  # its button may just be telling that it was pressed
        for activity in running:
            if activity not in self._rows:
                self._rows[activity] = row = _Row(activity)
                row.page.clicked.connect(lambda _=False, name=activity.page: self._go_to(name))
                self._column.addWidget(row)
                row.show()
            self._rows[activity].renew()
        self._nothing.setVisible(not running)
        self._column.activate()
        height = self._column.totalSizeHint().height()
        if self._column.hasHeightForWidth():  # a text in it is wrapped
            height = self._column.totalHeightForWidth(self.width())
        if height != self.height():
            self.resize(self.width(), height)
        self._place()
        if ends_under_keyboard:
            self._focus_first()

    def _go_to(self, page: str) -> None:
        self.hide()
        self.page_wanted.emit(page)


class _Row(QWidget):
    """One of what runs.

    Attributes:
        page: the button that shows its page.
    """

    def __init__(self, activity: Activity) -> None:
        super().__init__()
        self._activity = activity
        self._share: float | None = None
        self._name, self._detail, self._bar = Elided("strong"), Text(name="muted", wrap=True), Bar()
        self.page, self._stop = QPushButton(), QPushButton()
        self._stop.setVisible(activity.stop is not None)
        self._stop.clicked.connect(self._on_stop)
        self._retranslate()
        head = line(self._name, self.page, self._stop)
        head.setStretch(0, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self._bar)
        column.addWidget(self._detail)

    def _retranslate(self) -> None:
        self._name.setText(self._activity.name)
        for button, verb in ((self.page, "show"), (self._stop, "stop")):
            button.setText(tr(f"tray.{verb}"))
            button.setAccessibleName(tr(f"tray.{verb}_this", name=self._activity.name))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def renew(self) -> None:
        """Show how far it is now."""
        activity = self._activity
        if activity.detail != self._detail.text():
            self._detail.setText(activity.detail)
        self._detail.setVisible(bool(activity.detail))
        self._bar.setVisible(activity.share is not None)
        if activity.share is not None and activity.share != self._share:
            self._share = activity.share
            self._bar.show_parts([(activity.share, "accent")])

    def _on_stop(self) -> None:
        self._stop.setEnabled(False)  # it takes a moment; asked twice, it is asked once
        if self._activity.stop is not None:
            self._activity.stop()
