"""Both languages say everything, and no text on screen shows as boxes."""

import re
from pathlib import Path
from string import Formatter

import pytest
from PIL import Image, ImageDraw, ImageFont

import app
from app.core import paths
from app.core.engine_kinds import Program
from app.core.errors import ErrorCode, ModelError
from app.core.sentences import LANGUAGES, Translator, catalogue
from app.core.settings import declared_choices
from app.images import PictureWarning

CHINESE, ENGLISH = Translator("zh"), Translator("en")
SOURCES = sorted(Path(app.__file__).parent.rglob("*.py"))


def source(file: Path) -> str:
    return file.read_text("utf-8")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_both_languages_have_the_same_texts_with_the_same_blanks() -> None:
    chinese, english = catalogue("zh"), catalogue("en")
    assert list(chinese) == list(english)
    for key, text in chinese.items():
        assert placeholders(text) == placeholders(english[key]), key
        assert text.strip() == text
        assert english[key].strip() == english[key]


def test_every_text_that_the_program_asks_for_is_there() -> None:
    asked = {key for file in SOURCES for key in re.findall(r'\b_?tr\("([a-z_0-9.]+)"', source(file))}
    assert len(asked) > 40
    assert asked - set(catalogue("zh")) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_has_a_sentence(language: str) -> None:
    sentences = {key.removeprefix("error.") for key in catalogue(language) if key.startswith("error.")}
    assert sentences == {str(code) for code in ErrorCode}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_warning_has_a_text(language: str) -> None:
    texts = {key.removeprefix("warning.") for key in catalogue(language) if key.startswith("warning.")}
    assert texts == {str(warning) for warning in PictureWarning}


def test_every_reason_why_something_cannot_run_has_a_text() -> None:
    engines = Path(app.__file__).parent / "engines"
    devices, kinds = source(engines / "devices.py"), source(engines / "availability.py")
    asked = set(re.findall(r'"((?:no|torch_without)_\w+|convolution_failed)"', devices))
    asked |= set(re.findall(r'Unavailable\("(\w+)"', kinds))
    asked |= {name for file in SOURCES for name in re.findall(r'reason="(\w+)"', source(file))}
    asked |= set(re.findall(r'"(model_is_\w+)"', source(engines / "foreign_file.py")))
    assert asked == {key.partition(".")[2] for key in catalogue("zh") if key.startswith("reason.")}


def test_every_engine_has_a_name_and_every_program_a_stage() -> None:
    names = [f"engine.{name}" for name in declared_choices("engine")]
    assert [key for key in catalogue("zh") if key.startswith("engine.")] == names
    assert {f"build.{program}" for program in Program} <= set(catalogue("zh"))


def test_every_stage_that_is_reported_has_a_text() -> None:
    files = [file for file in SOURCES if "ui" not in file.parts]
    stages = {name for file in files for name in re.findall(r'\breport\("(\w+)"\)', source(file))}
    stages |= {name for file in files for name in re.findall(r'\bstage="(\w+)"', source(file))}
    assert {"waiting", "load", "parity", "rounds"} <= stages
    assert [
        name for name in stages if not CHINESE.has(f"build.{name}") and not CHINESE.has(f"bench.{name}")
    ] == []


def test_error_is_described_in_the_users_language() -> None:
    error = ModelError(ErrorCode.MODEL_UNKNOWN, model="x", known="a, b")
    assert ENGLISH.describe(error) == "There is no model “x”. There are: a, b."
    assert CHINESE.describe(error) == "没有名为“x”的模型。可用的模型：a, b。"


@pytest.mark.parametrize("code", ErrorCode)
def test_error_sentence_without_its_facts_is_still_a_sentence(code: ErrorCode) -> None:
    assert CHINESE.error(code, {})


def test_device_error_names_the_reason() -> None:
    facts = {"device": "cuda", "reason": "no_cuda_device", "detail": ""}
    assert CHINESE.error("device_unavailable", facts).startswith(
        "设备 cuda 不可用：没有找到可用的 NVIDIA 显卡"
    )


@pytest.mark.parametrize("name", ["WanwuSansSC.otf", "WanwuSansSC-Bold.otf"])
def test_bundled_font_has_every_character_of_labels_and_texts(name: str) -> None:
    font = ImageFont.truetype(paths.resource("fonts", name), 20)

    def drawn(char: str) -> bytes:
        image = Image.new("L", (32, 32))
        ImageDraw.Draw(image).text((2, 2), char, fill=255, font=font)
        return image.tobytes()

    files = [*paths.resource("labels").glob("*.tsv"), *paths.resource("i18n").glob("*.toml")]
    characters = {char for file in files for char in file.read_text("utf-8")} - {"\n", "\t", " "}
    missing, blank = drawn("\ue000"), drawn(" ")
    assert "䴕" in characters
    assert missing != blank
    assert [char for char in sorted(characters) if drawn(char) in (missing, blank)] == []
