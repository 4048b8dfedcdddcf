"""How work that takes long tells what it is at."""

from collections.abc import Callable

# Hears keys of `resources/i18n`: of the section `build` while a model is made or loaded.
Report = Callable[[str], None]


def ignore(_stage: str) -> None:
    """A report that nobody listens to."""


def counted(stage: str, done: int, total: int) -> str:
    """A report that also says how many pictures are done; for listeners that use `split_count`."""
    return f"{stage} {done}/{total}"


def split_count(report: str) -> tuple[str, int, int]:
    """Stage, done and total of a report; both are 0 where it counts nothing."""
    stage, _, count = report.partition(" ")
    done, _, total = count.partition("/")
    return (stage, int(done), int(total)) if total else (stage, 0, 0)
