"""Which engine really runs, and why it is not the one that was asked for."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import parity
from app.engine_shelf import EngineShelf, ShelfKey
from app.engines.kinds import KINDS
from app.errors import EngineError, ErrorCode
from app.i18n import tr
from app.models import Model
from app.results import Fallback, Parity
from tests.engines.runnable import ON_THE_CPU


@pytest.fixture
def shelf(model: Model) -> Iterator[EngineShelf]:
    shelf = EngineShelf(ShelfKey(model.card.id, "cpu", 2))
    yield shelf
    shelf.close()


def sentence(fallback: Fallback | None) -> str:
    """Why eager stands in, in words."""
    assert fallback is not None
    return tr.error(fallback.code, fallback.facts)


@pytest.mark.parametrize("name", ON_THE_CPU)
def test_engine_is_offered_exactly_when_it_agrees_with_eager(shelf: EngineShelf, name: str) -> None:
    engine, fallback = shelf.get(name)
    if fallback is None:
        assert engine.info.name == name
    else:
        assert KINDS[name].precision != "float32"
        assert engine.info.name == "eager"
        assert fallback.code is ErrorCode.ENGINE_DISAGREES
        assert shelf.get(name) == (engine, fallback)


def test_engine_that_disagrees_is_switched_off_and_says_so(
    shelf: EngineShelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parity, "known", lambda _key: Parity("torchscript-trace", 108, 0.5, 0.9, 0.1))
    engine, fallback = shelf.get("torchscript-trace")
    assert engine.info.name == "eager"
    assert "50.0%" in sentence(fallback)
    assert shelf.get("torchscript")[1] is None


def test_engine_that_cannot_run_here_says_why(shelf: EngineShelf) -> None:
    engine, fallback = shelf.get("torchscript-graph")
    assert engine.info.name == "eager"
    assert "CUDA" in sentence(fallback)


def test_first_use_of_an_engine_says_what_takes_time(
    shelf: EngineShelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdict = Parity("torchscript-trace", 108, 1.0, 0.0, 0.0)
    monkeypatch.setattr(parity, "known", lambda _key: verdict)
    stages: list[str] = []
    shelf.get("torchscript-trace", stages.append)
    assert stages[-2:] == ["load", "parity"]
    shelf.get("torchscript-trace", pytest.fail)


def test_model_from_elsewhere_runs_on_eager_and_torchscript_only(model: Model, tmp_path: Path) -> None:
    file = tmp_path / "朋友 的模型.pt"
    shutil.copyfile(model.file, file)
    shelf = EngineShelf(ShelfKey(str(file), "cpu", 2, trusted=True))
    assert shelf.get("eager")[1] is None
    assert shelf.get("torchscript")[1] is None
    for name in ON_THE_CPU:
        if name not in ("eager", "torchscript"):
            engine, fallback = shelf.get(name)
            assert engine.info.name == "eager"
            assert "Eager 和 TorchScript" in sentence(fallback)
    assert list(tmp_path.iterdir()) == [file]
    shelf.close()


def test_eager_itself_has_no_stand_in(shelf: EngineShelf) -> None:
    error = EngineError(ErrorCode.OUT_OF_MEMORY, engine="eager", device="cpu")
    with pytest.raises(EngineError) as raised:
        shelf.fall_back("eager", error)
    assert raised.value is error
