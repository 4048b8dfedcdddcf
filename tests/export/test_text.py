"""Answers as a person reads them, in both languages."""

from dataclasses import replace
from pathlib import Path

from app.core.errors import ErrorCode
from app.core.results import Failure, Fallback, GroupScore
from app.core.sentences import Translator
from app.export.text import to_text
from tests.export.test_json_lines import ANSWER, CHINESE, TABBY


def test_certain_answer_is_the_label() -> None:
    path, headline, bar, times = to_text(ANSWER, CHINESE).splitlines()
    assert path == "图 片.jpg"
    assert headline.strip() == "虎斑猫"
    assert bar.split() == ["虎斑猫", "63.1%", "█" * 13]
    assert times.strip() == (
        "解码 3.1 + 预处理 1.2 + 推理 5.1 + 后处理 0.1，共 9.5 毫秒 · TorchScript · CPU · float32"
    )


def test_uncertain_answer_is_a_group_or_nothing() -> None:
    group = GroupScore(("动物", "哺乳动物", "狗"), 0.7)
    assert "  不确定，像是：动物 > 哺乳动物 > 狗\n" in to_text(
        replace(ANSWER, certain=False, group=group), CHINESE
    )
    assert "  不确定\n" in to_text(replace(ANSWER, certain=False, group=None), CHINESE)


def test_english_readers_get_english() -> None:
    lines = to_text(replace(ANSWER, certain=False), Translator("en")).splitlines()
    assert "Animals > Mammals > Domestic cats" in lines[1]
    assert lines[2].split()[0] == "tabby"


def test_unlikely_label_is_not_called_impossible() -> None:
    unlikely = replace(TABBY, score=0.0004)
    assert "<0.1%" in to_text(replace(ANSWER, predictions=(TABBY, unlikely)), CHINESE)


def test_score_that_is_no_number_is_a_dash() -> None:
    unknown = replace(TABBY, score=float("nan"))
    assert to_text(replace(ANSWER, predictions=(TABBY, unknown)), CHINESE).splitlines()[3].split() == [
        "虎斑猫",
        "–",
    ]


def test_warnings_and_fallback_are_told() -> None:
    facts = ("engine", "torchscript"), ("device", "cuda")
    fallback = Fallback("torchscript", ErrorCode.OUT_OF_MEMORY, facts)
    answer = replace(ANSWER, engine=replace(ANSWER.engine, name="eager"), fallback=fallback)
    text = to_text(replace(answer, warnings=("first_frame_only", "icc_ignored")), CHINESE)
    assert "! 动画图片，只识别第一帧" in text
    assert "! 色彩配置文件无法使用，已忽略" in text
    assert "! 已改用 Eager：内存不足，TorchScript 无法在 cuda 上运行" in text


def test_failure_names_the_file_on_one_line() -> None:
    failure = Failure(Path("two\nlines.jpg"), ErrorCode.NOT_FOUND, (("path", Path("two\nlines.jpg")),))
    assert to_text(failure, CHINESE).splitlines() == [
        r"two\nlines.jpg",
        r"  ✗ 文件不存在：two\nlines.jpg。请检查路径，或确认文件没有被移动、删除。",
    ]
