"""A run as one HTML file with its charts inside, readable without this program and without a network."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from app.bench import charts
from app.bench.figures import FigureMaker
from app.bench.records import to_json
from app.bench.table import text_rows, to_csv
from app.bench.verdict import advice, verdict
from app.charts.scene import guessed_lettering
from app.charts.svg import to_svg
from app.core.files import for_user, write_atomically

if TYPE_CHECKING:
    from pathlib import Path

    from app.bench.figures import Figures
    from app.bench.records import Run
    from app.charts.parts import Chart
    from app.core.sentences import Translator

# Seen on white and on black; texts and lines have the colour of the page's text.
_SERIES = (
    "#8792a3", "#0b6bcb", "#e0a030", "#1a7f4b", "#8a6fd1", "#c0362c", "#5aa897", "#b05fa8", "#6b8e23",
    "#4a5568", "#d2691e",
)  # fmt: skip
_COLOURS = {
    **{f"series{place}": colour for place, colour in enumerate(_SERIES)},
    **{f"step{place}": _SERIES[(place + 1) % len(_SERIES)] for place in range(len(_SERIES))},
    "raised": "#8884",
}
_WIDTH, _LETTERS = 760.0, 13.0
_STYLE = """
:root { color-scheme: light dark; --line: #8884; }
body { font: 15px/1.6 system-ui, "Noto Sans SC", sans-serif; }
body { max-width: 1100px; margin: 2rem auto; padding: 0 1rem; }
svg { width: 100%; height: auto; max-width: 820px; display: block; margin: .5rem 0 2rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 13px; }
th, td { padding: .35rem .6rem; text-align: right; white-space: nowrap; }
th, td { border-bottom: 1px solid var(--line); }
th:first-child, td:first-child { text-align: left; }
.scroll { overflow-x: auto; }
.muted { opacity: .7; }
"""


def write_report(run: Run, folder: Path, tr: Translator) -> Path:
    """Write `index.html`, `bench.csv` and `bench.json` into `folder`; the path of the page.

    Raises WanwuError `output_unwritable`.
    """
    page = folder / "index.html"
    with for_user(folder):
        write_atomically(folder / "bench.json", to_json(run).encode())
        write_atomically(folder / "bench.csv", to_csv(run))
        write_atomically(page, to_html(run, tr).encode())
    return page


def to_html(run: Run, tr: Translator) -> str:
    """The page."""
    figures = FigureMaker().make(run)
    sizes = figures.batch_sizes
    found: list[tuple[str, Chart]] = []
    for size in sizes:
        found.append((tr("report.bars", batch=size), charts.medians(figures, size, tr)))
        found.append((tr("report.curves", batch=size), charts.spread(figures, size, tr)))
    if len(sizes) > 1:
        found.append((tr("report.throughput"), charts.rates(figures, tr)))
    if any(subject.steps_ms for subject in run.subjects):
        found.append((tr("performance.chart_steps"), charts.steps(figures, tr)))
    if any(subject.throughputs for subject in run.subjects):
        found.append((tr("performance.chart_sweep"), charts.sweep(figures, tr)))
    sentences = [_verdict(figures, size, tr) for size in sizes]
    if told := advice(figures, tr):
        sentences.append(f"<p>{escape(told)}</p>")
    sections = [*sentences, *(_section(title, chart) for title, chart in found)]
    title = escape(tr("report.title"))
    return (
        f'<!doctype html><html lang="{tr.language}"><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
        f"<h1>{title}</h1>{_machine(run, tr)}{''.join(sections)}"
        f'<h2>{escape(tr("report.table"))}</h2><div class="scroll">{_table(run)}</div>'
        f"{_refusals(run, tr)}</html>"
    )


def _verdict(figures: Figures, size: int, tr: Translator) -> str:
    found = verdict(figures, size, tr)
    headline = found.headline
    if len(figures.batch_sizes) > 1:
        headline = tr("verdict.at_batch", batch=size, sentence=headline)
    return f"<p><strong>{escape(headline)}</strong> {escape(found.note)}</p>"


def _section(title: str, chart: Chart) -> str:
    return f"<h2>{escape(title)}</h2>{drawn(chart)}"


def drawn(chart: Chart) -> str:
    """A chart as it stands in the page."""
    lettering = guessed_lettering(_LETTERS)
    scene = chart.scene(_WIDTH, chart.height(_WIDTH, lettering), lettering)
    return to_svg(scene, lambda name: _COLOURS.get(name, "currentColor"), _LETTERS)


def _machine(run: Run, tr: Translator) -> str:
    lines = [
        f"{name}: {value}"
        for name, value in (run.machine | run.settings).items()
        if value not in ("", [], None)
    ]
    stopped = "" if run.complete else f"<p><strong>{escape(tr('report.stopped'))}</strong></p>"
    beside = f"<p>{escape(tr('report.load', count=run.load))}</p>" if run.load else ""
    return f'<p class="muted">{escape(run.when)} · {escape(" · ".join(lines))}</p>{beside}{stopped}'


def _table(run: Run) -> str:
    head, *body = text_rows(run)
    cells = "".join(f"<th>{escape(name)}</th>" for name in head)
    rows = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in body)
    return f"<table><tr>{cells}</tr>{rows}</table>"


def _refusals(run: Run, tr: Translator) -> str:
    sentences = refusals(run, tr)
    return "<ul>" + "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences) + "</ul>"


def refusals(run: Run, tr: Translator) -> list[str]:
    """Why engines, or some of their batch sizes, were left out or must not be used."""
    found = [subject.refusal for subject in run.subjects] + [series.failure for series in run.series]
    return [
        f"{tr(f'engine.{fallback.wanted}')}: {tr.error(fallback.code, fallback.facts)}"
        for fallback in found
        if fallback
    ]
