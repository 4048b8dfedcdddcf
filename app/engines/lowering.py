"""Making a network cheaper to run: batch norms folded away, most layers in half precision or in int8."""

from __future__ import annotations

import copy
import warnings
from importlib import import_module
from itertools import pairwise
from typing import TYPE_CHECKING

from app.core.errors import EngineError, ErrorCode
from app.engines.availability import INT8_KERNELS
from app.engines.torch_runtime import load_torch

if TYPE_CHECKING:
    from collections.abc import Sequence

    import torch
    from torch import Tensor, nn

    from app.core.engine_kinds import Program

# The stem, the first block and what comes before the second block's projection stay in float32: depthwise
# kernels there mix few values with large weights of both signs, so that rounding them moves the answer more
# than all later layers together (docs/benchmarks.md).
_FULL_PRECISION_CONVOLUTIONS = 5


def fold_batch_norms(network: nn.Module) -> nn.Module:
    """A copy of `network` in which every convolution has taken in the batch norm that follows it.

    Done in float32 before any rounding: folded later, weights would be rounded twice.
    """
    from torch import nn
    from torch.nn.utils.fusion import fuse_conv_bn_eval

    folded = copy.deepcopy(network)
    for parent in list(folded.modules()):
        children = list(parent.named_children())
        for (name, first), (following, second) in pairwise(children):
            if isinstance(first, nn.Conv2d) and isinstance(second, nn.BatchNorm2d):
                setattr(parent, name, fuse_conv_bn_eval(first, second))
                # Some of timm's batch norms hold the activation after them, which stays.
                setattr(parent, following, getattr(second, "act", nn.Identity()))
    return folded


def _convolutions(network: nn.Module) -> list[str]:
    """The names of all convolutions, in the order in which timm defines and runs them."""
    from torch import nn

    return [name for name, part in network.named_modules() if isinstance(part, nn.Conv2d)]


def require_lowerable(network: nn.Module, program: Program) -> None:
    """Raise EngineError `engine_not_here` unless `network` has what is kept in float32, and more."""
    from torch import nn

    layers = [part for part in network.modules() if not list(part.children())]
    ends_linear = any(isinstance(part, nn.Linear) for part in layers)
    if len(_convolutions(network)) <= _FULL_PRECISION_CONVOLUTIONS or not ends_linear:
        raise EngineError(ErrorCode.ENGINE_NOT_HERE, engine=program.value, reason="not_lowered")


def to_half_precision(network: nn.Module, dtype: torch.dtype) -> nn.Module:
    """A copy of `network`, a lowerable one, with most of its arithmetic in `dtype`; float32 in and out."""
    from app.engines.layers import Rounded, WithClassifier, WithEmbedding

    lowered = fold_batch_norms(network)
    if not isinstance(lowered, WithEmbedding):
        lowered = WithClassifier(lowered, _take_classifier(lowered))
    trunk = lowered.trunk
    names = _convolutions(trunk)
    first, later = names[_FULL_PRECISION_CONVOLUTIONS], names[_FULL_PRECISION_CONVOLUTIONS + 1 :]
    trunk.set_submodule(first, Rounded(trunk.get_submodule(first), dtype))
    for name in later:
        trunk.get_submodule(name).to(dtype)
    return lowered.eval()


def _take_classifier(network: nn.Module) -> nn.Module:
    """Take the last linear layer off `network`."""
    from torch import nn

    name = [name for name, part in network.named_modules() if isinstance(part, nn.Linear)][-1]
    classifier = network.get_submodule(name)
    network.set_submodule(name, nn.Identity())
    return classifier


def to_int8(network: nn.Module, calibration: Sequence[Tensor]) -> nn.Module:
    """A copy of `network`, a lowerable one, in int8, the ranges measured on `calibration` batches.

    Post-training static quantisation, weights per channel; the same first layers as in half precision stay
    in float32.
    """
    torch = load_torch()
    quantization = import_module("torch.ao.quantization")
    fx = import_module("torch.ao.quantization.quantize_fx")
    torch.backends.quantized.engine = INT8_KERNELS
    weights = quantization.PerChannelMinMaxObserver.with_args(
        dtype=torch.qint8, qscheme=torch.per_channel_symmetric
    )
    ranges = quantization.HistogramObserver.with_args(reduce_range=False)
    mapping = quantization.QConfigMapping().set_global(quantization.QConfig(ranges, weights))
    folded = fold_batch_norms(network)
    for name in _full_precision_layers(folded):
        mapping = mapping.set_module_name(name, None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch.ao.quantization announces its successor with every call
        observed = fx.prepare_fx(folded, mapping, (calibration[0],))
        with torch.inference_mode():
            for batch in calibration:
                observed(batch.contiguous(memory_format=torch.channels_last))
        quantised: nn.Module = fx.convert_fx(observed)
    return quantised


def _full_precision_layers(network: nn.Module) -> list[str]:
    """The names of the layers without children before the first convolution that is rounded."""
    first = _convolutions(network)[_FULL_PRECISION_CONVOLUTIONS]
    layers = [name for name, part in network.named_modules() if not list(part.children())]
    return layers[: layers.index(first)]
