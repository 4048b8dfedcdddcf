"""Engines are measured side by side, and one that cannot run is told and not measured as another."""

from dataclasses import replace
from pathlib import Path

import pytest

from app import paths
from app.bench.measure import Outcome, Plan, run
from app.engine_shelf import ShelfKey
from app.errors import EngineError, ErrorCode, PictureError
from app.models import Model
from tests.networks import Refuses, save

pytestmark = pytest.mark.usefixtures("model")
PICTURES = tuple(sorted(paths.resource("samples").glob("*.jpg")))
PLAN = Plan(ShelfKey("efficientnet_lite2", "cpu", 2), ("torchscript", "eager"), PICTURES, (1, 2), 3)


@pytest.fixture(scope="module")
def progress() -> list[tuple[int, int]]:
    return []


@pytest.fixture(scope="module")
def outcome(progress: list[tuple[int, int]]) -> Outcome:
    return run(PLAN, progress=lambda done, total: progress.append((done, total)))


def test_every_engine_is_measured_at_every_batch_size(outcome: Outcome) -> None:
    measured = [(row.engine.name, row.batch_size) for row in outcome.measurements]
    assert measured == [("eager", 1), ("torchscript", 1), ("eager", 2), ("torchscript", 2)]
    assert outcome.refused == {}


def test_every_sample_is_kept_and_the_cold_start_is_apart(outcome: Outcome) -> None:
    for row in outcome.measurements:
        assert len(row.samples_ms) == row.summary.count == 3
        assert min(row.samples_ms) > 0
        assert row.cold_ms > 0
        assert row.warm_up_ms > 0


def test_progress_counts_the_rounds(outcome: Outcome, progress: list[tuple[int, int]]) -> None:
    assert outcome
    assert progress == [(1, 3), (2, 3), (3, 3)]


def test_answers_are_compared_with_eagers(outcome: Outcome) -> None:
    (parity,) = outcome.parity
    assert (parity.engine, parity.pictures, parity.top1_agreement) == ("torchscript", 3, 1)
    assert parity.largest_difference < 1e-3


def test_engine_that_cannot_run_is_refused_with_its_reason(model: Model, tmp_path: Path) -> None:
    file = save(Refuses(0.0), model.card, tmp_path / "refuses.pt")
    plan = replace(PLAN, shelf=ShelfKey(str(file), "cpu", 2, trusted=True), batch_sizes=(1,), runs=1)
    outcome = run(plan)
    assert [row.engine.name for row in outcome.measurements] == ["eager"]
    assert outcome.refused["torchscript"].code is ErrorCode.INFERENCE_FAILED


def test_what_cannot_be_measured_is_told(tmp_path: Path) -> None:
    for path, code in ((tmp_path, ErrorCode.NO_PICTURES), (tmp_path / "missing.jpg", ErrorCode.NOT_FOUND)):
        with pytest.raises(PictureError) as raised:
            run(replace(PLAN, pictures=(path,)))
        assert raised.value.code is code
    with pytest.raises(EngineError):
        run(replace(PLAN, engines=("onnx",)))
