"""The top of a run in two lines: what it is and what can be done with it; how far it is, and the tabs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from app.core.language_in_use import tr
from app.core.printable import printable
from app.store.records import RunState, Wanted
from app.ui.kit.bars import Bar
from app.ui.kit.cards import line
from app.ui.kit.fields import set_menu
from app.ui.kit.icons import icon
from app.ui.kit.keys import shown_as
from app.ui.kit.segments import Segments
from app.ui.kit.texts import Elided, Text
from app.ui.kit.theme import theme
from app.ui.pages.batch.keys import KEYS
from app.ui.pages.batch.texts import (
    bar_parts,
    counts_line,
    engine_line,
    is_scanning,
    moment,
    problem_parts,
    reason,
    results_line,
    state,
    state_color,
    time_left,
)  # fmt: skip

if TYPE_CHECKING:
    from app.batch.runner import Progress
    from app.store.records import Counts, StoredRun
    from app.ui.pages.batch.texts import Standing

TABS = ("pictures", "charts")
# What the main button asks for. A run that is done has none: a click that comes too late for the pause must
# not have its folder looked through once more.
_MAIN = {
    RunState.WAITING: "pause",
    RunState.RUNNING: "pause",
    RunState.PAUSED: "resume",
    RunState.CANCELLED: "resume",
    RunState.FAILED: "resume",
}
_ICONS = {"pause": "pause", "resume": "play"}
_MENUS = {
    "export": ("download", ("export_selected", "export_all", "export_shown")),
    "organise": ("layers", ("sort_selected", "keywords_selected", "sort", "keywords", "sortings")),
    "more": (
        "ellipsis",
        ("look_again", "retry_failed", "open_folder", "", "cancel", "start_again", "forget"),
    ),
}
_AT_REST = ("retry_failed", "start_again", "forget", "sort")
_SELECTED = ("export_selected", "sort_selected", "keywords_selected")


class RunHead(QWidget):
    """Shows a stored run and the progress of a working one.

    Signals:
        back_requested(): back to the list of runs.
        asked(str): an action: `pause`, `resume`, `cancel`, `look_again`, `retry_failed`, `start_again`,
            `open_folder`, `forget`, `export_all`, `export_shown`, `sort`, `keywords`, `sortings`, and
            `export_selected`, `sort_selected`, `keywords_selected`.

    Attributes:
        tabs: the switch between what stands below.
        main: pause or continue.
        actions_by_name: everything in the menus.
    """

    back_requested = Signal()
    asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._standing: Standing | None = None
        self._progress: Progress | None = None
        self._stage, self._selected = "", 0
        self._back = QToolButton()
        self._back.setObjectName("toolButton")
        self._back.setIcon(icon("chevron-left"))
        self._back.clicked.connect(self.back_requested)
        self.name = Elided("title", Qt.TextElideMode.ElideMiddle)
        self.state, self.line, self._bar = Text(name="strong"), Elided("muted"), Bar(6)
        self.tabs = Segments(TABS, lambda name: tr(f"batch.tab_{name}"))
        self.main = QPushButton()
        self.main.setIconSize(QSize(16, 16))
        self.main.clicked.connect(self.press_main)
        names = [name for _, names in _MENUS.values() for name in names if name]
        self.actions_by_name = {name: self._action(name) for name in names}
        self._menus = {name: self._menu(*contents) for name, contents in _MENUS.items()}
        self._lay_out()
        self._retranslate()

    def _action(self, name: str) -> QAction:
        action = QAction(self)
        action.triggered.connect(lambda: self.asked.emit(name))
        return action

    def _menu(self, picture: str, names: tuple[str, ...]) -> QPushButton:
        button, menu = QPushButton(icon(picture), ""), QMenu(self)
        button.setIconSize(QSize(16, 16))
        for name in names:
            if name:
                menu.addAction(self.actions_by_name[name])
            else:
                menu.addSeparator()
        menu.setToolTipsVisible(True)
        set_menu(button, menu)
        return button

    def _lay_out(self) -> None:
        top = line(self._back, spacing=8)
        top.addSpacing(4)
        top.addWidget(self.name, 1)
        for button in (self.main, *self._menus.values()):
            top.addWidget(button)
        words = line(self.state, spacing=10)
        words.addWidget(self.line, 1)
        progress = QVBoxLayout()
        progress.setSpacing(5)
        progress.addStretch()
        progress.addLayout(words)
        progress.addWidget(self._bar)
        progress.addStretch()
        below = line(self.tabs, spacing=18)
        below.addLayout(progress, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(top)
        column.addLayout(below)

    def show_run(self, standing: Standing) -> None:
        """Show a run as it is now."""
        before = self._standing
        if before is None or standing.run.id != before.run.id:
            self.allow_shown(False)
            self._progress = None
        elif not standing.is_current:
            self._progress = None
        self._standing = standing
        self.refresh()

    def show_progress(self, progress: Progress) -> None:
        """Show how far the run is that is worked on here."""
        standing = self._standing
        if standing is not None and standing.is_current and progress.run == standing.run.id:
            self._progress = progress
            self._show_counts()

    def show_stage(self, stage: str) -> None:
        """Say what takes time before the first picture."""
        self._stage = stage
        self._show_counts()

    def allow_shown(self, allowed: bool) -> None:
        """Whether the list is filtered, so that exporting what it shows is something of its own."""
        self.actions_by_name["export_shown"].setEnabled(allowed)

    def show_selected(self, count: int) -> None:
        """Offer first what can be done with several that are selected."""
        self._selected = count
        for name in _SELECTED:
            self.actions_by_name[name].setText(tr(f"batch.{name}", count=f"{count:,}"))
            self.actions_by_name[name].setVisible(count > 1)

    @property
    def counts(self) -> Counts | None:
        """The counts on the screen."""
        if self._progress is not None:
            return self._progress.counts
        return self._standing.run.counts if self._standing else None

    def press_main(self) -> None:
        """What the main button asks for, by mouse or keys."""
        if self._standing is not None and self.main.isEnabled() and not self.main.isHidden():
            self.asked.emit(main_action(self._standing.run))

    def refresh(self) -> None:
        """Set everything that depends on the run, in the language in use."""
        standing = self._standing
        if standing is None:
            return
        focused = QApplication.focusWidget()
        had_focus = focused is not None and focused in (self.main, self)
        self.name.setText(standing.title)
        self._allow(standing)
        self.state.setText(state(standing))
        self.state.setStyleSheet(f"color: {theme.color(state_color(standing.run)).name()}")
        self._show_counts()
        if had_focus:
            # The next key is not for a neighbour: until there is something to press again, this takes it.
            (self.main if self.main.isEnabled() and not self.main.isHidden() else self).setFocus()

    def _allow(self, standing: Standing) -> None:
        """Offer what can be done with the run as it is now."""
        stored = standing.run
        main, can = main_action(stored), can_be_done(standing)
        self.main.setVisible(main is not None)
        if main is not None:
            self.main.setEnabled(can[main])
            self.main.setText(f" {tr(f'batch.{main}')}")
            self.main.setIcon(icon(_ICONS[main], "on_accent" if main == "resume" else "text"))
            self.main.setObjectName("primary" if main == "resume" else "")
            self.main.style().polish(self.main)
        for name, action in self.actions_by_name.items():
            if name in can:
                action.setEnabled(can[name])
                action.setToolTip("" if can[name] else why_not(name, standing))
        for name in ("export", "organise"):
            self._menus[name].setEnabled(stored.counts.answered > 0)

    def _show_counts(self) -> None:
        standing, counts = self._standing, self.counts
        if standing is None or counts is None:
            return
        self._bar.show_parts(bar_parts(counts))
        self.line.setText(tr.join(self._parts(counts), "facts"))
        stored = standing.run
        details = printable(str(stored.folder)), engine_line(stored), moment(stored)
        results = results_line(counts, stored.skipped)
        self.name.setToolTip("\n".join(filter(None, (*details, results))))
        self.name.setAccessibleDescription(self.name.toolTip())
        self.line.setToolTip(f"{self.line.text()}\n{results}")

    def _parts(self, counts: Counts) -> list[str]:
        """What is said about the progress."""
        standing, progress = self._standing, self._progress
        if standing is None:
            return []
        if reason(standing.run):
            return [reason(standing.run)]
        if counts.total:
            scanning = progress.scanning if progress is not None else is_scanning(standing.run)
            parts = [counts_line(counts, so_far=scanning)]
        else:  # nothing was found so far, which is not to be read as an empty folder
            parts = [tr("batch.looking")] if standing.run.state is RunState.RUNNING else []
        if self._stage and standing.is_current and progress is None:
            parts.append(tr(f"build.{self._stage}"))
        if progress is not None:
            parts.append(tr("batch.rate", rate=f"{progress.rate:.1f}"))
            if progress.scanning:
                parts.append(tr("batch.scanning"))
            elif progress.seconds_left is not None:
                parts.append(time_left(progress.seconds_left))
        return parts + problem_parts(counts)

    def _retranslate(self) -> None:
        self._back.setToolTip(tr("batch.back"))
        self._back.setAccessibleName(tr("batch.back"))
        self.show_selected(self._selected)
        for name, action in self.actions_by_name.items():
            if name in _SELECTED:
                continue
            keys = KEYS.sequences.get(name)  # `Content` listens to them
            action.setText(f"{tr(f'batch.{name}')}\t{shown_as(keys)}" if keys else tr(f"batch.{name}"))
        for name, button in self._menus.items():
            if name == "more":
                button.setToolTip(tr("batch.more"))
                button.setAccessibleName(tr("batch.more"))
            else:
                button.setText(f" {tr(f'batch.{name}')}")
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        elif event.type() == QEvent.Type.PaletteChange:
            self.refresh()


def main_action(stored: StoredRun) -> str | None:
    """Whether a run can be paused or continued; None for neither."""
    return _MAIN.get(stored.state)


def why_not(name: str, standing: Standing) -> str:
    """Why this cannot be asked of a run now, where the user can change that; else nothing."""
    is_at_work = standing.run.state in (RunState.RUNNING, RunState.WAITING)
    return tr("batch.pause_first") if is_at_work and name in _AT_REST else ""


def can_be_done(standing: Standing) -> dict[str, bool]:
    """Whether each of these can be asked of a run now, here or in the list of runs."""
    stored = standing.run
    resting = stored.state not in (RunState.RUNNING, RunState.WAITING)
    obeying = stored.wanted is Wanted.RUN or stored.state is not RunState.RUNNING
    return {
        "pause": obeying and main_action(stored) == "pause",
        "resume": obeying and main_action(stored) == "resume",
        "look_again": stored.state is RunState.DONE,
        "retry_failed": resting and stored.counts.failed > 0,
        "cancel": obeying and stored.state in (RunState.WAITING, RunState.RUNNING, RunState.PAUSED),
        "start_again": resting,
        "forget": resting,
        "sort": resting and stored.counts.answered > 0,
        "export_all": stored.counts.answered > 0,
    }
