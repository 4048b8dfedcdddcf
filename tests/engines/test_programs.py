"""A program file is made once; one that cannot be made right is not made."""

import inspect

import pytest
import torch
from torch import nn

from app.core.engine_kinds import Program
from app.core.errors import EngineError, ErrorCode
from app.core.language_in_use import tr
from app.core.stages import ignore
from app.engines import agreement
from app.engines.architecture import build_network
from app.engines.lowering import fold_batch_norms, require_lowerable
from app.engines.model_file import read_header
from app.engines.preprocess import Normalise
from app.engines.programs import _torchscript, trace
from app.engines.torch_runtime import load_timm
from app.models.building import build, built_file
from app.models.library import Model
from tests.networks import Branches, Indifferent


@pytest.mark.parametrize("program", Program)
def test_program_is_made_once_and_found_again(model: Model, program: Program) -> None:
    file = model.program(program, ignore)
    written = file.stat().st_mtime_ns
    assert model.program(program, pytest.fail) == file
    assert file.stat().st_mtime_ns == written
    assert list(file.parent.glob("partial*")) == []


@pytest.mark.parametrize("program", [program for program in Program if program is not Program.ONNX])
def test_program_file_says_which_one_it_is(model: Model, program: Program) -> None:
    header = read_header(model.program(program, ignore))
    assert header.origin.program == program
    assert header.card == model.card


def test_lower_precision_makes_a_smaller_file(model: Model) -> None:
    names = Program.SCRIPTED, Program.BFLOAT16, Program.INT8
    sizes = [model.program(program, ignore).stat().st_size for program in names]
    assert sizes == sorted(sizes, reverse=True)


def test_branch_that_depends_on_the_picture_is_not_traced() -> None:
    with pytest.raises(EngineError) as raised:
        trace(Branches(), torch.zeros(1, 3, 8, 8))
    assert raised.value.code is ErrorCode.TRACE_REFUSED
    lines, first = inspect.getsourcelines(Branches.forward)
    branch = first + next(row for row, line in enumerate(lines) if " if " in line)
    assert f"networks.py:{branch}" in tr.describe(raised.value)


def test_network_without_branches_is_traced() -> None:
    traced = trace(Indifferent(), torch.zeros(1, 3, 8, 8))
    assert traced(torch.ones(1, 3, 8, 8)).shape == (1, 1000)


@pytest.mark.parametrize(
    "network",
    [
        nn.Sequential(nn.Conv2d(3, 8, 3), nn.Flatten(), nn.Linear(8, 7)),
        nn.Sequential(*[nn.Conv2d(3, 3, 1)] * 9),
    ],
    ids=["few convolutions", "no linear layer"],
)
@pytest.mark.parametrize("program", [Program.BFLOAT16, Program.INT8])
def test_network_that_cannot_be_lowered_is_told_in_words(network: nn.Module, program: Program) -> None:
    with pytest.raises(EngineError) as raised:
        require_lowerable(network, program)
    assert "不能转换成半精度或 int8" in tr.describe(raised.value)


def test_folded_batch_norms_keep_the_scores(model: Model) -> None:
    network = build_network(model.card)
    folded = fold_batch_norms(network)
    pixels = next(iter(agreement.check_batches(model.card.input)))
    pictures = Normalise(model.card.input, "cpu")(pixels)
    with torch.inference_mode():
        assert torch.allclose(folded(pictures)[0], network(pictures)[0], atol=1e-4)
    assert any(isinstance(part, torch.nn.BatchNorm2d) for part in network.modules())
    assert not any(isinstance(part, torch.nn.BatchNorm2d) for part in folded.modules())


def test_new_onnx_file_replaces_the_one_of_another_version(model: Model) -> None:
    current = built_file(model.card, Program.ONNX)
    outdated = current.with_name(f"{model.card.id}.000000000000.onnx")
    other_model = current.with_name("efficientnet_lite9.000000000000.onnx")
    outdated.touch()
    other_model.touch()
    assert build(model.card, Program.ONNX, again=True) == current
    assert current.exists()
    assert not outdated.exists()
    assert other_model.exists()
    other_model.unlink()


def test_network_that_fails_in_half_precision_is_told_in_words() -> None:
    network = load_timm().create_model("resnet18", pretrained=False, exportable=True).eval()
    with pytest.raises(EngineError) as raised:
        _torchscript(Program.BFLOAT16, network, torch.zeros(1, 3, 64, 64), list)
    assert raised.value.facts["reason"] == "not_lowered"
