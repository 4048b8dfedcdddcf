"""The engines by name: what each runs, where it can, and how far its answers may be from eager's."""

from dataclasses import dataclass
from enum import StrEnum

# Counted up with every change of `architecture`, `layers`, `lowering` or `programs` that makes other programs
# from the same card: program files and verdicts of an earlier recipe are made anew.
RECIPE = 2


class Program(StrEnum):
    """A form of a model, as a file. All are made from the same network (`app.engines.programs`)."""

    SCRIPTED = "scripted"
    TRACED = "traced"
    BFLOAT16 = "bfloat16"
    FLOAT16 = "float16"
    INT8 = "int8"
    ONNX = "onnx"


@dataclass(frozen=True, slots=True)
class EngineKind:
    """One way of running a model.

    Attributes:
        maker: the function that loads it, below `app.engines`.
        program: the file that it runs; eager and torch.compile make the network of the card anew instead.
        precision: the number type of most of its arithmetic.
        devices: where it can run.
        agreement: the share of check pictures, 0–1, on which its first label must be eager's.
        package: what must be installed besides torch; `extra` is this program's name for it.
        any_program: whether it can run the program in a file from elsewhere; others need the network.
    """

    maker: str
    program: Program = Program.SCRIPTED
    precision: str = "float32"
    devices: tuple[str, ...] = ("cpu", "cuda", "mps")
    agreement: float = 0.99
    package: str = ""
    extra: str = ""
    any_program: bool = False


_CPU, _CUDA = ("cpu",), ("cuda",)

KINDS = {
    "eager": EngineKind("eager.create_eager", any_program=True),
    "torchscript": EngineKind("torchscript.create_torchscript", any_program=True),
    "torchscript-trace": EngineKind("torchscript.create_torchscript", Program.TRACED),
    "torchscript-bf16": EngineKind(
        "torchscript.create_torchscript", Program.BFLOAT16, "bfloat16", ("cpu", "cuda")
    ),
    "torchscript-fp16": EngineKind("torchscript.create_torchscript", Program.FLOAT16, "float16", _CUDA),
    "torchscript-int8": EngineKind("torchscript.create_torchscript", Program.INT8, "int8", _CPU, 0.97),
    "torchscript-graph": EngineKind("torchscript.create_cuda_graph", Program.FLOAT16, "float16", _CUDA),
    "torch-compile": EngineKind("compiled.create_compiled", devices=("cpu", "cuda")),
    "onnxruntime": EngineKind(
        "onnx_engines.create_onnxruntime", Program.ONNX, devices=_CPU, package="onnxruntime", extra="onnx"
    ),
    "openvino": EngineKind(
        "onnx_engines.create_openvino", Program.ONNX, devices=_CPU, package="openvino", extra="openvino"
    ),
    "openvino-bf16": EngineKind(
        "onnx_engines.create_openvino", Program.ONNX, "bfloat16", _CPU, package="openvino", extra="openvino"
    ),
}
ENGINES = tuple(KINDS)
# What a card may name as its reference: what runs everywhere, and a file from elsewhere too.
REFERENCES = tuple(name for name, kind in KINDS.items() if kind.any_program)
# The reference of a model whose card names none. Of a file from elsewhere it is the program as it is.
REFERENCE = "eager"
# What answers where nothing else was chosen, by a user or by measuring.
STANDARD = "torchscript"
