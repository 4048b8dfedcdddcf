"""The program speaks what the system speaks, or what the user has chosen."""

import pytest

from app.core.language_in_use import LanguageInUse, system_language


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
    in_use = LanguageInUse()
    in_use.use("auto")
    assert in_use.language == system_language() == language
