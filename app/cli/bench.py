"""`wanwu bench`: engines side by side on real pictures, as a table and as JSON."""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from app import paths
from app.bench.machine import record as machine_record
from app.bench.measure import Measurement, Outcome, Plan
from app.bench.measure import run as measure
from app.cli.progress import show_stage
from app.errors import ErrorCode, SettingsError, WanwuError
from app.folders import expand
from app.i18n import tr
from app.recognizer import Options
from app.settings import load, with_values, write_atomically


def run(arguments: argparse.Namespace) -> int:
    """Measure, print a table, and write every sample to `--json FILE`."""
    plan = _plan(arguments)
    outcome = measure(plan, show_stage, _progress if sys.stderr.isatty() else None)
    print(_table(outcome))
    for name, fallback in outcome.refused.items():
        print(f"{name}: {tr.error(fallback.code, fallback.facts)}", file=sys.stderr)
    if arguments.json:
        _write(Path(arguments.json), json.dumps(_record(plan, outcome), indent=1))
    return int(bool(outcome.refused))


def _write(file: Path, text: str) -> None:
    try:
        write_atomically(file, text.encode())
    except OSError as error:
        raise WanwuError(ErrorCode.OUTPUT_UNWRITABLE, path=file, detail=error.strerror) from error


def _plan(arguments: argparse.Namespace) -> Plan:
    chosen = with_values(load(), model=arguments.model, device=arguments.device, threads=arguments.threads)
    folder = Path(arguments.images) if arguments.images else paths.resource("samples")
    return Plan(
        shelf=Options.of(chosen, trusted=arguments.trust).shelf,
        engines=tuple(arguments.engines.split(",")),
        pictures=tuple(expand([folder], recursive=True)),
        batch_sizes=tuple(_positive(size, "--batch-sizes") for size in arguments.batch_sizes.split(",")),
        runs=_positive(arguments.runs, "--runs"),
    )


def _positive(text: str | int, option: str) -> int:
    if not str(text).isdecimal() or int(text) < 1:
        raise SettingsError(ErrorCode.SETTING_INVALID, name=option, value=text)
    return int(text)


def _progress(done: int, total: int) -> None:
    print(f"\r\x1b[K{done}/{total}", end="\n" if done == total else "", file=sys.stderr, flush=True)


_COLUMNS: dict[str, Callable[[Measurement, float], str]] = {
    "engine": lambda row, _: row.engine.name,
    "device": lambda row, _: row.engine.device,
    "batch": lambda row, _: str(row.batch_size),
    "p50 ms": lambda row, _: f"{row.summary.p50:.2f}",
    "p95 ms": lambda row, _: f"{row.summary.p95:.2f}",
    "p99 ms": lambda row, _: f"{row.summary.p99:.2f}",
    "images/s": lambda row, _: f"{1000 * row.batch_size / row.summary.p50:.1f}",
    "x eager": lambda row, eager: f"{row.summary.p50 / eager:.3f}",
    "cold ms": lambda row, _: f"{row.cold_ms:.0f}",
    "warm-up ms": lambda row, _: f"{row.warm_up_ms:.0f}",
}


def _table(outcome: Outcome) -> str:
    eager = {row.batch_size: row.summary.p50 for row in outcome.measurements if row.engine.name == "eager"}
    rows = [list(_COLUMNS)] + [
        [column(row, eager[row.batch_size]) for column in _COLUMNS.values()] for row in outcome.measurements
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    lines = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    lines += [
        tr("cli.parity", engine=parity.engine, pictures=parity.pictures,
           agreement=f"{parity.top1_agreement:.1%}", difference=f"{parity.largest_difference:.1e}")
        for parity in outcome.parity
    ]  # fmt: skip
    return "\n".join(lines)


def _record(plan: Plan, outcome: Outcome) -> dict[str, object]:
    return {
        "machine": machine_record(),
        "settings": {
            "model": plan.shelf.model,
            "pictures": len(plan.pictures),
            "runs": plan.runs,
            "threads": outcome.measurements[0].engine.threads,
        },
        "engines": [asdict(row) | {"summary_ms": asdict(row.summary)} for row in outcome.measurements],
        "parity": [asdict(parity) for parity in outcome.parity],
        "refused": {name: tr.error(item.code, item.facts) for name, item in outcome.refused.items()},
    }
