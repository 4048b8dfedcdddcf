"""The buttons at the top of a run keep the keyboard while what they do is being done."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.store.records import Counts, RunState, StoredRun, Wanted
from app.ui.pages.batch.head import RunHead

RUNNING = StoredRun(
    id=1,
    folder=Path("/照片"),
    state=RunState.RUNNING,
    wanted=Wanted.RUN,
    counts=Counts(total=9, done=3),
    options={"model": "efficientnet_lite2", "engine": "torchscript"},
)
PAUSING = replace(RUNNING, wanted=Wanted.PAUSE)
PAUSED = replace(PAUSING, state=RunState.PAUSED)
CANCELLED = replace(RUNNING, wanted=Wanted.CANCEL, state=RunState.CANCELLED)


@pytest.mark.parametrize(
    ("pressed", "then"), [("main", (PAUSING, PAUSED)), ("main", (PAUSED, RUNNING)), ("_cancel", (CANCELLED,))]
)
def test_focus_stays_with_the_button_that_takes_the_pressed_ones_place(
    qtbot: QtBot, pressed: str, then: tuple[StoredRun, ...]
) -> None:
    head = RunHead()
    qtbot.addWidget(head)
    head.show_run(RUNNING, is_current=True)
    head.show()
    qtbot.waitExposed(head)
    button: QPushButton = getattr(head, pressed)
    button.setFocus()
    qtbot.waitUntil(button.hasFocus)
    for stored in then:
        head.show_run(stored, is_current=True)
    assert head.main.hasFocus()
