"""Small networks that do what a good model never does, saved as model files."""

from pathlib import Path

import torch
from torch import Tensor, nn

from app.cards import ModelCard
from app.engines import model_file
from app.engines.kinds import Program
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


class Branches(nn.Module):
    """Goes one way for a bright picture and another for a dark one."""

    def forward(self, batch: Tensor) -> Tensor:
        if batch.mean() > 0:
            return batch + 1
        return batch - 1


def save(network: nn.Module, card: ModelCard, file: Path) -> Path:
    """Write `network` as a model file that claims to be the model of `card`."""
    module = torch.jit.script(network.eval())
    model_file.save(module, card, load_labels(card.labels), 1000, Program.SCRIPTED, file)
    return file
