"""An engine changes the number of its threads between two pictures, and nobody sees it in the answers."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import torch

from app.core.errors import EngineError
from app.engines import adaptive
from app.engines.adaptive import Adaptive
from app.engines.factory import create_engine
from app.engines.forward_engine import ForwardEngine
from app.engines.spare import Spare
from app.models.library import Model

_PICTURES = torch.randint(
    256, (2, 260, 260, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(0)
)


class Told(Spare):
    """Leaves as many threads as a test says."""

    left = 2

    def threads(self) -> int:
        return self.left


@pytest.fixture
def spare(monkeypatch: pytest.MonkeyPatch) -> Told:
    monkeypatch.setattr(adaptive, "_PATIENCE", 0)
    return Told(2)


@pytest.fixture(params=["eager", "torchscript", "torchscript-bf16"])
def engine(request: pytest.FixtureRequest, model: Model, spare: Told) -> Iterator[ForwardEngine]:
    made = create_engine(request.param, replace(model.request(request.param, "cpu", 2), spare=spare))
    assert isinstance(made, ForwardEngine)
    yield made
    made.close()


def settled(engine: ForwardEngine, batch: torch.Tensor) -> torch.Tensor:
    """The answer when nothing is being prepared any more."""
    engine.run(batch)
    forward = engine._forward
    assert isinstance(forward, Adaptive)
    if forward._preparing is not None:
        forward._preparing.join()
    return engine.run(batch).logits


@pytest.mark.parametrize("size", [1, 2])
def test_answers_on_one_thread_are_those_on_two(engine: ForwardEngine, spare: Told, size: int) -> None:
    batch = _PICTURES[:size]
    engine.warm_up(size)
    before = engine.run(batch).logits
    spare.left = 1
    near = {"float32": 1e-4, "bfloat16": 0.1}[engine.info.precision]
    assert torch.allclose(settled(engine, batch), before, atol=near)
    assert torch.get_num_threads() == 2, "what else this thread runs has its own number"
    spare.left = 2
    assert torch.equal(engine.run(batch).logits, before)


def test_a_program_for_fewer_threads_is_made_once_for_each_size(spare: Told) -> None:
    made: list[int] = []

    def twin() -> Callable[[torch.Tensor], object]:
        made.append(torch.get_num_threads())
        return lambda batch: batch.sum()

    made_up = Adaptive(lambda batch: batch.sum(), spare, 2, twin)
    for _ in range(3):
        spare.left = 1
        for size in (1, 2):
            made_up(_PICTURES[:size])
            if made_up._preparing is not None:
                made_up._preparing.join()
    assert made == [1]
    assert len(made_up._ready) == 2
    made_up.close()
    assert not made_up._twins


def test_one_picture_on_a_busy_machine_is_worth_no_program(
    spare: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    made_up = Adaptive(lambda _batch: "program", spare, 2, pytest.fail)
    spare.left = 1
    for _ in range(4):
        assert made_up(_PICTURES[:1]) == "program"
    assert made_up.is_preparing
    assert made_up._preparing is None


def test_pictures_are_answered_while_a_program_is_prepared(spare: Told) -> None:
    go_on, threads = threading.Event(), []

    def twin() -> Callable[[torch.Tensor], object]:
        go_on.wait()
        return lambda _batch: "twin"

    def program(_batch: torch.Tensor) -> str:
        threads.append(torch.get_num_threads())
        return "program"

    torch.set_num_threads(2)
    made_up = Adaptive(program, spare, 2, twin)
    spare.left = 1
    assert [made_up(_PICTURES) for _ in range(3)] == ["program"] * 3
    assert made_up.is_preparing
    go_on.set()
    assert made_up._preparing is not None
    made_up._preparing.join()
    assert made_up(_PICTURES) == "twin"
    assert threads == [2, 2, 2]


def test_a_program_that_cannot_be_made_leaves_the_other_at_work(spare: Told) -> None:
    tried: list[int] = []

    def twin() -> Callable[[torch.Tensor], object]:
        tried.append(1)
        raise RuntimeError

    made_up = Adaptive(lambda _batch: "program", spare, 2, twin)
    spare.left = 1
    for _ in range(3):
        assert made_up(_PICTURES) == "program"
        if made_up._preparing is not None:
            made_up._preparing.join()
    assert tried == [1]


def test_an_engine_closed_while_a_program_is_prepared_is_closed(engine: ForwardEngine, spare: Told) -> None:
    spare.left = 1
    engine.run(_PICTURES)
    engine.close()
    assert "twin" not in {thread.name for thread in threading.enumerate()}
    with pytest.raises(EngineError):
        engine.run(_PICTURES)
