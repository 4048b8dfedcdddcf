"""`wanwu bench`: engines side by side on real pictures, as a table, as JSON and as a report."""

import argparse
import math
import sys
import threading
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from app.bench.measure import Benchmark, Progress
from app.bench.records import Plan, Run, to_json
from app.bench.report import refusals, write_report
from app.bench.table import text_rows
from app.cli.streams import rewrite
from app.core.engine_kinds import ENGINES
from app.core.errors import EngineError, ErrorCode, SettingsError, WanwuError
from app.core.files import check_output, is_there, not_there, write_output
from app.core.language_in_use import tr
from app.core.printable import printable
from app.core.settings import load, with_values
from app.images.folders import expand
from app.models.library import card_of, trust_file
from app.recognition.predictor import Options

_INTERRUPTED = 130
_MOST_BATCH, _MOST_RUNS, _MOST_SECONDS, _MOST_LOAD = 1024, 1_000_000, 1_000_000, 256


def run(arguments: argparse.Namespace) -> int:
    """Measure, print a table, write `--json FILE` and `--report DIR`.

    0 when everything was measured and agrees with the reference, 1 when something was not; 130 after Ctrl+C,
    with what was measured until then.
    """
    benchmark = Benchmark(_plan(arguments))
    for target in filter(None, (arguments.json, arguments.report and f"{arguments.report}/index.html")):
        check_output(Path(target))
    found = _interruptible(benchmark)
    rewrite()
    with ExitStack() as outputs:  # each is written, though another one cannot be; the last is the first
        if arguments.report:
            outputs.callback(_report, found, Path(arguments.report))
        if arguments.json:
            outputs.callback(write_output, Path(arguments.json), to_json(found).encode())
        outputs.callback(_say, found)
    if not found.complete:
        return _INTERRUPTED
    return int(bool(refusals(found, tr.now)))


def _say(found: Run) -> None:
    if found.series:
        if found.load:
            print(tr("report.load", count=found.load))
        print(_text(found))
    if not found.complete:
        print(tr("report.stopped" if found.series else "cli.bench_stopped_early"), file=sys.stderr)
    for sentence in refusals(found, tr.now):
        print(sentence, file=sys.stderr)


def _report(found: Run, folder: Path) -> None:
    print(printable(str(write_report(found, folder, tr.now))))


def _interruptible(benchmark: Benchmark) -> Run:
    """Run in a thread, so that Ctrl+C can stop it and what was measured is kept."""
    ended: list[Run | WanwuError] = []
    over = threading.Event()

    def work() -> None:
        try:
            ended.append(benchmark.run(_show))
        except WanwuError as error:
            ended.append(error)
        finally:
            over.set()

    threading.Thread(target=work, name="benchmark", daemon=True).start()
    try:
        over.wait()  # after an interrupted join(), Python 3.11 takes the thread for ended
    except KeyboardInterrupt:
        benchmark.cancel()
        over.wait()
    if isinstance(ended[0], WanwuError):
        raise ended[0]
    return ended[0]


def _plan(arguments: argparse.Namespace) -> Plan:
    chosen = with_values(load(), model=arguments.model, device=arguments.device, threads=arguments.threads)
    if arguments.images and not is_there(Path(arguments.images)):
        raise not_there(Path(arguments.images))
    if arguments.trust:
        trust_file(arguments.model)
    pictures = tuple(expand([Path(arguments.images)], recursive=True)) if arguments.images else ()
    key = Options.of(chosen).key
    plan = Plan(
        key=key,
        reference=card_of(key.model).reference,
        engines=_engines(arguments.engines),
        pictures=pictures,
        batch_sizes=tuple(
            _positive(size, "--batch-sizes", _MOST_BATCH) for size in arguments.batch_sizes.split(",")
        ),
        seconds=float(_positive(arguments.seconds, "--seconds", _MOST_SECONDS)),
        sweep=arguments.sweep,
        load=_count(arguments.load, "--load", _MOST_LOAD),
    )
    if arguments.runs is None:
        return plan
    runs = _positive(arguments.runs, "--runs", _MOST_RUNS)
    return replace(plan, least_runs=runs, most_runs=runs, seconds=math.inf)


def _engines(text: str) -> tuple[str, ...]:
    names = ENGINES if text == "all" else tuple(text.split(","))
    for name in names:
        if name not in ENGINES:
            raise EngineError(ErrorCode.ENGINE_UNKNOWN, engine=name, known=", ".join(ENGINES))
    return names


def _positive(text: str, option: str, most: int) -> int:
    return _count(text, option, most, least=1)


def _count(text: str, option: str, most: int, least: int = 0) -> int:
    if not text.isdecimal() or len(text) > len(str(most)) or not least <= int(text) <= most:
        raise SettingsError(ErrorCode.SETTING_INVALID, name=option, value=text)
    return int(text)


def _show(progress: Progress) -> None:
    section = "bench" if tr.has(f"bench.{progress.stage}") else "build"
    stage = tr(f"{section}.{progress.stage}")
    rewrite(f"{progress.share:4.0%} {stage} {progress.engine}")


def _text(found: Run) -> str:
    rows = [list(map(printable, row)) for row in text_rows(found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if not column else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
