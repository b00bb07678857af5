"""Puts the parts of a DOCX together to a file, with their types and relationships.

Nothing here judges what is in a part; docx_clean.py does.
"""

import io
import posixpath
import zipfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from shared.domain.record import Record

RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = f"{{{OFFICE}}}"
_NEUTRAL = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
    b'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:language>vi-VN'
    b"</dc:language></cp:coreProperties>"
)
_CORE = "docProps/core.xml"
_CORE_TYPE = "application/vnd.openxmlformats-package.core-properties+xml"


class Link(Record):
    """One relationship of a part: `kind` is the last word of its type, `target` a part's name, or
    an address outside."""

    id: str
    kind: str
    type: str
    target: str
    is_outside: bool

    def leads_to(self, parts: Collection[str]) -> bool:
        """Say whether it leads to one of these parts of the same file."""
        return not self.is_outside and self.target in parts


def packed(
    main: str,
    contents: Mapping[str, bytes],
    links: Mapping[str, Sequence[Link]],
    types: Mapping[str, str],
) -> bytes:
    """Return the file that holds `contents`, the parts by name, with `main` as the document.
    `links` and `types` (the type of each part) have the same names as keys."""
    written = dict(contents)
    for name, mine in links.items():
        if mine:
            folder, _, file = name.rpartition("/")
            written[posixpath.join(folder, "_rels", f"{file}.rels")] = _rels(
                (link.id, link.type, "/" + link.target) for link in mine
            )
    written["_rels/.rels"] = _rels(
        [
            ("rId1", f"{OFFICE}/officeDocument", "/" + main),
            ("rId2", f"{RELS}/metadata/core-properties", "/" + _CORE),
        ]
    )
    written[_CORE] = _NEUTRAL
    listed = _list_of({**types, _CORE: _CORE_TYPE})
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {"[Content_Types].xml": listed, **written}.items():
            entry = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return made.getvalue()


def _rels(links: Iterable[tuple[str, str, str]]) -> bytes:
    from lxml import etree

    root = etree.Element(f"{{{RELS}}}Relationships", nsmap={None: RELS})
    for key, kind, target in links:
        etree.SubElement(root, f"{{{RELS}}}Relationship", Id=key, Type=kind, Target=target)
    return written_xml(root)


def _list_of(overrides: Mapping[str, str]) -> bytes:
    from lxml import etree

    root = etree.Element(f"{{{TYPES}}}Types", nsmap={None: TYPES})
    etree.SubElement(
        root, f"{{{TYPES}}}Default", Extension="rels",
        ContentType="application/vnd.openxmlformats-package.relationships+xml",
    )  # fmt: skip
    for name, kind in overrides.items():
        etree.SubElement(root, f"{{{TYPES}}}Override", PartName=f"/{name}", ContentType=kind)
    return written_xml(root)


def written_xml(root: Any) -> bytes:
    """Return a tree of lxml as the bytes of a part."""
    from lxml import etree

    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))
