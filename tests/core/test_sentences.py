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
    """The values that a text is filled with; `{files|picture|pictures}` is one of the same `files`."""
    return {name.partition("|")[0] for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_both_languages_have_the_same_texts_with_the_same_blanks() -> None:
    chinese, english = catalogue("zh"), catalogue("en")
    assert list(chinese) == list(english)
    for key, text in chinese.items():
        assert placeholders(text) == placeholders(english[key]), key
        if not key.startswith("join."):
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
    assert ENGLISH.describe(error) == 'There is no model "x". There are: a, b.'
    assert CHINESE.describe(error) == "没有名为“x”的模型。可用的模型：a, b。"


@pytest.mark.parametrize(
    ("files", "folders", "sentence"),
    [
        (1, 1, "1 picture goes into 1 folder, 2 MB."), (0, 2, "0 pictures go into 2 folders, 2 MB."),
        ("1", 21, "1 picture goes into 21 folders, 2 MB."),
    ],
)  # fmt: skip
def test_english_counts_one_and_many(files: object, folders: object, sentence: str) -> None:
    assert ENGLISH("organise.planned", files=files, folders=folders, size="2 MB") == sentence


def test_every_number_of_things_has_its_plural() -> None:
    """A blank before a word in the plural is a count, unless it stands for a name or after a preposition."""
    counted = re.compile(r"\{(?:files|count|total|folders|threads|cores|pictures|written)\} [a-z]{2,}s\b")
    assert [key for key, text in catalogue("en").items() if counted.search(text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_window_advises_no_commands(language: str) -> None:
    window = Translator(language, "window")
    for code in set(ErrorCode) - {ErrorCode.NO_DISPLAY, ErrorCode.CURRENT_FOLDER_GONE}:
        assert not re.search(r"--\w|wanwu [a-z]+", window.error(code, {})), code


def test_what_only_the_window_says_is_about_an_error() -> None:
    own = {key.removeprefix("in_window.") for key in catalogue("zh") if key.startswith("in_window.")}
    assert own
    assert own <= {str(code) for code in ErrorCode}


def test_a_sentence_calls_an_engine_by_its_name() -> None:
    facts = {"engine": "torchscript-graph", "reason": "no_cuda_device"}
    assert "TorchScript CUDA Graph" in ENGLISH.error("engine_not_here", facts)
    assert "torchscript" not in ENGLISH.error("engine_not_here", facts)


def test_parts_are_joined_as_each_language_does() -> None:
    assert CHINESE.join(["猫", "", "狗"]) == "猫、狗"
    assert ENGLISH.join(["cat", "", "dog"]) == "cat, dog"


def test_english_is_written_with_plain_glyphs() -> None:
    """A Chinese font, which steps in where the system has none, draws others as wide as a character."""
    plain = {chr(code) for code in range(32, 127)} | set("–±✓✕")
    texts = {key: text for key, text in catalogue("en").items() if key != "choice.language_zh"}
    assert {key: set(text) - plain for key, text in texts.items() if set(text) - plain} == {}


def test_chinese_is_written_with_chinese_punctuation() -> None:
    wrong = re.compile(
        "[\u4e00-\u9fff}][,;:?!](?![\\w/])|[,;:?!(][\u4e00-\u9fff]|\\.\\.\\.|[\u4e00-\u9fff]\\((?!&)"
    )
    assert [text for text in catalogue("zh").values() if wrong.search(text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_have_one_space_between_them_and_units_too(language: str) -> None:
    wrong = re.compile(r"  |\}(?:ms|s|MB|px|毫秒|秒)\b")
    assert [text for text in catalogue(language).values() if wrong.search(text)] == []


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
