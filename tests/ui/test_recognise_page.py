"""The recognise page: what goes in and what is shown."""

from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QRect, Qt, QUrl
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QGraphicsOpacityEffect, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from app.core import paths, settings
from app.core.language_in_use import tr
from app.core.results import Comparison
from app.core.settings import Settings, with_values
from app.ui.kit.texts import Text
from app.ui.pages.recognise import page as page_module
from app.ui.pages.recognise.empty import EmptyState
from app.ui.pages.recognise.foot import Foot
from app.ui.pages.recognise.toolbar import Toolbar
from app.ui.pictures.pictures import Picture, State
from app.ui.pictures.time_cards import CompareSection
from app.ui.shell.window import MainWindow
from tests.ui.conftest import Drop, Open, drop_files, drop_mime, wait_for_answers
from tests.ui.pages import recognise

PANDA = paths.resource("samples", "panda.jpg")
COFFEE = paths.resource("samples", "coffee.jpg")
UNIT = "\N{NO-BREAK SPACE}ms"


def shown(window: MainWindow) -> str:
    """All visible texts of the recognise page, and what the window tells."""
    told = [notice.sentence for notice in window.current.notices.shown]
    texts = [text.text() for text in recognise(window).findChildren(Text) if text.isVisible()]
    return "\n".join(texts + told)


@pytest.mark.usefixtures("own_predictor", "cold_start")
def test_a_dropped_picture_shows_its_chinese_label_group_and_times(window: MainWindow, drop: Drop) -> None:
    drop(window, [PANDA])
    for expected in (
        "大熊猫",
        "giant panda",
        "动物 > 哺乳动物 > 熊与熊猫",
        "解码",
        "推理",
        "TorchScript · CPU",
        "1024 × 681",
    ):
        assert expected in shown(window)


def test_a_pasted_picture_is_recognised(window: MainWindow, qtbot: QtBot) -> None:
    QApplication.clipboard().setImage(QImage(str(PANDA)))
    recognise(window).paste()
    wait_for_answers(qtbot, window, 1)
    assert "大熊猫" in shown(window)


def test_image_data_dragged_out_of_a_browser_is_recognised(window: MainWindow, qtbot: QtBot) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/coffee.jpg")])
    mime.setImageData(QImage(str(COFFEE)))
    drop_mime(window, mime)
    wait_for_answers(qtbot, window, 1)
    assert "浓缩咖啡" in shown(window)


def test_a_link_without_a_picture_is_refused_in_words(window: MainWindow) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/coffee.jpg")])
    drop_mime(window, mime)
    assert "本程序不联网" in shown(window)


def test_of_a_folder_among_pictures_the_folder_goes_to_batch_and_that_is_said(
    window: MainWindow, drop: Drop
) -> None:
    taken: list[tuple[Path, ...]] = []
    window.current.folders_taken.disconnect()
    window.current.folders_taken.connect(taken.append)
    (picture,) = drop(window, [PANDA, paths.resource("samples")])
    assert picture.path == PANDA
    assert taken == [(paths.resource("samples"),)]
    assert "1 个文件夹转到“批量”识别" in shown(window)
    assert recognise(window).isVisible()


def test_after_opening_several_files_the_arrow_keys_walk_through_them(
    window: MainWindow, drop: Drop, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = recognise(window)
    drop(window, [PANDA])
    page.panel.setFocus()
    monkeypatch.setattr(page_module, "choose_files", lambda *_arguments: [COFFEE, PANDA])
    page.open_files()
    qtbot.waitUntil(lambda: page.session.model.rowCount() == 3, timeout=60_000)
    assert window.focusWidget() is page.strip
    assert page.strip.currentIndex().row() == 1


def test_what_is_told_outlives_loading_and_counting(window: MainWindow, drop: Drop) -> None:
    window.current.notices.warn("程序上次意外退出。")
    page = recognise(window)
    for stage in ("load", ""):
        page.session.stage.emit(stage)
    drop(window, [PANDA, COFFEE])
    assert "程序上次意外退出。" in shown(window)


def test_a_large_drop_shows_its_first_picture_and_leaves_it_there(window: MainWindow, qtbot: QtBot) -> None:
    drop_files(window, [PANDA] * 450)
    qtbot.waitUntil(lambda: recognise(window).session.model.rowCount() == 450, timeout=60_000)
    assert recognise(window).strip.currentIndex().row() == 0


def test_a_broken_file_is_explained_and_the_next_one_still_works(
    window: MainWindow, drop: Drop, tmp_path: Path
) -> None:
    broken = tmp_path / "坏 图.jpg"
    broken.write_bytes(PANDA.read_bytes()[:20_000])
    drop(window, [broken])
    assert "图片不完整" in shown(window)
    drop(window, [PANDA])
    assert "大熊猫" in shown(window)


@pytest.mark.usefixtures("own_predictor")
def test_switching_the_engine_recognises_the_picture_again(
    window: MainWindow, drop: Drop, qtbot: QtBot
) -> None:
    (picture,) = drop(window, [PANDA])
    recognise(window).toolbar.choose_engine("eager")
    qtbot.waitUntil(
        lambda: picture.recognition is not None and picture.recognition.engine.name == "eager", timeout=60_000
    )
    assert "Eager · CPU" in shown(window)
    assert "大熊猫" in shown(window)


def test_comparing_shows_both_times_the_agreement_and_the_medians(open_with: Open, drop: Drop) -> None:
    window = open_with(compare=True)
    pictures = drop(window, [PANDA, COFFEE])
    assert all(isinstance(picture.answer, Comparison) for picture in pictures)
    for expected in ("速度是 Eager 的", "✓ 识别结果一致", "（2 张的中位数："):
        assert expected in shown(window)


def test_beside_a_comparison_the_times_of_the_chosen_engine_are_shown(open_with: Open, drop: Drop) -> None:
    window = open_with(compare=True, engine="eager")
    (picture,) = drop(window, [PANDA])
    assert isinstance(picture.answer, Comparison)
    assert picture.recognition is picture.answer.reference
    assert "Eager · CPU" in shown(window)
    assert "TorchScript · CPU" not in shown(window)


def test_one_ratio_is_told_however_many_pictures_were_compared(open_with: Open, drop: Drop) -> None:
    window = open_with(compare=True)
    drop(window, [PANDA, COFFEE])
    assert shown(window).count("速度是") == 1


def test_times_measured_beside_other_work_say_so_and_are_measured_again(
    open_with: Open, drop: Drop, qtbot: QtBot
) -> None:
    window = open_with(compare=True)
    other = window.current.activities.begin("pics", page="batch")
    drop(window, [PANDA, COFFEE])
    session = recognise(window).session
    assert "程序还在忙别的任务" in shown(window)
    assert "中位数：" not in shown(window)
    other.end()
    qtbot.waitUntil(lambda: "程序还在忙别的任务" not in shown(window), timeout=60_000)
    assert [picture.was_busy for picture in session.model.pictures] == [False, True], "what is looked at"


def test_of_one_picture_no_median_is_told(open_with: Open, drop: Drop) -> None:
    window = open_with(compare=True)
    drop(window, [PANDA])
    assert "速度是 Eager 的" in shown(window)
    assert "中位数" not in shown(window)


def test_why_a_picture_is_not_recognised_is_said_once(window: MainWindow, drop: Drop, tmp_path: Path) -> None:
    (tmp_path / "broken.jpg").write_bytes(PANDA.read_bytes()[:20_000])
    drop(window, [tmp_path / "broken.jpg"])
    assert shown(window).count("图片不完整") == 1


def test_a_comparison_keeps_the_names_of_its_engines_in_another_language(open_with: Open, drop: Drop) -> None:
    window = open_with(compare=True, engine="onnxruntime")
    drop(window, [PANDA])
    window.show_page("settings")
    window.current.change(with_values(settings.load(), language="en"))
    QApplication.processEvents()
    window.show_page("recognise")
    (card,) = recognise(window).panel.findChildren(CompareSection)
    texts = [text.text() for text in card.findChildren(Text)]
    assert "Same answer" in "".join(texts)
    assert {"Eager", "ONNX Runtime"} <= set(texts)
    assert "TorchScript" not in texts


def test_an_engine_that_cannot_run_here_has_no_time_in_a_comparison(open_with: Open, drop: Drop) -> None:
    window = open_with(compare=True, engine="torchscript-graph")
    drop(window, [PANDA])
    (card,) = recognise(window).panel.findChildren(CompareSection)
    assert [text.text() for text in card.findChildren(Text)].count("–") == 1
    assert "✓" not in shown(window)
    assert "两次都由 Eager 完成" in shown(window)


def test_a_comparison_that_is_waited_for_shows_no_times_of_another_picture(
    open_with: Open, drop: Drop
) -> None:
    window = open_with(compare=True)
    drop(window, [PANDA])
    page = recognise(window)
    assert UNIT in shown(window)
    page.panel.show_picture(Picture(COFFEE), recognise(window).session.medians, compare=True)
    assert UNIT not in shown(window)


def test_the_result_can_be_copied_as_text_and_as_json(window: MainWindow, drop: Drop) -> None:
    drop(window, [PANDA])
    recognise(window).copy("json")
    assert '"label": "大熊猫"' in QApplication.clipboard().text()
    recognise(window).copy("text")
    assert QApplication.clipboard().text().splitlines()[1].strip() == "大熊猫"


def test_a_picture_can_be_taken_off_the_strip_and_the_list_cleared(window: MainWindow, drop: Drop) -> None:
    drop(window, [PANDA, COFFEE, PANDA])
    assert "已识别 3 / 3 张" in shown(window)
    recognise(window).remove_selected()
    assert [picture.path for picture in recognise(window).session.model.pictures] == [COFFEE, PANDA]
    assert "已识别 2 / 2 张" in shown(window)
    recognise(window).clear()
    assert "把图片拖到这里" in shown(window)
    assert "已识别" not in shown(window), "nothing is said of pictures that are not there"


def test_the_invitation_fits_a_low_window_and_shows_whole_names_where_there_is_room(
    window: MainWindow, qtbot: QtBot
) -> None:
    assert window  # its style
    empty, name = EmptyState(), "darknet_dog_with_a_long_name_2026.jpg"
    qtbot.addWidget(empty)
    empty.show()
    empty.show_recent([Path("/pics") / name, Path("/pics/holiday")])
    for size in ((1132, 606), (784, 446), (812, 410)):  # as in windows of 1280 × 720, 900 × 560, 960 × 524
        empty.resize(*size)
        qtbot.waitUntil(lambda: empty.verticalScrollBar().maximum() == 0)
        assert name in [button.text() for button in empty.findChildren(QToolButton) if button.isVisible()]


def test_the_answer_is_as_wide_with_a_scroll_bar_as_without(
    window: MainWindow, drop: Drop, qtbot: QtBot
) -> None:
    drop(window, [PANDA])
    panel, widths = recognise(window).panel, list[int]()
    content = panel.widget()
    assert content is not None

    def is_so(scrolls: bool) -> bool:
        return panel.verticalScrollBar().isVisible() is scrolls

    for height, scrolls in ((900, False), (480, True)):
        window.resize(1200, height)
        qtbot.waitUntil(partial(is_so, scrolls))
        widths.append(content.width())
    assert len(set(widths)) == 1


def test_an_old_answer_is_faint_while_a_new_one_is_awaited(
    window: MainWindow, drop: Drop, qtbot: QtBot
) -> None:
    (picture,) = drop(window, [PANDA])
    page = recognise(window)
    (effect,) = page.panel.findChildren(QGraphicsOpacityEffect)
    assert not effect.isEnabled()
    picture.state = State.RUNNING
    page.panel.show_picture(picture, page.session.medians, compare=False)
    qtbot.waitUntil(effect.isEnabled)
    picture.state = State.DONE
    page.panel.show_picture(picture, page.session.medians, compare=False)
    assert not effect.isEnabled()


def test_the_samples_are_offered_on_a_first_start(window: MainWindow, qtbot: QtBot) -> None:
    recognise(window).empty.chosen.emit(PANDA)
    wait_for_answers(qtbot, window, 1)
    assert "大熊猫" in shown(window)


def test_the_strip_is_walked_with_the_keyboard(window: MainWindow, drop: Drop) -> None:
    drop(window, [PANDA, COFFEE])
    QTest.keyClick(recognise(window).strip, Qt.Key.Key_Right)
    assert "浓缩咖啡" in shown(window)


def test_a_certain_label_is_said_once_with_its_percentage_and_its_other_name(
    window: MainWindow, drop: Drop
) -> None:
    drop(window, [PANDA])
    texts = shown(window).splitlines()
    assert texts.count("大熊猫") == 1
    assert "giant panda" in texts
    assert texts[texts.index("大熊猫") + 1].endswith("%")


def test_that_something_was_copied_is_not_said_of_another_picture(window: MainWindow, drop: Drop) -> None:
    drop(window, [PANDA, COFFEE])
    recognise(window).copy("text")
    assert "已复制" in shown(window)
    recognise(window).step(1)
    assert "已复制" not in shown(window)


def test_removing_a_picture_beside_a_broken_one_shows_no_blank_view(
    window: MainWindow, drop: Drop, qtbot: QtBot, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(PANDA.read_bytes()[:20_000])
    drop(window, [PANDA, broken])
    page = recognise(window)
    page.step(1)
    qtbot.waitUntil(page.pane.broken.isVisible, timeout=60_000)
    page.step(-1)
    page.remove_selected()
    qtbot.waitUntil(page.pane.broken.isVisible, timeout=60_000)
    window.current.take_back()
    qtbot.waitUntil(lambda: page.pane.view.isVisible() and page.pane._shown is not None, timeout=60_000)


def test_what_was_opened_lately_is_offered_and_opened(window: MainWindow, qtbot: QtBot) -> None:
    window.current.recent.add_older([COFFEE])
    (button,) = (each for each in recognise(window).findChildren(QToolButton) if each.text() == "coffee.jpg")
    button.click()
    wait_for_answers(qtbot, window, 1)
    assert recognise(window).session.model.pictures[0].path == COFFEE


def test_devices_that_are_not_there_are_not_offered(window: MainWindow) -> None:
    toolbar = recognise(window).toolbar
    toolbar.offer_devices(("cpu",))
    assert not toolbar._device.isVisible()
    toolbar.offer_devices(("cpu", "cuda"))
    offered = [toolbar._device.itemData(row) for row in range(toolbar._device.count())]
    assert offered == ["auto", "cpu", "cuda"]


def test_what_has_no_room_in_the_tool_bar_is_in_its_menu(qtbot: QtBot) -> None:
    tr.use("zh")
    window = QWidget()
    qtbot.addWidget(window)
    toolbar = Toolbar(Settings(engine="auto"))
    toolbar.setParent(window)
    toolbar.offer_devices(("cpu", "cuda"))
    toolbar.show_engine_in_use("onnxruntime")
    toolbar.resize(2000, 40)
    window.show()
    qtbot.waitExposed(window)
    assert not toolbar._buttons["more"].isVisible()
    toolbar.resize(400, 40)
    assert not toolbar._device.isVisible()
    offered = [action.text() for action in toolbar._buttons["more"].menu().actions() if action.isVisible()]
    assert offered == ["打开文件夹", "粘贴图片", "清空列表", "设备：自动", "CPU", "NVIDIA 显卡"]


def test_the_switch_of_engines_is_never_cut_and_stays_as_it_is_when_one_is_chosen(
    open_with: Open, qtbot: QtBot
) -> None:
    window = open_with(language="en", engine="torchscript")
    window.setMinimumSize(0, 0)
    window.resize(640, 500)
    page = recognise(window)
    page.toolbar.offer_devices(("cpu", "cuda"))
    switch = page.toolbar._engine
    buttons = switch.findChildren(QPushButton)

    def is_whole() -> bool:
        has_room = all(button.width() >= button.sizeHint().width() for button in buttons)
        is_covered = switch.geometry().intersects(page.toolbar._model.geometry())
        return has_room and not is_covered and page.toolbar.rect().contains(switch.geometry())

    qtbot.waitUntil(is_whole)
    before = [button.geometry() for button in buttons]
    page.toolbar.choose_engine("auto")
    page.toolbar.show_engine_in_use("onnxruntime")
    qtbot.wait(1)
    assert [button.geometry() for button in buttons] == before
    assert "ONNX Runtime" in switch.toolTip()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_in_the_smallest_window_samples_are_seen_though_something_was_opened_lately(
    open_with: Open, qtbot: QtBot, language: str
) -> None:
    window = open_with(language=language)
    window.resize(900, 560)
    window.current.recent.add_older([PANDA, COFFEE])
    qtbot.wait(1)
    empty = recognise(window).empty
    for sample in empty._samples:
        assert (
            empty.viewport().rect().contains(QRect(sample.mapTo(empty.viewport(), QPoint()), sample.size()))
        )


def test_a_first_start_stands_in_the_middle_and_offers_nothing_that_cannot_be_done(
    window: MainWindow, qtbot: QtBot
) -> None:
    page = recognise(window)
    window.resize(1280, 900)
    qtbot.wait(1)
    content = page.empty.widget()
    assert content is not None
    parts = [part for part in content.findChildren(QWidget) if part.parent() is content and part.isVisible()]
    shown = [part.geometry() for part in parts]
    above = min(place.top() for place in shown)
    below = content.height() - max(place.bottom() for place in shown)
    assert abs(above - below) <= 24
    assert not page.toolbar._buttons["clear"].isEnabled()
    assert not page.toolbar._buttons["copy"].isEnabled()


def test_the_comparison_is_scrolled_to_when_it_is_switched_on(
    window: MainWindow, drop: Drop, qtbot: QtBot
) -> None:
    window.resize(900, 560)
    drop(window, [PANDA])
    page = recognise(window)
    (card,) = page.panel.findChildren(CompareSection)

    def is_seen() -> bool:
        top = card.mapTo(page.panel.viewport(), QPoint()).y()
        return card.isVisible() and 0 <= top <= page.panel.viewport().height() - card.height()

    QTest.keyClick(window, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(
        lambda: UNIT in "".join(text.text() for text in card.findChildren(Text)),
        timeout=60_000,
    )
    qtbot.waitUntil(is_seen)


def test_a_double_click_on_the_handle_puts_the_panel_back(window: MainWindow, drop: Drop) -> None:
    drop(window, [PANDA])
    page = recognise(window)
    window.resize(1180, 800)
    QApplication.processEvents()
    page._columns.setSizes([400, 600])
    before = page.panel.width()
    QTest.mouseDClick(page._columns.handle(1), Qt.MouseButton.LeftButton)
    assert page.panel.width() == page.panel.sizeHint().width() < before


@pytest.mark.parametrize("language", ["zh", "en"])
def test_in_the_smallest_window_the_tool_bar_folds_and_nothing_is_cut(
    open_with: Open, language: str, drop: Drop
) -> None:
    window = open_with(language=language)
    window.setMinimumSize(0, 0)
    drop(window, [PANDA])
    window.resize(900, 560)
    QApplication.processEvents()
    page = recognise(window)
    assert (window.width(), window.height()) == (900, 560)
    assert page.toolbar._needed() <= page.toolbar.width()
    assert page.toolbar._buttons["more"].isVisible()
    for part in (page.toolbar, page.pane, page.panel, page.strip, page.foot):
        assert page.rect().contains(QRect(part.mapTo(page, QPoint()), part.size()))


def test_in_a_narrow_page_the_answer_stands_below_the_picture(window: MainWindow, drop: Drop) -> None:
    window.resize(1180, 800)
    drop(window, [PANDA])
    page = recognise(window)
    assert page.panel.mapTo(page, QPoint()).x() > page.pane.width()
    window.resize(820, 700)
    QApplication.processEvents()
    assert page.panel.mapTo(page, QPoint()).y() > page.pane.height()


@pytest.mark.usefixtures("own_predictor")
def test_closing_half_way_through_500_pictures_with_engine_switches_is_clean(
    window: MainWindow, qtbot: QtBot, capfd: pytest.CaptureFixture[str]
) -> None:
    drop_files(window, [PANDA, COFFEE] * 250)
    session = recognise(window).session
    qtbot.waitUntil(lambda: session.counts()[0] >= 5, timeout=60_000)
    recognise(window).toolbar.choose_engine("eager")
    qtbot.waitUntil(lambda: session.counts()[0] >= 10, timeout=60_000)
    recognise(window).toolbar.choose_engine("torchscript")
    window.close()
    assert any(picture.state is State.WAITING for picture in session.model.pictures)
    assert capfd.readouterr().err == ""


def test_the_count_is_never_cut_while_the_window_is_busy(qtbot: QtBot) -> None:
    foot = Foot()
    qtbot.addWidget(foot)
    foot.resize(700, 40)
    foot.show()
    foot.show_counts(1, 0, 278)
    qtbot.waitExposed(foot)
    foot.show_counts(101, 100, 278)
    assert foot._count.width() >= foot._count.sizeHint().width(), "before anything else happens"
