"""All engines behave alike: batches, warming up, closing, errors."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from app.core.engine_kinds import ENGINES, KINDS
from app.core.errors import EngineError, ErrorCode
from app.engines.architecture import build_network
from app.engines.factory import create_engine
from app.engines.protocol import Engine
from app.models.library import Model
from tests.cli.command import ROOT
from tests.conftest import Start
from tests.engines.runnable import ON_THE_CPU

# How far logits of a picture in a batch may be from those that it has alone.
NEAR = {"float32": 1e-3, "bfloat16": 0.1, "int8": 0.3}


@pytest.fixture(scope="module", params=ON_THE_CPU)
def engine(request: pytest.FixtureRequest, start: Start) -> Iterator[Engine]:
    engine = start(request.param)
    yield engine
    engine.close()


def noise(pictures: int) -> torch.Tensor:
    chance = torch.Generator().manual_seed(0)
    return torch.randint(0, 256, (pictures, 260, 260, 3), generator=chance).to(torch.uint8)


def test_engine_says_what_it_is(engine: Engine) -> None:
    assert engine.info.name in ON_THE_CPU
    assert (engine.info.device, engine.info.precision) == ("cpu", KINDS[engine.info.name].precision)
    assert (engine.info.threads, engine.info.model) == (2, "efficientnet_lite2")


def test_batch_gives_each_picture_the_scores_it_has_alone(engine: Engine) -> None:
    batch = noise(3)
    for _ in range(3):
        together = engine.run(batch).logits
    assert together.shape == (3, 1000)
    assert together.dtype is torch.float32
    alone = torch.cat([engine.run(picture[None]).logits for picture in batch])
    assert torch.allclose(together, alone, atol=NEAR[engine.info.precision])


def test_embedding_is_what_the_classifier_makes_logits_of(engine: Engine, model: Model) -> None:
    batch = noise(3)
    assert engine.run(batch).embedding is None
    outputs = engine.run(batch, embedding=True)
    assert outputs.embedding is not None
    assert (outputs.embedding.shape, outputs.embedding.dtype) == ((3, 1280), torch.float32)
    classifier = build_network(model.card).get_submodule("classifier")
    logits = classifier(outputs.embedding)
    assert torch.allclose(logits, outputs.logits, atol=NEAR[engine.info.precision])


def test_memory_layout_of_the_pictures_does_not_matter(engine: Engine) -> None:
    batch = noise(2)
    planes = batch.permute(0, 3, 1, 2).contiguous().permute(0, 2, 3, 1)
    plain, other = engine.run(batch).logits, engine.run(planes).logits
    assert torch.allclose(plain, other, atol=NEAR[engine.info.precision])


def test_scores_are_kept_when_the_next_picture_comes(engine: Engine) -> None:
    first = engine.run(noise(1)).logits
    before = first.clone()
    engine.run(torch.zeros(1, 260, 260, 3, dtype=torch.uint8))
    assert torch.equal(first, before)


def test_slow_first_runs_are_timed_one_by_one(engine: Engine) -> None:
    times = engine.warm_up(1)
    assert len(times) == 3
    assert min(times) > 0


def test_wrong_shape_is_an_error_with_a_code(engine: Engine) -> None:
    with pytest.raises(EngineError) as raised:
        engine.run(torch.zeros(1, 260, 260, 4, dtype=torch.uint8))
    assert raised.value.code is ErrorCode.INFERENCE_FAILED
    assert raised.value.facts["detail"]
    assert engine.run(noise(1)).logits.shape == (1, 1000)


@pytest.mark.parametrize("name", ON_THE_CPU)
def test_closed_engine_refuses(name: str, start: Start) -> None:
    engine = start(name)
    engine.close()
    engine.close()
    with pytest.raises(EngineError) as raised:
        engine.run(noise(1))
    assert raised.value.code is ErrorCode.INFERENCE_FAILED


def test_unknown_engine_is_refused_with_the_ones_that_exist(model: Model) -> None:
    with pytest.raises(EngineError) as raised:
        create_engine("onnx", model.request("eager", "cpu", 2))
    assert raised.value.facts == {"engine": "onnx", "known": ", ".join(ENGINES)}


def test_impossible_number_of_threads_is_refused(model: Model) -> None:
    with pytest.raises(EngineError) as raised:
        create_engine("eager", model.request("eager", "cpu", -1))
    assert raised.value.code is ErrorCode.ENGINE_UNAVAILABLE


_INTERRUPTED = """
import faulthandler, signal
faulthandler.enable()  # gives the thread a stack for signals, as the window does
from app.engines.factory import create_engine
from app.models.library import open_model
model = open_model("efficientnet_lite2")
engines = [create_engine(name, model.request(name, "cpu", 1)) for name in {names} for _ in range(2)]
for engine in engines:
    engine.close()
del engine
while engines:
    del engines[0]  # in the order in which they came
try:
    signal.raise_signal(signal.SIGINT)
except KeyboardInterrupt:
    print("interrupted")
"""


def test_ctrl_c_is_heard_after_engines_have_come_and_gone(model: Model) -> None:
    assert model
    ended = subprocess.run(
        [sys.executable, "-c", _INTERRUPTED.format(names=ON_THE_CPU)],
        cwd=ROOT, capture_output=True, encoding="utf-8", timeout=300, check=False,
    )  # fmt: skip
    assert (ended.returncode, ended.stdout) == (0, "interrupted\n"), ended.stderr


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU of NVIDIA")
@pytest.mark.parametrize("size", [1, 8])
def test_cuda_graph_answers_several_threads_as_eager_does(model: Model, size: int) -> None:
    graph, eager = (
        create_engine(name, model.request(name, "cuda", 2)) for name in ("torchscript-graph", "eager")
    )
    batches = [noise(size).roll(shift, 1) for shift in range(0, 240, 40)]
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda batch: graph.run(batch).logits.argmax(1), batches))
    for batch, labels in zip(batches, found, strict=True):
        assert torch.equal(labels, eager.run(batch).logits.argmax(1))
