"""Saving asks once, about the file that is written."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from app.core.language_in_use import tr
from app.ui.kit.asking import confirmed, where_to_save

FORMS = ("xlsx", "csv")
Answers = Callable[..., list[str]]


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    tr.use("zh")
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    """The system's dialog: what is typed there, one name after the other; the names that it proposed."""

    def answer(*typed: tuple[str, str]) -> list[str]:
        waiting, proposed = list(typed), []

        def dialog(_parent: QWidget, _title: str, name: str, *_: str, **__: object) -> tuple[str, str]:
            proposed.append(name)
            return waiting.pop(0)

        monkeypatch.setattr(QFileDialog, "getSaveFileName", dialog)
        return proposed

    return answer


def press(button: QMessageBox.StandardButton, seen: list[str]) -> None:
    """Press a button in the question that comes next."""

    def look() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        seen.append(box.text())
        box.button(button).click()

    QTimer.singleShot(0, look)


def test_a_name_without_ending_gets_one_and_that_file_is_asked_about(
    parent: QWidget, answers: Answers, tmp_path: Path
) -> None:
    (tmp_path / "结果.csv").touch()
    answers((str(tmp_path / "结果"), "CSV (*.csv)"))
    seen: list[str] = []
    press(QMessageBox.StandardButton.Yes, seen)
    assert where_to_save(parent, "", tmp_path / "a.xlsx", FORMS) == tmp_path / "结果.csv"
    assert "结果.csv" in seen[0]


def test_no_goes_back_to_the_dialog_and_the_file_stays(
    parent: QWidget, answers: Answers, tmp_path: Path
) -> None:
    (tmp_path / "a.xlsx").touch()
    proposed = answers((str(tmp_path / "a"), "XLSX (*.xlsx)"), ("", ""))
    press(QMessageBox.StandardButton.No, [])
    assert where_to_save(parent, "", tmp_path / "b.xlsx", FORMS) is None
    assert proposed == [str(tmp_path / "b.xlsx"), str(tmp_path / "a.xlsx")]


@pytest.mark.parametrize(
    ("typed", "chosen", "saved"),
    [
        ("a", "", "a.xlsx"),
        ("v1.2", "CSV (*.csv)", "v1.2.csv"),
        ("a.CSV", "XLSX (*.xlsx)", "a.CSV"),
        ("a.txt", "没有这一种", "a.txt.xlsx"),
    ],
)
def test_every_name_ends_in_a_form_that_is_written(
    parent: QWidget, answers: Answers, tmp_path: Path, typed: str, chosen: str, saved: str
) -> None:
    answers((str(tmp_path / typed), chosen))
    assert where_to_save(parent, "", tmp_path, FORMS) == tmp_path / saved


def test_names_in_questions_are_no_markup(parent: QWidget) -> None:
    def look() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        assert box.textFormat() == Qt.TextFormat.PlainText
        box.reject()

    QTimer.singleShot(0, look)
    assert not confirmed(parent, "", "<img src=x>")
