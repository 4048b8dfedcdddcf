"""Every label has the Chinese name that a reader would give the thing in the picture, and a group."""

import importlib.metadata
import re
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from app.core import paths
from app.core.errors import ModelError
from app.core.probabilities import softmax
from app.labels import LabelSet, group_in, group_place, label_in, load_labels

LABELS, BEFORE = load_labels("imagenet1k"), load_labels("imagenet1k-1")
LATIN_NAMES = {"CD播放机", "T恤", "福特T型车"}
CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
# Simplified, but too rare for GB 2312.
RARE = set("鸮獴鳽鹀狆鹟䴕魟鱥")
# Where the English word, a careless dictionary or the synset means something else than the pictures show.
HOMOGRAPHS = {
    11: "金翅雀", 32: "青蛙", 119: "螃蟹", 278: "狐狸", 359: "雪貂", 389: "狗鱼", 733: "电线杆", 831: "沙发",
    7: "公鸡", 8: "母鸡", 21: "鸢", 22: "白头海雕", 97: "公鸭", 134: "鹤", 242: "拳师犬",
    264: "卡迪根柯基犬", 281: "虎斑猫", 287: "猞猁", 290: "美洲豹", 312: "蟋蟀", 339: "栗色马",
    383: "环尾狐猴", 456: "弓箭", 474: "开衫", 517: "起重机", 542: "鼓槌", 666: "研钵", 667: "学士帽",
    673: "鼠标", 745: "投影仪", 746: "冰球", 800: "老虎机", 847: "坦克", 926: "火锅", 982: "新郎",
    989: "玫瑰果", 998: "玉米棒",
}  # fmt: skip


def certain(index: int) -> NDArray[np.float64]:
    """Probabilities that leave no doubt."""
    return np.asarray(np.eye(1000)[index])


def test_there_are_1000_labels_and_no_name_twice() -> None:
    assert len(LABELS) == 1000
    assert len({label.zh for label in LABELS.labels}) == 1000
    assert len({label.en.casefold() for label in LABELS.labels}) == 1000


def test_set_of_54092_names_is_taken() -> None:
    rows = [f"{number}\t\t物种\tspecies\t生物/科{number % 3000}" for number in range(54_092)]
    assert len(LabelSet("\n".join(["index\twnid\tzh\ten\tgroup", *rows]))) == 54_092


def test_labels_may_have_no_group_and_one_name() -> None:
    labels = LabelSet("index\tzh\ten\tgroup\n0\t\tcat\t\n1\t狗\t\t动物\n2\t鸟\tbird\t")
    assert [(label.zh, label.en, label.group) for label in labels.labels] == [
        ("cat", "cat", ()), ("狗", "狗", ("动物",)), ("鸟", "bird", ()),
    ]  # fmt: skip
    assert labels.groups == [("动物",)]
    assert [score.score for score in labels.group_scores(np.array([0.5, 0.3, 0.2]))] == [0.3]
    english = LabelSet("index\ten\n0\tcat\n1\tdog")
    assert [label.zh for label in english.labels] == ["cat", "dog"]
    assert (english.groups, english.group_scores(np.array([0.5, 0.5]))) == ([], [])
    with pytest.raises(ValueError, match="no name"):
        LabelSet("index\ten\n0\t")


def test_names_are_chinese_and_short() -> None:
    names = [label.zh for label in LABELS.labels]
    assert [name for name in names if not 1 <= len(name) <= 12] == []
    assert {name for name in names if not CHINESE.fullmatch(name)} == LATIN_NAMES


def test_names_are_simplified() -> None:
    characters = set("".join(label.zh for label in LABELS.labels)) - RARE
    assert [char for char in sorted(characters) if not char.encode("gb2312", "ignore")] == []


@pytest.mark.parametrize(("index", "name"), HOMOGRAPHS.items())
def test_homograph_means_the_thing_in_the_picture(index: int, name: str) -> None:
    assert LABELS.labels[index].zh == name


def test_labels_are_in_the_order_of_the_networks_outputs() -> None:
    synsets = importlib.metadata.distribution("timm").locate_file("timm/data/_info/imagenet_synsets.txt")
    wnids = Path(str(synsets)).read_text().split()
    assert [label.wnid for label in LABELS.labels] == [label.wnid for label in BEFORE.labels] == wnids


def test_every_class_has_a_group_of_one_to_three_levels() -> None:
    for label in LABELS.labels:
        assert 1 <= len(label.group) <= 3
        assert len(set(label.group)) == len(label.group)
        assert all(CHINESE.fullmatch(name) for name in label.group)


def test_every_group_has_an_english_name() -> None:
    used = {name for group in (*LABELS.groups, *BEFORE.groups) for name in group}
    assert sorted(file_of_groups()) == sorted(used)
    for group in (*LABELS.groups, *BEFORE.groups):
        assert all(name.isascii() for name in group_in("en", group))


def file_of_groups() -> list[str]:
    lines = paths.resource("labels", "groups.tsv").read_text("utf-8").splitlines()[1:]
    return [line.split("\t")[0] for line in lines]


def test_groups_are_in_the_order_of_the_file_each_below_its_parent() -> None:
    names = file_of_groups()
    tops = [group[0] for group in LABELS.groups if len(group) == 1]
    assert len(tops) == 17
    assert tops == sorted(tops, key=names.index)
    assert (tops[0], tops[-1]) == ("动物", "其他")
    for place, group in enumerate(LABELS.groups):
        assert group[:-1] in ((), *LABELS.groups[:place])
    birds = [group[-1] for group in LABELS.groups if group[:-1] == ("动物", "鸟类")]
    assert birds == ["家禽与雉鸡", "猛禽", "水鸟", "鸣禽", "鹦鹉", "其他鸟类"]
    assert sorted([("没有的",), ("其他",), ("动物",)], key=group_place)[-1] == ("没有的",)


def test_nothing_is_called_other_that_is_half_of_the_whole() -> None:
    sizes = {
        path: sum(label.group[: len(path)] == path for label in LABELS.labels)
        for path in ((), *LABELS.groups)
    }
    others = [path for path in LABELS.groups if path[-1].startswith("其他")]
    assert [path for path in others if sizes[path] * 4 > sizes[path[:-1]]] == []


@pytest.mark.parametrize(
    ("index", "group"),
    [
        (388, "动物/哺乳动物/熊与熊猫"), (285, "动物/哺乳动物/家猫"), (292, "动物/哺乳动物/野生猫科"),
        (383, "动物/哺乳动物/灵长类"), (518, "服饰鞋包/帽子头盔"), (987, "食物饮料/蔬菜粮食"),
    ],
)  # fmt: skip
def test_things_are_where_a_reader_looks_for_them(index: int, group: str) -> None:
    assert "/".join(LABELS.labels[index].group) == group


def test_labels_and_groups_are_shown_in_the_users_language() -> None:
    tabby = LABELS.top_k(certain(281), 1)[0]
    assert (label_in("zh", tabby), label_in("en", tabby)) == ("虎斑猫", "tabby")
    assert group_in("zh", tabby.group) == ("动物", "哺乳动物", "家猫")
    assert group_in("en", tabby.group) == ("Animals", "Mammals", "Domestic cats")


def test_top_k_is_likeliest_first() -> None:
    probabilities = np.zeros(1000)
    probabilities[[281, 285, 282]] = 0.5, 0.3, 0.2
    assert [item.index for item in LABELS.top_k(probabilities, 3)] == [281, 285, 282]


def test_group_scores_add_up_members_and_sub_groups() -> None:
    probabilities = softmax(np.random.default_rng(0).normal(0, 3, 1000).astype(np.float32), 1)
    scores = {score.path: score.score for score in LABELS.group_scores(probabilities)}
    assert sum(score for path, score in scores.items() if len(path) == 1) == pytest.approx(1)
    mammals = [label.index for label in LABELS.labels if label.group[:2] == ("动物", "哺乳动物")]
    assert scores["动物", "哺乳动物"] == pytest.approx(probabilities[mammals].sum())
    assert scores["动物",] >= scores["动物", "哺乳动物"] >= scores["动物", "哺乳动物", "狗"]


def test_group_of_labels_that_do_not_exclude_each_other_is_as_likely_as_its_likeliest() -> None:
    labels = LabelSet("index\ten\tgroup\n0\tcat\t动物/猫\n1\tdog\t动物\n2\tcar\t车")
    scores = labels.group_scores(np.array([0.9, 0.8, 0.1]), exclusive=False)
    assert {score.path: score.score for score in scores} == {
        ("动物",): 0.9,
        ("动物", "猫"): 0.9,
        ("车",): 0.1,
    }


def test_likely_group_is_the_deepest_that_is_likely_enough() -> None:
    probabilities = (certain(151) + certain(207) + certain(22)) / 3  # two dogs and an eagle
    scores = LABELS.group_scores(probabilities)
    deepest, broad = LABELS.likely_group(scores, 0.6), LABELS.likely_group(scores, 0.9)
    assert deepest is not None
    assert deepest.path == ("动物", "哺乳动物", "狗")
    assert broad is not None
    assert broad.path == ("动物",)
    assert LABELS.likely_group(scores, 1.1) is None


def test_label_file_with_a_missing_row_is_refused() -> None:
    lines = LABELS.text.splitlines(keepends=True)
    with pytest.raises(ValueError, match="numbered"):
        LabelSet("".join(lines[:5] + lines[6:]))


@pytest.mark.parametrize(
    "text",
    ["", "index\ten\n0\tc\rat", "index,en\n0,cat", "en\ncat", "index\ten\n0_1\tcat", "index\ten\n\tcat",
     "index\ten" + "\t" * 200_000 + "\n0\tcat" * 200_000],
)  # fmt: skip
def test_file_that_names_no_labels_is_refused_at_once(text: str) -> None:
    with pytest.raises(ValueError, match="label"):
        LabelSet(text)


def test_mark_of_windows_editors_and_blanks_in_groups_mean_nothing() -> None:
    labels = LabelSet("\ufeffindex\ten\tgroup\r\n0\tcat\tanimals / cats\r\n")
    assert labels.labels[0].group == ("animals", "cats")


def test_missing_label_file_is_the_cards_mistake() -> None:
    with pytest.raises(ModelError) as raised:
        load_labels("missing")
    assert raised.value.facts["field"] == "labels"
