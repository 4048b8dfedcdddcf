"""Qt's Unicode data without the languages that the program does not speak: two thirds of 32 MB.

The format is `icu4c/source/tools/toolutil/pkgitems.h`'s: a header that says its own length, a count, pairs of
offsets (name, data) from the end of the header, sorted names that end in a zero byte, data.
"""

import re
import struct
from pathlib import Path

from steps.layout import output, run

_LANGUAGES = ("en", "zh")
_LOCALE = re.compile(r"([a-z]{2,3})(_.*)?\.res")
# For breaking lines of languages without spaces, and transliteration; Qt has its own or does neither.
_UNUSED = ("brkitr/", "translit/")
_ALIGNMENT = 16
# ICU's name for a library is its file's name, which ends in its major version.
_ASSEMBLY = """\
.section .note.GNU-stack,"",@progbits
.section .rodata
.balign 16
.globl {symbol}
.type {symbol}, @object
{symbol}: .incbin "{data}"
.size {symbol}, . - {symbol}
"""


def trim(library: Path, work: Path) -> None:
    """Rebuild `libicudata.so.N` with fewer locales; the linker and assembler are binutils'."""
    words = output("nm", "-D", "--defined-only", library).split()
    symbol = next(word for word in words if word.startswith("icudt"))
    data, source, compiled = (work / name for name in ("icu.dat", "icu.s", "icu.o"))
    data.write_bytes(_without_languages(_read_data(library, symbol)))
    source.write_text(_ASSEMBLY.format(symbol=symbol, data=data), encoding="utf-8")
    run("as", "-o", compiled, source)
    run("ld", "-shared", "-s", "--build-id=none", f"-soname={library.name}", "-o", library, compiled)


def _read_data(library: Path, symbol: str) -> bytes:
    """The bytes behind a symbol; read-only data lies in the file where it is in memory."""
    line = next(line for line in output("readelf", "-sW", library).splitlines() if line.endswith(symbol))
    address, size = line.split()[1:3]
    offset = int(address, 16)
    found = library.read_bytes()[offset : offset + int(size, 0)]
    if found[2:4] != b"\xda\x27":
        raise SystemExit(f"{library.name} is laid out in an unknown way")
    return found


def _without_languages(data: bytes) -> bytes:
    (header,) = struct.unpack_from("<H", data)
    (count,) = struct.unpack_from("<I", data, header)
    table = [struct.unpack_from("<II", data, header + 4 + 8 * index) for index in range(count)]
    ends = [*(start for _, start in table[1:]), len(data) - header]
    items = [
        (data[header + name : data.index(b"\0", header + name)], data[header + start : header + end])
        for (name, start), end in zip(table, ends, strict=True)
    ]
    return data[:header] + _packed([item for item in items if _is_needed(item[0].decode())])


def _is_needed(name: str) -> bool:
    inner = name.partition("/")[2]
    locale = _LOCALE.fullmatch(inner.rpartition("/")[2])
    return not inner.startswith(_UNUSED) and (locale is None or locale[1] in _LANGUAGES)


def _packed(items: list[tuple[bytes, bytes]]) -> bytes:
    """Count, offsets, names and data of `items`, each aligned."""
    names = b"".join(name + b"\0" for name, _ in items)
    first_name = 4 + 8 * len(items)
    body = bytearray(struct.pack("<I", len(items)) + bytes(8 * len(items)) + names)
    name_at = first_name
    for index, (name, content) in enumerate(items):
        body += bytes(-len(body) % _ALIGNMENT)
        struct.pack_into("<II", body, 4 + 8 * index, name_at, len(body))
        body += content
        name_at += len(name) + 1
    return bytes(body)
