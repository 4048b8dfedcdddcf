"""What happens to the user's files when they are dragged onto the window, and to their names."""

import itertools
import os
import shutil
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QHelpEvent, QImage
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from app.core import paths
from app.ui.kit.urls import path_of, url_of
from app.ui.pictures.drop import keep
from app.ui.shell.window import MainWindow
from tests.ui.conftest import Drop, drop_mime, wait_for_answers
from tests.ui.pages import recognise

PANDA = paths.resource("samples", "panda.jpg")
_COPY, _MOVE, _LINK = Qt.DropAction.CopyAction, Qt.DropAction.MoveAction, Qt.DropAction.LinkAction
_LEFT, _NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def dragged(window: MainWindow, allowed: Qt.DropAction) -> list[QDropEvent]:
    """A picture is dragged over the window and dropped by a program that proposes to move it."""
    mime = QMimeData()
    mime.setUrls([url_of(PANDA)])
    place = QPoint(300, 300)
    events: list[QDropEvent] = [
        QDragEnterEvent(place, allowed, mime, _LEFT, _NONE),
        QDragMoveEvent(place, allowed, mime, _LEFT, _NONE),
        QDropEvent(QPointF(place), allowed, mime, _LEFT, _NONE),
    ]
    for event in events:
        if allowed & _MOVE:
            event.setDropAction(_MOVE)
        QApplication.sendEvent(window, event)
    return events


def test_a_drop_is_a_copy_whatever_the_other_program_proposes(window: MainWindow, qtbot: QtBot) -> None:
    events = dragged(window, _COPY | _MOVE | _LINK)
    assert [event.dropAction() for event in events] == [_COPY] * 3
    assert all(event.isAccepted() for event in events)
    wait_for_answers(qtbot, window, 1)


def test_a_drop_that_can_only_move_the_file_is_refused(window: MainWindow) -> None:
    assert not any(event.isAccepted() for event in dragged(window, _MOVE))
    assert recognise(window).session.model.rowCount() == 0


def test_a_field_for_text_leaves_files_to_the_window(window: MainWindow) -> None:
    for page in ("batch", "settings", "performance"):
        window.show_page(page)
    fields = window.findChildren(QLineEdit)
    for each in fields:
        each.ensurePolished()
    assert fields
    assert not any(each.acceptDrops() for each in fields)


def test_while_something_is_dragged_it_is_said_what_a_drop_will_do(window: MainWindow) -> None:
    mime, place = QMimeData(), QPoint(300, 300)
    mime.setUrls([url_of(PANDA), url_of(PANDA.parent)])
    QApplication.sendEvent(window, QDragEnterEvent(place, _COPY, mime, _LEFT, _NONE))
    assert window.drop_hint.isVisible()
    assert window.drop_hint.text() == "松开鼠标：1 个文件夹转到“批量”，1 张图片在这里识别"
    QApplication.sendEvent(window, QDragLeaveEvent())
    assert not window.drop_hint.isVisible()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_dropped_name_that_is_not_utf8_is_found(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    odd = tmp_path / os.fsdecode(b"caf\xe9 100%25#?.jpg")
    shutil.copy(PANDA, odd)
    mime = QMimeData()
    mime.setData("text/uri-list", odd.as_uri().encode())
    drop_mime(window, mime)
    wait_for_answers(qtbot, window, 1)
    (picture,) = recognise(window).session.model.pictures
    assert picture.path == odd
    assert picture.recognition is not None
    assert "\\udce9" in texts(window)


@pytest.mark.parametrize("name", ["a b#%?.jpg", "图 片.jpg", "100%.jpg", "caf\udce9.jpg"])
def test_paths_go_through_urls_unchanged(name: str, tmp_path: Path) -> None:
    assert path_of(url_of(tmp_path / name)) == tmp_path / name
    assert path_of(QUrl.fromLocalFile(str(tmp_path / name))) == tmp_path / name
    assert path_of(QUrl("file://localhost/a/b.jpg")) == Path("/a/b.jpg")


def test_a_name_with_markup_is_shown_as_it_is(
    window: MainWindow, drop: Drop, tmp_path: Path, qtbot: QtBot
) -> None:
    named = tmp_path / "<b>fat<b><img src=x>.jpg"
    shutil.copy(PANDA, named)
    drop(window, [named])
    strip = recognise(window).strip
    place = strip.visualRect(strip.model().index(0, 0)).center()
    QApplication.sendEvent(
        strip.viewport(), QHelpEvent(QEvent.Type.ToolTip, place, strip.viewport().mapToGlobal(place))
    )
    qtbot.waitUntil(lambda: named.name in "\n".join(plain_texts(*QApplication.topLevelWidgets())))
    box = QMessageBox(QMessageBox.Icon.Question, "title", named.name, parent=window)
    box.open()
    assert named.name in plain_texts(box)
    box.close()


def plain_texts(*widgets: QWidget) -> list[str]:
    """What labels show without looking for markup in it."""
    labels = [each for widget in widgets for each in (widget, *widget.findChildren(QLabel))]
    plain = Qt.TextFormat.PlainText
    return [each.text() for each in labels if isinstance(each, QLabel) and each.textFormat() == plain]


def texts(window: MainWindow) -> str:
    return "\n".join(plain_texts(window))


def test_two_pictures_pasted_in_one_second_are_two_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.ui.pictures.drop.pasted_folder", lambda: tmp_path)
    moments = itertools.count(1_700_000_000_100_500_000, 100_000_000)
    monkeypatch.setattr("app.ui.pictures.drop.time.time_ns", lambda: next(moments))
    monkeypatch.setattr("app.ui.pictures.drop._forget_old", lambda _folder: None)
    image = QImage(2, 2, QImage.Format.Format_RGB32)
    assert keep(image) != keep(image)
