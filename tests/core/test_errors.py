"""Errors say the same on both sides of a process border."""

import pickle
from pathlib import Path

import pytest

from app.core.errors import CancelledError, ErrorCode, ModelError, PictureError, WanwuError
from app.core.results import Failure


@pytest.mark.parametrize(
    "error",
    [
        PictureError(ErrorCode.TOO_LARGE, pixels=3, limit=2),
        ModelError(ErrorCode.MODEL_FILE_INVALID, file=Path("模 型.pt"), detail="…"),
        CancelledError(),
    ],
)
def test_error_crosses_processes_whole(error: WanwuError) -> None:
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert (copy.code, copy.facts, str(copy)) == (error.code, error.facts, str(error))


def test_failure_keeps_the_errors_facts() -> None:
    failure = Failure.of(Path("a.png"), PictureError(ErrorCode.TRUNCATED, path=Path("a.png")))
    assert (failure.code, dict(failure.facts)) == (ErrorCode.TRUNCATED, {"path": Path("a.png")})
