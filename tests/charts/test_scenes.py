"""Charts laid out: what is longer is drawn longer, texts stay inside, every value has a mark."""

import math
import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from app.charts.bars import BarChart, Part, Row
from app.charts.histogram import Histogram
from app.charts.lines import Curve, LineChart, Spot
from app.charts.parts import Chart, framed
from app.charts.scale import Axis, even_ticks, log_ticks
from app.charts.scene import Area, Dot, Label, Line, Rect, Scene, guessed_lettering
from app.charts.svg import to_svg

LETTERS = guessed_lettering(12)
LONG = "一个很长很长的标签名字，放不下就要截断，完整的在提示里"
BARS = BarChart(
    (
        Row("Eager", (Part(26, "series0", "Eager: 26 ms"),), "26 ms", (25, 28)),
        Row(LONG, (Part(8, "series1", f"{LONG}: 8 ms"),), "8 ms", before=12),
    ),
    "ms",
)
PARTS = BarChart((Row("Eager", (Part(3, "step0", "decode"), Part(9, "step1", "run")), "12 ms"),), "ms")
LINES = LineChart(
    (
        Curve(
            "Eager", "series0", ((0, 10), (1, 20)), (Spot(0, 10, "ten"), Spot(1, 20, "twenty")), dotted=True
        ),
        Curve(
            "Other",
            "series1",
            ((0, 5), (1, 8)),
            (Spot(0, 5, "five"), Spot(1, 8, "eight")),
            dotted=True,
            dashed=True,
            band=((0, 4, 6), (1, 7, 9)),
        ),
    ),
    Axis(-0.3, 1.3, ((0, "1"), (1, "8")), "batch"),
    Axis(0, 22, even_ticks(22), "/s"),
)
HISTOGRAM = Histogram(((3, "0–1: 3"), (0, "1–2: 0"), (6, "2–3: 6")), ((0.0, "0"), (1.0, "3 ms")))
ALL = (BARS, PARTS, LINES, HISTOGRAM)


def scene(chart: Chart, width: float = 420) -> Scene:
    return chart.scene(width, chart.height(width, LETTERS), LETTERS)


def labels(made: Scene) -> list[Label]:
    return [shape for shape in made.shapes if isinstance(shape, Label)]


@pytest.mark.parametrize("chart", ALL)
@pytest.mark.parametrize("width", [200, 420, 1200])
def test_nothing_is_drawn_beyond_the_edges(chart: Chart, width: float) -> None:
    made = scene(chart, width)
    for label in labels(made):
        wide = LETTERS.width(label.text)
        left = label.x - {"start": 0.0, "middle": wide / 2, "end": wide}[label.anchor]
        if not label.upwards:
            assert left >= -0.01, label
            assert left + wide <= width + 0.01, label
        assert 0 <= label.y <= made.height
    for mark in made.marks:
        assert mark.box.y + mark.box.height <= made.height
    for shape in made.shapes:
        if isinstance(shape, Rect):
            assert shape.box.x + shape.box.width <= width + 0.01


def test_a_bar_is_as_long_as_its_value() -> None:
    eager, other = (shape for shape in scene(BARS).shapes if isinstance(shape, Rect))
    assert eager.box.width / other.box.width == pytest.approx(26 / 8)


def test_a_long_name_is_cut_and_whole_in_its_mark() -> None:
    made = scene(BARS)
    assert all(label.text != LONG for label in labels(made))
    assert any(label.text.endswith("…") for label in labels(made))
    assert LONG in made.marks[1].text


def test_parts_of_a_bar_lie_end_to_end_and_have_marks_of_their_own() -> None:
    made = scene(PARTS)
    first, second = (shape.box for shape in made.shapes if isinstance(shape, Rect))
    assert second.x == pytest.approx(first.x + first.width)
    assert [mark.text for mark in made.marks] == ["decode", "run"]
    assert made.mark_at(*second.middle) == 1


def test_a_point_is_found_near_it_and_not_far_from_it() -> None:
    made = scene(LINES)
    x, y = made.marks[1].box.middle
    assert made.mark_at(x - 15, y + 10) == 1
    assert made.mark_at(x - 90, y - 5) is None


def test_curves_can_be_told_apart_without_their_colours() -> None:
    made = scene(LINES)
    assert len({shape.form for shape in made.shapes if isinstance(shape, Dot)}) == 2
    assert any(isinstance(shape, Line) and shape.dashed for shape in made.shapes)
    assert any(isinstance(shape, Area) for shape in made.shapes)


def test_only_columns_with_something_in_them_are_marks() -> None:
    assert [mark.text for mark in scene(HISTOGRAM).marks] == ["0–1: 3", "2–3: 6"]


@pytest.mark.parametrize(
    "chart",
    [
        BarChart((), empty="没有数据"),
        replace(LINES, curves=(), empty="没有数据"),
        Histogram((), (), "没有数据"),
    ],
)
def test_a_chart_without_values_says_so(chart: Chart) -> None:
    assert [label.text for label in labels(scene(chart))] == ["没有数据"]


@pytest.mark.parametrize("chart", ALL)
def test_svg_has_every_text_and_a_tool_tip_for_every_mark(chart: Chart) -> None:
    made = framed(scene(chart), 'Title <&> "quoted"', "Note", LETTERS)
    tree = ElementTree.fromstring(to_svg(made, lambda name: f"#{len(name):06x}", 12, "#ffffff"))
    found = [element.text for element in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert found == [label.text for label in labels(made)]
    tips = [element.text for element in tree.iter("{http://www.w3.org/2000/svg}title")]
    assert tips == [mark.text for mark in made.marks]
    numbers = re.findall(r'="(-?[\d.]+)"', ElementTree.tostring(tree, "unicode"))
    assert "nan" not in numbers


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_values_without_a_place_on_an_axis_are_left_out(bad: float) -> None:
    rows = (Row("a", (Part(bad, "series0", "a"),), "?", (bad, bad), bad), *BARS.rows)
    points = ((0.0, bad), (bad, 1.0), (0.5, 1.0), (1.0, 1.0))
    spots = tuple(Spot(*point, "spot") for point in points)
    curve = Curve("a", "series0", points, spots, dotted=True, band=((0.5, bad, 1.0), (0.6, 1.0, 2.0)))
    for chart in (
        BarChart(rows, "ms"),
        LineChart((curve,), Axis(0, 1, even_ticks(1)), Axis(0, 2)),
        LineChart((curve,), Axis(0.1, 1, log_ticks(0.1, 1), log=True), Axis(0, 2)),
        LineChart((curve,), Axis(bad, bad, log_ticks(bad, bad), log=True), Axis(0, bad, even_ticks(bad))),
    ):
        drawn = to_svg(scene(chart), str, 12)
        assert "nan" not in drawn
        assert "inf" not in drawn
