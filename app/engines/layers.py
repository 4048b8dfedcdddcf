"""Layers that a lowered network is put together with. Imports torch: import this module late."""

import torch
from torch import Tensor, nn


class Rounded(nn.Module):
    """A layer of half precision, behind the rounding of what it is fed to its type."""

    def __init__(self, layer: nn.Module, dtype: torch.dtype) -> None:
        super().__init__()
        self.layer = layer.to(dtype)
        self.dtype = dtype

    def forward(self, batch: Tensor) -> Tensor:
        rounded: Tensor = self.layer(batch.to(self.dtype))
        return rounded


class WithClassifier(nn.Module):
    """A trunk in any precision and a classifier in float32: logits must not be rounded to 8 bits."""

    def __init__(self, trunk: nn.Module, classifier: nn.Module) -> None:
        super().__init__()
        self.trunk = trunk
        self.classifier = classifier

    def forward(self, batch: Tensor) -> Tensor:
        logits: Tensor = self.classifier(self.trunk(batch).float())
        return logits


class WithEmbedding(nn.Module):
    """The same with both answers: logits, and the embedding that the classifier makes them of."""

    def __init__(self, trunk: nn.Module, classifier: nn.Module) -> None:
        super().__init__()
        self.trunk = trunk
        self.classifier = classifier

    def forward(self, batch: Tensor) -> tuple[Tensor, Tensor]:
        embedding: Tensor = self.trunk(batch).float()
        return self.classifier(embedding), embedding
