"""Writes a stranger's DOCX anew so that it holds only words, formats and pictures.

Parts that would run, be fetched from elsewhere or carry another document are refused and named.
What a word processor stores about its writer and its own habits is dropped. Nothing here knows of
blanks.
"""

import io
import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

from shared.documents.docx_packing import RELS, TYPES, Link, R, W, packed, written_xml
from shared.documents.template_problems import once, wrong
from shared.domain.intake import Problem
from shared.files import zips

MIB = 1024 * 1024
MOST_BYTES = 2 * MIB
# A template of ours unpacks to 60 KB, one from Word with its theme to half a megabyte.
MOST_UNPACKED = 12 * MIB
MOST_PARTS = 200
# Our longest template has 150 paragraphs. The time to read them grows faster than their number.
MOST_PARAGRAPHS, MOST_ELEMENTS = 2_000, 40_000
# As much of a link's target, or of a field's name, as a line of problems shows.
TARGET_LETTERS = 90

_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
# The kinds of parts a document may have, by the last word of the relationship's type.
_KEPT = frozenset(
    {"styles", "settings", "numbering", "fontTable", "theme", "header", "footer", "footnotes",
     "endnotes", "image"}
)  # fmt: skip
# Links that a word processor makes by itself: the words stay, the link is removed.
_STRIPPED = frozenset({"hyperlink", "attachedTemplate"})
_EMBEDDED = frozenset(
    {"oleObject", "package", "control", "aFChunk", "subDocument", "frame", "chart", "chartEx",
     "diagramData", "diagramLayout", "diagramQuickStyle", "diagramColors", "video", "audio"}
)  # fmt: skip
_MACRO = frozenset({"vbaProject", "wordVbaData", "keyMapCustomizations", "attachedToolbars"})
_REFUSED_ELEMENTS = {
    **dict.fromkeys(("object", "altChunk", "control", "subDoc", "contentPart"), "embedded"),
    **dict.fromkeys(("ins", "del", "moveFrom", "moveTo"), "tracked"),
}
# Notes between writers: they are removed, the words they refer to stay.
_DROPPED = tuple(
    f"{W}{name}" for name in ("commentRangeStart", "commentRangeEnd", "commentReference")
)
# Fields that only count pages.
_FIELDS = frozenset({"PAGE", "NUMPAGES", "SECTIONPAGES"})
_PICTURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


class DocxRefused(Exception):
    """The file cannot be a template; `problems` say why."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__([problem.text for problem in problems])
        self.problems = list(problems)


def cleaned(content: bytes) -> bytes:
    """Return the document written anew. Raises DocxRefused."""
    parts = _unpacked(content)
    types = _content_types(parts)
    main = _main_part(parts, types)
    links = {name: _links(parts, name) for name in parts if not name.endswith(".rels")}
    problems = [problem for name in links for problem in _dangers(links[name])]
    if problems:
        raise DocxRefused(*once(problems))
    kept = list(_reached(main, links, parts))
    trees = {name: parsed(parts[name]) for name in kept if name.endswith(".xml")}
    if trees[main].tag != f"{W}document":
        raise DocxRefused(wrong("not_docx"))
    if any(_is_too_long(tree) for tree in trees.values()):
        raise DocxRefused(wrong("too_long"))
    problems = [problem for name in kept if name in trees for problem in _elements(trees[name])]
    problems += [wrong("picture") for name in kept if _picture_type(parts, name) == ""]
    if problems:
        raise DocxRefused(*once(problems))
    inner = {name: [one for one in links[name] if one.leads_to(kept)] for name in kept}
    for name, tree in trees.items():
        _unlink(tree, {one.id for one in inner[name]})
    contents = {name: written_xml(trees[name]) if name in trees else parts[name] for name in kept}
    kinds = {
        name: _picture_type(parts, name) or types.get(name, "application/xml") for name in kept
    }
    return packed(main, contents, inner, kinds)


def _unpacked(content: bytes) -> dict[str, bytes]:
    """Return the parts of the archive by name."""
    if len(content) > MOST_BYTES:
        raise DocxRefused(wrong("too_big", n=MOST_BYTES // MIB))
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise DocxRefused(wrong("old_doc"))
    try:
        with zips.reading(), zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            names = [entry.filename for entry in entries]
            if len(names) > MOST_PARTS or sum(one.file_size for one in entries) > MOST_UNPACKED:
                raise DocxRefused(wrong("bomb"))
            if len(set(names)) < len(names):
                raise DocxRefused(wrong("not_docx"))
            # No part is read beyond the size that it claims.
            return {entry.filename: archive.read(entry) for entry in entries}
    except zips.ZipBroken:
        raise DocxRefused(wrong("not_docx")) from None


def _content_types(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Return the type of each part by the archive's own list."""
    if "[Content_Types].xml" not in parts:
        raise DocxRefused(wrong("not_docx"))
    tree = parsed(parts["[Content_Types].xml"])
    return {
        one.get("PartName", "").lstrip("/"): one.get("ContentType", "")
        for one in tree.iter(f"{{{TYPES}}}Override")
    }


def _main_part(parts: Mapping[str, bytes], types: Mapping[str, str]) -> str:
    """Return the name of the part that holds the document."""
    mains = [link.target for link in _links(parts, "") if link.kind == "officeDocument"]
    main = mains[0] if mains else ""
    kind = types.get(main, "")
    if "macro" in kind.lower() or any("vbaproject" in name.lower() for name in parts):
        raise DocxRefused(wrong("macro"))
    if kind != _MAIN or main not in parts:
        raise DocxRefused(wrong("not_docx"))
    return main


def _links(parts: Mapping[str, bytes], name: str) -> list[Link]:
    """Return the relationships of a part; for "" those of the whole archive."""
    folder, _, file = name.rpartition("/")
    listed = parts.get(posixpath.join(folder, "_rels", f"{file}.rels"))
    if listed is None:
        return []
    links = []
    for one in parsed(listed).iter(f"{{{RELS}}}Relationship"):
        kind, target = one.get("Type", ""), one.get("Target", "")
        is_outside = one.get("TargetMode", "") == "External"
        if not is_outside:
            target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        links.append(Link(one.get("Id", ""), kind.rpartition("/")[2], kind, target, is_outside))
    return links


def _dangers(links: list[Link]) -> Iterator[Problem]:
    for link in links:
        if link.kind in _MACRO:
            yield wrong("macro")
        elif link.kind in _EMBEDDED:
            yield wrong("embedded")
        elif link.is_outside and link.kind not in _STRIPPED:
            yield wrong("linked", dau=link.target[:TARGET_LETTERS])


def _reached(
    main: str, links: Mapping[str, list[Link]], parts: Mapping[str, bytes]
) -> Iterator[str]:
    """Yield the parts that make up the document, each once."""
    waiting, seen = [main], {main}
    while waiting:
        name = waiting.pop(0)
        yield name
        for link in links.get(name, ()):
            if not link.is_outside and link.kind in _KEPT and link.target not in seen:
                if link.target not in parts:
                    raise DocxRefused(wrong("broken"))
                seen.add(link.target)
                waiting.append(link.target)


def parsed(part: bytes) -> Any:
    """Return the root of a part; nothing outside is read and no entity is expanded."""
    from lxml import etree  # imported late: the programs must start fast

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(part, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise DocxRefused(wrong("broken")) from None
    if root.getroottree().docinfo.doctype:
        raise DocxRefused(wrong("broken"))
    return root


def _is_too_long(root: Any) -> bool:
    """Say whether a part is longer than any template needs to be."""
    paragraphs = sum(1 for _ in root.iter(f"{W}p"))
    return paragraphs > MOST_PARAGRAPHS or sum(1 for _ in root.iter()) > MOST_ELEMENTS


def _elements(root: Any) -> Iterator[Problem]:
    """Yield each element in a part's own words that is not allowed."""
    for element in root.iter(f"{W}*"):
        reason = _REFUSED_ELEMENTS.get(element.tag.removeprefix(W))
        if reason is not None:
            yield wrong(reason)
    for code in _fields(root):
        name = (code.split() or ["?"])[0].upper()
        if name not in _FIELDS:
            yield wrong("field", ten=name[:TARGET_LETTERS])


def _fields(root: Any) -> Iterator[str]:
    """Yield the codes of fields, also those that are written in several pieces."""
    for element in root.iter(f"{W}fldSimple"):
        yield element.get(f"{W}instr", "")
    for paragraph in root.iter(f"{W}p"):
        code, depth = "", 0
        for element in paragraph.iter(f"{W}fldChar", f"{W}instrText"):
            kind = element.get(f"{W}fldCharType")
            if element.tag == f"{W}instrText":
                code += element.text or ""
            elif kind == "begin":
                depth += 1
            if kind in ("separate", "end") and code:
                yield code
                code = ""
        if code:
            yield code


def _picture_type(parts: Mapping[str, bytes], name: str) -> str | None:
    """Return the picture type of a part: None for no picture, "" for a type that is not
    accepted."""
    if name.endswith(".xml"):
        return None
    content = parts[name]
    return next((kind for head, kind in _PICTURES.items() if content.startswith(head)), "")


def _unlink(root: Any, ids: set[str]) -> None:
    """Remove from a part the references to what is not kept; the words of a link stay."""
    for link in list(root.iter(f"{W}hyperlink")):
        if link.get(f"{R}id") is None or link.get(f"{R}id") in ids:
            continue
        place = link.getparent().index(link)
        for word in reversed(list(link)):
            link.getparent().insert(place, word)
        link.getparent().remove(link)
    for element in list(root.iter(*_DROPPED)):
        element.getparent().remove(element)
    for element in list(root.iter()):
        named = [value for key, value in element.attrib.items() if key.startswith(R)]
        if any(value not in ids for value in named) and element.getparent() is not None:
            element.getparent().remove(element)
