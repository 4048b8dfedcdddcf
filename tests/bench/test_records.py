"""A run is the same after it was written and read; anything else is no run."""

import json
import math
import pickle
from dataclasses import replace
from typing import Any

import pytest

from app.bench.records import Run, from_json, to_json
from tests.bench.runs import RUN, times


def refuse(constant: str) -> float:
    raise AssertionError(f"{constant} is no JSON")


@pytest.mark.parametrize(
    "run",
    [RUN, replace(RUN, complete=False), replace(RUN, series=()), Run("2026-11-22T07:45:12+08:00", {}, {})],
    ids=["complete", "stopped", "without samples", "empty"],
)
def test_run_is_the_same_after_it_was_written_and_read(run: Run) -> None:
    text = to_json(run)
    read = from_json(text)
    assert to_json(read) == text
    assert (read.series, read.when, read.settings) == (run.series, run.when, run.settings)
    assert read.subjects[:2] == run.subjects[:2]
    assert read.complete == run.complete


def test_file_has_every_sample_and_figures_for_readers_without_this_program() -> None:
    table = json.loads(to_json(RUN), parse_constant=refuse)
    assert table["series"][0]["samples_ms"] == list(times(26))
    summary = table["series"][0]["summary_ms"]
    assert list(summary) == ["count", "p50", "p90", "p95", "p99", "best", "low", "high"]
    assert summary["count"] == 30
    assert "summary_ms" not in table["series"][3]


def test_run_crosses_processes() -> None:
    assert pickle.loads(pickle.dumps(RUN)) == RUN


def test_ratio_is_a_share_of_eagers_median() -> None:
    fast = RUN.of("openvino-bf16", 1)
    assert fast is not None
    assert RUN.ratio(fast) == pytest.approx(6.5 / 26, rel=0.01)
    assert fast.rate == pytest.approx(1000 / fast.summary.p50)
    assert RUN.of("openvino-bf16", 8) is None
    assert replace(RUN, series=(fast,)).ratio(fast) is None


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "null", "{}", '{"format": 2}', '{"format": 1}'])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_json(text)


def damaged(table: dict[str, Any], part: str, name: str, value: object) -> str:
    """A run with one value of the first subject or series changed, or with `None`, taken out."""
    target = table[part][1 if part == "subjects" else 0] if part else table
    if value is None:
        del target[name]
    else:
        target[name] = value
    return json.dumps(table)


@pytest.mark.parametrize(
    ("part", "name", "value"),
    [
        ("", "when", None), ("", "when", "yesterday"), ("", "when", 3), ("", "machine", "a good one"),
        ("", "machine", {"load": "much"}), ("", "machine", {"cores": -1}),
        ("", "subjects", 3), ("", "series", {"a": 1}), ("", "colour", "red"),
        ("subjects", "engine", None), ("subjects", "steps_ms", [["a"]]), ("subjects", "check", {"a": 1}),
        ("subjects", "refusal", {"wanted": "x", "code": "of tomorrow", "facts": []}),
        ("subjects", "refusal", {"wanted": "x"}), ("subjects", "throughputs", [1]),
        ("series", "engine", None), ("series", "samples_ms", 3), ("series", "failure", "none"),
        *(("series", "samples_ms", [7.5, bad]) for bad in (0, -1.0, math.nan, math.inf, 10**400)),
        ("series", "warm_up_ms", [0.0]), ("series", "warm_up_ms", [math.inf]),
        ("series", "batch_size", 0), ("subjects", "steps_ms", [["decode", math.nan]]),
        ("subjects", "throughputs", [{"workers": 1, "threads": 0, "rate": 9.0}]),
        ("subjects", "throughputs", [{"workers": 1, "threads": 1, "rate": math.inf}]),
        ("subjects", "load_ms", math.nan), ("series", "samples_ms", "fast"),
        ("series", "samples_ms", [[]]), ("series", "warm_up_ms", {"a": 1}),
    ],
)  # fmt: skip
def test_run_with_something_missing_or_wrong_is_refused(part: str, name: str, value: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_json(damaged(json.loads(to_json(RUN)), part, name, value))


def test_busy_processes_beside_the_engines_are_remembered_and_earlier_runs_had_none() -> None:
    busy = replace(RUN, settings=RUN.settings | {"busy_processes": 3})
    assert (from_json(to_json(busy)).load, RUN.load) == (3, 0)
    for wrong in ("many", -1, None):
        with pytest.raises(ValueError, match=r"."):
            from_json(to_json(replace(RUN, settings={"busy_processes": wrong})))
