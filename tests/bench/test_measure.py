"""Engines are measured side by side; whatever happens to one of them, the others go on and it is told why."""

import multiprocessing
import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from app.bench.measure import MOST_PICTURES, Benchmark, Progress, new_engines, thinned
from app.bench.records import Plan, Run, Throughput
from app.bench.subject import STEPS
from app.core import paths
from app.core.errors import EngineError, ErrorCode, ModelError, PictureError
from app.core.results import Parity
from app.engines import agreement
from app.engines.selection import EnginesKey
from app.models.library import Model
from tests.bench.subjects import (
    DiesInASample,
    DiesWhileLoading,
    DiesWhileMeasured,
    FailsLater,
    NeverLoads,
    OutOfMemory,
    Pretend,
    Stuck,
)

PICTURES = tuple(sorted(paths.resource("samples").glob("*.jpg")))
PLAN = Plan(
    EnginesKey("efficientnet_lite2", "cpu", 2),
    ("torchscript",),
    PICTURES,
    least_runs=6,
    most_runs=6,
    seconds=60,
)
TIMES = {"eager": 40.0, "torchscript": 10.0, "openvino": 8.0}
PRETENDED = replace(PLAN, engines=("torchscript", "openvino"), least_runs=60, most_runs=60)


def codes(run: Run) -> dict[str, ErrorCode]:
    """Why engines were left out."""
    return {subject.engine: subject.refusal.code for subject in run.subjects if subject.refusal}


def failures(run: Run) -> dict[tuple[str, int], ErrorCode]:
    """Why batch sizes were left out."""
    return {(each.engine, each.batch_size): each.failure.code for each in run.series if each.failure}


def counts(run: Run) -> dict[tuple[str, int], int]:
    """How many samples there are of everything."""
    return {(each.engine, each.batch_size): len(each.samples_ms) for each in run.series}


@pytest.fixture(scope="module")
def heard() -> list[Progress]:
    return []


@pytest.fixture(scope="module")
def run(model: Model, heard: list[Progress]) -> Run:
    """A run with real engines."""
    assert model
    return Benchmark(replace(PLAN, batch_sizes=(1, 2))).run(heard.append)


def test_every_engine_is_measured_at_every_batch_size_and_eager_always(run: Run) -> None:
    assert run.complete
    assert counts(run) == {(name, size): 6 for name in ("eager", "torchscript") for size in (1, 2)}
    assert (codes(run), failures(run)) == ({}, {})


def test_cold_start_is_in_no_other_figure(run: Run) -> None:
    for subject in run.subjects:
        assert subject.load_ms > 0
        assert subject.file_mb > 1
        assert (subject.device, subject.precision, subject.threads) == ("cpu", "float32", 2)
    for series in run.series:
        assert len(series.warm_up_ms) == 3
        assert min(*series.warm_up_ms, *series.samples_ms) > 0
        assert series.summary.count == 6


def test_answers_are_compared_on_check_pictures_and_on_those_of_the_run(run: Run) -> None:
    eager, scripted = run.subjects
    assert eager.check is not None
    assert eager.check.agreement == 1
    assert eager.check.largest < 1e-5, "sums of another number of threads are rounded otherwise"
    for parity, pictures in ((scripted.check, 108), (scripted.parity, 3)):
        assert parity is not None
        assert (parity.engine, parity.pictures, parity.agreement) == ("torchscript", pictures, 1)
        assert parity.largest < 1e-3


def test_steps_and_memory_are_told(run: Run) -> None:
    for subject in run.subjects:
        assert tuple(name for name, _ in subject.steps_ms) == STEPS
        assert min(milliseconds for _, milliseconds in subject.steps_ms) > 0
        assert subject.memory_mb > 50
        assert subject.device_mb == 0


def test_run_says_where_when_and_how(run: Run) -> None:
    assert run.when[:2] == "20"
    assert run.machine["cpu"]
    assert run.settings["model"] == "efficientnet_lite2"
    assert run.settings["pictures"] == 3
    assert run.settings["batch_sizes"] == [1, 2]


def test_progress_only_grows(run: Run, heard: list[Progress]) -> None:
    shares = [progress.share for progress in heard]
    assert shares == sorted(shares)
    assert 0 <= shares[0] <= shares[-1] <= 1
    assert {"load", "compare", "warm_up", "rounds", "steps"} <= {progress.stage for progress in heard}
    assert heard[-1].run.machine == run.machine


def test_no_process_is_left(run: Run) -> None:
    assert run
    assert multiprocessing.active_children() == []


def test_engine_that_cannot_run_is_told_and_the_others_are_measured() -> None:
    found = Benchmark(
        replace(PRETENDED, engines=("torchscript-graph", "openvino")), partial(Pretend, TIMES)
    ).run()
    assert codes(found) == {"torchscript-graph": ErrorCode.ENGINE_NOT_HERE}
    assert counts(found) == {("eager", 1): 60, ("openvino", 1): 60}
    assert found.complete


def test_engine_that_disagrees_is_measured_but_marked() -> None:
    found = Benchmark(PRETENDED, partial(Pretend, TIMES, ("openvino",))).run()
    assert codes(found) == {"openvino": ErrorCode.ENGINE_DISAGREES}
    assert counts(found)["openvino", 1] == 60


def test_number_of_runs_is_exact_however_different_the_engines() -> None:
    times = {"eager": 1000.0, "torchscript": 1.0, "openvino": 8.0}
    found = Benchmark(replace(PRETENDED, least_runs=7, most_runs=7), partial(Pretend, times)).run()
    assert set(counts(found).values()) == {7}


def test_rounds_end_when_the_medians_are_certain() -> None:
    plan = replace(PRETENDED, least_runs=30, most_runs=100_000)
    found = Benchmark(plan, partial(Pretend, TIMES)).run()
    assert found.complete
    assert min(counts(found).values()) >= 30
    assert max(counts(found).values()) < 1000


def test_engine_that_throws_at_its_50th_picture_keeps_the_samples_until_then() -> None:
    found = Benchmark(PRETENDED, partial(FailsLater, TIMES)).run()
    assert failures(found) == {("torchscript", 1): ErrorCode.INFERENCE_FAILED}
    assert 0 < counts(found)["torchscript", 1] < 50
    assert (counts(found)["eager", 1], counts(found)["openvino", 1]) == (60, 60)
    assert found.complete


def test_batch_size_that_is_too_large_for_the_memory_is_left_out_alone() -> None:
    found = Benchmark(replace(PRETENDED, batch_sizes=(1, 64)), partial(OutOfMemory, TIMES)).run()
    assert failures(found) == {("torchscript", 64): ErrorCode.OUT_OF_MEMORY}
    assert counts(found) == {(name, size): 60 for name in TIMES for size in (1, 64)} | {
        ("torchscript", 64): 0
    }
    assert found.complete


@pytest.mark.parametrize("make", [DiesWhileLoading, DiesWhileMeasured])
def test_process_that_dies_takes_no_other_engine_along(make: Callable[..., Pretend]) -> None:
    found = Benchmark(PRETENDED, partial(make, TIMES)).run()
    assert {*codes(found).values(), *failures(found).values()} == {ErrorCode.PROCESS_DIED}
    assert {name for name, _ in failures(found)} | set(codes(found)) == {"torchscript"}
    assert (counts(found)["eager", 1], counts(found)["openvino", 1]) == (60, 60)
    assert found.complete


@pytest.mark.usefixtures("model")
def test_death_of_a_real_engine_is_told_for_all_its_batch_sizes() -> None:
    found = Benchmark(replace(PLAN, batch_sizes=(1, 2)), DiesInASample).run()
    assert failures(found) == dict.fromkeys([("torchscript", 1), ("torchscript", 2)], ErrorCode.PROCESS_DIED)
    assert counts(found)["eager", 2] == 6
    assert found.complete


@pytest.mark.parametrize(("make", "stage"), [(NeverLoads, "load"), (Stuck, "rounds")])
def test_cancelled_run_ends_at_once_with_what_it_has(make: Callable[..., Pretend], stage: str) -> None:
    benchmark = Benchmark(PRETENDED, partial(make, TIMES))
    reached = threading.Event()
    runs: list[Run] = []

    def listen(progress: Progress) -> None:
        if progress.stage == stage:
            reached.set()

    thread = threading.Thread(target=lambda: runs.append(benchmark.run(listen)))
    thread.start()
    assert reached.wait(30)
    benchmark.cancel()
    thread.join(10)
    assert not thread.is_alive()
    assert not runs[0].complete
    assert len(runs[0].subjects) == (0 if make is NeverLoads else 3)
    assert multiprocessing.active_children() == []


def test_run_that_is_cancelled_before_it_starts_measures_nothing() -> None:
    benchmark = Benchmark(PRETENDED, partial(Pretend, TIMES))
    benchmark.cancel()
    found = benchmark.run()
    assert (found.complete, found.subjects, found.series) == (False, (), ())


def test_numbers_of_threads_are_compared_when_asked_for() -> None:
    assert all(
        not subject.throughputs for subject in Benchmark(PRETENDED, partial(Pretend, TIMES)).run().subjects
    )
    found = Benchmark(replace(PRETENDED, sweep=True), partial(Pretend, TIMES)).run()
    assert found.subjects[1].throughputs == (Throughput(1, 1, 30.0), Throughput(2, 1, 50.0))


@pytest.mark.usefixtures("model")
def test_unreadable_picture_is_left_out(tmp_path: Path, cat: Path) -> None:
    bad, good = tmp_path / "bad.jpg", tmp_path / "good.jpg"
    bad.write_bytes(cat.read_bytes()[:5000])
    shutil.copyfile(cat, good)
    found = Benchmark(replace(PLAN, engines=(), pictures=(bad, good))).run()
    assert counts(found) == {("eager", 1): 6}
    assert found.subjects[0].steps_ms
    assert found.subjects[0].memory_mb > 0


@pytest.mark.usefixtures("model")
def test_no_readable_picture_at_all_is_told(tmp_path: Path) -> None:
    for path, code in ((tmp_path, ErrorCode.NO_PICTURES), (tmp_path / "missing.jpg", ErrorCode.NOT_FOUND)):
        with pytest.raises(PictureError) as raised:
            Benchmark(replace(PLAN, pictures=(path,))).run()
        assert raised.value.code is code


def test_unknown_model_is_told() -> None:
    with pytest.raises(ModelError) as raised:
        Benchmark(replace(PLAN, key=EnginesKey("resnet", "cpu", 2))).run()
    assert raised.value.code is ErrorCode.MODEL_UNKNOWN


def test_device_that_is_not_there_is_told() -> None:
    with pytest.raises(EngineError) as raised:
        Benchmark(replace(PLAN, key=EnginesKey("efficientnet_lite2", "mps", 2))).run()
    assert raised.value.code is ErrorCode.DEVICE_UNAVAILABLE


def test_large_selection_is_thinned_out_evenly() -> None:
    pictures = [Path(f"{number}.jpg") for number in range(1000)]
    chosen = thinned(pictures)
    assert len(set(chosen)) == MOST_PICTURES
    assert [int(path.stem) // 250 for path in chosen] == sorted([0, 1, 2, 3] * (MOST_PICTURES // 4))
    assert thinned(PICTURES) == PICTURES
    assert thinned(()) == PICTURES


def test_engine_that_was_checked_for_a_model_from_a_file_is_not_new(
    model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WANWU_HOME", str(tmp_path))
    plan = replace(PLAN, key=replace(PLAN.key, model=str(model.file)))
    assert new_engines(plan) == ("eager", "torchscript")
    agreement.remember(
        f"torchscript//cpu/here/{model.card.id}/v-p", Parity("torchscript", 108, 1.0, 0.0, 0.0)
    )
    assert new_engines(plan) == ("eager",)
    assert new_engines(replace(plan, key=replace(PLAN.key, model=str(tmp_path / "gone.pt")))) == ()
