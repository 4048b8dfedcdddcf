"""Cut the bundled Chinese fonts: `subset.py NotoSansCJK-Regular.ttc [NotoSansCJK-Bold.ttc]`.

Needs fonttools. Keeps the characters of the labels, of the program's texts and of GB2312; writes
resources/fonts/WanwuSansSC*.otf. All weights hold the same characters: Qt does not look for a missing one
in another weight. The family gets a name of its own, so that a subset never stands in for the whole font.
"""

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont

_ROOT = Path(__file__).resolve().parents[2]
_FAMILY = "Wanwu Sans SC"
_FACE = "Noto Sans CJK SC"
_SYMBOLS = "·…—–“”‘’•→←↑↓↔▸▾✓✕✗×÷°±%‰≤≥≈µ█€™"
_STAND_INS = {"✕": "×", "✗": "×", "▸": "▶", "▾": "▼"}  # the source lacks the left ones
_GB2312_SYMBOLS = range(0xA1, 0xA4)  # rows 1 to 3: punctuation, numbers, full-width Latin
_GB2312_HANZI = range(0xB0, 0xF8)  # rows 16 to 87: 6763 characters
_YOUNGER_HANZI = "啰喆堃昇玥镕"  # in use today, not in GB2312
_LICENCE_NAMES = [0, 7, 13, 14]  # copyright, trademark, licence, its address


def characters() -> set[str]:
    """Every character that the subsets must have."""
    texts = [*_ROOT.glob("resources/labels/*.tsv"), *_ROOT.glob("resources/i18n/*.toml")]
    found = {char for file in texts for char in file.read_text("utf-8")}
    rows = [*_GB2312_SYMBOLS, *_GB2312_HANZI]
    cells = b"".join(bytes((row, cell)) for row in rows for cell in range(0xA1, 0xFF))
    found |= {*cells.decode("gb2312", "ignore"), *_SYMBOLS, *_YOUNGER_HANZI}
    found |= {chr(code) for code in [*range(0x20, 0x7F), *range(0xA0, 0x100), *range(0x3000, 0x3020)]}
    return found - {"\n", "\r", "\t"}


def subset(source: Path, folder: Path) -> Path:
    """Write the subset of the simplified Chinese face of the collection `source`, return its file."""
    faces = TTCollection(source).fonts
    font: TTFont = next(face for face in faces if face["name"].getBestFamilyName() == _FACE)
    glyphs = font.getBestCmap()
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap |= {ord(char): glyphs[ord(other)] for char, other in _STAND_INS.items()}
    options = Options(hinting=False, desubroutinize=False, layout_features=[], notdef_outline=True)
    options.drop_tables += ["BASE", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx"]
    options.name_IDs = [1, 2, 3, 4, 5, 6, *_LICENCE_NAMES]
    cutter = Subsetter(options)
    cutter.populate(unicodes=[ord(char) for char in characters()])
    cutter.subset(font)
    font["OS/2"].setCodePageRanges({0, 1, 18})  # Western, central European, simplified Chinese
    style = font["name"].getBestSubFamilyName()
    _rename(font, style)
    target = folder / ("WanwuSansSC.otf" if style == "Regular" else f"WanwuSansSC-{style}.otf")
    font.save(target)
    return target


def _rename(font: TTFont, style: str) -> None:
    """Give the font the program's family name wherever a system might read one."""
    full, postscript = f"{_FAMILY} {style}".removesuffix(" Regular"), f"WanwuSansSC-{style}"
    for number, text in {1: _FAMILY, 2: style, 3: postscript, 4: full, 6: postscript}.items():
        font["name"].setName(text, number, 3, 1, 0x409)
    outlines = font["CFF "].cff
    outlines.fontNames = [postscript]
    outlines.topDictIndex[0].FamilyName, outlines.topDictIndex[0].FullName = _FAMILY, full


if __name__ == "__main__":
    for file in sys.argv[1:]:
        written = subset(Path(file), _ROOT / "resources" / "fonts")
        print(f"{written.name}: {written.stat().st_size / 1e6:.2f} MB")
