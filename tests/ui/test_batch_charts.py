"""What the charts and the tree of a run say of groups."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.core.language_in_use import tr
from app.core.results import GroupPath
from app.labels import LabelSet, load_labels
from app.store.listing import Summary
from app.ui.pages.batch.charts import Charts
from app.ui.pages.batch.items.groups import GroupTree
from app.ui.shell.application import Application

TODAY, BEFORE = load_labels("imagenet1k"), load_labels("imagenet1k-1")


def summary(groups: dict[GroupPath, int]) -> Summary:
    return Summary(labels={}, groups=groups, certainty=(0,) * 20, milliseconds=(0,) * 400)


def test_groups_without_sub_groups_are_in_the_chart(qtbot: QtBot) -> None:
    charts = Charts()
    qtbot.addWidget(charts)
    dogs, birds = ("动物", "哺乳动物", "狗"), ("动物", "鸟类", "水鸟")
    found = {("人物",): 4, birds: 2, ("动物",): 2, (): 9, dogs: 1, ("动物", "哺乳动物", "家猫"): 1}
    charts.show_summary(summary(found), TODAY)
    assert charts.groups.accessibleDescription() == "人物 4; 哺乳动物 2; 鸟类 2"


def test_labels_with_one_name_share_a_bar_as_a_click_lists_them_all(qtbot: QtBot) -> None:
    charts = Charts()
    qtbot.addWidget(charts)
    labels = LabelSet("index\ten\n0\tcrane\n1\tCrane\n2\tcat")
    charts.show_summary(replace(summary({}), labels={0: 2, 1: 1, 2: 2}), labels)
    assert charts.labels.accessibleDescription() == "crane 3; cat 2"


def test_labels_right_in_a_group_that_has_sub_groups_are_in_the_chart(qtbot: QtBot) -> None:
    charts = Charts()
    qtbot.addWidget(charts)
    labels = LabelSet("index\ten\tgroup\n0\tcat\tA\n1\tpug\tA/dogs\n2\tcup\tB")
    charts.show_summary(summary({("A",): 4, ("A", "dogs"): 1, ("B",): 1}), labels)
    assert charts.groups.accessibleDescription() == "A 5; dogs 1; B 1"


@pytest.mark.parametrize(
    ("language", "last"), [("en", "390 ms and more: 2 pictures"), ("zh", "390 毫秒及以上：2 张")]
)
def test_the_last_bar_of_times_is_of_all_that_took_longer(qtbot: QtBot, language: str, last: str) -> None:
    tr.use(language)
    charts = Charts()
    qtbot.addWidget(charts)
    slow = (0,) * 399 + (2,)
    charts.show_summary(replace(summary({}), milliseconds=slow), TODAY)
    said = charts.cards["latency"].view.accessibleDescription()
    tr.use("zh")
    assert said.endswith(last)


def test_tree_is_in_the_order_of_the_groups_of_the_run_that_is_shown(qtbot: QtBot) -> None:
    tree = GroupTree()
    qtbot.addWidget(tree)
    tree.show_labels(TODAY)
    assert top_level(tree)[:4] == ["全部", "动物", "植物与菌类", "食物饮料"]
    assert top_level(tree)[-2:] == ["其他", "没有类别"]
    tree.show_labels(BEFORE)
    assert top_level(tree)[-3:-1] == ["武器装备", "其他物品"]
    assert tree.index_of(("动物", "猫科")).isValid()


def top_level(tree: GroupTree) -> list[str]:
    model = tree.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


@pytest.mark.parametrize("is_empty", [True, False])
def test_charts_are_named_in_the_language_in_use(qapp: Application, qtbot: QtBot, is_empty: bool) -> None:
    charts = Charts()
    qtbot.addWidget(charts)
    if not is_empty:
        charts.show_summary(summary({("动物",): 2}), TODAY)
    tr.use("en")
    qapp.sendEvent(charts, QEvent(QEvent.Type.LanguageChange))
    wanted = [tr(f"batch.chart_{name}") for name in charts.cards]
    tr.use("zh")
    assert [card.view.accessibleName() for card in charts.cards.values()] == wanted
    assert all(button.accessibleName().isascii() for button in charts.findChildren(QPushButton))
