"""A model file from elsewhere runs by the user's consent, which is for its content and can be taken back."""

import os
import shutil
from pathlib import Path

import pytest

from app.core.errors import ErrorCode, ModelError
from app.core.language_in_use import tr
from app.engines import model_file
from app.models import trust
from app.models.library import Model, open_model, trust_file
from tests.disk import nearly_full
from tests.networks import Indifferent, save


@pytest.fixture(autouse=True)
def new_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home in which nothing is trusted."""
    monkeypatch.setenv("WANWU_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def file(model: Model, tmp_path: Path) -> Path:
    return Path(shutil.copyfile(model.file, tmp_path / "朋友 的.pt"))


def refusal(file: Path) -> ModelError:
    with pytest.raises(ModelError) as raised:
        open_model(str(file))
    return raised.value


def test_consent_is_remembered_for_this_content_wherever_it_is(file: Path, tmp_path: Path) -> None:
    assert refusal(file).code is ErrorCode.MODEL_UNTRUSTED
    trust_file(str(file))
    moved = file.rename(tmp_path / "moved.pt")
    assert open_model(str(moved)).file == moved
    assert [each.file for each in trust.all_trusted()] == [str(file)]


def test_changed_file_needs_a_new_consent(model: Model, file: Path) -> None:
    trust_file(str(file))
    save(Indifferent(), model.card, file)
    error = refusal(file)
    assert error.code is ErrorCode.MODEL_UNTRUSTED
    assert str(error.facts["sha256"]) in tr.describe(error)


def test_file_that_is_changed_after_it_was_checked_is_not_run(model: Model, file: Path) -> None:
    trust_file(str(file))
    request = open_model(str(file)).request("torchscript", "cpu", 2)
    save(Indifferent(), model.card, file)
    with pytest.raises(ModelError) as raised:
        model_file.load(request)
    assert raised.value.code is ErrorCode.MODEL_WEIGHTS_DIFFER


@pytest.mark.parametrize("by", ["path", "hash", "beginning"])
def test_consent_can_be_taken_back(file: Path, by: str) -> None:
    trust_file(str(file))
    sha256 = trust.all_trusted()[0].sha256
    names = {"path": os.path.relpath(file), "hash": sha256, "beginning": sha256[:8].upper()}
    assert trust.revoke(sha256[:7]) == []
    assert [each.sha256 for each in trust.revoke(names[by])] == [sha256]
    assert trust.all_trusted() == []
    assert refusal(file).code is ErrorCode.MODEL_UNTRUSTED


@pytest.mark.parametrize("content", ["", "{", "{}", "[1]", '[{"sha256": 1}]', "[" * 100_000])
def test_damaged_list_of_consents_trusts_nothing(new_home: Path, file: Path, content: str) -> None:
    (new_home / "data").mkdir(parents=True)
    (new_home / "data" / "trusted.json").write_text(content)
    assert refusal(file).code is ErrorCode.MODEL_UNTRUSTED
    trust_file(str(file))
    assert open_model(str(file)).file == file


def test_consent_that_cannot_be_kept_is_told(file: Path) -> None:
    with nearly_full(10), pytest.raises(ModelError) as raised:
        trust_file(str(file))
    assert raised.value.code is ErrorCode.MODEL_STORE_UNWRITABLE
    assert trust.all_trusted() == []
