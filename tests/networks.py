"""Small networks that do what a good model never does, saved as model files."""

from pathlib import Path

import torch
from torch import Tensor, nn

from app.core.engine_kinds import Program
from app.core.model_card import ModelCard
from app.engines import model_file
from app.engines.torch_runtime import load_torch
from app.labels import LabelSet, load_labels


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
            "tuple": (logits, logits, logits),
            "dict": {"out": logits},
        }[self.form]


class Flattens(nn.Module):
    """Takes its planes for one row with `view`, as many small networks do; `side` is its input's."""

    def __init__(self, side: int, outputs: int) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.planes, self.row = nn.Conv2d(3, 4, 4, stride=4), nn.Linear(4 * (side // 4) ** 2, outputs)

    def forward(self, batch: Tensor) -> Tensor:
        row: Tensor = self.row(torch.relu(self.planes(batch)).view(batch.shape[0], -1))
        return row


class Brightness(nn.Module):
    """Two opposite logits that add up to 1 and are near it for noise, whose mean is near 0."""

    def forward(self, batch: Tensor) -> Tensor:
        mean = batch.mean((1, 2, 3))[:, None] * 5
        return torch.cat((mean + 0.6, 0.4 - mean), 1)


class Branches(nn.Module):
    """Goes one way for a bright picture and another for a dark one."""

    def forward(self, batch: Tensor) -> Tensor:
        if batch.mean() > 0:
            return batch + 1
        return batch - 1


class Colours(nn.Module):
    """Tells how red, green and blue the two halves of a picture are: six logits, and others that are lower.

    Attributes:
        outputs: how many labels it has in all.
        zero, one: what it is fed for a black and for a bright pixel.
        bgr, last: whether it is fed blue first, and `[N, h, w, 3]`.
        activation: what it does with the logits itself.
    """

    def __init__(
        self,
        outputs: int = 7,
        zero: float = -1.0,
        one: float = 1.0,
        bgr: bool = False,
        last: bool = False,
        activation: str = "",
    ) -> None:
        super().__init__()
        self.outputs, self.zero, self.one = outputs, zero, one
        self.bgr, self.last, self.activation = bgr, last, activation

    def forward(self, batch: Tensor) -> Tensor:
        if self.last:  # as a network of another library does: only in this layout is that possible
            flat = batch.view(batch.shape[0], -1, 3)
            pixels = flat.view(batch.shape).permute(0, 3, 1, 2)
        else:
            pixels = batch
        if self.bgr:
            pixels = pixels.flip(1)
        pixels = (pixels - self.zero) / (self.one - self.zero)
        half = pixels.shape[3] // 2
        left, right = pixels[:, :, :, :half].mean((2, 3)), pixels[:, :, :, half:].mean((2, 3))
        rest = torch.zeros(batch.shape[0], self.outputs - 6, device=batch.device) - 1.0
        logits = torch.cat([left, right, rest], 1) * 20 - 10
        if self.activation == "softmax":
            logits = logits.softmax(1)
        if self.activation == "sigmoid":
            logits = logits.sigmoid()
        return logits


class Paired(nn.Module):
    """Another network's answer, and behind it the mean colour of the picture."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, batch: Tensor) -> tuple[Tensor, Tensor]:
        return self.network(batch), batch.mean((2, 3))


class Tabled(nn.Module):
    """The same as a table, in another order."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, batch: Tensor) -> dict[str, Tensor]:
        return {"embedding": batch.mean((2, 3)), "logits": self.network(batch)}


def save(
    network: nn.Module,
    card: ModelCard,
    file: Path,
    network_sha256: str = "",
    labels: LabelSet | None = None,
) -> Path:
    """Write `network` as a model file that claims to be the model of `card`, made from certain weights."""
    labels = labels or load_labels(card.labels)
    network.eval()
    if isinstance(network, Answers):
        example = torch.zeros(1, 3, card.input.height, card.input.width)
        module = load_torch().jit.trace(network, example, strict=False)
    else:
        module = torch.jit.script(network)
    model_file.save(module, card, labels, len(labels), Program.SCRIPTED, file, network_sha256)
    return file
