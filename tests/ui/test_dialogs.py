"""Questions name what they do, and saving asks once, about the file that is written."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFileDialog,
    QLabel,
    QMessageBox,
    QTreeView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.core.language_in_use import tr
from app.ui.kit.dialogs import ask, choose_files, choose_folder, confirmed, last_folders, where_to_save
from app.ui.kit.language import language
from app.ui.kit.theme import theme
from app.ui.shell.application import Application

FORMS = ("xlsx", "csv")
SELECTED = QFileDialog.selectedFiles  # what is typed takes its place
Answers = Callable[..., list[str]]


@pytest.fixture
def parent(qapp: QApplication, qtbot: QtBot) -> Iterator[QWidget]:
    language.use(qapp, "zh")
    widget = QWidget()
    qtbot.addWidget(widget)
    last_folders.keep_in({})
    yield widget
    last_folders.keep_in({})


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    """The system's dialog: what is typed there, one name after the other; the names that it proposed."""

    def answer(*typed: tuple[str, str]) -> list[str]:
        waiting, proposed = list(typed), []

        def execute(dialog: QFileDialog) -> bool:
            proposed.extend(SELECTED(dialog))
            name, form = waiting.pop(0)
            monkeypatch.setattr(QFileDialog, "selectedFiles", lambda _dialog: [name])
            monkeypatch.setattr(QFileDialog, "selectedNameFilter", lambda _dialog: form)
            return bool(name)

        monkeypatch.setattr(QFileDialog, "exec", execute)
        return proposed

    return answer


def button(box: QMessageBox, text: str) -> QAbstractButton:
    return next(button for button in box.buttons() if button.text() == text)


def press(text: str, seen: list[str]) -> None:
    """Press a button in the question that comes next."""

    def look() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        seen.append(box.text())
        button(box, text).click()

    QTimer.singleShot(0, look)


def test_a_question_names_what_it_does_and_enter_does_not_do_it(parent: QWidget, qtbot: QtBot) -> None:
    done: list[str] = []
    parent.show()
    box = ask(parent, "删除任务…", "<b>结果</b>", "删除", lambda: done.append("删除"))
    qtbot.waitUntil(box.isVisible)
    assert sorted(button.text() for button in box.buttons()) == ["删除", "取消"]
    assert box.textFormat() == Qt.TextFormat.PlainText
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert not box.isVisible()
    assert done == []
    button(ask(parent, "", "", "删除", lambda: done.append("删除")), "删除").click()
    assert done == ["删除"]


def test_enter_does_what_destroys_nothing(parent: QWidget) -> None:
    done: list[str] = []
    box = ask(parent, "", "", "写入", lambda: done.append("写入"), destructive=False)
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert done == ["写入"]


def test_what_enter_does_is_seen_before_a_key_is_pressed(parent: QWidget, qapp: Application) -> None:
    theme.use(qapp, "light")
    box = ask(parent, "导出", "覆盖吗？", "覆盖", lambda: None, destructive=False)
    button = box.defaultButton()
    assert button is not None
    middle = button.grab().toImage().pixelColor(6, button.height() // 2)
    assert middle.name() == theme.color("accent").name()
    box.reject()


def test_a_question_goes_with_its_reason(parent: QWidget) -> None:
    done: list[str] = []
    ask(parent, "", "", "关闭", lambda: done.append("关闭")).reject()
    assert done == []


def test_a_name_without_ending_gets_one_and_that_file_is_asked_about(
    parent: QWidget, answers: Answers, tmp_path: Path
) -> None:
    (tmp_path / "结果.csv").touch()
    answers((str(tmp_path / "结果"), "CSV (*.csv)"))
    seen: list[str] = []
    press("替换", seen)
    assert where_to_save(parent, "a", "", tmp_path / "a.xlsx", FORMS) == tmp_path / "结果.csv"
    assert "结果.csv" in seen[0]


def test_cancel_goes_back_to_the_dialog_and_the_file_stays(
    parent: QWidget, answers: Answers, tmp_path: Path
) -> None:
    (tmp_path / "a.xlsx").touch()
    proposed = answers((str(tmp_path / "a"), "XLSX (*.xlsx)"), ("", ""))
    press("取消", [])
    assert where_to_save(parent, "a", "", tmp_path / "b.xlsx", FORMS) is None
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
    assert where_to_save(parent, "a", "", tmp_path / "b", FORMS) == tmp_path / saved


def test_names_in_questions_are_no_markup(parent: QWidget) -> None:
    def look() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        assert box.textFormat() == Qt.TextFormat.PlainText
        box.reject()

    QTimer.singleShot(0, look)
    assert not confirmed(parent, "", "<img src=x>", "删除")


def test_each_purpose_begins_where_it_was_served_last(
    parent: QWidget, answers: Answers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store: dict[str, str] = {}
    last_folders.keep_in(store)
    begun: list[str] = []
    picture, folder = tmp_path / "猫" / "a.jpg", tmp_path / "狗"
    picture.parent.mkdir()

    def execute(dialog: QFileDialog) -> bool:
        begun.append(dialog.directory().path())
        chosen = picture if dialog.fileMode() == QFileDialog.FileMode.ExistingFiles else folder
        monkeypatch.setattr(QFileDialog, "selectedFiles", lambda _dialog: [str(chosen)])
        return True

    monkeypatch.setattr(QFileDialog, "exec", execute)
    for _ in range(2):
        assert choose_files(parent, "pictures", "", "") == [picture]
        assert choose_folder(parent, "folders", "") == folder
    assert begun[2:] == [str(picture.parent), str(tmp_path)]
    proposed = answers((str(picture.parent / "b.csv"), ""), ("", ""))
    where_to_save(parent, "answers", "", tmp_path / "a.csv", FORMS)
    where_to_save(parent, "answers", "", tmp_path / "a.csv", FORMS)
    assert proposed == [str(tmp_path / "a.csv"), str(picture.parent / "a.csv")]
    assert set(store) == {"pictures", "folders", "answers"}


def test_nothing_is_cut_in_the_dialog_that_qt_brings(
    parent: QWidget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    (tmp_path / "a.jpg").write_bytes(b" " * 15_000_000)
    last_folders.remember("pictures", tmp_path)

    def execute(dialog: QFileDialog) -> bool:
        dialog.show()
        qtbot.waitExposed(dialog)
        view = dialog.findChild(QTreeView)
        assert view is not None
        qtbot.waitUntil(lambda: view.model().rowCount(view.rootIndex()) > 0)
        cut.extend(column for column in range(4) if view.columnWidth(column) < view.sizeHintForColumn(column))
        return False

    cut: list[int] = []
    monkeypatch.setattr(QFileDialog, "exec", execute)
    assert choose_files(parent, "pictures", "", "") == []
    assert cut == []


def test_a_folder_that_is_gone_is_not_begun_with(parent: QWidget, tmp_path: Path) -> None:
    assert parent
    last_folders.remember("pictures", tmp_path / "weg")
    assert last_folders.of("pictures", tmp_path) == tmp_path


@pytest.mark.parametrize("spoken", ["zh", "en"])
def test_a_long_question_is_read_whole(parent: QWidget, qtbot: QtBot, spoken: str) -> None:
    tr.use(spoken)
    box = ask(parent, "", tr("organise.keywords_question"), tr("verb.write"), lambda: None)
    qtbot.waitExposed(box)
    (label,) = box.findChildren(QLabel, "qt_msgbox_label")
    assert label.height() >= label.heightForWidth(label.width())
    assert label.width() < 500
    tr.use("zh")
    box.reject()


@pytest.mark.parametrize("letter", ["x", "é\u0301", "\N{GRINNING FACE}"], ids=["plain", "marked", "far"])
def test_a_long_name_in_a_question_is_read_to_its_end(parent: QWidget, letter: str) -> None:
    name = letter * 120
    box = ask(parent, "", tr("saving.replace_question", name=f"{name}.jpg", folder="/"), "", lambda: None)
    (label,) = box.findChildren(QLabel, "qt_msgbox_label")
    room = label.contentsRect()
    needed = label.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, label.text())
    assert room.contains(needed)
    assert f"{name}.jpg" in label.text().replace("\N{ZERO WIDTH SPACE}", "")
    assert label.width() < 500
    box.reject()
