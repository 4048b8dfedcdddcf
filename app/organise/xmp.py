"""XMP sidecars: keywords put into one that is there, or into a new one, as bytes.

A sidecar is called `NAME.EXT.xmp`. darktable and digiKam read that for every kind of picture, Immich as well.
Lightroom and Bridge read `NAME.xmp`, but for camera raw files only, which this program does not open; for a
JPEG they look inside the file. So a second file would win nothing, and pictures themselves are not touched.

Three properties, since no two programs read the same ones: `dc:subject` (flat; all), `lr:hierarchicalSubject`
(`Animals|Birds`; darktable, digiKam, Lightroom) and `digiKam:TagsList` (`Animals/Birds`; digiKam, Immich).
What was added is repeated in properties of our own, by which the next run knows what it may take away: a
keyword that the user has is never ours.

Sources: XMP specification part 1 (ISO 16684-1), chapter 7; https://exiv2.org/tags-xmp-digiKam.html.
"""

from __future__ import annotations

import io
import threading
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

_X = "adobe:ns:meta/"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_DC = "http://purl.org/dc/elements/1.1/"
_LR = "http://ns.adobe.com/lightroom/1.0/"
_DIGIKAM = "http://www.digikam.org/ns/1.0/"
_OURS = "urn:wanwu:xmp:1.0#"
_PREFIXES = {"x": _X, "rdf": _RDF, "dc": _DC, "lr": _LR, "digiKam": _DIGIKAM, "wanwu": _OURS}
# Prefixes are kept by ElementTree for the whole process.
_prefixes_lock = threading.Lock()
_DEEPEST = 100
_BEGIN = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
_END = '\n<?xpacket end="w"?>\n'


@dataclass(frozen=True, slots=True)
class Keywords:
    """What a picture shows: `paths` from the outermost group to the label, `("动物", "鸟类", "白头海雕")`."""

    paths: tuple[tuple[str, ...], ...]

    @property
    def flat(self) -> list[str]:
        """Every word once, in order."""
        return list(dict.fromkeys(word for path in self.paths for word in path))

    def joined(self, separator: str) -> list[str]:
        """Every path as one text; a separator inside a word gives way to a hyphen."""
        return [separator.join(word.replace(separator, "-") for word in path) for path in self.paths]


def merged(sidecar: bytes | None, keywords: Keywords) -> bytes | None:
    """A sidecar with these keywords in the place of those that were written before.

    Everything else that is in `sidecar` stays. None when nothing is to be changed. Raises ValueError when it
    is not XMP.
    """
    root = _parse(sidecar) if sidecar is not None else _empty()
    rdf = root if root.tag == _tag(_RDF, "RDF") else root.find(f".//{_tag(_RDF, 'RDF')}")
    if rdf is None:
        raise ValueError("no rdf:RDF")
    before = ET.tostring(root)
    _merge(rdf, _DC, "subject", "Bag", keywords.flat)
    _merge(rdf, _LR, "hierarchicalSubject", "Bag", keywords.joined("|"))
    _merge(rdf, _DIGIKAM, "TagsList", "Seq", keywords.joined("/"))
    if sidecar is not None and ET.tostring(root) == before:
        return None
    return _text(root, sidecar).encode("utf-8")


def _merge(rdf: ET.Element, space: str, name: str, kind: str, words: Sequence[str]) -> None:
    """Take our old words out of a property, and put those of today in that the user does not have."""
    ours = _words(rdf, _tag(_OURS, name))
    present = _words(rdf, _tag(space, name))
    added = [word for word in words if word not in present or word in ours]
    if set(added) == set(ours) and set(added) <= set(present):
        return
    for tag, container, old, new in (
        (_tag(space, name), kind, set(ours) - set(added), [word for word in added if word not in present]),
        (_tag(_OURS, name), "Bag", set(ours), added),
    ):
        bag = _bag(rdf, tag, container)
        for item in _elements(bag):
            if _said(item) in old:
                bag.remove(item)
        for word in new:
            ET.SubElement(bag, _tag(_RDF, "li")).text = word


def _words(rdf: ET.Element, tag: str) -> list[str]:
    found = _property(rdf, tag)
    return [] if found is None else [_said(item) for item in _elements(_items(found, "Bag"))]


def _elements(parent: ET.Element) -> list[ET.Element]:
    """What is inside, without comments and processing instructions: their tags are functions."""
    return [child for child in parent if isinstance(child.tag, str)]


def _said(item: ET.Element) -> str:
    """The text of an element, also where a comment divides it."""
    return "".join(item.itertext())


def _property(rdf: ET.Element, tag: str) -> ET.Element | None:
    return next((part for description in _descriptions(rdf) for part in description if part.tag == tag), None)


def _bag(rdf: ET.Element, tag: str, kind: str) -> ET.Element:
    """The list in a property; what is missing is made."""
    found = _property(rdf, tag)
    if found is None:
        found = ET.SubElement(_descriptions(rdf)[0], tag)
    return _items(found, kind)


def _descriptions(rdf: ET.Element) -> list[ET.Element]:
    tag = _tag(_RDF, "Description")
    if rdf.find(tag) is None:
        ET.SubElement(rdf, tag, {_tag(_RDF, "about"): ""})
    return rdf.findall(tag)


def _items(found: ET.Element, kind: str) -> ET.Element:
    """The container in a property; a property that holds one plain text becomes a list of this text."""
    if elements := _elements(found):
        return elements[0]
    word, found.text = _said(found).strip(), None
    for child in found:
        child.tail = None
    container = ET.SubElement(found, _tag(_RDF, kind))
    if word:
        ET.SubElement(container, _tag(_RDF, "li")).text = word
    return container


def _tag(space: str, name: str) -> str:
    return f"{{{space}}}{name}"


def _empty() -> ET.Element:
    root = ET.Element(_tag(_X, "xmpmeta"), {_tag(_X, "xmptk"): "Wanwu"})
    rdf = ET.SubElement(root, _tag(_RDF, "RDF"))
    ET.SubElement(rdf, _tag(_RDF, "Description"), {_tag(_RDF, "about"): ""})
    return root


def _parse(sidecar: bytes) -> ET.Element:
    """The tree of a sidecar, with its comments. Raises ValueError."""
    try:
        return ET.fromstring(sidecar, ET.XMLParser(target=_Builder(insert_comments=True, insert_pis=True)))
    except ET.ParseError as error:
        raise ValueError(str(error)) from error


class _Builder(ET.TreeBuilder):
    """Refuses what no sidecar has: entities that multiply, and depths in which Python's stack ends."""

    _depth = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> ET.Element:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ValueError("nested too deep")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> ET.Element:
        self._depth -= 1
        return super().end(tag)

    def doctype(self, *_: object) -> None:
        raise ValueError("a document type, which XMP does not have")


def _text(root: ET.Element, sidecar: bytes | None) -> str:
    """The tree as text, with the prefixes and the wrapping that the sidecar had."""
    if sidecar is None:
        ET.indent(root, " ")
    with _prefixes_lock:
        # What is not registered, ElementTree writes as ns0, ns1, …, in what other programs have written, too.
        for prefix, space in [*_PREFIXES.items(), *_prefixes(sidecar or b"")]:
            with suppress(ValueError):  # ns0, ns1, … are ElementTree's own
                ET.register_namespace(prefix, space)
        text = ET.tostring(root, encoding="unicode")
    if sidecar is None or b"<?xpacket" in sidecar:
        text = f"{_BEGIN}{text}{_END}"
    declared = sidecar is not None and sidecar.removeprefix(b"\xef\xbb\xbf").startswith(b"<?xml ")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}' if declared else text


def _prefixes(sidecar: bytes) -> Iterator[tuple[str, str]]:
    if sidecar:
        for _, (prefix, space) in ET.iterparse(io.BytesIO(sidecar), ["start-ns"]):
            yield prefix, space
