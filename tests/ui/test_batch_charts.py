"""What the charts and the tree of a run say of groups."""

from pytestqt.qtbot import QtBot

from app.core.results import GroupPath
from app.labels import load_labels
from app.store.listing import Summary
from app.ui.batch.charts import Charts
from app.ui.batch.items.groups import GroupTree

TODAY, BEFORE = load_labels("imagenet1k"), load_labels("imagenet1k-1")


def summary(groups: dict[GroupPath, int]) -> Summary:
    return Summary(labels={}, groups=groups, certainty=(0,) * 20, milliseconds=(0,) * 400)


def test_groups_without_sub_groups_are_in_the_chart(qtbot: QtBot) -> None:
    charts = Charts()
    qtbot.addWidget(charts)
    dogs, birds = ("动物", "哺乳动物", "狗"), ("动物", "鸟类", "水鸟")
    found = {("人物",): 4, birds: 2, ("动物",): 2, (): 9, dogs: 1, ("动物", "哺乳动物", "家猫"): 1}
    charts.show_summary(summary(found), TODAY)
    assert charts.groups.accessibleName() == "人物 4; 哺乳动物 2; 鸟类 2"


def test_tree_is_in_the_order_of_the_groups_of_the_run_that_is_shown(qtbot: QtBot) -> None:
    tree = GroupTree()
    qtbot.addWidget(tree)
    tree.show_labels(TODAY)
    assert top_level(tree)[:4] == ["全部", "动物", "植物与菌类", "食物饮料"]
    assert top_level(tree)[-1] == "其他"
    tree.show_labels(BEFORE)
    assert top_level(tree)[-2:] == ["武器装备", "其他物品"]
    assert tree.index_of(("动物", "猫科")).isValid()


def top_level(tree: GroupTree) -> list[str]:
    model = tree.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]
