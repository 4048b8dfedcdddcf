"""Every engine that is offered answers as eager does; that is measured once on each machine."""

from dataclasses import replace
from typing import Any

import pytest
import torch

from app.core.engine_kinds import KINDS
from app.core.errors import EngineError, ErrorCode
from app.core.language_in_use import tr
from app.core.results import Parity
from app.engines import agreement
from app.engines.agreement import require_agreement, verdict
from app.engines.protocol import Engine
from app.labels import LabelSet
from app.models import building
from app.models.library import Model
from tests.conftest import Start
from tests.engines.runnable import ON_THE_CPU

OTHERS = [name for name in ON_THE_CPU if name != "eager"]
ROUNDED = [name for name in OTHERS if KINDS[name].precision != "float32"]


def measured(model: Model, start: Start, name: str) -> tuple[Parity, Engine]:
    """The verdict on an engine, and the engine, closed."""
    engine = start(name)
    engine.warm_up(1)
    found = verdict(model.card, model.version, engine, lambda: start("eager"))
    engine.close()
    return found, engine


@pytest.mark.parametrize("name", OTHERS)
def test_answers_are_near_eagers(
    model: Model, start: Start, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # int8 weights are laid out for the kernels that are set when a file is loaded: not for these.
    monkeypatch.setattr(torch.backends.quantized, "engine", "x86")
    found, _ = measured(model, start, name)
    assert found.pictures >= 100
    if KINDS[name].precision == "float32":
        assert found.agreement == 1
        assert found.largest < 1e-3
    elif name == "torchscript-bf16":
        assert found.agreement >= 0.99
    else:
        assert found.agreement > 0.9  # enough for some machines' kernels; the shelf looks at each


@pytest.mark.parametrize("name", ROUNDED)
def test_verdict_is_remembered_and_nothing_computed_again(model: Model, start: Start, name: str) -> None:
    found, closed = measured(model, start, name)
    assert verdict(model.card, model.version, closed, pytest.fail) == found


@pytest.mark.parametrize("changed", ["machine_key", "package_version"])
def test_verdict_holds_for_one_machine_and_one_version(
    model: Model, start: Start, changed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, closed = measured(model, start, "torchscript-trace")
    monkeypatch.setattr(agreement, changed, lambda *_: "another")
    with pytest.raises(EngineError) as raised:
        verdict(model.card, model.version, closed, lambda: closed)
    assert raised.value.facts["detail"] == "the engine is closed"


@pytest.mark.parametrize("change", [{"sha256": "0" * 64}, {"labels": LabelSet("index\twnid\tzh\ten\tgroup")}])
def test_verdict_holds_for_one_model(model: Model, start: Start, change: dict[str, Any]) -> None:
    _, closed = measured(model, start, "torchscript-trace")
    changed = replace(model, **change)
    with pytest.raises(EngineError):
        verdict(changed.card, changed.version, closed, lambda: closed)


def test_verdict_is_forgotten_with_another_recipe(
    model: Model, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, closed = measured(model, start, "torchscript-trace")
    monkeypatch.setattr(building, "RECIPE", 1000)
    with pytest.raises(EngineError):
        verdict(model.card, model.version, closed, lambda: closed)


def test_engine_that_agrees_too_seldom_is_refused_with_figures() -> None:
    require_agreement(Parity("torchscript-int8", 108, 0.97, 0.2, 1e-3))
    with pytest.raises(EngineError) as raised:
        require_agreement(Parity("torchscript-bf16", 108, 0.97, 0.2, 1e-3))
    assert raised.value.code is ErrorCode.ENGINE_DISAGREES
    sentence = tr.describe(raised.value)
    assert [figure for figure in ("108", "97.0%", "99%") if figure not in sentence] == []
