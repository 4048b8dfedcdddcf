"""How work that takes long tells what it is at."""

from collections.abc import Callable

# Hears keys of `resources/i18n`: of the section `build` while a model is made or loaded.
Report = Callable[[str], None]


def ignore(_stage: str) -> None:
    """A report that nobody listens to."""
