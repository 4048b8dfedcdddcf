"""Turning a card's network into a program file: scripted, traced, in another precision, or as ONNX."""

from __future__ import annotations

import importlib.util
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from app.core.engine_kinds import Program
from app.core.errors import EngineError, ErrorCode, ModelError
from app.engines import model_file, onnx_file
from app.engines.architecture import build_network, weights_sha256
from app.engines.lowering import fold_batch_norms, require_lowerable, to_half_precision, to_int8
from app.engines.outputs import named, rows_of
from app.engines.torch_runtime import load_torch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor, nn
    from torch.jit import ScriptModule

    from app.core.model_card import ModelCard
    from app.labels import LabelSet

    Pictures = Callable[[], Sequence[Tensor]]

_OPSET = 17


def write_program(
    program: Program,
    card: ModelCard,
    labels: LabelSet,
    file: Path,
    pictures: Pictures,
    report: Callable[[str], None],
) -> None:
    """Build the network of `card` and save it to `file` as `program`: a `.pt` with its labels, or ONNX.

    `pictures` gives batches of real pictures, normalised, for what has to be calibrated; `report` hears keys
    of `resources/i18n`, section `build`. Raises ModelError when the network cannot be made or has other
    outputs than labels, EngineError when it cannot be traced; OSError.
    """
    report("network")
    network = build_network(card)
    torch = load_torch()
    example = torch.zeros(1, 3, card.input.height, card.input.width)
    with torch.inference_mode():
        answer = named(network(example), card.outputs.names, program.value)
        outputs = rows_of(answer["logits"], (1, None), program.value).shape[1]
    if outputs != len(labels):
        raise ModelError(ErrorCode.MODEL_LABELS_MISMATCH, file=file, outputs=outputs, labels=len(labels))
    report(program.value)
    if program is Program.ONNX:
        _export_onnx(network, example, card.outputs.names, file)
        file.write_bytes(onnx_file.seal(file.read_bytes(), weights_sha256(network)))
        return
    module = _torchscript(program, network, example, pictures)
    model_file.save(module, card, labels, outputs, program, file, weights_sha256(network))


def _torchscript(program: Program, network: nn.Module, example: Tensor, pictures: Pictures) -> ScriptModule:
    torch = load_torch()
    if program is Program.TRACED:
        return trace(network, example)
    if program is not Program.SCRIPTED:
        return _lowered(program, network, example, pictures)
    scripted: ScriptModule = torch.jit.script(network)
    return scripted


def _lowered(program: Program, network: nn.Module, example: Tensor, pictures: Pictures) -> ScriptModule:
    """A program in lower precision. Raises EngineError `engine_not_here` for a network that does not take it.

    What can be seen of a network beforehand is not all: whether its parts fit together then, a run shows.
    """
    torch = load_torch()
    require_lowerable(network, program)
    halves = {Program.BFLOAT16: torch.bfloat16, Program.FLOAT16: torch.float16}
    try:
        if program not in halves:
            return _record(to_int8(network, pictures()), example)[0]
        scripted: ScriptModule = torch.jit.script(to_half_precision(network, halves[program]))
        with torch.inference_mode():
            scripted(example)
    except (RuntimeError, TypeError, ValueError, AttributeError, NotImplementedError) as error:
        raise EngineError(ErrorCode.ENGINE_NOT_HERE, engine=program.value, reason="not_lowered") from error
    return scripted


def trace(network: nn.Module, example: Tensor) -> ScriptModule:
    """Record what `network` does with `example`.

    A branch that depends on the picture would be frozen as it went for this one: that raises EngineError
    `trace_refused` with the line.
    """
    module, doubts = _record(network, example)
    branches = [doubt for doubt in doubts if "Python boolean" in str(doubt.message)]
    if branches:
        line = f"{Path(branches[0].filename).name}:{branches[0].lineno}"
        raise EngineError(ErrorCode.TRACE_REFUSED, engine="torchscript-trace", line=line)
    return module


def _record(network: nn.Module, example: Tensor) -> tuple[ScriptModule, list[warnings.WarningMessage]]:
    torch = load_torch()
    with warnings.catch_warnings(record=True) as doubts, torch.inference_mode():
        warnings.simplefilter("always")
        module: ScriptModule = torch.jit.trace(network, example, check_trace=False)
    return module, doubts


def _export_onnx(network: nn.Module, example: Tensor, outputs: tuple[str, ...], file: Path) -> None:
    """ONNX with any batch size, batch norms folded; inputs `pictures`, outputs as the card names them."""
    if importlib.util.find_spec("onnx") is None:
        raise EngineError(ErrorCode.ENGINE_NOT_HERE, engine="ONNX", reason="not_installed", detail="onnx")
    torch = load_torch()
    free = {name: {0: "batch"} for name in ("pictures", *outputs)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it announces the exporter that needs two more packages
        torch.onnx.export(
            fold_batch_norms(network),
            (example,),
            str(file),
            input_names=["pictures"],
            output_names=list(outputs),
            dynamic_axes=free,
            opset_version=_OPSET,
            dynamo=False,
        )
