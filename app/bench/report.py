"""A run as one HTML file with its charts inside, readable without this program and without a network."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from app.bench import svg
from app.bench.records import to_json
from app.bench.table import text_rows, to_csv
from app.core.files import for_user, write_atomically

if TYPE_CHECKING:
    from pathlib import Path

    from app.bench.records import Run
    from app.core.sentences import Translator

_STYLE = """
:root { color-scheme: light dark; --line: #8884; }
body { font: 15px/1.6 system-ui, "Noto Sans SC", sans-serif; }
body { max-width: 1100px; margin: 2rem auto; padding: 0 1rem; }
svg { width: 100%; max-width: 820px; display: block; margin: .5rem 0 2rem; }
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
    names = {subject.engine: tr(f"engine.{subject.engine}") for subject in run.subjects}
    sizes = sorted({series.batch_size for series in run.series})
    sections = []
    for size in sizes:
        sections.append(_section(tr("report.bars", batch=size), svg.bars(run, size, names)))
        sections.append(_section(tr("report.curves", batch=size), svg.distributions(run, size, names)))
    if len(sizes) > 1:
        sections.append(_section(tr("report.throughput"), svg.throughputs(run, names)))
    title = escape(tr("report.title"))
    return (
        f'<!doctype html><html lang="{tr.language}"><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
        f"<h1>{title}</h1>{_machine(run, tr)}{''.join(sections)}"
        f'<h2>{escape(tr("report.table"))}</h2><div class="scroll">{_table(run)}</div>'
        f"{_refusals(run, tr)}</html>"
    )


def _section(title: str, chart: str) -> str:
    return f"<h2>{escape(title)}</h2>{chart}"


def _machine(run: Run, tr: Translator) -> str:
    lines = [
        f"{name}: {value}"
        for name, value in (run.machine | run.settings).items()
        if value not in ("", [], None)
    ]
    stopped = "" if run.complete else f"<p><strong>{escape(tr('report.stopped'))}</strong></p>"
    return f'<p class="muted">{escape(run.when)} · {escape(" · ".join(lines))}</p>{stopped}'


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
