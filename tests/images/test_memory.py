"""Decoders share the memory of the process: a picture gets the same answer whatever is decoded beside it."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.images import color, decode, geometry, memory
from app.images.bitmap import BitmapFile
from app.images.memory import Budget
from tests.images.pictures import encoded, every_format, photo


def _in_thread(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def _wait_until_waiting(budget: Budget, count: int) -> None:
    while len(budget.waiting()) < count:
        pass


def test_no_more_is_lent_than_there_is() -> None:
    budget, lent, most = Budget(100), [0], [0]

    def take(need: int) -> None:
        for _ in range(50):
            with budget.share(need):
                lent[0] += need
                most[0] = max(most[0], lent[0])
                lent[0] -= need

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(take, [60, 50, 40, 30, 20, 10, 60, 50]))
    assert most[0] <= 100


def test_who_needs_more_than_all_goes_alone_and_is_not_overtaken() -> None:
    budget, order = Budget(100), list[str]()

    def take(name: str, need: int) -> None:
        with budget.share(need):
            order.append(name)
            assert budget._lent == need

    with budget.share(50):
        threads = [_in_thread(lambda: take("large", 1000))]
        _wait_until_waiting(budget, 1)
        threads.append(_in_thread(lambda: take("small", 10)))
        _wait_until_waiting(budget, 2)
        assert budget.waiting() == {thread.ident for thread in threads}
        assert order == []
    for thread in threads:
        thread.join(10)
    assert order == ["large", "small"]
    assert budget.waiting() == frozenset()


def test_who_stops_waiting_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    budget = Budget(100)

    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    with budget.share(100), monkeypatch.context() as patched:
        patched.setattr(budget._changed, "wait_for", interrupted)
        with pytest.raises(KeyboardInterrupt), budget.share(50):
            pass
    with budget.share(100):
        assert budget.waiting() == frozenset()


def test_pictures_of_all_formats_beside_each_other_get_the_same_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory.PIXELS, "total", 60_000)
    monkeypatch.setattr(memory.FILES, "total", 5_000)
    paths = []
    for name, data in every_format().items():
        paths.append(tmp_path / name)
        paths[-1].write_bytes(data)
    alone = [decode(path).rgb for path in paths]
    with ThreadPoolExecutor(8) as pool:
        together = [picture.rgb for picture in pool.map(decode, paths * 4)]
    assert all(np.array_equal(one, other) for one, other in zip(alone * 4, together, strict=True))


def test_picture_whose_memory_a_neighbour_had_is_tried_again_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(encoded(photo(), "PNG"))
    to_rgb, lent = color.to_rgb, list[int]()

    def exhausted_once(image: Image.Image, warnings: set[Any]) -> Any:
        lent.append(memory.PIXELS._lent)
        if len(lent) == 1:
            raise MemoryError
        return to_rgb(image, warnings)

    monkeypatch.setattr("app.images.color.to_rgb", exhausted_once)
    assert np.array_equal(decode(path).rgb, np.asarray(photo()))
    assert lent[1] == memory.PIXELS.total
    assert memory.PIXELS._lent == memory.FILES._lent == 0


BITMAPS = {
    "1-bit": photo(300, 260).convert("1"),
    "grey": photo(300, 260).convert("L"),
    "palette": photo(300, 260).quantize(50),
    "RGB": photo(300, 260),
    "RGBA": photo(300, 260).convert("RGBA"),
}


@pytest.mark.parametrize("kind", BITMAPS)
@pytest.mark.parametrize("upside_down", [False, True])
def test_large_bitmap_is_never_loaded_as_a_whole(
    kind: str, upside_down: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = bytearray(encoded(BITMAPS[kind], "BMP"))
    if upside_down:
        data[22:26] = (-260).to_bytes(4, "little", signed=True)
    path = tmp_path / "picture.bmp"
    path.write_bytes(data)
    whole = Image.fromarray(decode(path).rgb).reduce(4)
    monkeypatch.setattr(geometry, "_BAND_PIXELS", 300 * 30)
    monkeypatch.setattr(BitmapFile, "load", None)
    assert np.abs(decode(path, min_side=60).rgb.astype(int) - whole).max() <= 1


def test_bitmap_cut_while_it_is_read_is_truncated(tmp_path: Path) -> None:
    path = tmp_path / "picture.bmp"
    path.write_bytes(encoded(BITMAPS["RGB"], "BMP")[:-1000])
    with pytest.raises(Exception, match="truncated"):
        decode(path, min_side=60)


def test_palette_is_resolved_some_rows_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(encoded(photo(300, 260).quantize(50), "PNG", transparency=3))
    whole = decode(path, min_side=60)
    monkeypatch.setattr(geometry, "_BAND_PIXELS", 300 * 30)
    heights, convert = list[int](), color.to_eight_bits

    def noted(image: Image.Image, warnings: set[Any]) -> Image.Image:
        heights.append(image.height)
        return convert(image, warnings)

    monkeypatch.setattr(color, "to_eight_bits", noted)
    assert np.array_equal(decode(path, min_side=60).rgb, whole.rgb)
    assert max(heights) < 60


@pytest.mark.parametrize("size", [(480, 400), (483, 407), (397, 401)])
def test_jpeg_2000_is_decoded_smaller(
    size: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "picture.jp2"
    path.write_bytes(encoded(photo(*size), "JPEG2000"))
    loaded, reduced = list[tuple[int, int]](), geometry.reduced

    def noted(bands: Any, at: tuple[int, int], factor: int) -> Image.Image:
        loaded.append(at)
        return reduced(bands, at, factor)

    monkeypatch.setattr(geometry, "reduced", noted)
    assert decode(path, min_side=40).source_size == size
    assert min(loaded[0]) * 2 <= min(size) + 1
