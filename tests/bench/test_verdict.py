"""One line says which engine is fastest; it claims no more than was measured."""

import re
from dataclasses import replace

import numpy as np
import pytest

from app.bench import charts
from app.bench.figures import FigureMaker
from app.bench.records import Run, Series, Subject
from app.bench.verdict import advice, verdict
from app.core.sentences import Translator
from tests.bench.runs import DISAGREES, TOO_LARGE

ZH, EN = Translator("zh"), Translator("en")


def run(noise: float = 0.01, **milliseconds: float) -> Run:
    """Engines with these medians, each time off by up to `noise`."""
    random = np.random.default_rng(7)
    names = tuple(name.replace("_", "-") for name in milliseconds)
    series = tuple(
        Series(name, 1, (), tuple(value * (1 + random.uniform(-noise, noise, 60))))
        for name, value in zip(names, milliseconds.values(), strict=True)
    )
    return Run(
        "2026-11-27T07:45:12+08:00", {"cores": 2}, {}, tuple(map(Subject, names)), series, complete=True
    )


def said(of: Run, tr: Translator = ZH, *, is_going_on: bool = False) -> str:
    found = verdict(FigureMaker().make(of, is_going_on=is_going_on), 1, tr)
    return "\n".join((found.headline, found.note))


def joined(*runs: Run) -> Run:
    """The engines of all, in one run."""
    return replace(
        runs[0],
        subjects=tuple(subject for each in runs for subject in each.subjects),
        series=tuple(series for each in runs for series in each.series),
    )


def test_the_headline_begins_with_how_many_times_as_fast_the_fastest_is() -> None:
    found = run(eager=26.8, torchscript=13.0, openvino=8.0)
    assert re.match(r"3\.3\d 倍于 Eager 的速度：OpenVINO 最快\n每张 8", said(found))
    assert re.match(r"3\.3\d times the speed of Eager: OpenVINO", said(found, EN))


def test_engines_that_cannot_be_told_apart_share_the_first_place() -> None:
    assert "不相上下" in said(run(0.05, eager=26.0, torchscript=8.0, openvino=8.01))


def test_differences_within_the_error_are_no_victory() -> None:
    assert "没有哪个引擎明显更快" in said(run(0.05, eager=10.0, torchscript=10.01))


def test_the_reference_may_be_the_fastest() -> None:
    assert "Eager 已经是最快的" in said(run(eager=8.0, torchscript=12.0))


def test_unsteady_times_are_no_verdict() -> None:
    assert "还不能下结论" in said(run(0.9, eager=10.0, torchscript=10.5))
    assert said(run(0.7, eager=100.0, torchscript=10.0)).startswith("约 ")


@pytest.mark.parametrize("tr", [ZH, EN])
def test_an_engine_that_must_not_be_used_does_not_win(tr: Translator) -> None:
    found = run(eager=26.0, torchscript=13.0, openvino_bf16=4.0)
    refused = replace(found.subjects[2], refusal=DISAGREES)
    sentence = said(replace(found, subjects=(*found.subjects[:2], refused)), tr)
    assert "TorchScript" in sentence.split("\n")[0]


def test_an_engine_that_failed_in_the_rounds_does_not_win() -> None:
    found = run(eager=26.0, torchscript=13.0, openvino=4.0)
    failed = replace(found.series[2], failure=TOO_LARGE)
    found = replace(found, series=(*found.series[:2], failed))
    assert "TorchScript 最快" in said(found)
    bars = charts.medians(FigureMaker().make(found), 1, ZH).rows
    assert [bar.faded for bar in bars] == [False, False, True]


def test_one_engine_alone_is_compared_with_nothing() -> None:
    assert said(run(eager=26.0)).startswith("每张 26.0 ms：Eager")
    assert said(Run("2026-11-27T07:45:12+08:00", {}, {})).strip() == ZH("verdict.none")


@pytest.mark.parametrize("kept", [0, 1, 5])
def test_a_handful_of_times_is_no_verdict(kept: int) -> None:
    found = run(eager=10.0, torchscript=8.0)
    few = replace(found.series[1], samples_ms=found.series[1].samples_ms[:kept])
    found = replace(found, series=(found.series[0], few), complete=False)
    assert said(found, is_going_on=True).startswith(ZH("verdict.too_early"))
    assert said(found).endswith(ZH("verdict.too_few_note", engines="TorchScript", needed=6))
    assert advice(FigureMaker().make(found), ZH) == "", "a busy computer is not the reason"


def test_without_times_of_the_reference_it_is_said_that_they_are_missing() -> None:
    assert "Eager 没有可用的耗时" in said(run(torchscript=5.0, openvino=8.0))
    assert "不相上下。Eager 没有可用的耗时" in said(run(0.05, torchscript=8.0, openvino=8.01))
    assert said(run(torchscript=5.0), EN).endswith("Eager has no usable times.")
    assert "还不能下结论" in said(run(0.9, torchscript=5.0, openvino=5.1))


def test_an_unsteady_winner_still_shares_the_first_place() -> None:
    sentence = said(joined(run(eager=20.0, openvino=6.0), run(0.9, torchscript=5.0)))
    assert sentence.startswith("约 ")
    assert "TorchScript 最快\nOpenVINO 与它不相上下；TorchScript 的耗时不稳定" in sentence


def test_an_unsteady_engine_in_the_first_place_is_told_though_the_winner_is_steady() -> None:
    sentence = said(joined(run(eager=20.0, torchscript=5.0), run(0.9, openvino=6.0)))
    assert "OpenVINO 与它不相上下；OpenVINO 的耗时不稳定" in sentence


def test_what_is_fastest_on_a_busy_computer_is_said_of_a_busy_one() -> None:
    found = replace(run(0.9, eager=41.0, torchscript=20.0), settings={"busy_processes": 1})
    assert said(found).startswith("电脑繁忙时：")
    assert said(found, EN).startswith("On a busy computer: ")
    assert advice(FigureMaker().make(found), ZH) == "", "it was to be busy"
