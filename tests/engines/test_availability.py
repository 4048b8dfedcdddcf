"""Why an engine cannot run here is told in words, before anything is loaded."""

import importlib.util
import shutil
from importlib.machinery import ModuleSpec

import pytest

from app.core import paths
from app.core.engine_kinds import ENGINES, KINDS
from app.core.errors import EngineError, ErrorCode
from app.core.language_in_use import tr
from app.engines import availability
from app.engines.availability import why_not
from app.engines.factory import require


def refusal(name: str, device: str = "cpu") -> EngineError:
    """The error with which an engine is refused, in a sentence without blanks."""
    with pytest.raises(EngineError) as raised:
        require(name, device)
    assert raised.value.code is ErrorCode.ENGINE_NOT_HERE
    assert "?" not in tr.describe(raised.value)
    return raised.value


def test_engines_that_need_nothing_are_always_there() -> None:
    for name in ("eager", "torchscript", "torchscript-trace"):
        for device in ("cpu", "cuda", "mps"):
            assert why_not(name, device) is None


@pytest.mark.parametrize("name", [name for name in ENGINES if KINDS[name].package])
def test_missing_extra_is_named_with_the_way_to_get_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec

    def find_others(package: str) -> ModuleSpec | None:
        return None if package == KINDS[name].package else find(package)

    monkeypatch.setattr(importlib.util, "find_spec", find_others)
    error = refusal(name)
    assert error.facts["reason"] == "not_installed"
    assert f"pip install wanwu[{KINDS[name].extra}]" in tr.describe(error)


@pytest.mark.parametrize("name", [name for name in ENGINES if KINDS[name].devices == ("cuda",)])
def test_engine_for_nvidia_says_so_elsewhere(name: str) -> None:
    for device in ("cpu", "mps"):
        error = refusal(name, device)
        assert (error.facts["reason"], error.facts["detail"]) == ("needs_device", "CUDA")
        assert "只能在 CUDA 上运行" in tr.describe(error)


def test_engine_for_processors_says_so_elsewhere() -> None:
    assert "只能在 CPU 上运行" in tr.describe(refusal("torchscript-int8", "cuda"))


def test_processor_without_bfloat16(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(availability, "_computes_bfloat16", lambda _device: False)
    assert refusal("torchscript-bf16").facts["reason"] == "no_bfloat16"
    assert why_not("torchscript", "cpu") is None


def test_torch_without_int8_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(availability, "INT8_KERNELS", "kernels of tomorrow")
    assert refusal("torchscript-int8").facts["reason"] == "no_int8"


def test_compiling_needs_a_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    error = refusal("torch-compile")
    assert error.facts["reason"] == "no_compiler"
    assert "g++" in tr.describe(error)


def test_installed_program_does_not_compile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "is_frozen", lambda: True)
    assert refusal("torch-compile").facts["reason"] == "frozen"
