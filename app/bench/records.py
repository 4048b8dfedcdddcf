"""What is to be measured, and what was found: frozen, picklable, and the same as JSON."""

from __future__ import annotations

import dataclasses
import datetime
import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.bench.statistics import Summary, summarise
from app.core.engine_kinds import KINDS, REFERENCE
from app.core.errors import ErrorCode
from app.core.files import parsed
from app.core.results import Fallback, Parity
from app.engines.selection import EnginesKey
from app.export.json_text import json_text

if TYPE_CHECKING:
    from pathlib import Path

_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure.

    Attributes:
        pictures: what the engines are fed, in turn; a large selection is thinned out evenly.
        least_runs, most_runs: of every engine at every batch size.
        uncertainty: rounds go on until no median's confidence interval is wider than this, ± share.
        seconds: or until they have taken this long; loading and checking the engines comes before.
        sweep: whether numbers of threads are compared too.
        reference: the engine that the others are held against; it is always measured.
        load: so many processes keep a core busy each while engines are warmed up and measured.
    """

    key: EnginesKey
    engines: tuple[str, ...]
    pictures: tuple[Path, ...]
    batch_sizes: tuple[int, ...] = (1,)
    least_runs: int = 30
    most_runs: int = 1000
    uncertainty: float = 0.02
    seconds: float = 60.0
    sweep: bool = False
    reference: str = REFERENCE
    load: int = 0


@dataclass(frozen=True, slots=True)
class Series:
    """One engine at one batch size.

    Attributes:
        warm_up_ms: the slow first runs, one by one; they are in no other figure.
        samples_ms: one inference of a whole batch each, copies and synchronisation included.
        failure: why there are no more samples.
    """

    engine: str
    batch_size: int
    warm_up_ms: tuple[float, ...] = ()
    samples_ms: tuple[float, ...] = ()
    failure: Fallback | None = None

    @property
    def summary(self) -> Summary:
        """Figures of `samples_ms`, of which there must be one."""
        return summarise(self.samples_ms)

    @property
    def rate(self) -> float:
        """Pictures a second at the median."""
        return 1000 * self.batch_size / self.summary.p50


@dataclass(frozen=True, slots=True)
class Throughput:
    """Pictures a second with `workers` threads that each run one picture on `threads` intra-op threads."""

    workers: int
    threads: int
    rate: float


@dataclass(frozen=True, slots=True)
class Subject:
    """One engine of a run.

    Attributes:
        load_ms: reading the program file and making it ready, torch imported before.
        file_mb, memory_mb, device_mb: size of the program file; peak of the resident memory of a process with
            this engine alone; peak of device memory, 0 on the CPU. In units of 1024 × 1024 bytes.
        steps_ms: medians of the steps of one picture: decode, resize, copy, forward, softmax;
            of older runs normalise too, which is in forward now.
        check, parity: agreement with the reference on the check pictures and on the pictures of the run.
        refusal: why it could not be measured, or must not be used though it was.
    """

    engine: str
    device: str = ""
    precision: str = ""
    threads: int = 0
    load_ms: float = 0.0
    file_mb: float = 0.0
    memory_mb: float = 0.0
    device_mb: float = 0.0
    steps_ms: tuple[tuple[str, float], ...] = ()
    check: Parity | None = None
    parity: Parity | None = None
    throughputs: tuple[Throughput, ...] = ()
    refusal: Fallback | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """Everything that was found, on which machine and with which settings.

    Attributes:
        when: ISO 8601 with the time zone.
        complete: false when the run was stopped before its rounds were over.
    """

    when: str
    machine: dict[str, Any]
    settings: dict[str, Any]
    subjects: tuple[Subject, ...] = ()
    series: tuple[Series, ...] = ()
    complete: bool = False

    @property
    def reference(self) -> str:
        """The engine that the others are held against."""
        return str(self.settings.get("reference", REFERENCE))

    @property
    def load(self) -> int:
        """How many processes were kept busy beside the engines; none in runs of earlier versions."""
        return int(self.settings.get("busy_processes", 0))

    def of(self, engine: str, batch_size: int) -> Series | None:
        """The series of an engine at a batch size, if it has samples."""
        found = (each for each in self.series if (each.engine, each.batch_size) == (engine, batch_size))
        return next((each for each in found if each.samples_ms), None)

    def ratio(self, series: Series) -> float | None:
        """The median as a share of the reference's at the same batch size."""
        reference = self.of(self.reference, series.batch_size)
        return series.summary.p50 / reference.summary.p50 if reference and series.samples_ms else None


def to_json(run: Run) -> str:
    """A run with every sample; each series also with its summary, for readers without Python."""
    record = {"format": _FORMAT} | dataclasses.asdict(run)
    for plain, series in zip(record["series"], run.series, strict=True):
        if series.samples_ms:
            plain["summary_ms"] = dataclasses.asdict(series.summary)
    return json_text(record, indent=1)


def from_json(text: str) -> Run:
    """A run as it was written. Raises ValueError for anything else."""
    try:
        table = parsed(json.loads, text)
        if table.pop("format") != _FORMAT:
            raise ValueError("written by another version")
        if unknown := {each["engine"] for each in table["subjects"]} - KINDS.keys():
            raise ValueError(f"unknown engines {unknown}")
        datetime.datetime.fromisoformat(table["when"])
        for name in ("load", "cores"):  # the rest of `machine` is shown as it is
            _measured(table["machine"].get(name, 0))
        _measured(table["settings"].get("busy_processes", 0))
        table["subjects"] = tuple(_subject(each) for each in table["subjects"])
        table["series"] = tuple(_series(each) for each in table["series"])
        return Run(**table)
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError(str(error)) from error


def _subject(table: dict[str, Any]) -> Subject:
    steps = tuple((name, _measured(value)) for name, value in table["steps_ms"])
    throughputs = tuple(Throughput(**each) for each in table["throughputs"])
    for each in throughputs:
        for count in (each.workers, each.threads, each.rate):
            _positive(count)
    for name in ("threads", "load_ms", "file_mb", "memory_mb", "device_mb"):
        _measured(table[name])
    agreements = {name: Parity(**table[name]) if table[name] else None for name in ("check", "parity")}
    changed = {"steps_ms": steps, "throughputs": throughputs, "refusal": _fallback(table["refusal"])}
    return Subject(**table | changed | agreements)


def _series(table: dict[str, Any]) -> Series:
    table.pop("summary_ms", None)
    times = {name: tuple(map(_positive, table[name])) for name in ("warm_up_ms", "samples_ms")}
    _positive(table["batch_size"])
    return Series(**table | times | {"failure": _fallback(table["failure"])})


def _measured(value: float) -> float:
    """A number as it was read, if it can be a figure: JSON also has NaN, infinity and what is below 0."""
    if not (math.isfinite(value) and value >= 0):
        raise ValueError(f"{value} cannot have been measured")
    return float(value)


def _positive(value: float) -> float:
    """A figure that is divided by, or shown on a logarithmic axis."""
    if value == 0:
        raise ValueError("nothing takes no time")
    return _measured(value)


def _fallback(table: dict[str, Any] | None) -> Fallback | None:
    if table is None:
        return None
    facts = tuple((name, value) for name, value in table["facts"])
    return Fallback(table["wanted"], ErrorCode(table["code"]), facts)
