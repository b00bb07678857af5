"""Joins papers of one kind into one file to be printed in a batch. Each begins on a new sheet and
counts its own pages."""

import io
from collections.abc import Sequence
from copy import deepcopy
from typing import Any


def join(papers: Sequence[bytes]) -> bytes:
    """Return papers made from one template as one DOCX, in order. Raises ValueError for none."""
    if not papers:
        raise ValueError("no paper to join")
    if len(papers) == 1:
        return papers[0]
    import docx  # imported late: the programs must start fast

    whole = docx.Document(io.BytesIO(papers[0]))
    body = whole.element.body
    for paper in papers[1:]:
        other = docx.Document(io.BytesIO(paper))
        _end_section(body)
        for element in other.element.body[:-1]:
            _take_pictures_along(element, other.part, whole.part)
            body.insert(len(body) - 1, element)
    _number_pictures(body)
    made = io.BytesIO()
    whole.save(made)
    return made.getvalue()


def _end_section(body: Any) -> None:
    """End a part before the body's last element, which describes its sheet."""
    from docx.oxml import OxmlElement

    paragraph, looks = OxmlElement("w:p"), OxmlElement("w:pPr")
    spacing = OxmlElement("w:spacing")
    for name, value in (("before", "0"), ("after", "0"), ("line", "20"), ("lineRule", "exact")):
        spacing.set(_qn(f"w:{name}"), value)
    looks.append(spacing)
    looks.append(deepcopy(body[-1]))
    paragraph.append(looks)
    body.insert(len(body) - 1, paragraph)


def _take_pictures_along(element: Any, its_part: Any, whole_part: Any) -> None:
    for picture in element.iter(_qn("a:blip")):
        blob = its_part.related_parts[picture.get(_qn("r:embed"))].blob
        place, _ = whole_part.get_or_add_image(io.BytesIO(blob))
        picture.set(_qn("r:embed"), place)


def _number_pictures(body: Any) -> None:
    """Give every picture a number of its own; word processors need that."""
    for number, picture in enumerate(body.iter(_qn("wp:docPr")), start=1):
        picture.set("id", str(number))


def _qn(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(name))
