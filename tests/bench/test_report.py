"""A report is one page that any browser shows, also without a network."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from app.bench import charts
from app.bench.figures import FigureMaker
from app.bench.records import Run, from_json
from app.bench.report import drawn, refusals, to_html, write_report
from app.core.errors import ErrorCode, WanwuError
from app.core.sentences import LANGUAGES, Translator
from tests.bench.runs import RUN

CHINESE = Translator("zh")
SVG = "http://www.w3.org/2000/svg"
VOID = ("meta",)


class Page(HTMLParser):
    """Checks that elements are closed in order, and collects what a reader sees."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert all(name not in ("src", "href") for name, _ in attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.seen.append(data)


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_is_whole_and_names_every_engine(language: str) -> None:
    tr = Translator(language)
    html = to_html(RUN, tr)
    page = Page(html)
    assert page.open == []
    seen = "\n".join(page.seen)
    for subject in RUN.subjects:
        assert tr(f"engine.{subject.engine}") in seen
    assert tr("report.title") in seen
    assert f'lang="{language}"' in html


def test_page_needs_nothing_from_elsewhere() -> None:
    html = to_html(RUN, CHINESE)
    assert set(re.findall(r"https?:[^\"'\s]*", html)) == {SVG}
    assert "<script" not in html
    assert "url(" not in html
    assert "@import" not in html


def test_machine_and_refusals_are_told_in_words() -> None:
    seen = "\n".join(Page(to_html(RUN, CHINESE)).seen)
    assert 'A "fast" <processor> & more' in seen
    assert "96.3%" in seen
    assert "只读 <folder>" in seen
    assert len(refusals(RUN, CHINESE)) == 4
    assert all("?" not in sentence for sentence in refusals(RUN, CHINESE))


def test_a_run_beside_busy_processes_says_so() -> None:
    said = "旁边有 3 个占满核心的进程"
    assert said not in to_html(RUN, CHINESE)
    assert said in to_html(replace(RUN, settings=RUN.settings | {"busy_processes": 3}), CHINESE)


def test_stopped_run_says_so() -> None:
    assert CHINESE("report.stopped") not in to_html(RUN, CHINESE)
    assert CHINESE("report.stopped") in to_html(replace(RUN, complete=False), CHINESE)


def test_what_to_do_about_unsteady_times_is_said_once() -> None:
    wild = tuple(replace(each, samples_ms=tuple(map(float, range(1, 31)))) for each in RUN.series[:3])
    assert to_html(replace(RUN, series=wild), CHINESE).count(CHINESE("verdict.why_unknown")) == 1
    assert CHINESE("verdict.why_unknown") not in to_html(RUN, CHINESE)


def test_every_chart_is_a_picture_with_all_its_engines() -> None:
    figures = FigureMaker().make(RUN)
    made = (
        charts.medians(figures, 1, CHINESE),
        charts.spread(figures, 1, CHINESE),
        charts.rates(figures, CHINESE),
        charts.steps(figures, CHINESE),
    )
    for chart in made:
        texts = [element.text for element in ElementTree.fromstring(drawn(chart)).iter(f"{{{SVG}}}text")]
        assert {"Eager", "OpenVINO bf16"} <= set(texts)


def test_faster_engine_has_the_shorter_bar() -> None:
    chart = ElementTree.fromstring(drawn(charts.medians(FigureMaker().make(RUN), 1, CHINESE)))
    bars = [each for each in chart.iter(f"{{{SVG}}}rect") if each.attrib["fill"] != "transparent"]
    eager, fast = (float(bar.attrib["width"]) for bar in bars)
    assert fast / eager == pytest.approx(6.5 / 26, rel=0.02)


@pytest.mark.parametrize(
    "run", [Run("2026-11-22T07:45:12+08:00", {}, {}), replace(RUN, series=RUN.series[3:])]
)
def test_run_without_samples_makes_a_page_too(run: Run) -> None:
    assert Page(to_html(run, CHINESE)).open == []


def test_report_and_its_samples_are_written_into_a_new_folder(tmp_path: Path) -> None:
    folder = tmp_path / "新 文件夹"
    page = write_report(RUN, folder, CHINESE)
    assert page.read_text("utf-8") == to_html(RUN, CHINESE)
    assert from_json((folder / "bench.json").read_text("utf-8")).series == RUN.series


def test_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WanwuError) as raised:
        write_report(RUN, tmp_path / "file" / "report", CHINESE)
    assert raised.value.code is ErrorCode.OUTPUT_UNWRITABLE
