"""Every label has the Chinese name that a reader would give the thing in the picture, and a group."""

import importlib.metadata
import re
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from app import paths
from app.labels import LabelSet, group_in, label_in, load_labels, softmax

LABELS = load_labels("imagenet1k")
LATIN_NAMES = {"CD播放机", "T恤", "福特T型车"}
CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
# Simplified, but too rare for GB 2312.
RARE = set("鸮獴鳽鹀狆鹟䴕魟鱥")
# Where the English word, or a careless dictionary, means something else.
HOMOGRAPHS = {
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
    assert len({label.en for label in LABELS.labels}) == 1000


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
    assert [label.wnid for label in LABELS.labels] == Path(str(synsets)).read_text().split()


def test_every_class_has_a_group_of_one_to_three_levels() -> None:
    for label in LABELS.labels:
        assert 1 <= len(label.group) <= 3
        assert len(set(label.group)) == len(label.group)
        assert all(CHINESE.fullmatch(name) for name in label.group)


def test_every_group_has_an_english_name() -> None:
    lines = paths.resource("labels", "groups.tsv").read_text("utf-8").splitlines()[1:]
    translated = [line.split("\t")[0] for line in lines]
    used = {name for group in LABELS.groups for name in group}
    assert sorted(translated) == sorted(used)
    for group in LABELS.groups:
        assert all(name.isascii() for name in group_in("en", group))


def test_labels_and_groups_are_shown_in_the_users_language() -> None:
    tabby = LABELS.top_k(certain(281), 1)[0]
    assert (label_in("zh", tabby), label_in("en", tabby)) == ("虎斑猫", "tabby")
    assert group_in("zh", tabby.group) == ("动物", "猫科")
    assert group_in("en", tabby.group) == ("Animals", "Cats")


def test_top_k_is_likeliest_first() -> None:
    probabilities = np.zeros(1000)
    probabilities[[281, 285, 282]] = 0.5, 0.3, 0.2
    assert [item.index for item in LABELS.top_k(probabilities, 3)] == [281, 285, 282]


def test_group_scores_add_up_members_and_sub_groups() -> None:
    probabilities = softmax(np.random.default_rng(0).normal(0, 3, 1000).astype(np.float32), 1)
    scores = {score.path: score.score for score in LABELS.group_scores(probabilities)}
    assert sum(score for path, score in scores.items() if len(path) == 1) == pytest.approx(1)
    dogs = [label.index for label in LABELS.labels if label.group[:2] == ("动物", "犬科")]
    assert scores["动物", "犬科"] == pytest.approx(probabilities[dogs].sum())
    assert scores["动物",] >= scores["动物", "犬科"] >= scores["动物", "犬科", "家犬"]


def test_likely_group_is_the_deepest_that_is_likely_enough() -> None:
    probabilities = (certain(151) + certain(207) + certain(281)) / 3  # two dogs and a cat
    scores = LABELS.group_scores(probabilities)
    deepest, broad = LABELS.likely_group(scores, 0.6), LABELS.likely_group(scores, 0.9)
    assert deepest is not None
    assert deepest.path == ("动物", "犬科", "家犬")
    assert broad is not None
    assert broad.path == ("动物",)
    assert LABELS.likely_group(scores, 1.1) is None


def test_softmax_survives_huge_logits_and_sharpens_with_low_temperature() -> None:
    logits = np.array([1e4, 1e4 - 1, -1e4], np.float32)
    plain, sharp = softmax(logits, 1), softmax(logits, 0.5)
    assert plain.sum() == pytest.approx(1)
    assert plain[0] == pytest.approx(1 / (1 + np.exp(-1)))
    assert sharp[0] > plain[0]


def test_label_file_with_a_missing_row_is_refused() -> None:
    lines = LABELS.text.splitlines(keepends=True)
    with pytest.raises(ValueError, match="numbered"):
        LabelSet("".join(lines[:5] + lines[6:]))
