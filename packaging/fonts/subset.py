"""Cut the bundled Chinese font: `python packaging/fonts/subset.py NotoSansCJK-Regular.ttc`.

Needs fonttools. Keeps the characters of the labels, of the program's texts, of GB2312 level 1 and what is
typed around them; writes resources/fonts/WanwuSansSC.otf. The family gets a name of its own, so that the
subset never stands in for the whole font on a user's machine.
"""

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont

_ROOT = Path(__file__).resolve().parents[2]
_FAMILY = "Wanwu Sans SC"
_FACE = "Noto Sans CJK SC"
_EXTRA = "·…—–“”‘’→←↑↓↔▸▾✓✕✗×÷°±‰≤≥≈µ•█©®™€£¥№"
_NAMES = {1: _FAMILY, 2: "Regular", 3: "WanwuSansSC-Regular", 4: _FAMILY, 6: "WanwuSansSC-Regular", 16: _FAMILY}


def characters() -> set[str]:
    """Every character that the subset must have."""
    texts = [*_ROOT.glob("resources/labels/*.tsv"), *_ROOT.glob("resources/i18n/*.toml")]
    found = {char for file in texts for char in file.read_text("utf-8")}
    found |= set(map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x100), *range(0x3000, 0x3020), *range(0xFF01, 0xFF5F)]))
    level_1 = (bytes((0xB0 + row, 0xA1 + cell)) for row in range(40) for cell in range(94))
    found |= set(b"".join(level_1).decode("gb2312", "ignore"))
    return found | set(_EXTRA)


def subset(source: Path, target: Path) -> None:
    """Write the subset of the simplified Chinese face of `source`."""
    faces = TTCollection(source).fonts
    font: TTFont = next(face for face in faces if face["name"].getDebugName(1) == _FACE)
    options = Options(layout_features=["locl", "ccmp"], hinting=False, desubroutinize=False, notdef_outline=True)
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE"]
    cutter = Subsetter(options)
    cutter.populate(unicodes=[ord(char) for char in characters() if char.isprintable()])
    cutter.subset(font)
    for number, text in _NAMES.items():
        font["name"].setName(text, number, 3, 1, 0x409)
    font.save(target)


if __name__ == "__main__":
    subset(Path(sys.argv[1]), _ROOT / "resources" / "fonts" / "WanwuSansSC.otf")
