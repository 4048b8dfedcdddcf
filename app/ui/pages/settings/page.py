"""The settings page: all settings, in sections that can be searched; a change applies at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from app.bench.survey import Survey
from app.core.child_process import Remote
from app.core.language_in_use import tr
from app.core.settings import with_values
from app.ui.kit.cards import line
from app.ui.kit.empty import Empty
from app.ui.kit.format import whole_percent
from app.ui.kit.keys import Keys
from app.ui.kit.models import thresholds_of_model
from app.ui.kit.page import EDGE_PX, Page
from app.ui.kit.scroll import Scroll
from app.ui.kit.search_field import SearchField
from app.ui.kit.texts import Text, TextButton
from app.ui.pages.settings.about import about_rows, made_of
from app.ui.pages.settings.fields import Number, Probability, make_field, show_value
from app.ui.pages.settings.reset import Reset, default
from app.ui.pages.settings.section import Row, Section
from app.ui.pages.settings.storage import Storage
from app.ui.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.core.jobs import JobContext
    from app.core.settings import Settings
    from app.engines.devices import DeviceStatus
    from app.ui.current import Current

_SECTIONS = {
    "look": ("language", "theme"),
    "recognition": ("model", "engine", "device", "threads", "top_k"),
    "certainty": ("certain_threshold", "group_threshold"),
    "folders": ("recursive",),
}
_WIDEST_PX, _SECTIONS_PX, _SEARCH_PX, _AROUND_ROW_PX = 960, 160, 260, 10
_GAP_PX, _BESIDE_BAR_PX = 16, 8
# Of the page, in a window of 900 px: below, the list of sections makes way for the settings.
_ROOM_FOR_SECTIONS_PX = 820


class SettingsPage(Page):
    """A form over the settings."""

    keys = Keys({"find_setting": "Ctrl+F"})

    def __init__(self, current: Current) -> None:
        super().__init__()
        self.current = current
        self.fields: dict[str, QWidget] = {}
        self.sections: list[Section] = []
        self._tasks = Tasks("settings")
        self._tasks.failed.connect(current.notices.warn)
        self._helper: Remote | None = None
        self._devices: dict[str, DeviceStatus] = {}
        self._asked_for: int | None = None  # the section that is being scrolled to

    def make(self) -> Iterator[None]:
        """The sections under a field to search them."""
        content = self._lay_out()
        for name, settings in _SECTIONS.items():
            yield
            self._add(Section(name, [self._row(setting) for setting in settings]))
        yield
        self.storage = Storage(self, self.current, self._tasks)
        self._add(Section("storage", self.storage.rows))
        yield
        self._add(Section("about", about_rows(self.current)))
        yield
        made_of()  # the packages' versions are looked for once
        yield
        self._fill_list()
        self._retranslate()
        self.first = self.search
        self.fill(content)

    def first_shown(self) -> None:
        """Find out how large everything is, and ask a child which devices work."""
        self.storage.look()
        self._tasks.run(self._look_for_devices, self._on_devices, owner=self)

    def _add(self, section: Section) -> None:
        section.reset_wanted.connect(lambda: self._reset(section))
        self.sections.append(section)
        self._column.insertWidget(self._column.count() - 1, section)

    def _row(self, name: str) -> Row:
        self.fields[name] = field = make_field(name, lambda value: self._change(name, value))
        row = Row(f"setting.{name}", f"hint.{name}", (field,))
        if isinstance(field, Number):
            field.refused.connect(row.tell_problem)
            field.valueChanged.connect(lambda _value: row.tell_problem(""))
        return row

    def _lay_out(self) -> QWidget:
        self.search = SearchField("settings.search", "settings.search_tip")
        self.search.setFixedWidth(_SEARCH_PX)
        self.search.textChanged.connect(self._filter)
        self.keys.bind(self, {"find_setting": self._begin_search})
        everything = TextButton("settings.everything", self.search.clear)
        everything.setObjectName("primary")
        self._nothing = Empty("search-x", "settings.nothing", "settings.nothing_hint", (everything,))
        self._nothing.hide()
        content = QWidget(self)
        column = QVBoxLayout(content)
        column.setContentsMargins(EDGE_PX, 20, 16, 0)
        column.setSpacing(14)
        body = line(spacing=_GAP_PX)
        body.addWidget(self._make_list())
        body.addWidget(self._make_area(), 1)
        column.addLayout(self._make_head())
        column.addLayout(body, 1)
        body.addWidget(self._nothing, 1)
        return content

    def _make_head(self) -> QHBoxLayout:
        """It ends where the cards end: beside the scroll bar, or at their greatest width."""
        beside = _BESIDE_BAR_PX + self.area.verticalScrollBar().sizeHint().width()
        head = QWidget()
        inside = QHBoxLayout(head)
        inside.setContentsMargins(0, 0, beside, 0)
        inside.addWidget(Text("page.settings", "title"))
        inside.addStretch()
        inside.addWidget(self.search)
        head.setMaximumWidth(_SECTIONS_PX + _GAP_PX + _WIDEST_PX - _BESIDE_BAR_PX + beside)
        row = line(head)
        row.setStretch(0, 1)
        row.addStretch()
        return row

    def _make_list(self) -> QListWidget:
        self.list = _List()
        self.list.entered.connect(lambda: self._enter(self.sections[self.list.currentRow()]))
        self.list.setObjectName("sections")
        self.list.setFixedWidth(_SECTIONS_PX)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVisible(self.width() >= _ROOM_FOR_SECTIONS_PX)
        return self.list

    def _fill_list(self) -> None:
        for _ in self.sections:
            self.list.addItem(QListWidgetItem())
        self.list.setCurrentRow(0)
        self.list.currentRowChanged.connect(self._go_to)
        self.list.itemClicked.connect(lambda item: self._go_to(self.list.row(item)))

    def _make_area(self) -> Scroll:
        self.area = _Area("page.settings", self, stop=False)
        # Also where few rows match: cards that become wider while one types would jump.
        self.area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        inside = QWidget(self.area)
        inside.setMaximumWidth(_WIDEST_PX)
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, _BESIDE_BAR_PX, 20)
        self._column.setSpacing(14)
        self._column.addStretch()
        self.area.setWidget(inside)
        self.area.verticalScrollBar().valueChanged.connect(self._follow)
        return self.area

    def come_forward(self) -> None:
        """What is typed next is looked for, and does not go into a list that had the keyboard before."""
        if self.is_made:
            self.search.setText(self.search.text())  # Ctrl+Z is not for what was typed long ago any more
            self._begin_search()

    def use(self, _before: Settings, settings: Settings) -> None:
        """Show other values."""
        if self.is_made:
            self._show(settings)

    def _show(self, settings: Settings) -> None:
        own = thresholds_of_model(settings.model)
        for place, name in enumerate(_SECTIONS["certainty"]):
            field = self.fields[name]
            if isinstance(field, Probability):
                field.own = round(own[place] * 100) if own else 0
                said = tr("choice.of_model", value=whole_percent(own[place])) if own else ""
                field.setSpecialValueText(said or tr("choice.of_any_model"))
        absent = [name for name, status in self._devices.items() if not status.works]
        for name, field in self.fields.items():
            show_value(field, name, getattr(settings, name), absent if name == "device" else ())
        self._offer_resets()

    def _offer_resets(self) -> None:
        """Where something is not at its default; not of a section of which a search hides a part."""
        for section in self.sections:
            names = _SECTIONS.get(section.name, ())
            changed = any(getattr(self.current.settings, name) != default(name) for name in names)
            section.reset.setVisible(changed and not any(row.isHidden() for row in section.rows))

    def _change(self, name: str, value: object) -> None:
        self.current.change(with_values(self.current.settings, **{name: value}))

    def _reset(self, section: Section) -> None:
        names = _SECTIONS[section.name]
        # The button goes away under the keyboard, which stays in the section.
        self.current.do(Reset(self.current, names, section.name, lambda: self._enter(section)))

    def _look_for_devices(self, context: JobContext) -> dict[str, DeviceStatus]:
        """In a process that ends afterwards: torch takes 300 MB."""
        self._helper = helper = Remote(Survey, "settings-helper")
        try:
            context.check()
            found = helper.call("devices", report=context.report)
        finally:
            helper.close()
        assert isinstance(found, dict)
        return found

    def _on_devices(self, found: dict[str, DeviceStatus]) -> None:
        self._devices = found
        row, bar = self._device_row(), self.area.verticalScrollBar()
        height, is_above = row.height(), row.mapTo(self.area, QPoint(0, row.height())).y() <= 0
        self._retranslate()
        self._column.activate()
        if is_above:  # what is being looked at stays where it is
            bar.setValue(bar.value() + row.height() - height)

    def _begin_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        shown = [section.show_matches(words) for section in self.sections]
        for row, is_shown in enumerate(shown):
            self.list.item(row).setHidden(not is_shown)
        self.area.setVisible(any(shown))
        self._nothing.setVisible(not any(shown))
        self._offer_resets()
        self.area.verticalScrollBar().setValue(0)
        self._mark(next((row for row, is_shown in enumerate(shown) if is_shown), -1))

    def _go_to(self, row: int) -> None:
        if 0 <= row < len(self.sections):
            # At the end several sections are in sight: this is the one that stays marked.
            self._asked_for = row
            self._mark(row)
            self.area.verticalScrollBar().setValue(self.sections[row].y())
            self._asked_for = None

    def _enter(self, section: Section) -> None:
        """Give the keyboard to what comes first in a section."""
        rows = (control for row in section.rows if row.isVisibleTo(self) for control in row.controls)
        controls = (section.reset, *rows) if section.reset.isVisibleTo(self) else rows
        first = next((each for each in controls if each.focusPolicy() and each.isEnabled()), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.TabFocusReason)

    def _follow(self, value: int) -> None:
        """Mark the section at the top, or at the end the last one; but one that was asked for stays."""
        shown = [row for row, section in enumerate(self.sections) if section.isVisibleTo(self.area)]
        above = [row for row in shown if self.sections[row].y() <= value + 1] or shown[:1]
        if not above:
            return
        is_at_end = 0 < value == self.area.verticalScrollBar().maximum()
        if not is_at_end:
            self._mark(above[-1])
        elif self._asked_for is None or self._asked_for < above[-1]:
            self._mark(shown[-1])

    def _mark(self, row: int) -> None:
        self.list.blockSignals(True)
        self.list.setCurrentRow(row)
        self.list.blockSignals(False)

    def _retranslate(self) -> None:
        """Set the texts in the language in use, in the widgets that are there: one may be the cause."""
        self.list.setAccessibleName(tr("settings.sections"))
        for row, section in enumerate(self.sections):
            self.list.item(row).setText(tr(f"settings.{section.name}"))
        threads = self.fields["threads"]
        if isinstance(threads, QSpinBox):
            threads.setSpecialValueText(tr("choice.auto"))
        self.storage.retranslate()
        self.sections[-1].rows[0].show_remark(made_of())
        self._device_row().show_remark(self._absent())
        self._show(self.current.settings)

    def _device_row(self) -> Row:
        rows = (row for section in self.sections for row in section.rows)
        return next(row for row in rows if self.fields["device"] in row.controls)

    def _absent(self) -> str:
        """Why some devices are not offered; that a computer is not Apple's goes without saying.

        Something is said always, also before that is known: what is below does not move when it is.
        """
        if not self._devices:
            return tr("settings.looking_for_devices")
        why = [
            tr("join.explained", what=tr(f"choice.device_{name}"), why=_reason(status))
            for name, status in self._devices.items()
            if not status.works and status.reason != "torch_without_mps"
        ]
        if not why:
            return tr("settings.all_offered")
        return tr("settings.not_offered", devices=tr.join(why, "clauses"))

    def shut_down(self) -> None:
        """Stop looking, and wait for it."""
        self._tasks.stop()
        if self._helper is not None:
            self._helper.close()
        self._tasks.shut_down()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Escape or not self.is_made or not self.search.text():
            super().keyPressEvent(event)
            return
        self.search.clear()
        focused = self.area.focusWidget()
        if focused is not None and focused.hasFocus():
            self._column.activate()  # all rows are there again, above it and below
            self.area.show_whole(focused)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.is_made:
            self.list.setVisible(self.width() >= _ROOM_FOR_SECTIONS_PX)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange and self.is_made:
            self._retranslate()


class _Area(Scroll):
    """Scrolls to the whole row of what the keyboard reaches: its name and its explanation too."""

    def show_whole(self, widget: QWidget) -> None:
        row: QWidget | None = widget
        while row is not None and not isinstance(row, Row):
            row = row.parentWidget()
        self.ensureWidgetVisible(row or widget, 0, _AROUND_ROW_PX)


class _List(QListWidget):
    """The sections; Tab leads into the chosen one.

    Signals:
        entered(): it was pressed.
    """

    entered = Signal()

    def focusNextPrevChild(self, next: bool) -> bool:
        if next and self.currentRow() >= 0:
            self.entered.emit()
            return True
        return super().focusNextPrevChild(next)


def _reason(status: DeviceStatus) -> str:
    return tr(f"reason.{status.reason}", detail=status.detail)
