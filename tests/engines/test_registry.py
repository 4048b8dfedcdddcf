"""Both engines behave alike: batches, closing, errors."""

from collections.abc import Iterator

import pytest
import torch

from app.engines.protocol import Engine
from app.engines.registry import ENGINES, EngineRequest, create_engine
from app.errors import EngineError, ErrorCode
from app.models import Model


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest, model: Model) -> Iterator[Engine]:
    engine = create_engine(request.param, EngineRequest(model.card, model.file, "cpu", 2))
    yield engine
    engine.close()


def noise(pictures: int) -> torch.Tensor:
    return torch.rand(pictures, 3, 260, 260, generator=torch.Generator().manual_seed(0)) * 2 - 1


def test_engine_says_what_it_is(engine: Engine) -> None:
    assert engine.info.name in ENGINES
    assert (engine.info.device, engine.info.precision) == ("cpu", "float32")
    assert (engine.info.threads, engine.info.model) == (2, "efficientnet_lite2")


def test_batch_gives_each_picture_the_scores_it_has_alone(engine: Engine) -> None:
    batch = noise(3)
    for _ in range(3):
        together = engine.scores(batch)
    assert together.shape == (3, 1000)
    assert together.dtype is torch.float32
    alone = torch.cat([engine.scores(picture[None]) for picture in batch])
    assert torch.allclose(together, alone, atol=1e-3)


def test_warm_up_takes_time(engine: Engine) -> None:
    assert engine.warm_up(1) > 0


def test_wrong_shape_is_an_error_with_a_code(engine: Engine) -> None:
    with pytest.raises(EngineError) as raised:
        engine.scores(torch.zeros(1, 4, 260, 260))
    assert raised.value.code is ErrorCode.INFERENCE_FAILED
    assert raised.value.facts["detail"]


@pytest.mark.parametrize("name", ENGINES)
def test_closed_engine_refuses(name: str, model: Model) -> None:
    engine = create_engine(name, EngineRequest(model.card, model.file, "cpu", 2))
    engine.close()
    engine.close()
    with pytest.raises(EngineError) as raised:
        engine.scores(noise(1))
    assert raised.value.code is ErrorCode.INFERENCE_FAILED


def test_unknown_engine_is_refused_with_the_ones_that_exist(model: Model) -> None:
    with pytest.raises(EngineError) as raised:
        create_engine("onnx", EngineRequest(model.card, model.file, "cpu", 2))
    assert raised.value.facts == {"engine": "onnx", "known": "eager, torchscript"}


def test_impossible_number_of_threads_is_refused(model: Model) -> None:
    with pytest.raises(EngineError) as raised:
        create_engine("eager", EngineRequest(model.card, model.file, "cpu", -1))
    assert raised.value.code is ErrorCode.ENGINE_UNAVAILABLE
