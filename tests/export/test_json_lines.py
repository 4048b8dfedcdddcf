"""The contract of `wanwu classify --json`: names, order and form of every field."""

import base64
import json
import os
from pathlib import Path

from app.core.errors import ErrorCode
from app.core.results import EngineInfo, Failure, GroupScore, Prediction, Recognition, Timings
from app.core.sentences import Translator
from app.export.json_lines import to_json_line

CHINESE = Translator("zh")
GROUP = ["动物", "哺乳动物", "家猫"]
TABBY = Prediction(281, "虎斑猫", "tabby", ("动物", "哺乳动物", "家猫"), 0.63124)
TIMES = {"decode": 3.12, "preprocess": 1.2, "inference": 5.1, "postprocess": 0.1, "total": 9.52}
ANSWER = Recognition(
    path=Path("图 片.jpg"),
    predictions=(TABBY,),
    group=GroupScore(("动物", "哺乳动物", "家猫"), 0.93),
    certain=True,
    timings=Timings(3.1234, 1.2, 5.1, 0.1),
    engine=EngineInfo("torchscript", "cpu", "float32", 2, "efficientnet_lite2"),
    source_size=(640, 480),
)


def test_recognition_has_exactly_the_fields_of_the_contract_in_order() -> None:
    line = to_json_line(ANSWER, CHINESE)
    assert "\n" not in line
    assert list(json.loads(line).items()) == [
        ("path", "图 片.jpg"),
        ("ok", True),
        (
            "predictions",
            [{"index": 281, "label": "虎斑猫", "label_en": "tabby", "group": GROUP, "score": 0.6312}],
        ),
        ("group", {"path": GROUP, "score": 0.93}),
        ("certain", True),
        ("warnings", []),
        ("timings_ms", TIMES),
        ("engine", "torchscript"),
        ("device", "cpu"),
        ("precision", "float32"),
        ("model", "efficientnet_lite2"),
    ]
    assert "虎斑猫" in line


def test_failure_has_exactly_the_fields_of_the_contract() -> None:
    failure = Failure(Path("a\nb.txt"), ErrorCode.NOT_AN_IMAGE, (("path", Path("a\nb.txt")),))
    line = to_json_line(failure, CHINESE)
    assert "\n" not in line
    assert json.loads(line) == {
        "path": "a\nb.txt",
        "ok": False,
        "error": {
            "code": "not_an_image",
            "message": "不是图片：a\\nb.txt。请选择 JPEG、PNG、WebP、HEIC 等格式的图片。",
        },
    }


def test_name_that_is_no_utf8_keeps_its_bytes() -> None:
    name = b"\xff\xd0.jpg"
    record = json.loads(to_json_line(Failure(Path(os.fsdecode(name)), ErrorCode.NOT_FOUND), CHINESE))
    assert base64.b64decode(record["path_base64"]) == name
    assert record["path"] == r"\udcff\udcd0.jpg"
