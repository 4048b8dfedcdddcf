"""The settings page: real mouse, keys and wheel on its fields."""

import re
import sys

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QCursor, QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QPushButton,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app import RELEASES
from app.core import paths, settings
from app.engines.devices import DeviceStatus
from app.ui.pages.settings.fields import Number
from app.ui.pages.settings.page import SettingsPage
from app.ui.pages.settings.section import Row
from app.ui.shell.window import MainWindow
from tests.ui.conftest import Drop, Open, answer_question
from tests.ui.pages import recognise, settings_page

_CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture
def language(window: MainWindow) -> QComboBox:
    """The field for the language, on the page that is shown."""
    window.show_page("settings")
    return field(window, "语言")


def field(window: MainWindow, name: str) -> QComboBox:
    return next(box for box in settings_page(window).findChildren(QComboBox) if box.accessibleName() == name)


def texts(window: MainWindow) -> list[str]:
    """Everything that is written on the page, and in its lists."""
    page = settings_page(window)
    shown = [label.text() for label in page.findChildren(QLabel)]
    shown += [button.text() for button in page.findChildren(QAbstractButton)]
    boxes = page.findChildren(QComboBox)
    return [*shown, *(box.itemText(row) for box in boxes for row in range(box.count()))]


def test_the_language_is_changed_with_the_mouse(
    language: QComboBox, window: MainWindow, qtbot: QtBot
) -> None:
    QTest.mouseClick(language, Qt.MouseButton.LeftButton)
    view = language.view()
    qtbot.waitUntil(view.isVisible)
    row = language.findText("English")
    place = view.visualRect(language.model().index(row, 0)).center()
    QTest.mouseMove(view.viewport(), place)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    qtbot.waitUntil(lambda: not view.isVisible())
    said = [text for text in texts(window) if not text.startswith("/")]  # paths are what they are
    assert [text for text in said if _CHINESE.search(text)] == ["中文"]
    assert language.currentText() == "English"
    assert language is field(window, "Language")


def test_the_language_is_changed_with_keys_there_and_back(
    language: QComboBox, window: MainWindow, qtbot: QtBot
) -> None:
    language.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Down):
        QTest.keyClick(language, key)
        qtbot.wait(1)
    assert window.focusWidget() is language
    assert language.currentText() == "English"
    assert "Settings" in texts(window)


@pytest.mark.parametrize("width", [900, 1280, 1800])
def test_search_and_cards_end_at_one_edge_whatever_is_found(window: MainWindow, width: int) -> None:
    window.resize(width, 700)
    window.show_page("settings")
    page = settings_page(window)

    def edges() -> set[int]:
        shown = (section for section in page.sections if section.isVisible())
        return {part.mapTo(page, QPoint(part.width(), 0)).x() for part in (page.search, *shown)}

    before = edges()
    assert len(before) == 1
    page.search.setText("主题")
    QApplication.processEvents()
    assert edges() == before


def test_nothing_moves_when_it_is_known_which_devices_work(window: MainWindow) -> None:
    window.show_page("settings")
    page = settings_page(window)
    row = page._device_row()
    before = row.height()
    assert row.remark.text()
    page._on_devices({"cpu": DeviceStatus("cpu", True, "", None)})
    assert row.remark.text()
    assert row.height() == before


def number(window: MainWindow, name: str) -> Number:
    window.show_page("settings")
    found = settings_page(window).fields[name]
    assert isinstance(found, Number)
    found.setFocus()
    found.selectAll()
    return found


def problem(window: MainWindow) -> str:
    """What the page says about something that it did not take."""
    labels = settings_page(window).findChildren(QLabel, "problem")
    return "".join(label.text() for label in labels if label.isVisible())


def test_threshold_is_the_models_until_another_is_chosen(window: MainWindow) -> None:
    field = number(window, "certain_threshold")
    assert field.accessibleName() == "确定所需概率"
    assert field.text() == "按模型：85%"
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert field.text() == "90%"
    assert window.current.settings.certain_threshold == 0.9
    field.selectAll()
    QTest.keyClicks(field, "50")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert window.current.settings.certain_threshold == 0.5
    field.selectAll()
    QTest.keyClicks(field, "0")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.text() == "按模型：85%"
    assert window.current.settings.certain_threshold == 0
    QTest.keyClick(field, Qt.Key.Key_Down)
    assert field.text() == "80%", "both ways from the model's own"


def test_a_number_out_of_range_is_told_and_put_back(window: MainWindow) -> None:
    field = number(window, "certain_threshold")
    QTest.keyClicks(field, "3")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.text() == "按模型：85%"
    assert problem(window) == "请输入 5% 到 99%"
    field = number(window, "threads")
    QTest.keyClicks(field, "300")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.text() == "自动"
    assert "请输入 0 到 256" in problem(window)
    field.selectAll()
    QTest.keyClicks(field, "2")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert window.current.settings.threads == 2
    assert "256" not in problem(window)


def test_esc_puts_back_a_number_and_changes_nothing(window: MainWindow) -> None:
    field = number(window, "top_k")
    QTest.keyClicks(field, "9")
    assert field.text() == "9"
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "5"
    assert window.current.settings.top_k == 5


def rows(window: MainWindow) -> list[str]:
    """The names of the settings that are shown."""
    page = settings_page(window)
    return [row.label.text() for section in page.sections for row in section.rows if row.isVisibleTo(page)]


def test_settings_are_found_by_name_and_by_explanation(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("settings")
    page = settings_page(window)
    everything = rows(window)
    with qtbot.waitActive(window):
        window.activateWindow()
    page.fields["theme"].setFocus()
    QTest.keyClick(page.fields["theme"], Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(page.search.hasFocus)
    page.search.insert("线程")
    assert rows(window) == ["线程数"]
    page.search.setText("子文件夹")
    assert rows(window) == ["包含子文件夹"]
    page.search.setText("没有这个")
    assert rows(window) == []
    assert "没有符合的设置" in texts(window)
    QTest.keyClick(page.search, Qt.Key.Key_Escape)
    assert rows(window) == everything


def test_every_setting_has_a_name_an_explanation_and_a_control_that_says_both(window: MainWindow) -> None:
    window.show_page("settings")
    page = settings_page(window)
    for section in page.sections:
        for row in section.rows:
            assert row.label.text()
            assert row.explanation.text()
            assert row.label.buddy() is row.controls[-1]
            assert row.explanation.text() in row.controls[-1].accessibleDescription()
            assert row.controls[-1].focusPolicy() & Qt.FocusPolicy.TabFocus


def test_a_section_goes_back_to_its_defaults_and_this_can_be_taken_back(open_with: Open) -> None:
    window = open_with(top_k=7, threads=2, certain_threshold=0.5)
    window.show_page("settings")
    page = settings_page(window)
    sections = {section.name: section for section in page.sections}
    assert not sections["folders"].reset.isVisibleTo(page)
    QTest.mouseClick(sections["recognition"].reset, Qt.MouseButton.LeftButton)
    assert (window.current.settings.top_k, window.current.settings.threads) == (5, 0)
    assert window.current.settings.certain_threshold == 0.5
    assert not sections["recognition"].reset.isVisibleTo(page)
    assert window.current.notices.shown[-1].sentence == "“识别”已恢复默认"
    window.current.take_back()
    assert (window.current.settings.top_k, window.current.settings.threads) == (7, 2)


def test_what_is_not_on_this_computer_is_not_offered_and_it_says_why(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.show_page("settings")
    device = field(window, "计算设备")
    qtbot.waitUntil(lambda: device.count() < 4, timeout=60_000)
    offered = [device.itemText(row) for row in range(device.count())]
    assert offered[:2] == ["自动", "CPU"]
    assert "苹果显卡" not in offered or sys.platform == "darwin"
    missing = "NVIDIA 显卡" not in offered
    assert any("NVIDIA 显卡（" in text for text in texts(window)) == missing


def test_temporary_files_are_cleared_but_not_pictures_that_are_shown(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = paths.cache_folder() / "pasted"
    folder.mkdir(parents=True, exist_ok=True)
    shown, other = folder / "shown.png", folder / "other.png"
    shown.write_bytes(bytes(10))
    other.write_bytes(bytes(3000))
    monkeypatch.setattr(window.current, "pictures", lambda: [shown])
    window.show_page("settings")
    button = button_of(window, "临时文件")
    qtbot.waitUntil(button.isEnabled)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(window.current.notices.shown))
    assert "已清除临时文件" in window.current.notices.shown[-1].sentence
    assert (shown.exists(), other.exists()) == (True, False)


def test_prepared_models_are_cleared_after_a_question(window: MainWindow, qtbot: QtBot) -> None:
    file = paths.data_folder() / "models" / "kept-for-this-test.bin"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(bytes(10))
    window.show_page("settings")
    button = button_of(window, "准备好的模型")
    qtbot.waitUntil(button.isEnabled)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    answer_question(settings_page(window), "取消")
    assert file.exists()
    file.unlink()


def button_of(window: MainWindow, name: str) -> QAbstractButton:
    page = settings_page(window)
    rows = (row for section in page.sections for row in section.rows)
    control = next(row for row in rows if row.label.text() == name).controls[-1]
    assert isinstance(control, QAbstractButton)
    return control


def test_what_helps_with_a_report_is_copied_without_names_of_files(window: MainWindow) -> None:
    window.show_page("settings")
    QTest.mouseClick(button_of(window, "诊断信息"), Qt.MouseButton.LeftButton)
    copied = QApplication.clipboard().text()
    assert "wanwu: " in copied
    assert "theme: light" in copied
    assert str(paths.data_folder()) not in copied


def test_sections_are_at_the_left_where_there_is_room(window: MainWindow) -> None:
    window.resize(1180, 800)
    window.show_page("settings")
    page = settings_page(window)
    page.resize(1000, 560)
    assert page.list.isVisibleTo(page)
    page.list.setCurrentRow(3)
    assert page.area.verticalScrollBar().value() > 0
    page.resize(800, 560)
    assert not page.list.isVisibleTo(page)
    assert page.area.horizontalScrollBar().maximum() == 0


def test_dark_is_chosen_with_keys(window: MainWindow) -> None:
    window.show_page("settings")
    theme = field(window, "外观")
    theme.setFocus()
    QTest.keyClick(theme, Qt.Key.Key_Down)
    assert theme.currentText() == "深色"
    assert QColor(window.grab().toImage().pixel(300, 10)).lightness() < 60


def test_the_engine_switch_keeps_its_buttons_when_another_engine_leaves_it(open_with: Open) -> None:
    window = open_with(engine="onnxruntime")
    onnx = next(
        button
        for button in recognise(window).toolbar.findChildren(QPushButton)
        if button.text() == "ONNX Runtime"
    )
    eager = next(
        button for button in recognise(window).toolbar.findChildren(QPushButton) if button.text() == "Eager"
    )
    QTest.mouseClick(eager, Qt.MouseButton.LeftButton)
    assert eager.isChecked()
    assert onnx.isVisible()
    assert onnx.text() != "ONNX Runtime"


def test_the_wheel_scrolls_the_page_over_everything_and_changes_nothing(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.resize(1180, 600)
    window.show_page("settings")
    # The rail unfolds, and the page is laid out beside it.
    qtbot.waitUntil(lambda: window.rail.width() >= window.rail.sizeHint().width())
    page = settings_page(window)
    (area,) = page.findChildren(QScrollArea)
    bar = area.verticalScrollBar()
    down = QPoint(0, -120)
    for widget in area.viewport().findChildren(QWidget):
        if not widget.visibleRegion().isEmpty():
            place = QPointF(widget.mapTo(window, QPoint(2, 2)))
            QTest.wheelEvent(window.windowHandle(), place, down)
            assert bar.value() > 0, widget
            bar.setValue(0)
    assert window.current.settings == settings.with_values(settings.Settings(), language="zh", theme="light")


def test_a_list_is_not_drawn_as_under_the_mouse_once_something_was_chosen(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.show_page("settings")
    box = settings_page(window).fields["theme"]
    assert isinstance(box, QComboBox)
    QCursor.setPos(window.mapToGlobal(QPoint(1, 1)))
    box.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, True)
    box.showPopup()
    qtbot.waitUntil(box.view().isVisible)
    box.hidePopup()
    assert not box.underMouse()


def test_a_list_shows_all_its_rows_and_no_more(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("settings")
    for box in settings_page(window).findChildren(QComboBox):
        box.showPopup()
        view = box.view()
        qtbot.waitUntil(view.isVisible)
        last = view.visualRect(view.model().index(box.count() - 1, 0))
        assert view.visualRect(view.model().index(0, 0)).top() >= 0
        assert 0 <= view.viewport().height() - last.bottom() <= 3, box.accessibleName()
        assert not view.verticalScrollBar().isVisible()
        box.hidePopup()


def test_in_the_smallest_window_every_explanation_is_shown_whole(open_with: Open, qtbot: QtBot) -> None:
    window = open_with(language="en")
    window.resize(900, 560)
    window.show_page("settings")
    qtbot.wait(50)
    for row in settings_page(window).findChildren(Row):
        text = row.explanation
        assert text.height() >= text.heightForWidth(text.width()), text.text()


def test_no_ring_is_drawn_around_a_page_while_one_of_its_buttons_has_the_keyboard(window: MainWindow) -> None:
    recognise(window).empty.primary.setFocus()
    for name, page in window.pages.items():
        window.show_page(name)
        assert not [area for area in page.findChildren(QScrollArea) if area.hasFocus()], name


def test_taking_back_a_reset_keeps_what_was_chosen_after_it(open_with: Open) -> None:
    window = open_with(top_k=7, threads=2)
    window.show_page("settings")
    (section,) = [each for each in settings_page(window).sections if each.name == "recognition"]
    QTest.mouseClick(section.reset, Qt.MouseButton.LeftButton)
    window.current.change(settings.with_values(window.current.settings, top_k=3))
    window.current.take_back()
    assert (window.current.settings.top_k, window.current.settings.threads) == (3, 2)


def test_pictures_that_undoing_brings_back_are_not_cleared(window: MainWindow, drop: Drop) -> None:
    (picture,) = drop(window, [paths.resource("samples", "panda.jpg")])
    page = recognise(window)
    page.remove_selected()
    assert window.current.pictures() == []
    assert window.current.in_use() == {picture.path}


def test_settings_are_found_by_words_of_either_language(window: MainWindow) -> None:
    window.show_page("settings")
    for text, name in (("theme", "外观"), ("主题", "外观"), ("threads", "线程数")):
        settings_page(window).search.setText(text)
        assert name in rows(window)


def test_the_marked_section_is_the_one_that_is_looked_at(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("settings")
    page = settings_page(window)
    bar = page.area.verticalScrollBar()
    page.search.setText("缓存")
    page.search.clear()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    assert (bar.value(), page.list.currentRow()) == (0, 0)
    bar.setValue(bar.maximum())
    assert page.list.currentRow() == len(page.sections) - 1
    page.list.setCurrentRow(len(page.sections) - 2)
    assert page.list.currentRow() == len(page.sections) - 2


def test_what_tab_reaches_is_in_sight_with_its_name_and_explanation(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("settings")
    page = settings_page(window)
    with qtbot.waitActive(window):
        window.activateWindow()
    page.fields["language"].setFocus()
    reached = 0
    for _ in range(12):
        QTest.keyClick(window.focusWidget() or window, Qt.Key.Key_Tab)
        row: QWidget | None = window.focusWidget()
        while row is not None and not isinstance(row, Row):
            row = row.parentWidget()
        if row is not None:
            reached += 1
            top = row.mapTo(page.area, QPoint(0, 0)).y()
            assert top >= 0
            assert top + row.height() <= page.area.height()
    assert reached > 6


def test_what_is_typed_after_the_key_of_the_settings_is_looked_for(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("settings")
    page = settings_page(window)
    with qtbot.waitActive(window):
        window.activateWindow()
    for before in ("recognise", "settings"):
        window.show_page(before)
        page.fields["theme"].setFocus()
        QTest.keyClick(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(page.search.hasFocus)


def in_sight(page: SettingsPage, widget: QWidget | None) -> bool:
    """Whether all of it can be seen in what is scrolled."""
    assert widget is not None
    place = QRect(widget.mapTo(page.area, QPoint()), widget.size())
    return page.area.isAncestorOf(widget) and page.area.rect().contains(place)


def test_tab_leads_from_the_list_of_sections_into_the_chosen_one(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(1000, 600)
    window.show_page("settings")
    page = settings_page(window)
    with qtbot.waitActive(window):
        window.activateWindow()
    page.search.setFocus()
    QTest.keyClick(page.search, Qt.Key.Key_Tab)
    assert page.list.hasFocus()
    QTest.keyClick(page.list, Qt.Key.Key_End)
    QTest.keyClick(page.list, Qt.Key.Key_Tab)
    focused = window.focusWidget()
    assert page.sections[-1].isAncestorOf(focused)
    assert in_sight(page, focused)


def test_what_tab_reaches_from_outside_is_scrolled_to(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(900, 560)
    window.show_page("settings")
    page = settings_page(window)
    with qtbot.waitActive(window):
        window.activateWindow()
    bar = page.area.verticalScrollBar()
    bar.setValue(bar.maximum())
    page.list.hide()
    page.search.setFocus()
    QTest.keyClick(page.search, Qt.Key.Key_Tab)
    assert in_sight(page, window.focusWidget())


def test_escape_in_a_field_that_was_found_leaves_it_in_sight(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(900, 560)
    window.show_page("settings")
    page = settings_page(window)
    with qtbot.waitActive(window):
        window.activateWindow()
    page.search.setText("子文件夹")
    page.fields["recursive"].setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(page.fields["recursive"], Qt.Key.Key_Escape)
    assert page.search.text() == ""
    assert page.fields["recursive"].hasFocus()
    assert in_sight(page, page.fields["recursive"])


def test_ctrl_z_takes_back_a_reset_and_no_words_that_were_searched_for(open_with: Open, qtbot: QtBot) -> None:
    window = open_with(top_k=7)
    window.show_page("settings")
    with qtbot.waitActive(window):
        window.activateWindow()
    page = settings_page(window)
    QTest.keyClicks(page.search, "theme")
    QTest.keyClick(page.search, Qt.Key.Key_Escape)
    (section,) = [each for each in page.sections if each.name == "recognition"]
    QTest.mouseClick(section.reset, Qt.MouseButton.LeftButton)
    window.show_page("recognise")
    window.show_page("settings")
    assert window.focusWidget() is page.search
    QTest.keyClick(page.search, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert (page.search.text(), window.current.settings.top_k) == ("", 7)


def test_buttons_and_choices_are_found(window: MainWindow) -> None:
    window.show_page("settings")
    for text, name in (("清除", "临时文件"), ("clear", "准备好的模型"), ("English", "语言")):
        settings_page(window).search.setText(text)
        assert name in rows(window)


def test_all_controls_end_at_one_edge(open_with: Open) -> None:
    window = open_with(recursive=False, top_k=7)
    window.resize(1200, 1400)
    window.show_page("settings")
    page = settings_page(window)
    image = page.area.grab().toImage()

    def end(widget: QWidget) -> int:
        corner = widget.mapTo(page.area, QPoint(widget.width() + 6, widget.height() // 2))
        ground = image.pixelColor(corner)
        return next(x for x in range(corner.x(), 0, -1) if image.pixelColor(x, corner.y()) != ground)

    (reset,) = [
        section.reset
        for section in page.sections
        if section.reset.isVisible() and section.name == "recognition"
    ]
    ends = [
        end(widget)
        for widget in (page.fields["theme"], page.fields["recursive"], page.fields["top_k"], reset)
    ]
    assert max(ends) - min(ends) <= 3, ends


def test_without_a_browser_the_address_of_new_versions_is_told(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.show_page("settings")
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: False)
    (button,) = [
        each for each in settings_page(window).findChildren(QPushButton) if each.toolTip() == RELEASES
    ]
    button.click()
    assert QApplication.clipboard().text() == RELEASES
    assert RELEASES in window.current.notices.shown[-1].sentence


def test_what_a_search_hides_is_not_reset_unseen(open_with: Open) -> None:
    window = open_with(engine="torchscript")
    window.show_page("settings")
    page = settings_page(window)
    (section,) = [each for each in page.sections if each.name == "recognition"]
    assert section.reset.isVisible()
    page.search.setText("线程")
    assert not section.reset.isVisible()
    page.search.clear()
    assert section.reset.isVisible()
