"""Workplaces: homes that share one built model and nothing else."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.models.library import Model
from tests.robustness.workplace import Workplace, link_pictures

# Makes a workplace for a folder of pictures.
MakeWorkplace = Callable[[Path], Workplace]


@pytest.fixture
def workplace_for(model: Model, tmp_path: Path) -> Iterator[MakeWorkplace]:
    """Makes a workplace in a new home for a folder of pictures."""
    made: list[Workplace] = []

    def make(folder: Path) -> Workplace:
        place = tmp_path / f"工作 {len(made)}"
        data = place / "home" / "data"
        data.mkdir(parents=True)
        (data / "models").symlink_to(model.file.parent)
        made.append(Workplace(place / "home", folder, place / "结果.jsonl"))
        return made[-1]

    yield make
    for workplace in made:
        workplace.close()


@pytest.fixture
def workplace(workplace_for: MakeWorkplace, tmp_path: Path) -> Workplace:
    """A workplace with a hundred pictures."""
    link_pictures(tmp_path / "图 片", 100)
    return workplace_for(tmp_path / "图 片")
