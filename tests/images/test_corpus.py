"""Nothing that a folder may hold makes the decoder crash, hang, eat the memory or talk on stderr."""

import json
import os
import random
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from app.images import decode
from tests.images.corpus import ANYTHING, flipped, outcome
from tests.images.pictures import every_format, photo

ROOT = Path(__file__).parents[2]
MEMORY_GROWTH = 1.5 * 2**30
MUTATIONS = 300

# pytest makes errors of the warnings that the program has switched off (app/images/opening.py).
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")


def test_every_odd_file_has_an_expected_outcome(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.images.corpus", str(tmp_path)]
    environment = os.environ | {"PYTHONWARNINGS": "default", "PYTHONUTF8": "1"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.stderr == ""
    assert done.returncode == 0
    *surprises, summary = [json.loads(line) for line in done.stdout.splitlines()]
    assert surprises == []
    assert summary["files"] >= 300
    assert summary["grown"] < MEMORY_GROWTH


def test_random_damage_ends_in_a_picture_or_a_code(tmp_path: Path) -> None:
    chance = random.Random(7)
    originals = list(every_format(photo(48, 32)).values())
    for index in range(MUTATIONS):
        path = tmp_path / "picture"
        damaged = flipped(chance.choice(originals), chance, chance.choice((None, 64, 400)))
        path.write_bytes(damaged)
        assert outcome(path) in ANYTHING, (index, damaged.hex())


def test_several_threads_decode_the_same_as_one(tmp_path: Path) -> None:
    paths = []
    for name, data in every_format().items():
        paths.append(tmp_path / name)
        paths[-1].write_bytes(data)
    alone = [decode(path).rgb for path in paths]
    threads = 4
    together = threading.Barrier(threads)

    def decode_all(_: int) -> list[np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]:
        together.wait()
        return [decode(path).rgb for path in paths]

    with ThreadPoolExecutor(threads) as pool:
        for found in pool.map(decode_all, range(threads)):
            assert all(np.array_equal(one, other) for one, other in zip(alone, found, strict=True))
