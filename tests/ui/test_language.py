"""The window speaks one language at a time, Qt's own words included, and which one it finds out by itself."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QFileDialog,
    QHeaderView,
    QLabel,
    QLineEdit,
    QSpinBox,
    QTreeView,
    QWidget,
)  # fmt: skip
from pytestqt.qtbot import QtBot

from app.core.language_in_use import tr
from app.core.settings import with_values
from app.ui.kit.language import language, language_of_system
from app.ui.shell.application import Application
from app.ui.shell.window import MainWindow

pytestmark = pytest.mark.usefixtures("chinese")


@pytest.fixture
def chinese(qapp: Application) -> Iterator[None]:
    language.use(qapp, "zh")
    yield
    language.use(qapp, "zh")


def written(dialog: QFileDialog) -> str:
    """What a file dialog of Qt says in its labels, head and tool tips."""
    words = [label.text() for label in dialog.findChildren(QLabel)]
    words += [child.toolTip() for child in dialog.findChildren(QWidget) if child.isVisibleTo(dialog)]
    head = dialog.findChild(QTreeView)
    assert isinstance(head, QTreeView)
    assert isinstance(head.header(), QHeaderView)
    words += [str(head.model().headerData(column, Qt.Orientation.Horizontal)) for column in range(4)]
    words += [head.model().index(0, 2, head.rootIndex()).data() or ""]
    return " ".join(words)


def test_qts_own_file_dialog_is_in_one_language(qapp: Application, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for wanted in ("zh", "en", "zh"):
        language.use(qapp, wanted)
        dialog = QFileDialog(None, "", str(tmp_path))
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
        qtbot.addWidget(dialog)
        said = written(dialog)
        letters = [char for char in said if char.isascii() and char.isalpha()]
        # The marks of keys, as in (&L), stay.
        foreign = len(letters) > said.count("&") if wanted == "zh" else any(char > "\u2fff" for char in said)
        assert not foreign, said


@pytest.mark.parametrize(("wanted", "cancel", "undo"), [("zh", "取消", "撤消"), ("en", "Cancel", "Undo")])
def test_buttons_and_menus_of_qt_follow_at_once(
    qapp: Application, qtbot: QtBot, wanted: str, cancel: str, undo: str
) -> None:
    language.use(qapp, wanted)
    field, number = QLineEdit(), QSpinBox()
    for widget in (field, number):
        qtbot.addWidget(widget)
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    assert box.button(QDialogButtonBox.StandardButton.Cancel).text().replace("&", "") == cancel
    menu = field.createStandardContextMenu()
    assert menu.actions()[0].text().replace("&", "").startswith(undo)
    menu.deleteLater()


def test_the_title_is_of_one_language_after_switching_there_and_back(
    window: MainWindow, qapp: Application
) -> None:
    titles = []
    for wanted in ("en", "zh", "en", "zh"):
        window.current.change(with_values(window.current.settings, language=wanted))
        titles.append((window.windowTitle(), qapp.applicationDisplayName()))
    assert titles == [("Wanwu", "Wanwu"), ("万物识别", "万物识别")] * 2


@pytest.mark.parametrize("platform", ["darwin", "win32"])
@pytest.mark.parametrize(
    ("preferred", "spoken"),
    [
        (["zh-Hans-CN", "zh"], "zh"), (["en-GB", "zh-CN"], "en"), (["de-DE", "zh-Hans-DE", "en"], "zh"),
        (["fr-FR"], "en"), ([], "en"),
    ],
)  # fmt: skip
def test_where_the_environment_is_silent_the_system_is_asked(
    qapp: Application,
    monkeypatch: pytest.MonkeyPatch,
    platform: str,
    preferred: list[str],
    spoken: str,
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setenv("LANG", "xx")
    monkeypatch.setattr(QLocale, "uiLanguages", lambda *_: preferred)
    assert language_of_system() == spoken
    language.use(qapp, "auto")
    assert tr.language == spoken


def test_elsewhere_the_environment_says_it(qapp: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    language.use(qapp, "auto")
    assert tr.language == "en"
