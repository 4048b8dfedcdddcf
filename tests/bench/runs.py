"""A run as it might have been found, with everything that can be in one."""

from pathlib import Path

from app.bench.records import Run, Series, Subject, Throughput
from app.core.errors import ErrorCode
from app.core.results import Fallback, Parity

DISAGREES = Fallback(
    "openvino-bf16",
    ErrorCode.ENGINE_DISAGREES,
    (("engine", "openvino-bf16"), ("agreement", "96.3%"), ("pictures", 108), ("needed", "99%")),
)
NOT_HERE = Fallback(
    "torchscript-graph",
    ErrorCode.ENGINE_NOT_HERE,
    (("engine", "torchscript-graph"), ("reason", "needs_device"), ("detail", "CUDA")),
)
NO_FOLDER = Fallback(
    "onnxruntime",
    ErrorCode.MODEL_STORE_UNWRITABLE,
    (("folder", Path("只读 <folder>")), ("detail", "No space left on device")),
)
TOO_LARGE = Fallback(
    "openvino-bf16", ErrorCode.OUT_OF_MEMORY, (("engine", "openvino-bf16"), ("device", "cpu"))
)


def times(middle: float, count: int = 30) -> tuple[float, ...]:
    """`count` samples around `middle`."""
    return tuple(middle + 0.01 * ((7 * number) % count - count / 2) for number in range(count))


RUN = Run(
    when="2026-11-22T07:45:12+08:00",
    machine={"cpu": 'A "fast" <processor> & more', "flags": ("avx2", "amx_bf16"), "cores": 2, "governor": ""},
    settings={"model": "efficientnet_lite2", "batch_sizes": [1, 8]},
    subjects=(
        Subject("eager", "cpu", "float32", 2, 310.0, 23.75, 412.0, 0.0, (("decode", 3.5), ("forward", 26.0))),
        Subject(
            "openvino-bf16", "cpu", "bfloat16", 2, 180.0, 23.25, 390.0, 0.0, (("decode", 3.4),),
            Parity("openvino-bf16", 108, 104 / 108, 0.16, 4e-5), Parity("openvino-bf16", 3, 1.0, 0.01, 1e-6),
            (Throughput(1, 1, 90.0), Throughput(2, 1, 170.5)), DISAGREES,
        ),
        Subject("onnxruntime", refusal=NO_FOLDER),
        Subject("torchscript-graph", refusal=NOT_HERE),
    ),
    series=(
        Series("eager", 1, (60.0, 30.0, 27.0), times(26)),
        Series("openvino-bf16", 1, (9.0, 7.0, 6.0), times(6.5)),
        Series("eager", 8, (300.0, 250.0, 240.0), times(240)),
        Series("openvino-bf16", 8, (), (), TOO_LARGE),
    ),
    complete=True,
)  # fmt: skip
