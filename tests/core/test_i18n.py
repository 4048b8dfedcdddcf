"""Both languages say everything, and no text on screen shows as boxes."""

import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from PIL import Image, ImageDraw, ImageFont

import app
from app.core import paths
from app.core.engine_kinds import Program
from app.core.errors import ErrorCode, ModelError
from app.core.i18n import LANGUAGES, Translator, catalogue, printable, system_language, tr
from app.core.settings import declared_choices
from app.images import PictureWarning

SOURCES = sorted(Path(app.__file__).parent.rglob("*.py"))


@pytest.fixture
def english() -> Iterator[None]:
    tr.use("en")
    yield
    tr.use("zh")


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
    asked = {key for file in SOURCES for key in re.findall(r'\btr\("([a-z_0-9.]+)"', source(file))}
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
    assert [name for name in stages if not tr.has(f"build.{name}") and not tr.has(f"bench.{name}")] == []


@pytest.mark.usefixtures("english")
def test_error_is_described_in_the_users_language() -> None:
    error = ModelError(ErrorCode.MODEL_UNKNOWN, model="x", known="a, b")
    assert tr.describe(error) == "There is no model “x”. There are: a, b."
    tr.use("zh")
    assert tr.describe(error) == "没有名为“x”的模型。可用的模型：a, b。"


@pytest.mark.parametrize("code", ErrorCode)
def test_error_sentence_without_its_facts_is_still_a_sentence(code: ErrorCode) -> None:
    assert tr.error(code, {})


def test_device_error_names_the_reason() -> None:
    facts = {"device": "cuda", "reason": "no_cuda_device", "detail": ""}
    assert tr.error("device_unavailable", facts).startswith("设备 cuda 不可用：没有找到可用的 NVIDIA 显卡")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("图 片.jpg", "图 片.jpg"),
        ("two\nlines\t.jpg", r"two\nlines\t.jpg"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("stray\udcff.jpg", r"stray\udcff.jpg"),
        ("gpj\u202e.exe", r"gpj\u202e.exe"),
        ("😀.jpg", "😀.jpg"),
        ("全角　空格.jpg", "全角　空格.jpg"),
        ("9.41\u202fAM.png", "9.41\u202fAM.png"),
    ],
)
def test_any_name_prints_on_one_line(text: str, shown: str) -> None:
    assert printable(text) == shown
    assert printable(text).encode("utf-8")


@pytest.mark.parametrize(
    ("variable", "value", "language"),
    [
        ("LANG", "zh_CN.UTF-8", "zh"), ("LANG", "zh_TW", "zh"), ("LANG", "en_US.UTF-8", "en"),
        ("LANG", "C.UTF-8", "en"), ("LANG", "de_DE", "en"), ("LC_ALL", "zh_CN.GBK", "zh"),
        ("LANGUAGE", "zh_CN:en", "zh"), ("LC_MESSAGES", "Chinese (Simplified)_China", "zh"),
    ],
)  # fmt: skip
def test_language_follows_the_system(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, language: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, value)
    translator = Translator()
    translator.use("auto")
    assert translator.language == system_language() == language


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
