"""The performance page: engines measured side by side, and what is shown, kept and exported of it."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QComboBox, QMessageBox, QStyle, QWidget
from pytestqt.qtbot import QtBot

from app.bench import charts, history
from app.bench.figures import FigureMaker
from app.bench.measure import Benchmark, Progress
from app.bench.records import Plan, Run, Series, Subject
from app.core import settings
from app.core.engine_kinds import ENGINES
from app.core.errors import ErrorCode
from app.core.language_in_use import tr
from app.core.results import Fallback, Parity
from app.core.sentences import Translator
from app.engines.availability import Unavailable
from app.engines.threads import usable_cores
from app.ui.charts import chart_card
from app.ui.kit.dialogs import users_folder
from app.ui.kit.texts import Text
from app.ui.kit.theme import LIGHT
from app.ui.pages.performance import measuring
from app.ui.pages.performance.columns import COLUMNS
from app.ui.pages.performance.content import Content
from app.ui.pages.performance.results import Results
from app.ui.shell.window import MainWindow
from tests.bench.subjects import Endless, Pretend
from tests.ui.conftest import Open, answer_question
from tests.ui.pages import batch, performance

_TIMEOUT_MS = 300_000
_TIMES = {"eager": 20.0, "torchscript": 10.0}
_TORCHSCRIPT_COLOR = QColor(LIGHT.series[1])


@pytest.fixture(autouse=True)
def no_history(home: Path) -> Iterator[None]:
    """Every test begins and ends without saved runs."""
    yield
    for file in (home / "data" / "benchmarks").glob("*.json"):
        file.unlink()


@pytest.fixture(autouse=True)
def pretended(monkeypatch: pytest.MonkeyPatch) -> None:
    """Engines only pretend: what is tested is the page, and a real run begins with minutes of checking."""
    monkeypatch.setattr(measuring, "Benchmark", partial(Benchmark, make_subject=partial(Pretend, _TIMES)))


@pytest.fixture
def endless(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run goes on until it is stopped."""
    monkeypatch.setattr(measuring, "Benchmark", partial(Benchmark, make_subject=partial(Endless, _TIMES)))


def made_up_run(when: str = "2026-11-22T07:31:34+00:00", milliseconds: float = 10.0) -> Run:
    """A run with one engine that works and one that does not."""
    refusal = Fallback(
        "torchscript-fp16",
        ErrorCode.ENGINE_NOT_HERE,
        (("engine", "torchscript-fp16"), ("reason", "needs_device"), ("detail", "CUDA")),
    )
    subjects = (
        Subject("eager", "cpu", "float32", 2, steps_ms=(("decode", 2.0), ("forward", 2 * milliseconds))),
        Subject("torchscript", "cpu", "float32", 2, check=Parity("torchscript", 108, 1.0, 1e-6, 1e-9)),
        Subject("torchscript-fp16", refusal=refusal),
    )
    series = tuple(
        Series(name, size, (90.0,), tuple(factor * size * milliseconds + each / 10 for each in range(10)))
        for size in (1, 8)
        for name, factor in (("eager", 2), ("torchscript", 1))
    )
    return Run(when, {"cpu": "CPU"}, {"model": "efficientnet_lite2"}, subjects, series, complete=True)


def opened(window: MainWindow, qtbot: QtBot) -> Content:
    """The page with the newest run, if there is one; it is made when it is first shown."""
    window.show_page("performance")
    content = performance(window).content
    assert content is not None
    if history.entries():
        qtbot.waitUntil(lambda: content.results is not None and content.results.isVisible())
    qtbot.waitUntil(lambda: content.results is not None)
    return content


def results_of(content: Content) -> Results:
    assert content.results is not None
    return content.results


def cells(content: Content) -> list[list[str]]:
    """All texts of the table."""
    model = results_of(content).model
    rows, columns = range(model.rowCount()), range(model.columnCount())
    return [[str(model.data(model.index(row, column))) for column in columns] for row in rows]


def told(content: Content) -> str:
    """What the window says over its foot."""
    return "\n".join(notice.sentence for notice in content.current.notices.shown)


def visible_texts(content: Content) -> str:
    return "\n".join(text.text() for text in content.findChildren(Text) if text.isVisible())


def has_color(widget: QWidget, color: QColor) -> bool:
    image = widget.grab().toImage()
    points = ((x, y) for x in range(0, image.width(), 2) for y in range(0, image.height(), 2))
    return any(image.pixel(x, y) == color.rgb() for x, y in points)


def plan(content: Content, most_runs: int, seconds: float) -> Plan:
    return Plan(content.key, ("torchscript",), (), (1,), 6, most_runs, seconds=seconds)


def test_a_run_fills_table_and_charts_and_is_kept(window: MainWindow, qtbot: QtBot) -> None:
    content = opened(window, qtbot)
    assert "这台电脑上哪个引擎最快？" in visible_texts(content)
    content.start(plan(content, 8, 5))
    qtbot.waitUntil(lambda: len(history.entries()) == 1, timeout=_TIMEOUT_MS)
    assert [row[0] for row in cells(content)] == ["Eager", "TorchScript"]
    assert "100.0%" in cells(content)[1]
    drawn = [results_of(content).charts[name] for name in ("medians", "spread", "rates")]
    qtbot.waitUntil(lambda: all(has_color(chart, _TORCHSCRIPT_COLOR) for chart in drawn))
    kept = history.load(history.entries()[0])
    assert kept is not None
    assert [step for step, _ in kept.subjects[0].steps_ms][-1] == "paint"


@pytest.mark.usefixtures("endless")
def test_stopping_half_way_keeps_what_was_found_and_the_program_goes_on(
    window: MainWindow, qtbot: QtBot
) -> None:
    content = opened(window, qtbot)
    content.start(plan(content, 100_000, 60))
    qtbot.waitUntil(lambda: content.figures is not None, timeout=_TIMEOUT_MS)
    content.start_bar.button.setFocus()
    QTest.keyClick(content.start_bar.button, Qt.Key.Key_Space)
    QTest.keyClick(content.start_bar.button, Qt.Key.Key_Space)  # once more, while it stops
    assert content.start_bar.button.hasFocus(), "the next key is for no other button"
    qtbot.waitUntil(lambda: not content.measuring.is_running, timeout=_TIMEOUT_MS)
    assert "已停止，数据不完整" in visible_texts(content)
    assert "测量被提前停止" in visible_texts(content)
    assert content.head.offered == {"png", "csv", "json", "onnx"}
    assert len(window.current.activities) == 0
    assert [row[0] for row in cells(content)] == ["Eager", "TorchScript"]
    assert history.entries() == []
    assert content.start_bar.button.text().strip() == "开始测量"


@pytest.mark.usefixtures("endless")
def test_closing_the_window_half_way_through_a_run_is_clean(
    window: MainWindow, qtbot: QtBot, capfd: pytest.CaptureFixture[str]
) -> None:
    content = opened(window, qtbot)
    content.start(plan(content, 100_000, 60))
    qtbot.waitUntil(lambda: content.figures is not None, timeout=_TIMEOUT_MS)
    window.close()
    (box,) = window.findChildren(QMessageBox)
    assert "这次测到的数据不会保存" in box.informativeText() + box.text()
    answer_question(window, "关闭并停止")
    assert not window.isVisible()
    assert capfd.readouterr().err == ""


def test_pictures_that_cannot_be_read_are_explained(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "Benchmark", Benchmark)
    content = opened(window, qtbot)
    content.choices.pictures.use_folder(tmp_path)
    QTest.mouseClick(content.start_bar.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not content.measuring.is_running, timeout=_TIMEOUT_MS)
    assert "没有可识别的图片" in told(content)


def test_an_engine_that_cannot_run_here_is_shown_with_its_reason(open_with: Open, qtbot: QtBot) -> None:
    content = opened(open_with(device="cpu"), qtbot)
    box = next(box for box in content.findChildren(QCheckBox) if box.text() == "TorchScript fp16")
    qtbot.waitUntil(lambda: not box.isEnabled(), timeout=_TIMEOUT_MS)
    assert "CUDA" in box.toolTip()
    assert "这台电脑上不能用：TorchScript fp16" in visible_texts(content)


def test_an_engine_that_cannot_run_here_does_not_look_chosen(window: MainWindow, qtbot: QtBot) -> None:
    grid = opened(window, qtbot).choices.engines
    grid.choose(("torchscript", "openvino"))
    grid.show_obstacles({"openvino": Unavailable("not_installed", "openvino")})
    checked = [box.text() for box in grid.findChildren(QCheckBox) if box.isChecked()]
    assert checked == ["Eager（基准）", "TorchScript"]


def test_eager_may_be_chosen_where_another_engine_is_the_reference(window: MainWindow, qtbot: QtBot) -> None:
    grid = opened(window, qtbot).choices.engines
    grid.show_obstacles({})
    grid.show_reference("torchscript")
    boxes = {box.text(): box for box in grid.findChildren(QCheckBox)}
    assert not boxes["TorchScript（基准）"].isEnabled()
    assert boxes["Eager"].isEnabled()
    grid.choose(("eager",))
    assert grid.chosen == ("eager",)


def test_an_engine_that_failed_is_in_the_table_with_the_reason(window: MainWindow, qtbot: QtBot) -> None:
    history.save(made_up_run())
    content = opened(window, qtbot)
    row = cells(content)[-1]
    assert row[:2] == ["TorchScript fp16", "不能用"]
    assert "只能在 CUDA 上运行" in visible_texts(content)


def test_a_run_can_be_compared_with_an_earlier_one(window: MainWindow, qtbot: QtBot) -> None:
    for run in (made_up_run(), made_up_run("2026-11-21T07:31:34+00:00", milliseconds=20.0)):
        history.save(run)
    content = opened(window, qtbot)
    content.head.compared.emit(history.entries()[1])
    assert any(cell.startswith("-") for cell in cells(content)[1])
    content.head.chosen.emit(history.entries()[1])
    assert "2026-11-21" in visible_texts(content)


def test_what_to_do_about_unsteady_times_is_said_once(qtbot: QtBot) -> None:
    series = [Series(name, 1, (9.0,), tuple(map(float, range(1, 31)))) for name in ("eager", "torchscript")]
    results = Results()
    qtbot.addWidget(results)
    results.show_figures(FigureMaker().make(replace(made_up_run(), series=tuple(series))))
    texts = "\n".join(text.text() for text in results.findChildren(Text))
    assert "还不能下结论" in texts
    assert texts.count("请关掉其他程序") == 1


def test_table_samples_and_picture_are_exported(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    history.save(made_up_run())
    content = opened(window, qtbot)
    for form in ("csv", "json", "png"):
        content.exports.save(form, tmp_path / f"结果.{form}")
    assert "已导出到" in told(content)
    assert [each.text for each in content.current.notices.shown[-1].actions] == ["打开", "在文件夹中显示"]
    raw = (tmp_path / "结果.csv").read_bytes()
    assert raw.startswith("\ufeff".encode())
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    median = rows[0].index("median ms")
    assert [row[median] for row in rows[1:]] == ["20.45", "160.45", "10.45", "80.45"]
    assert json.loads((tmp_path / "结果.json").read_text("utf-8"))["complete"] is True
    picture = QImage(str(tmp_path / "结果.png"))
    assert picture.width() >= 2 * results_of(content).width()


def test_a_file_that_cannot_be_written_is_explained(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    history.save(made_up_run())
    content = opened(window, qtbot)
    (tmp_path / "file").write_text("")
    content.exports.save("csv", tmp_path / "file" / "table.csv")
    assert "无法写入" in told(content)


def test_the_model_is_saved_as_onnx(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    content = opened(window, qtbot)
    content.exports.save("onnx", tmp_path / "model.onnx")
    qtbot.waitUntil(lambda: "已导出到" in told(content), timeout=_TIMEOUT_MS)
    assert (tmp_path / "model.onnx").stat().st_size > 1_000_000


def test_the_page_changes_its_language_while_the_program_runs(window: MainWindow, qtbot: QtBot) -> None:
    history.save(made_up_run())
    content = opened(window, qtbot)
    assert "每张图片的推理耗时" in visible_texts(content)
    window.current.change(settings.with_values(settings.load(), language="en"))
    chinese = [char for char in visible_texts(content) if "\u4e00" <= char <= "\u9fff"]
    assert chinese == []
    assert "Inference time per picture" in visible_texts(content)
    assert cells(content)[0][1] == "OK"


def test_every_control_of_the_page_has_a_name(window: MainWindow, qtbot: QtBot) -> None:
    history.save(made_up_run())
    content = opened(window, qtbot)
    controls: list[QWidget] = [*content.findChildren(QAbstractButton), *content.findChildren(QComboBox)]
    nameless = [
        control
        for control in controls
        if control.isVisible()
        and not control.accessibleName()
        and not (isinstance(control, QAbstractButton) and control.text())
    ]
    assert nameless == []


def test_the_page_says_first_which_engine_is_fastest(window: MainWindow, qtbot: QtBot) -> None:
    history.save(made_up_run())
    content = opened(window, qtbot)
    assert "1.96 倍于 Eager 的速度：TorchScript 最快" in visible_texts(content)
    assert "1.96" in cells(content)[1], "the table says it in the same direction"


def test_times_that_differ_widely_are_called_unsteady_and_not_fine(window: MainWindow, qtbot: QtBot) -> None:
    run = made_up_run()
    noisy = tuple(
        replace(each, samples_ms=tuple(10.0 * 2**power for power in range(10))) for each in run.series
    )
    history.save(replace(run, series=noisy, machine={"cores": 2, "load": 8.3}))
    content = opened(window, qtbot)
    assert {row[1] for row in cells(content)} == {"不稳定", "不能用"}
    assert "还不能下结论" in visible_texts(content)
    assert visible_texts(content).count("不稳定（") == 1, "and not again below the table"
    assert "电脑正忙（2 核，负载 8.3）" in visible_texts(content)


def test_a_run_that_took_longer_than_was_asked_for_says_why(window: MainWindow, qtbot: QtBot) -> None:
    run = made_up_run()
    times = {"seconds": 30, "took": 240.0, "prepared": 215.0}
    history.save(replace(run, settings=run.settings | times))
    content = opened(window, qtbot)
    assert "设定测量 30 秒，实际用了 4 分钟，其中加载和核对引擎用了 3 分 35 秒" in visible_texts(content)


def test_progress_says_what_is_checked_and_how_long_it_will_take(window: MainWindow, qtbot: QtBot) -> None:
    bar = opened(window, qtbot).start_bar
    bar.show_running(True)
    bar.show_progress(Progress("check", "openvino", 0.25, made_up_run(), 143.0, 84.0, 36, 108))
    assert bar.line() == "OpenVINO：首次核对，正在比较示例图片的结果 · 36 / 108 · 约 1 分 25 秒后开始测量"
    bar.show_progress(Progress("rounds", "", 0.5, made_up_run(), 44.0))
    assert bar.line() == "各引擎轮流测量中 · 剩余约 45 秒"


def test_a_step_that_counts_no_pictures_counts_seconds(window: MainWindow, qtbot: QtBot) -> None:
    bar = opened(window, qtbot).start_bar
    bar.show_running(True)
    bar.show_progress(Progress("onnx", "onnxruntime", 0.1, made_up_run(), 90.0, 30.0))
    for _ in range(2):
        before = bar.line()
        with qtbot.waitSignal(bar.told, check_params_cb=lambda line, _share, before=before: line != before):
            pass


@pytest.mark.usefixtures("endless")
def test_a_batch_run_is_paused_for_a_measurement_and_goes_on_after_it(
    window: MainWindow, qtbot: QtBot
) -> None:
    content, heard = opened(window, qtbot), list[bool]()
    window.current.background_held.connect(heard.append)
    activity = window.current.activities.begin("识别 猫", page="batch", stop=lambda: None, can_wait=True)
    QTest.mouseClick(content.start_bar.button, Qt.MouseButton.LeftButton)
    (box,) = content.findChildren(QMessageBox)
    assert "识别 猫" in box.text()
    assert not content.measuring.is_running
    answer_question(content, "暂停并测量")
    assert heard == [True]
    assert not content.measuring.is_running, "it has not ended yet"
    activity.end()
    assert content.measuring.is_running
    qtbot.waitUntil(lambda: content.figures is not None, timeout=_TIMEOUT_MS)
    QTest.mouseClick(content.start_bar.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not content.measuring.is_running, timeout=_TIMEOUT_MS)
    qtbot.waitUntil(lambda: not heard[-1])


@pytest.mark.usefixtures("endless")
def test_a_batch_run_begun_during_a_measurement_waits_for_its_end(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    content, runs = opened(window, qtbot), batch(window).runs
    QTest.mouseClick(content.start_bar.button, Qt.MouseButton.LeftButton)
    assert content.measuring.is_running
    (tmp_path / "猫").mkdir()
    with qtbot.waitSignal(runs.started):
        window.current.open((tmp_path / "猫",))
    assert "“猫”会在引擎测速结束后开始" in told(content)
    shown = batch(window).content
    assert shown is not None
    qtbot.waitUntil(lambda: shown.head.state.text() == "等待引擎测速结束")
    assert runs.current is None
    QTest.mouseClick(content.start_bar.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: shown.head.state.text() == "已完成", timeout=_TIMEOUT_MS)


def test_what_is_waited_for_is_said_in_another_language(window: MainWindow, qtbot: QtBot) -> None:
    content = opened(window, qtbot)
    window.current.activities.begin("导出 猫", page="batch", stop=lambda: None)
    QTest.mouseClick(content.start_bar.button, Qt.MouseButton.LeftButton)
    answer_question(content, "等它结束再测量")
    window.current.change(settings.with_values(settings.load(), language="en"))
    assert content.start_bar.line() == "Waiting until nothing else is running..."
    assert content.start_bar.line() in visible_texts(content)


def test_waiting_for_an_export_can_be_given_up(window: MainWindow, qtbot: QtBot) -> None:
    content = opened(window, qtbot)
    activity = window.current.activities.begin("导出 猫", page="batch", stop=lambda: None)
    QTest.mouseClick(content.start_bar.button, Qt.MouseButton.LeftButton)
    answer_question(content, "等它结束再测量")
    assert "正在等待其他任务结束" in visible_texts(content)
    QTest.mouseClick(content.start_bar.button, Qt.MouseButton.LeftButton)
    activity.end()
    assert not content.measuring.is_running
    assert content.start_bar.button.text().strip() == "开始测量"


@pytest.mark.usefixtures("endless")
def test_the_choices_make_way_for_what_is_measured_and_come_back_without_a_result(
    window: MainWindow, qtbot: QtBot
) -> None:
    content = opened(window, qtbot)
    assert content.choices.isVisible()
    content.start(plan(content, 100_000, 60))
    assert not content.choices.isVisible()
    assert content.choices.state()["engines"], "what was chosen is kept though the window is closed now"
    assert "这台电脑上哪个引擎最快？" not in visible_texts(content)
    content.measuring.stop()
    qtbot.waitUntil(lambda: not content.measuring.is_running, timeout=_TIMEOUT_MS)
    qtbot.waitUntil(lambda: content.start_bar.fold.isChecked() is (content.figures is None))


def test_what_is_checked_for_the_first_time_is_said_before_the_start(open_with: Open, qtbot: QtBot) -> None:
    content = opened(open_with(language="en"), qtbot)
    content.choices.engines.choose(("openvino",))
    assert "for the first time" in visible_texts(content)
    assert "OpenVINO" in content.start_bar.line()


def test_nothing_jumps_under_the_mouse_when_an_engine_is_ticked(window: MainWindow, qtbot: QtBot) -> None:
    content = opened(window, qtbot)
    content.choices.engines.choose(())
    QTest.qWait(50)
    boxes = content.choices.findChildren(QCheckBox)
    before = [box.mapTo(content, QPoint()) for box in boxes]
    content.choices.engines.choose(ENGINES)
    QTest.qWait(50)
    assert [box.mapTo(content, QPoint()) for box in boxes] == before


@pytest.mark.usefixtures("endless")
def test_a_first_measurement_shows_how_far_each_engine_is(window: MainWindow, qtbot: QtBot) -> None:
    content = opened(window, qtbot)
    content.start(plan(content, 100_000, 60))
    progress = Progress("check", "torchscript", 0.1, replace(made_up_run(), series=()), 90.0, 60.0)
    content.measuring.progressed.emit(progress)
    shown = visible_texts(content)
    assert "先加载并核对各个引擎" in shown
    assert {"Eager", "TorchScript", tr("build.check")} <= set(shown.split("\n"))
    content.measuring.stop()
    qtbot.waitUntil(lambda: not content.measuring.is_running, timeout=_TIMEOUT_MS)


def test_a_chart_is_saved_among_the_users_pictures(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    history.save(made_up_run())
    content, asked = opened(window, qtbot), list[Path]()
    monkeypatch.setattr(
        chart_card,
        "where_to_save",
        lambda _parent, _purpose, _title, proposed, _forms: asked.append(proposed),
    )
    results_of(content).charts["medians"].menu().actions()[0].trigger()
    assert asked[0].is_absolute()
    assert asked[0].parent == users_folder("pictures")


def test_who_has_measured_before_sees_results_and_no_choices(window: MainWindow, qtbot: QtBot) -> None:
    history.save(made_up_run())
    content = opened(window, qtbot)
    assert not content.choices.isVisible()
    QTest.keyClick(content.start_bar.fold, Qt.Key.Key_Space)
    assert content.choices.isVisible()


def test_engines_are_measured_on_a_busy_computer_and_the_verdict_says_so(
    window: MainWindow, qtbot: QtBot
) -> None:
    content = opened(window, qtbot)
    content.choices.busy.ensurePolished()
    assert "进程" in content.choices.busy.toolTip()
    QTest.mouseClick(content.choices.busy, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    assert content.choices.busy.isChecked()
    chosen = content.choices.plan(content.key)
    assert chosen.load == max(usable_cores() - 1, 1)
    content.choices.busy.setChecked(False)
    assert content.choices.plan(content.key).load == 0
    content.start(replace(plan(content, 8, 5), load=chosen.load))
    qtbot.waitUntil(lambda: len(history.entries()) == 1, timeout=_TIMEOUT_MS)
    assert "电脑繁忙时：" in visible_texts(content)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_is_cut_in_the_smallest_window(open_with: Open, qtbot: QtBot, language: str) -> None:
    history.save(made_up_run())
    content = opened(open_with(language=language), qtbot)
    content.start_bar.fold.setChecked(True)
    rail = 92
    qtbot.wait(1)
    assert content.minimumSizeHint().width() <= 900 - rail - content.style().pixelMetric(
        QStyle.PixelMetric.PM_ScrollBarExtent
    )


@pytest.mark.parametrize("width", [800, 1100])
def test_no_column_of_the_table_is_cut_at_the_edge(qtbot: QtBot, width: int) -> None:
    results = Results()
    qtbot.addWidget(results)
    results.show_figures(FigureMaker().make(made_up_run()))
    results.resize(width, 600)
    results.show()
    assert results.table.horizontalScrollBar().maximum() == 0


def test_all_columns_can_be_had_by_scrolling_sideways(qtbot: QtBot) -> None:
    results = Results()
    qtbot.addWidget(results)
    results.show_figures(FigureMaker().make(made_up_run()))
    results.resize(800, 600)
    results.show()
    table = results.table

    def shown() -> int:
        return sum(not table.isColumnHidden(column) for column in range(table.model().columnCount()))

    few = shown()
    results.all_columns.click()
    assert shown() > few
    qtbot.waitUntil(lambda: table.horizontalScrollBar().maximum() > 0)
    assert not results.all_columns.isVisible()
    results.fewer_columns.click()
    qtbot.waitUntil(lambda: table.horizontalScrollBar().maximum() == 0)
    assert shown() == few
    assert results.all_columns.isVisible()


def test_a_state_that_comes_later_is_not_cut(qtbot: QtBot) -> None:
    tr.use("en")
    results = Results()
    qtbot.addWidget(results)
    results.resize(800, 600)
    results.show()
    results.show_figures(FigureMaker().make(made_up_run()))
    series = [Series(name, 1, (9.0,), tuple(map(float, range(1, 31)))) for name in ("eager", "torchscript")]
    results.show_figures(FigureMaker().make(replace(made_up_run(), series=tuple(series))))
    table, column = results.table, [each.name for each in COLUMNS].index("status")
    said = max(
        table.fontMetrics().horizontalAdvance(str(table.model().index(row, column).data()))
        for row in range(table.model().rowCount())
    )
    assert table.columnWidth(column) >= said + 16
    tr.use("zh")


def test_the_inference_among_the_steps_is_the_median_of_the_run() -> None:
    chart = charts.steps(FigureMaker().make(made_up_run(milliseconds=30.0)), Translator("en"))
    assert chart.rows[0].parts[1].value == pytest.approx(60.45)


def test_no_difference_is_written_as_a_plain_zero(window: MainWindow, qtbot: QtBot) -> None:
    run = made_up_run()
    same = replace(run.subjects[1], check=Parity("torchscript", 108, 1.0, 0.0, 0.0))
    history.save(replace(run, subjects=(run.subjects[0], same)))
    row = cells(opened(window, qtbot))[1]
    assert "0" in row
    assert not any("e+00" in cell for cell in row)
