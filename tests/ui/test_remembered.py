"""What comes back at the next start, and what the window does on small screens."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QSplitter, QTableWidget, QWidget
from pytestqt.qtbot import QtBot

from app.store.listing import Column, Order
from app.ui.kit.page import Page
from app.ui.kit.recent import Recent
from app.ui.pages.batch.content import Content
from app.ui.pages.performance.choices import Choices
from app.ui.shell.remembered import Remembered
from app.ui.shell.window import MainWindow
from tests.ui.conftest import Open
from tests.ui.pages import batch, performance

HERE = Path(__file__)


class Screen:
    """Stands for one of another size: the platform of tests has a small one."""

    def __init__(self, *room: int) -> None:
        self._room = QRect(*room)

    def geometry(self) -> QRect:
        return self._room

    availableGeometry = geometry  # noqa: N815


@pytest.fixture
def screens(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Sets which screens there are; the first one is the primary one."""

    def use(*rooms: tuple[int, int, int, int]) -> None:
        made = [Screen(*room) for room in rooms]
        monkeypatch.setattr(QGuiApplication, "screens", lambda: made)
        monkeypatch.setattr(QGuiApplication, "primaryScreen", lambda: made[0])

    return use


def saved_file(home: Path) -> Path:
    return home / "config" / "window.json"


@pytest.mark.parametrize("room", [(0, 0, 1600, 1000), (0, 0, 1067, 667), (0, 0, 800, 500), (0, 0, 1280, 720)])
def test_the_first_size_fits_the_screen_with_its_title_bar(
    room: tuple[int, int, int, int], screens: Callable[..., None], open_with: Open
) -> None:
    screens(room)
    window = open_with()
    with_title = window.geometry().adjusted(0, -30, 0, 0)
    assert QRect(*room).contains(with_title)


def test_the_window_can_be_as_small_as_promised(open_with: Open, screens: Callable[..., None]) -> None:
    screens((0, 0, 1600, 1000))
    for language in ("zh", "en"):
        window = open_with(language=language)
        window.resize(100, 100)
        assert window.size() == QSize(900, 560)


def test_in_a_small_window_the_rail_is_icons_with_names(window: MainWindow) -> None:
    window.resize(1200, 800)
    wide = window.rail.sizeHint().width()
    window.resize(900, 560)
    assert window.rail.sizeHint().width() < wide
    assert all(button.toolTip() for button in window.rail._buttons if button.isVisible())


def test_size_place_and_page_come_back(open_with: Open, screens: Callable[..., None]) -> None:
    screens((0, 0, 1600, 1000))
    first = open_with()
    first.setGeometry(120, 90, 1000, 700)
    first.show_page("batch")
    first.close()
    again = open_with()
    assert again.geometry() == QRect(120, 90, 1000, 700)
    assert again.pages["batch"].isVisible()


def test_maximised_comes_back_with_the_size_from_before(
    open_with: Open, screens: Callable[..., None], qtbot: QtBot
) -> None:
    screens((0, 0, 1600, 1000))
    first = open_with()
    first.setGeometry(120, 90, 1000, 700)
    first.showMaximized()
    qtbot.waitUntil(first.isMaximized)
    first.close()
    again = open_with()
    assert again.isMaximized()


def test_nobody_starts_in_the_settings(open_with: Open) -> None:
    first = open_with()
    first.show_page("settings")
    first.close()
    assert open_with().pages["recognise"].isVisible()


def test_a_window_whose_screen_is_gone_comes_to_one_that_is_there(
    open_with: Open, screens: Callable[..., None]
) -> None:
    screens((0, 0, 1600, 1000), (1600, 0, 2560, 1440))
    first = open_with()
    first.setGeometry(2400, 200, 1700, 1200)
    first.close()
    screens((0, 0, 1280, 720))
    assert QRect(0, 0, 1280, 720).contains(open_with().geometry())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\x00",
        b"[]",
        b'{"window": [1, 2, "a", null], "page": 7, "pages": [], "recent": [1], "last_folders": {"a": 1}}',
        b'{"window": [0, 0, -5, 99999999999999], "maximised": "yes", "page": "nowhere", "recent": {"a": 1}}',
        b'{"pages": {"recognise": {"splitters": 3, "headers": {"x": 1}, "own": []}, "batch": null}}',
    ],
)
def test_a_damaged_file_is_as_none(content: bytes, home: Path, open_with: Open) -> None:
    saved_file(home).parent.mkdir(exist_ok=True)
    saved_file(home).write_bytes(content)
    window = open_with()
    assert window.pages["recognise"].isVisible()
    window.close()
    assert isinstance(json.loads(saved_file(home).read_bytes()), dict)


class Arranged(Page):
    """A page with a splitter and a table, made late as pages are."""

    def make(self) -> Iterator[None]:
        yield
        self.splitter, self.table = QSplitter(self), QTableWidget(1, 3)
        self.splitter.setObjectName("parts")
        self.table.horizontalHeader().setObjectName("columns")
        self.splitter.addWidget(self.table)
        self.splitter.addWidget(QWidget())
        self.look = ""
        self.fill(self.splitter)

    def state(self) -> dict[str, str]:
        return {"look": self.look}

    def restore(self, state: dict[str, str]) -> None:
        self.look = state.get("look", "")


def arranged(qtbot: QtBot, remembered: Remembered) -> Arranged:
    page = Arranged()
    qtbot.addWidget(page)
    page.opened.connect(lambda: remembered.arrange("some", page))
    page.resize(600, 300)
    page.show()
    return page


def test_splitters_columns_and_the_look_of_a_page_come_back(qtbot: QtBot, home: Path) -> None:
    remembered = Remembered()
    page = arranged(qtbot, remembered)
    page.splitter.setSizes([150, 450])
    page.table.setColumnWidth(1, 77)
    page.table.horizontalHeader().hideSection(2)
    page.look = "grid"
    sizes = page.splitter.sizes()
    remembered.note(page, {"some": page}, "some", [])
    again = arranged(qtbot, Remembered())
    assert again.splitter.sizes() == sizes
    assert again.table.columnWidth(1) == 77
    assert again.table.isColumnHidden(2)
    assert again.look == "grid"
    # While a part is hidden, sizes say nothing.
    page.table.hide()
    hidden = Remembered()
    hidden.note(page, {"some": page}, "some", [])
    assert arranged(qtbot, Remembered()).splitter.sizes() == sizes
    # A page that is not opened keeps its arrangement for later.
    Remembered().note(page, {"some": Arranged()}, "some", [])
    later = arranged(qtbot, Remembered())
    assert later.look == "grid"
    saved_file(home).unlink()


def test_sizes_of_a_splitter_that_lies_the_other_way_now_are_not_used(qtbot: QtBot, home: Path) -> None:
    page = arranged(qtbot, Remembered())
    page.splitter.setSizes([100, 500])
    Remembered().note(page, {"some": page}, "some", [])
    table = json.loads(saved_file(home).read_bytes())
    table["pages"]["some"]["splitters"]["parts"]["horizontal"] = False
    saved_file(home).write_text(json.dumps(table))
    again = arranged(qtbot, Remembered())
    assert again.splitter.orientation() == Qt.Orientation.Horizontal
    assert again.splitter.sizes() != page.splitter.sizes()
    saved_file(home).unlink()


def test_what_was_opened_last_comes_back_without_what_is_gone(
    open_with: Open, qtbot: QtBot, tmp_path: Path
) -> None:
    first = open_with()
    gone = tmp_path / "gone"
    gone.mkdir()
    for opened in (gone, tmp_path, HERE):
        first.current.recent.add([opened])
    gone.rmdir()
    first.close()
    again = open_with()
    assert again.current.recent.paths == ()
    again.begin([])
    qtbot.waitUntil(lambda: again.current.recent.paths == (HERE, tmp_path))
    again.current.recent.clear()
    assert again.current.recent.paths == ()


def test_what_was_a_folder_before_recents_were_cleared_is_offered_as_the_file_that_it_is_now() -> None:
    recent = Recent()
    recent.add([HERE], [HERE])
    recent.clear()
    recent.add([HERE])
    assert recent.folders == []


def test_cleared_recents_do_not_come_back_from_a_drive_that_hangs(window: MainWindow, qtbot: QtBot) -> None:
    check = window._recent_check
    check.begin([HERE])
    window.current.recent.clear()
    assert check.all_known() == ()
    qtbot.wait(50)
    assert window.current.recent.paths == ()


def test_one_damaged_entry_costs_no_other(home: Path, open_with: Open) -> None:
    saved_file(home).write_text(json.dumps({"recent": ["\ud800", 3, str(HERE)]}))
    window = open_with()
    assert window.remembered.recent == (HERE,)


def test_full_screen_keeps_the_size_from_before(window: MainWindow, qtbot: QtBot) -> None:
    before = window.normalGeometry()
    window.showFullScreen()
    qtbot.waitUntil(window.isFullScreen)
    window.close()
    assert window.remembered._table["window"][2:] == [before.width(), before.height()]


def test_what_there_was_no_time_to_look_for_is_remembered_still(open_with: Open) -> None:
    first = open_with()
    first.current.recent.add([HERE])
    first.close()
    second = open_with()
    second._recent_check._unknown = second.remembered.recent
    second.close()
    assert Remembered().recent == (HERE,)


def test_of_many_pictures_at_once_a_few_are_remembered(window: MainWindow) -> None:
    recent = window.current.recent
    recent.add([Path("/first")])
    recent.add([Path(f"/{number}") for number in range(500)])
    assert recent.paths == (Path("/0"), Path("/1"), Path("/2"), Path("/first"))
    for number in range(20):
        recent.add([Path(f"/again/{number}")])
    assert len(recent.paths) == 12


def test_the_look_of_a_run_comes_back(open_with: Open) -> None:
    window = open_with()
    window.show_page("batch")
    items = page_content(window).items
    items.filters.look.chosen.emit("grid")
    window.close_at_once()
    again = open_with()
    again.show_page("batch")
    assert page_content(again).items.browser.look == "grid"


def test_order_and_panels_of_a_run_come_back(open_with: Open) -> None:
    window = open_with()
    window.resize(900, 600)
    window.show_page("batch")
    items = page_content(window).items
    assert not items.filters.panels["preview"].isChecked(), "there is little room"
    items.filters.panels["preview"].click()
    items.filters.panels["groups"].click()
    items.browser.table.sorted.emit(Order(Column.SCORE, descending=True))
    shown = {name: button.isChecked() for name, button in items.filters.panels.items()}
    assert shown == {"groups": True, "preview": False}, "there is no room for both"
    window.close_at_once()
    again = open_with()
    again.show_page("batch")
    items = page_content(again).items
    assert {name: button.isChecked() for name, button in items.filters.panels.items()} == shown
    assert (items.order().column, items.order().descending) == (Column.SCORE, True)


def test_what_is_to_be_measured_comes_back(open_with: Open) -> None:
    window = open_with()
    window.show_page("performance")
    choices = performance_choices(window)
    choices.engines.choose(("eager", "onnxruntime"))
    choices.batch_sizes.choose((4, 16))
    choices.pictures.use_folder(Path("/pictures"))
    choices._limit.chosen.emit("180")
    choices.sweep.setChecked(True)
    choices.busy.setChecked(True)
    chosen = choices.state()
    window.close_at_once()
    again = open_with()
    again.show_page("performance")
    assert performance_choices(again).state() == chosen
    assert performance_choices(again).pictures.paths == (Path("/pictures"),)


def performance_choices(window: MainWindow) -> Choices:
    """What is chosen on the performance page."""
    made = performance(window).content
    assert made is not None
    return made.choices


def page_content(window: MainWindow) -> Content:
    """What is on the batch page."""
    made = batch(window).content
    assert made is not None
    return made
