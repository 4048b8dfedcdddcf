"""Models of many forms, each as a card, labels and a program; all of them recognise colours."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from torch import nn

from app.core.model_card import parse_card
from app.labels import LabelSet
from app.models.library import trust_file
from tests.networks import Colours, Paired, Tabled, save

_CARD = """
id = "colours"
architecture = "torchscript"
weights = ""
labels = "colours"
licence = "Apache-2.0"
source = "a test"

[name]
en = "Colours"

[input]
size = {size}
crop = 1.0
stretch = 1000
interpolation = "bilinear"
mean = {mean}
std = {std}
{more}

[calibration]
temperature = 1.0
how = "not at all"
"""
COLOURS = ("left red", "left green", "left blue", "right red", "right green", "right blue")


@dataclass(frozen=True)
class AnyModel:
    """What is unusual about a model."""

    network: Colours = field(default_factory=Colours)
    size: str = "64"
    mean: str = "[0.5, 0.5, 0.5]"
    std: str = "[0.5, 0.5, 0.5]"
    more: str = ""
    answers: Callable[[nn.Module], nn.Module] = lambda network: network
    columns: str = "index\twnid\tzh\ten\tgroup"
    row: str = "{number}\t\t颜色{number}\t{name}\t颜色/{side}"

    def labels(self) -> LabelSet:
        """Six colours, and as many others as the network has outputs."""
        names = [*COLOURS, *(f"other {number}" for number in range(self.network.outputs - len(COLOURS)))]
        rows = [
            self.row.format(number=number, name=name, side=name.partition(" ")[0])
            for number, name in enumerate(names)
        ]
        return LabelSet("\n".join([self.columns, *rows]))

    def card(self) -> str:
        """The card as written."""
        return _CARD.format(size=self.size, mean=self.mean, std=self.std, more=self.more)

    def save(self, file: Path) -> Path:
        """Write the model, and trust it."""
        saved = save(self.answers(self.network), parse_card(self.card()), file, labels=self.labels())
        trust_file(str(saved))
        return saved


MODELS = {
    "seven classes": AnyModel(),
    "54,092 classes": AnyModel(Colours(54_092)),
    "240 by 320": AnyModel(size="[240, 320]"),
    "BGR, 0-255": AnyModel(
        Colours(zero=-100, one=155, bgr=True), mean="[100, 100, 100]", std="[1, 1, 1]",
        more='channels = "bgr"\nhighest = 255',
    ),
    "channels last": AnyModel(Colours(last=True), more='layout = "nhwc"'),
    "sigmoid": AnyModel(more='[outputs]\nactivation = "sigmoid"'),
    "sigmoid inside": AnyModel(
        Colours(activation="sigmoid"), more='[outputs]\nactivation = "sigmoid"\napplied = true'
    ),
    "sigmoid inside, unsaid": AnyModel(
        Colours(activation="sigmoid"), more='[outputs]\nactivation = "sigmoid"'
    ),
    "softmax inside, said": AnyModel(
        Colours(activation="softmax"), more='[outputs]\nactivation = "softmax"\napplied = true'
    ),
    "softmax inside": AnyModel(Colours(activation="softmax")),
    "logits and an embedding": AnyModel(
        answers=Paired, more='[outputs]\nnames = ["logits", "embedding"]'
    ),
    "a table of answers": AnyModel(answers=Tabled, more='[outputs]\nnames = ["logits", "embedding"]'),
    "no groups, English names": AnyModel(columns="index\ten", row="{number}\t{name}"),
}  # fmt: skip
