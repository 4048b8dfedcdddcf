"""What the window tells the user in passing: a queue of sentences over its foot, which push nothing aside."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from app.core.language_in_use import tr
from app.ui.kit.icons import icon

if TYPE_CHECKING:
    from collections.abc import Callable

# What offers something is to be read and reached.
_NEWS_MS, _OFFER_MS, _PASSING_MS = 5_000, 10_000, 20_000
_WIDEST_PX, _NARROWEST_PX = 620, 240
_MARGIN_PX = 14
# The last line of a page says how far what runs is: it can be read all the same.
_ABOVE_FOOT_PX = 40


@dataclass(frozen=True, slots=True)
class Action:
    """What a notice offers: the verb on a button, and what that does."""

    text: str
    do: Callable[[], object]


@dataclass(frozen=True, slots=True, eq=False)
class Notice:
    """One sentence. A warning stays until it is closed, unless it passes; news go by themselves.

    The same sentence told again is another notice: it is shown anew, for its whole time.

    Attributes:
        passes: it is of what the user just did on this page, and nothing is lost by it.
        about: what it is about; the next notice about the same takes its place, and `withdraw` takes it back.
    """

    sentence: str
    is_warning: bool = False
    passes: bool = True
    actions: tuple[Action, ...] = ()
    about: object = None


class Notices(QObject):
    """Keeps what is told, the newest last. Belongs to the window's thread.

    Signals:
        changed(): `shown` is another.
        warned(str): this went wrong.
    """

    changed = Signal()
    warned = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._queue: deque[Notice] = deque()

    @property
    def shown(self) -> list[Notice]:
        """What is on the screen: the newest; more would hide what they are about. Warnings wait behind it."""
        return list(self._queue)[-1:]

    @property
    def waiting(self) -> int:
        """How many are behind what is shown."""
        return max(len(self._queue) - 1, 0)

    def tell(self, sentence: str, *actions: Action, about: object = None) -> None:
        """Say what was done, for a while."""
        self._add(Notice(sentence, is_warning=False, actions=actions, about=about))

    def warn(self, sentence: str, *actions: Action, about: object = None, passes: bool = False) -> None:
        """Say what went wrong, until it is closed; where it `passes`, for a while, and on this page only."""
        self._add(Notice(sentence, is_warning=True, passes=passes, actions=actions, about=about))
        self.warned.emit(sentence)

    def _add(self, notice: Notice) -> None:
        def is_replaced(other: Notice) -> bool:
            same = notice.about is not None or other.sentence == notice.sentence
            return same and other.about == notice.about

        # News that have been pushed aside do not come back: they would look like new ones.
        kept = (other for other in self._queue if other.is_warning and not is_replaced(other))
        self._queue = deque(kept)
        self._queue.append(notice)
        self.changed.emit()

    def close(self, notice: Notice) -> None:
        """Take one away."""
        if notice in self._queue:
            self._queue.remove(notice)
            self.changed.emit()

    def withdraw(self, about: object) -> None:
        """Take away what was said about something, since it is true no more."""
        self._keep(lambda notice: notice.about != about)

    def leave_page(self) -> None:
        """Take away warnings that concern no other page."""
        self._keep(lambda notice: not (notice.is_warning and notice.passes))

    def leave_language(self) -> None:
        """Take away news that were told in another language than that of the window."""
        self._keep(lambda notice: notice.is_warning)

    def _keep(self, wanted: Callable[[Notice], bool]) -> None:
        kept = deque(filter(wanted, self._queue))
        if len(kept) != len(self._queue):
            self._queue = kept
            self.changed.emit()


class NoticeArea(QWidget):
    """Shows notices over the foot of the widget that it is given, and follows its size."""

    def __init__(self, notices: Notices, over: QWidget) -> None:
        super().__init__(over)
        self._notices, self._over = notices, over
        self._cards: dict[Notice, _Card] = {}
        self._before: QWidget | None = None  # what had the keyboard, while a notice has it
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        notices.changed.connect(self._show)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._on_focus)
        over.installEventFilter(self)
        self.hide()

    def _show(self) -> None:
        shown = self._notices.shown
        for notice in [notice for notice in self._cards if notice not in shown]:
            card = self._cards.pop(notice)
            if card.has_focus():
                self._give_focus_back()
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()  # one of its buttons may be telling just now that it was pressed
        for place, notice in enumerate(shown):
            if notice not in self._cards:
                self._cards[notice] = card = _Card(notice, partial(self._notices.close, notice))
                self._column.insertWidget(place, card)
                card.show()
                announce(card, notice.sentence)
        self._cards = {notice: self._cards[notice] for notice in shown}
        for card in self._cards.values():
            card.show_waiting(self._notices.waiting)
        self.setVisible(bool(shown))
        self._place()

    def _place(self) -> None:
        wanted = max((card.wanted_width() for card in self._cards.values()), default=0)
        width = min(max(wanted, _NARROWEST_PX), _WIDEST_PX, self._over.width() - 2 * _MARGIN_PX)
        height = self._column.totalHeightForWidth(width)
        height = height if height >= 0 else self.sizeHint().height()  # no text in it is wrapped
        left = (self._over.width() - width) // 2
        self.setGeometry(left, self._over.height() - height - _ABOVE_FOOT_PX, width, height)
        self.raise_()

    def focus_newest(self) -> None:
        """Give the keyboard to the newest notice, until that is closed."""
        if self._cards:
            list(self._cards.values())[-1].take_focus()

    @Slot(QWidget, QWidget)
    def _on_focus(self, old: QWidget | None, new: QWidget | None) -> None:
        """Know where the keyboard was before it came here, however it came."""
        if new is None:
            return
        if not self.isAncestorOf(new):
            self._before = None
        elif old is not None and not self.isAncestorOf(old):
            self._before = old

    def _give_focus_back(self) -> None:
        if self._before is not None and isValid(self._before) and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over and event.type() == QEvent.Type.Resize and self._cards:
            self._place()
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:  # sentences stay as they were said
            for card in self._cards.values():
                card.retranslate()


class _Card(QFrame):
    """One notice. News wait for whoever points at them or has the keyboard in them."""

    def __init__(self, notice: Notice, close: Callable[[], None]) -> None:
        super().__init__()
        self.setObjectName("warningNotice" if notice.is_warning else "newsNotice")
        self._close = close
        self._text = QLabel(notice.sentence)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._more, self._waiting = QLabel(), 0
        self._more.setObjectName("small")
        self._more.hide()
        self._shut = QToolButton()
        self._shut.setObjectName("panelButton")
        self._shut.setIcon(icon("x", "muted"))
        self._shut.setIconSize(QSize(16, 16))
        self._shut.clicked.connect(lambda: close())
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 6, 6, 6)
        row.setSpacing(10)
        row.addWidget(self._text, 1)
        self._buttons = [QPushButton(action.text) for action in notice.actions]
        for button, action in zip(self._buttons, notice.actions, strict=True):
            button.clicked.connect(lambda _checked=False, action=action: self._act(action))
            row.addWidget(button)
        row.addWidget(self._more)
        row.addWidget(self._shut)
        news_ms = _OFFER_MS if notice.actions else _NEWS_MS
        self._timer = QTimer(self, interval=_PASSING_MS if notice.is_warning else news_ms, singleShot=True)
        self._timer.timeout.connect(self._leave)
        if notice.passes:
            self._timer.start()
        self.retranslate()

    def show_waiting(self, count: int) -> None:
        """Show how many are behind this one."""
        self._waiting = count
        self._more.setText(tr("notice.more", count=count))
        self._more.setVisible(count > 0)

    def wanted_width(self) -> int:
        """Pixels with which its sentence has one line."""
        self.ensurePolished()
        beside = [*self._buttons, self._shut, *([self._more] if self._waiting else [])]
        text = self._text.fontMetrics().horizontalAdvance(self._text.text()) + 4
        layout = self.layout()
        assert layout is not None
        edges = layout.contentsMargins()
        around = edges.left() + edges.right() + len(beside) * layout.spacing() + 2
        return text + sum(each.sizeHint().width() for each in beside) + around

    def retranslate(self) -> None:
        self.show_waiting(self._waiting)
        self._shut.setToolTip(tr("notice.close"))
        self._shut.setAccessibleName(tr("notice.close"))

    def event(self, event: QEvent) -> bool:
        """Escape closes it, whatever else Escape is for on the page."""
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() == QEvent.Type.KeyPress:
                self._close()
            event.accept()
            return True
        return super().event(event)

    def _act(self, action: Action) -> None:
        self._close()
        action.do()

    def take_focus(self) -> None:
        [*self._buttons, self._shut][0].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _leave(self) -> None:
        if self.underMouse() or self.has_focus():
            self._timer.start()
        else:
            self._close()

    def has_focus(self) -> bool:
        """Whether one of its buttons has the keyboard."""
        return any(button.hasFocus() for button in (*self._buttons, self._shut))


def announce(widget: QWidget, sentence: str) -> None:
    """Have a screen reader say a sentence, politely."""
    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, sentence))
