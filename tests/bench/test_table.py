"""The same figures on a terminal, in a report and in a spreadsheet."""

import csv
import io
from dataclasses import replace

from app.bench.records import Series
from app.bench.table import COLUMNS, rows, text_rows, to_csv
from tests.bench.runs import RUN, times


def column(name: str) -> int:
    return [each.name for each in COLUMNS].index(name)


def test_one_row_for_each_engine_and_batch_size_that_was_measured() -> None:
    found = [(row[column("engine")], row[column("batch")], row[column("runs")]) for row in rows(RUN)]
    assert found == [("eager", 1, 30), ("eager", 8, 30), ("openvino-bf16", 1, 30)]


def test_figures_are_those_of_the_series() -> None:
    eager, eight, fast = rows(RUN)
    summary = RUN.series[0].summary
    for name, value in {
        "median ms": summary.p50,
        "p99": summary.p99,
        "time / reference": 1,
        "first ms": 60,
    }.items():
        assert eager[column(name)] == value
    assert eight[column("pictures/s")] == 8000 / RUN.series[2].summary.p50
    assert fast[column("top-1 same %")] == 100 * 104 / 108
    assert (fast[column("memory MiB")], fast[column("device MiB")]) == (390, None)
    assert eager[column("max diff")] is None


def test_columns_that_say_nothing_are_not_shown() -> None:
    head, *body = text_rows(RUN)
    assert "device MiB" not in head
    assert {"engine", "median ms", "memory MiB", "max diff"} <= set(head)
    assert [len(row) for row in body] == [len(head)] * 3
    assert body[0][head.index("max diff")] == ""
    assert body[2][head.index("max diff")] == "1.6e-01"


def test_run_without_samples_has_no_rows() -> None:
    assert text_rows(replace(RUN, series=())) == [[]]


def test_uncertainty_of_few_samples_is_not_shown_as_a_figure() -> None:
    few = replace(RUN, series=(Series("eager", 1, (60.0,), times(26, 5)),))
    head, row = text_rows(few)
    assert "± %" not in head
    assert "inf" not in row
    assert b"inf" not in to_csv(few)


def test_spreadsheet_reads_plain_numbers() -> None:
    table = list(csv.DictReader(io.StringIO(to_csv(RUN).decode("utf-8-sig"))))
    assert len(table) == 3
    assert float(table[0]["median ms"]) == RUN.series[0].summary.p50
    assert table[0]["max diff"] == ""
    assert list(table[0]) == [each.name for each in COLUMNS]
