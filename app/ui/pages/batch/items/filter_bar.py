"""What is wanted of the list: words, states, probabilities; and how it is shown."""

from __future__ import annotations

import itertools

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from app.core.language_in_use import tr
from app.store.listing import Filter, Status
from app.ui.kit.cards import line
from app.ui.kit.icons import icon
from app.ui.kit.search_field import SearchField
from app.ui.kit.segments import Segments
from app.ui.kit.texts import Text
from app.ui.pages.batch.items.order_choice import OrderChoice
from app.ui.pages.batch.items.range_slider import RangeSlider

_TYPING_MS = 150
LOOKS = ("table", "grid")
_PANELS = {"groups": "panel-left", "preview": "panel-right"}


class FilterBar(QWidget):
    """Everything but the group, which is chosen in the tree; where there is no room, in one more row.

    Signals:
        changed(): something else is wanted.
        look_chosen(str): `table` or `grid`.
        panel_shown(str, bool): whether a panel is to be seen.
        panel_chosen(str, bool): so the user wants it.
    """

    changed = Signal()
    look_chosen = Signal(str)
    panel_shown = Signal(str, bool)
    panel_chosen = Signal(str, bool)

    def __init__(self) -> None:
        super().__init__()
        self.search, self.slider = SearchField("items.search", "items.search_tip"), RangeSlider()
        self.order = OrderChoice()
        self.chips = {status: self._chip(status) for status in Status}
        self.offer_gone(False)
        self.clear_button = QPushButton(icon("x", "accent"), "")
        self.clear_button.setObjectName("filtered")
        self.look = Segments(LOOKS, lambda look: tr(f"items.look_{look}"))
        self.look.show_value(LOOKS[0])
        self.panels = {name: self._panel_button(name, picture) for name, picture in _PANELS.items()}
        self._range, self._count = Text(name="muted"), Text(name="muted")
        self._counts: tuple[int, int, int] | None = None
        self._typing = QTimer(self, interval=_TYPING_MS, singleShot=True)
        self._lay_out()
        self._order_tabs()
        self._connect()
        self._retranslate()
        self._show_state()

    def _chip(self, status: Status) -> QPushButton:
        chip = QPushButton()
        chip.setObjectName("chip")
        chip.setCheckable(True)
        chip.setProperty("status", str(status))
        chip.clicked.connect(self._on_changed)
        return chip

    def _panel_button(self, name: str, picture: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName("panelButton")
        button.setIcon(icon(picture, "muted"))
        button.setIconSize(QSize(18, 18))
        button.setCheckable(True)
        button.setChecked(True)
        button.toggled.connect(lambda shown: self.panel_shown.emit(name, shown))
        button.clicked.connect(lambda shown: self.panel_chosen.emit(name, shown))
        return button

    def _lay_out(self) -> None:
        self._count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        # Up here it takes from the search: below, the row would break and the list jump when it comes.
        above = line(self.panels["groups"], self.search, self.clear_button, self.order, self.look)
        above.addWidget(self.panels["preview"])
        above.setStretch(1, 1)
        states, rest = line(*self.chips.values()), line(self._range, self.slider)
        states.addStretch()
        rest.addStretch()
        rest.addWidget(self._count)
        self._below = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._below.setSpacing(8)
        self._parts = states, rest
        for part in self._parts:
            self._below.addLayout(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(above)
        column.addLayout(self._below)

    def _fold(self) -> None:
        """Have states and probability beside each other, or below where they would be cut."""
        needed = sum(part.sizeHint().width() for part in self._parts)
        roomy = needed + self._below.spacing() <= self.width()
        way = QBoxLayout.Direction.LeftToRight if roomy else QBoxLayout.Direction.TopToBottom
        if self._below.direction() != way:
            self._below.setDirection(way)

    def minimumSizeHint(self) -> QSize:
        """Of the folded form: else the layout would never become narrower than the other."""
        narrow = max(part.minimumSize().width() for part in self._parts)
        return QSize(narrow, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def event(self, event: QEvent) -> bool:
        """Fold when something has another size, once the layouts know: until then they say the old one."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._fold()
        return done

    def _connect(self) -> None:
        self.search.textChanged.connect(self._typing.start)
        self.slider.changed.connect(self._on_slid)
        self._typing.timeout.connect(self._on_changed)
        self.look.chosen.connect(self.look_chosen)

    def _order_tabs(self) -> None:
        """As they stand, row by row."""
        chain: list[QWidget] = [self.panels["groups"], self.search, self.clear_button]
        chain += [self.order.box, self.order.way]
        chain += [*self.look.findChildren(QPushButton), self.panels["preview"]]
        chain += [*self.chips.values(), *self.slider.handles]
        for first, second in itertools.pairwise(chain):
            self.setTabOrder(first, second)

    def wanted(self) -> Filter:
        """What is chosen now, without a group."""
        low, high = self.slider.values
        states = frozenset(status for status, chip in self.chips.items() if chip.isChecked())
        return Filter(self.search.text().strip(), (), low / 100, high / 100, states)

    def show_counts(self, listed: int, total: int, selected: int = 0) -> None:
        """Say how many items are listed, of how many; and how many are selected, if several are."""
        self._counts = listed, total, selected
        every = dict.fromkeys(("listed", "total", "selected"), f"{total:,}")
        said = {"listed": f"{listed:,}", "total": f"{total:,}", "selected": f"{selected:,}"}
        self._count.setText(tr("items.selected" if selected > 1 else "items.listed", **said))
        # Room for the longest, so that what is listed or selected does not decide where the row breaks.
        longest = (tr(key, **every) for key in ("items.selected", "items.listed"))
        self._count.setMinimumWidth(max(map(self._count.fontMetrics().horizontalAdvance, longest)))

    def show_selected(self, selected: int) -> None:
        """Say how many items are selected."""
        if self._counts is not None:
            self.show_counts(*self._counts[:2], selected)

    def offer_gone(self, offered: bool) -> None:
        """Whether there are items whose files are gone, which a list shows only when it is asked to."""
        chip = self.chips[Status.GONE]
        chip.setVisible(offered or chip.isChecked())  # what filters the list can be seen

    def allow_clearing(self, allowed: bool) -> None:
        """Whether anything is set, here or in the tree."""
        self.clear_button.setVisible(allowed)

    def search_now(self) -> None:
        """Want what is typed at once, without waiting for another letter."""
        self._on_changed()

    def look_for(self, text: str) -> None:
        """Want, at once, what this finds among what is wanted already."""
        before = self.search.text().strip()
        if text not in before:
            self.search.setText(f"{before} {text}".strip())
        self._on_changed()

    def show_wanted(self, wanted: Filter) -> None:
        """Want this from now on, without a signal; its group is chosen elsewhere."""
        self.search.setText(wanted.text)
        self._typing.stop()
        for status, chip in self.chips.items():
            chip.setChecked(status in wanted.statuses)
        self.slider.show_values(round(wanted.lowest * 100), round(wanted.highest * 100))
        self._show_state()

    def _on_slid(self) -> None:
        self._show_state()
        self._typing.start()

    def _on_changed(self) -> None:
        self._typing.stop()
        self._show_state()
        self.changed.emit()

    def _show_state(self) -> None:
        low, high = self.slider.values
        self._range.setText(tr("items.range", low=low, high=high))

    def _retranslate(self) -> None:
        for status, chip in self.chips.items():
            chip.setText(tr(f"items.state_{status}"))
            chip.setToolTip(tr(f"items.about_{status}"))
        self.clear_button.setText(tr("items.clear"))
        self.look.setAccessibleName(tr("items.look"))
        for name, button in self.panels.items():
            button.setAccessibleName(tr(f"items.{name}"))
            button.setToolTip(tr(f"items.{name}"))
        self._range.setMinimumWidth(
            self._range.fontMetrics().horizontalAdvance(tr("items.range", low=100, high=100))
        )
        self._show_state()
        if self._counts is not None:
            self.show_counts(*self._counts)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
