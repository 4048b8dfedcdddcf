"""The top of a run: what it is, how far it is, and what can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from app.core.language_in_use import tr
from app.core.printable import printable
from app.core.results import Failure
from app.store.records import RunState, Wanted
from app.ui.kit.icons import icon
from app.ui.kit.theme import theme
from app.ui.kit.widgets import Bar, Elided, Text, line
from app.ui.pages.batch.texts import (
    counts_line,
    folder_name,
    moment,
    reason,
    share,
    state,
    state_color,
    time_left,
)  # fmt: skip

if TYPE_CHECKING:
    from app.batch.runner import Progress
    from app.store.records import Counts, StoredRun

# What a run can be asked for, by its state; the first one is the main button.
_OFFERED = {
    RunState.WAITING: ("pause", "cancel"),
    RunState.RUNNING: ("pause", "cancel"),
    RunState.PAUSED: ("resume", "cancel"),
    RunState.CANCELLED: ("resume",),
    RunState.FAILED: ("resume",),
    RunState.DONE: ("look_again",),
}
_ICONS = {"pause": "pause", "resume": "play", "look_again": "refresh-cw"}
_MORE = ("retry_failed", "start_again", "open_folder", "forget")
_EXPORTS = ("export_all", "export_shown")
_SORTINGS = ("sort", "keywords", "sortings")


class RunHead(QWidget):
    """Shows a stored run and the progress of a working one.

    Signals:
        back_requested(): back to the list of runs.
        asked(str): an action: `pause`, `resume`, `cancel`, `look_again`, `retry_failed`, `start_again`,
            `open_folder`, `forget`, `export_all`, `export_shown`, `sort`, `keywords`, `sortings`.
    """

    back_requested = Signal()
    asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._stored: StoredRun | None = None
        self._progress: Progress | None = None
        self._is_current = False
        self._stage = ""
        self._back = QToolButton()
        self._back.setObjectName("toolButton")
        self._back.setIcon(icon("chevron-left"))
        self._back.clicked.connect(self.back_requested)
        self._name, self._about = Elided("title"), Elided("muted")
        self._state, self._line, self._counts = Text(name="strong"), Elided("muted"), Text(name="muted")
        self._bar = Bar(6)
        self.main, self._cancel = QPushButton(), QPushButton()
        self.main.setIconSize(QSize(16, 16))
        self.main.clicked.connect(lambda: self.asked.emit(self._main_action()))
        self._cancel.clicked.connect(lambda: self.asked.emit("cancel"))
        self.actions_by_name = {name: self._action(name) for name in (*_MORE, *_EXPORTS, *_SORTINGS)}
        self._menus = {
            "export": self._menu("download", _EXPORTS),
            "organise": self._menu("layers", _SORTINGS),
            "more": self._menu("ellipsis", _MORE),
        }
        self._lay_out()
        self._retranslate()

    def _action(self, name: str) -> QAction:
        action = QAction(self)
        action.triggered.connect(lambda: self.asked.emit(name))
        return action

    def _menu(self, picture: str, names: tuple[str, ...]) -> QPushButton:
        button, menu = QPushButton(icon(picture), ""), QMenu(self)
        button.setIconSize(QSize(16, 16))
        menu.addActions([self.actions_by_name[name] for name in names])
        button.setMenu(menu)
        return button

    def _lay_out(self) -> None:
        names = QVBoxLayout()
        names.setSpacing(1)
        names.addWidget(self._name)
        names.addWidget(self._about)
        top = line(self._back, spacing=8)
        top.addSpacing(4)
        top.addLayout(names, 1)
        for button in (self.main, self._cancel, *self._menus.values()):
            top.addWidget(button)
        below = line(self._state, spacing=12)
        below.addWidget(self._line, 1)
        below.addWidget(self._counts)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self._bar)
        column.addLayout(below)

    def show_run(self, stored: StoredRun, *, is_current: bool) -> None:
        """Show a run; `is_current` when this program works on it."""
        if self._stored is None or stored.id != self._stored.id:
            self.allow_shown(False)
            self._progress = None
        elif not is_current:
            self._progress = None
        self._stored, self._is_current = stored, is_current
        self.refresh()

    def show_progress(self, progress: Progress) -> None:
        """Show how far the run is that is worked on here."""
        if self._stored is not None and progress.run == self._stored.id and self._is_current:
            self._progress = progress
            self._show_counts()

    def show_stage(self, stage: str) -> None:
        """Say what takes time before the first picture."""
        self._stage = stage
        self._show_counts()

    def allow_shown(self, allowed: bool) -> None:
        """Whether the list is filtered, so that exporting what it shows is something of its own."""
        self.actions_by_name["export_shown"].setEnabled(allowed)

    @property
    def counts(self) -> Counts | None:
        """The counts on the screen."""
        if self._progress is not None:
            return self._progress.counts
        return self._stored.counts if self._stored else None

    def _main_action(self) -> str:
        return _OFFERED[self._stored.state][0] if self._stored else "resume"

    def refresh(self) -> None:
        """Set everything that depends on the run, in the language in use."""
        stored = self._stored
        if stored is None:
            return
        focused = QApplication.focusWidget()
        was_pressed = focused is not None and focused in (self.main, self._cancel, self)
        offered = _OFFERED[stored.state]
        obeying = stored.wanted is Wanted.RUN or stored.state is not RunState.RUNNING
        self._name.setText(printable(folder_name(stored)))
        self._about.setText(_about(stored))
        self.main.setText(f" {tr(f'batch.{offered[0]}')}")
        self.main.setIcon(icon(_ICONS[offered[0]], "on_accent" if offered[0] == "resume" else "text"))
        self.main.setObjectName("primary" if offered[0] == "resume" else "")
        self.main.style().polish(self.main)
        self.main.setEnabled(obeying)
        self._cancel.setVisible("cancel" in offered)
        self._cancel.setEnabled(obeying)
        resting = stored.state not in (RunState.RUNNING, RunState.WAITING)
        for name in ("retry_failed", "start_again", "forget", "sort"):
            self.actions_by_name[name].setEnabled(resting)
        self.actions_by_name["retry_failed"].setEnabled(resting and stored.counts.failed > 0)
        for button in (self._menus["export"], self._menus["organise"]):
            button.setEnabled(stored.counts.answered > 0)
        self._state.setText(state(stored, is_current=self._is_current))
        self._state.setStyleSheet(f"color: {theme.color(state_color(stored)).name()}")
        self._show_counts()
        if was_pressed:
            self._keep_focus(focused)

    def _keep_focus(self, focused: QWidget | None) -> None:
        """Leave the focus where it was, or with what stands there now: the next key is not for a neighbour.

        Until the button that was pressed can be pressed again, this widget has it, and takes no keys.
        """
        stays = focused if focused is self._cancel and self._cancel.isVisible() else self.main
        (stays if stays.isEnabled() else self).setFocus()

    def _show_counts(self) -> None:
        counts = self.counts
        if self._stored is None or counts is None:
            return
        bad = counts.failed / counts.total if counts.total else 0.0
        unsure = counts.uncertain / counts.total if counts.total else 0.0
        parts = [(share(counts) - bad - unsure, "good"), (unsure, "decode"), (bad, "error")]
        self._bar.show_parts(parts)
        self._line.setText(tr.join(self._parts(counts), "facts"))
        self._counts.setText(_states(counts, self._stored.skipped))

    def _parts(self, counts: Counts) -> list[str]:
        """What is said about the progress."""
        stored = self._stored
        if stored is not None and reason(stored):
            return [reason(stored)]
        parts = [counts_line(counts)]
        progress = self._progress
        if self._stage and self._is_current and progress is None:
            parts.append(tr(f"build.{self._stage}"))
        if progress is None:
            return parts
        if progress.scanning:
            parts.append(tr("batch.scanning"))
        parts.append(tr("batch.rate", rate=f"{progress.rate:.1f}"))
        if progress.seconds_left is not None:
            parts.append(time_left(progress.seconds_left))
        last = progress.last
        if not isinstance(last, Failure) and last.fallback is not None:
            wanted, used = (tr(f"engine.{name}") for name in (last.fallback.wanted, last.engine.name))
            parts.append(tr("batch.fallback", wanted=wanted, used=used))
        return parts

    def _retranslate(self) -> None:
        self._cancel.setText(tr("batch.cancel"))
        self._back.setToolTip(tr("batch.back"))
        self._back.setAccessibleName(tr("batch.back"))
        for name, action in self.actions_by_name.items():
            action.setText(tr(f"batch.{name}"))
        for name, button in self._menus.items():
            button.setText(f" {tr(f'batch.{name}')}")
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        elif event.type() == QEvent.Type.PaletteChange:
            self.refresh()


def _about(stored: StoredRun) -> str:
    """Where the pictures are, when this was, and what computes the answers."""
    engine = stored.engine
    if engine is not None:
        parts = [tr(f"engine.{engine.name}"), engine.device.upper(), engine.model]
    else:
        parts = [tr(f"engine.{stored.options['engine']}"), stored.model] if stored.model else []
    return tr.join([*parts, moment(stored), printable(str(stored.folder))], "facts")


def _states(counts: Counts, skipped: int) -> str:
    parts = [tr("batch.done", count=f"{counts.done:,}")]
    for name, count in (
        ("uncertain", counts.uncertain),
        ("failed", counts.failed),
        ("gone", counts.gone),
        ("skipped", skipped),
    ):
        if count:
            parts.append(tr(f"batch.{name}", count=f"{count:,}"))
    return tr.join(parts, "facts")
