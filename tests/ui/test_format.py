"""Numbers, sizes and moments as people read them."""

import pytest

from app.ui.kit.format import moment, number, size, whole_percent
from app.ui.kit.language import language
from app.ui.shell.application import Application


@pytest.mark.parametrize(("wanted", "written"), [("zh", "0 字节"), ("en", "0 bytes")])
def test_sizes_are_written_in_the_language_of_the_window(
    qapp: Application, wanted: str, written: str
) -> None:
    language.use(qapp, wanted)
    assert size(0) == written
    assert size(12_345_678) == "12.3 MB"
    assert number(12_345) == "12,345"
    language.use(qapp, "zh")


def test_shares_and_moments_are_the_same_in_every_language() -> None:
    assert whole_percent(0.854) == "85%"
    assert len(moment(0)) == len("1970-01-01 00:00")
