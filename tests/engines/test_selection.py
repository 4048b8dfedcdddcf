"""Which engine really runs, and why it is not the one that was asked for."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from app.core.engine_kinds import KINDS
from app.core.errors import EngineError, ErrorCode, ModelError
from app.core.language_in_use import tr
from app.core.results import Fallback, Parity
from app.engines import agreement
from app.engines.adaptive import Adaptive
from app.engines.forward_engine import ForwardEngine
from app.engines.model_file import read_header
from app.engines.selection import EnginesKey, LoadedEngines
from app.models.library import Model, open_model, trust_file
from tests.engines.runnable import ON_THE_CPU
from tests.networks import Indifferent, Refuses, save


def loaded(name: str) -> LoadedEngines:
    """The engines of a model by its id or file, none of them loaded."""
    return LoadedEngines(open_model(name), EnginesKey(name, "cpu", 2))


@pytest.fixture
def engines(model: Model) -> Iterator[LoadedEngines]:
    engines = loaded(model.card.id)
    yield engines
    engines.close()


@pytest.fixture
def mine(model: Model, tmp_path: Path) -> Path:
    """A file from elsewhere with the card of our model, and another network."""
    return save(Indifferent(), model.card, tmp_path / "朋友 的模型.pt")


def sentence(fallback: Fallback | None) -> str:
    """Why eager stands in, in words."""
    assert fallback is not None
    return tr.error(fallback.code, fallback.facts)


@pytest.mark.parametrize("name", ON_THE_CPU)
def test_engine_is_offered_exactly_when_it_agrees_with_eager(engines: LoadedEngines, name: str) -> None:
    engine, fallback = engines.get(name)
    if fallback is None:
        assert engine.info.name == name
    else:
        assert KINDS[name].precision != "float32"
        assert engine.info.name == "eager"
        assert fallback.code is ErrorCode.ENGINE_DISAGREES
        assert engines.get(name) == (engine, fallback)


def test_engine_that_disagrees_is_switched_off_and_says_so(
    engines: LoadedEngines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agreement, "known", lambda _key: Parity("torchscript-trace", 108, 0.5, 0.9, 0.1))
    engine, fallback = engines.get("torchscript-trace")
    assert engine.info.name == "eager"
    assert "50.0%" in sentence(fallback)
    assert engines.get("torchscript")[1] is None


def test_engine_that_cannot_run_here_says_why(engines: LoadedEngines) -> None:
    engine, fallback = engines.get("torchscript-graph")
    assert engine.info.name == "eager"
    assert "CUDA" in sentence(fallback)


def test_first_use_of_an_engine_says_what_takes_time(
    engines: LoadedEngines, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdict = Parity("torchscript-trace", 108, 1.0, 0.0, 0.0)
    monkeypatch.setattr(agreement, "known", lambda _key: verdict)
    stages: list[str] = []
    engines.get("torchscript-trace", stages.append)
    assert stages[-2:] == ["load", "parity"]
    engines.get("torchscript-trace", pytest.fail)


@pytest.mark.parametrize("name", ON_THE_CPU)
def test_what_runs_is_the_model_that_was_asked_for(engines: LoadedEngines, model: Model, name: str) -> None:
    header = read_header(model.file)
    assert engines.get(name)[0].model_sha256 == model.sha256 == header.origin.network_sha256
    assert engines.get("eager")[0].model_sha256 == model.sha256


@pytest.mark.parametrize("name", ON_THE_CPU)
def test_no_engine_and_no_fallback_runs_other_weights_than_those_of_a_file_from_elsewhere(
    model: Model, mine: Path, name: str
) -> None:
    trust_file(str(mine))
    engines = loaded(str(mine))
    engine, fallback = engines.get(name)
    assert engine.model_sha256 == hashlib.sha256(mine.read_bytes()).hexdigest()
    assert engine.model_sha256 != model.sha256
    assert torch.equal(engine.run(torch.ones(1, 260, 260, 3, dtype=torch.uint8)).logits, torch.zeros(1, 1000))
    if name in ("eager", "torchscript"):
        assert fallback is None
    else:
        assert engine.info.name == "eager"
        assert "Eager 和 TorchScript" in sentence(fallback)
    assert list(mine.parent.iterdir()) == [mine]
    engines.close()


@pytest.mark.parametrize("name", ON_THE_CPU)
def test_program_of_another_model_in_the_place_of_ours_is_refused(
    engines: LoadedEngines, model: Model, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "model", replace(model, sha256="0" * 64))
    with pytest.raises(ModelError) as raised:
        engines.get(name)
    assert raised.value.code is ErrorCode.MODEL_WEIGHTS_DIFFER


def test_what_is_said_when_nothing_can_stand_in_is_why_the_engine_failed(
    model: Model, tmp_path: Path
) -> None:
    file = save(Refuses(0.0), model.card, tmp_path / "refuses.pt")
    trust_file(str(file))
    engines = loaded(str(file))
    with pytest.raises(EngineError) as raised:
        engines.get("torchscript")
    assert raised.value.facts["engine"] == "torchscript"
    assert "this network refuses" in tr.describe(raised.value)


def test_eager_itself_has_no_stand_in(engines: LoadedEngines) -> None:
    error = EngineError(ErrorCode.OUT_OF_MEMORY, engine="eager", device="cpu")
    with pytest.raises(EngineError) as raised:
        engines.fall_back("eager", error)
    assert raised.value is error


def test_engine_that_fails_in_its_first_run_is_let_go_before_eager_is_loaded(
    engines: LoadedEngines, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []

    def warm_up(engine: ForwardEngine, _size: int) -> list[float]:
        said.append(f"{engine.info.name} runs")
        if engine.info.name != "eager":
            raise EngineError(ErrorCode.OUT_OF_MEMORY, engine=engine.info.name, device="cuda")
        return []

    monkeypatch.setattr(ForwardEngine, "warm_up", warm_up)
    monkeypatch.setattr(ForwardEngine, "close", lambda engine: said.append(f"{engine.info.name} closed"))
    assert engines.get("torchscript")[0].info.name == "eager"
    assert said == ["torchscript runs", "torchscript closed", "eager runs"]


@pytest.mark.parametrize(("threads", "adapts"), [(0, True), (2, False)])
def test_only_an_automatic_number_of_threads_follows_what_the_machine_has_left(
    model: Model, monkeypatch: pytest.MonkeyPatch, threads: int, adapts: bool
) -> None:
    monkeypatch.setattr("app.engines.threads.usable_cores", lambda: 2)
    engines = LoadedEngines(model, EnginesKey(model.card.id, "cpu", threads))
    engine = engines.get("torchscript")[0]
    assert isinstance(engine, ForwardEngine)
    assert isinstance(engine._forward, Adaptive) is adapts
    engines.close()
