"""Small networks that do what a good model never does, saved as model files."""

from pathlib import Path

import torch
from torch import Tensor, nn

from app.core.engine_kinds import Program
from app.core.model_card import ModelCard
from app.engines import model_file
from app.engines.torch_runtime import load_torch
from app.labels import load_labels


class Refuses(nn.Module):
    """Fails on every picture with more content than `least`: 0 fails always, 1 lets a blank one pass."""

    def __init__(self, least: float) -> None:
        super().__init__()
        self.least = least

    def forward(self, batch: Tensor) -> Tensor:
        if batch.abs().sum() >= self.least:
            raise ValueError("this network refuses")
        return torch.zeros(batch.shape[0], 1000)


class Indifferent(nn.Module):
    """Says that every label is as likely as any other."""

    def forward(self, batch: Tensor) -> Tensor:
        return torch.zeros(batch.shape[0], 1000)


class Answers(nn.Module):
    """Is sure of label 7 with every picture, and says so in one of many forms."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.form = form

    def forward(self, batch: Tensor) -> object:
        sure = torch.where(torch.arange(1000) == 7, 20.0, 0.0)
        logits = batch.mean((2, 3))[:, :1] * 0 + sure
        return {
            "logits": logits,
            "softmax": logits.softmax(1),
            "half": logits.half(),
            "nan": logits * float("nan"),
            "ten": logits[:, :10],
            "squeezed": logits.squeeze(0),
            "four": logits[:, :, None, None],
            "index": logits.argmax(1),
            "tuple": (logits, logits),
            "dict": {"out": logits},
        }[self.form]


class Branches(nn.Module):
    """Goes one way for a bright picture and another for a dark one."""

    def forward(self, batch: Tensor) -> Tensor:
        if batch.mean() > 0:
            return batch + 1
        return batch - 1


def save(network: nn.Module, card: ModelCard, file: Path, network_sha256: str = "") -> Path:
    """Write `network` as a model file that claims to be the model of `card`, made from certain weights."""
    network.eval()
    if isinstance(network, Answers):
        example = torch.zeros(1, 3, card.input.size, card.input.size)
        module = load_torch().jit.trace(network, example, strict=False)
    else:
        module = torch.jit.script(network)
    model_file.save(module, card, load_labels(card.labels), 1000, Program.SCRIPTED, file, network_sha256)
    return file
