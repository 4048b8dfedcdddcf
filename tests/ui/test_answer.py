"""The answer card: what it says first, what below, and who said it."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QSplitter, QWidget
from pytestqt.qtbot import QtBot

from app.core.errors import ErrorCode, WanwuError
from app.core.language_in_use import tr
from app.core.results import Comparison, EngineInfo, Failure, GroupScore, Prediction, Recognition, Timings
from app.ui.kit.format import NO_BREAK
from app.ui.kit.texts import Elided
from app.ui.pictures.answer import AnswerCard, ResultPanel
from app.ui.pictures.pictures import Picture, State

DOG = ("动物", "狗")
HUSKY = Prediction(1, "哈士奇", "Siberian husky", DOG, 0.92)
MALAMUTE = Prediction(2, "阿拉斯加雪橇犬", "malamute", DOG, 0.05)
CERTAIN = Recognition(
    Path("dog.jpg"),
    (HUSKY, MALAMUTE),
    GroupScore(DOG, 0.97),
    certain=True,
    timings=Timings(1, 2, 3, 4),
    engine=EngineInfo("eager", "cpu", "float32", 1, "lite0"),
    source_size=(800, 600),
)
UNSURE = replace(CERTAIN, certain=False)


@pytest.fixture
def card(qtbot: QtBot) -> AnswerCard:
    tr.use("zh")
    made = AnswerCard()
    qtbot.addWidget(made)
    made.resize(372, 400)
    made.show()
    qtbot.waitExposed(made)
    return made


def answered(answer: Recognition | Comparison) -> Picture:
    return Picture(CERTAIN.path, State.DONE, answer)


def said(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible() and label.text()]


def test_a_certain_label_stands_alone_with_its_percentage_and_other_name(card: AnswerCard) -> None:
    card.show_picture(answered(CERTAIN))
    assert said(card)[:2] == ["dog.jpg  ·  800 × 600", "哈士奇"]
    assert said(card).count("哈士奇") == 1
    assert {"92.0%", "Siberian husky", "动物 > 狗", "其他可能", "阿拉斯加雪橇犬", "5.0%"} <= set(said(card))


def test_not_sure_says_what_it_looks_like_and_names_all_that_it_may_be(card: AnswerCard) -> None:
    card.show_picture(answered(UNSURE))
    assert {"不确定", "像是：动物 > 狗（97.0%）", "哈士奇", "92.0%", "阿拉斯加雪橇犬"} <= set(said(card))


def test_what_a_person_has_said_is_the_headline_and_the_models_answer_stands_below(card: AnswerCard) -> None:
    wolf = Prediction(3, "灰狼", "timber wolf", ("动物", "狼"), 1.0)
    card.show_picture(answered(UNSURE), wolf)
    assert {"灰狼", "timber wolf", "你的更正", "模型的回答：不确定", "哈士奇", "92.0%"} <= set(said(card))
    assert "不确定" not in said(card)
    assert "100.0%" not in said(card), "nobody has computed how sure a person is"
    card.show_picture(answered(CERTAIN))
    assert "你的更正" not in said(card)


def test_a_long_label_is_cut_and_whole_in_its_tool_tip(card: AnswerCard) -> None:
    long = replace(MALAMUTE, label="一个非常非常非常非常非常非常非常非常非常非常长的标签")
    card.show_picture(answered(replace(UNSURE, predictions=(HUSKY, long))))
    card.resize(300, 400)
    (name,) = (each for each in card.findChildren(Elided) if each.text() == long.label)
    assert card.width() == 300
    assert name.toolTip() == long.label


def test_the_panel_is_scrolled_with_the_keyboard(qtbot: QtBot) -> None:
    panel = ResultPanel()
    qtbot.addWidget(panel)
    panel.show_picture(answered(CERTAIN), lambda *_names: None, compare=False)
    panel.resize(372, 200)
    panel.show()
    qtbot.waitExposed(panel)
    assert panel.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert panel.accessibleName() == "识别结果"
    QTest.keyClick(panel, Qt.Key.Key_Down)
    assert panel.verticalScrollBar().value() > 0


@pytest.mark.parametrize("points", [9, 14, 20])
def test_the_panel_cannot_be_dragged_so_narrow_that_figures_are_cut(
    qtbot: QtBot, qapp: QApplication, points: int
) -> None:
    usual, large = qapp.font(), QFont(qapp.font())
    large.setPointSize(points)
    qapp.setFont(large)
    splitter, panel = QSplitter(), ResultPanel()
    splitter.setChildrenCollapsible(False)
    splitter.addWidget(QWidget())
    splitter.addWidget(panel)
    qtbot.addWidget(splitter)
    comparison = Comparison(CERTAIN, replace(CERTAIN, timings=Timings(111, 222, 333, 444)))
    panel.show_picture(answered(comparison), lambda *_names: None, compare=True)
    splitter.resize(1400, 900)
    splitter.show()
    qtbot.waitExposed(splitter)
    splitter.setSizes([1400, 1])
    qtbot.wait(1)
    right = panel.viewport().width()
    figures = [
        text
        for text in panel.findChildren(QLabel)
        if text.isVisible() and text.text().endswith(("%", f"{NO_BREAK}ms"))
    ]
    cut = [
        text.text()
        for text in figures
        if text.width() < text.sizeHint().width()
        or text.mapTo(panel.viewport(), text.rect().topRight()).x() >= right
    ]
    qapp.setFont(usual)
    assert figures
    assert cut == []


def test_another_picture_and_the_end_of_a_comparison_are_seen_from_their_top(qtbot: QtBot) -> None:
    panel = ResultPanel()
    qtbot.addWidget(panel)
    panel.resize(372, 200)
    panel.show()
    qtbot.waitExposed(panel)
    bar = panel.verticalScrollBar()
    panel.show_picture(answered(CERTAIN), lambda *_names: None, compare=False)
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum())
    panel.seek_comparison(False)
    assert bar.value() == 0
    bar.setValue(bar.maximum())
    panel.show_picture(answered(UNSURE), lambda *_names: None, compare=False)
    assert bar.value() == 0


def test_why_there_is_no_answer_is_said_without_the_path_that_stands_above(card: AnswerCard) -> None:
    path = Path("/very/long/path/dog.jpg")
    failure = Failure.of(path, WanwuError(ErrorCode.NOT_FOUND, path=path))
    card.show_picture(Picture(path, State.FAILED, failure))
    assert "dog.jpg" in said(card)
    assert not any("/very" in text for text in said(card))
