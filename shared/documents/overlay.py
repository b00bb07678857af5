"""Prints words on a pre-printed certificate. The office sets where each line stands
(award_rules.Overlay), and a sheet with a ruler shows the offset of a printer.

Works on DOCX files; knows no store and no person.
"""

import io
from collections.abc import Iterator
from typing import Any

from shared.domain.award_rules import LineBox, Overlay

# The style that marks a template's line, for each of FIELDS.
STYLES = {
    "chairman": "OverlayChairman", "name": "OverlayName", "address": "OverlayAddress",
    "merit": "OverlayMerit", "decision": "OverlayDecision", "book": "OverlayBook",
    "place_day": "OverlayPlaceDay", "signer": "OverlaySigner", "check": "OverlayCheck",
}  # fmt: skip
# These may take several lines; every other one is made smaller until it fits on one.
_FLOWING = frozenset({"merit"})
_SMALLEST, _USUAL = 12, 14
# The mean width of a bold letter of Times, in parts of its size.
_LETTER_WIDTH = 0.58
_MM_A_POINT = 25.4 / 72
# Dots per mm of the ruler's picture; 8 are 203 to the inch.
_DOTS = 8
_STEP, _LONG_STEP = 5, 10
_FRAME_HEIGHT = 8


def set_out(paper: bytes, overlay: Overlay) -> bytes:
    """Return a filled certificate with the sheet's size and every line in the office's place; a
    line without a box is left out."""
    opened = _open(paper)
    section = opened.sections[0]
    section.page_width, section.page_height = _mm(overlay.width), _mm(overlay.height)
    known = {style: name for name, style in STYLES.items()}
    for paragraph in list(opened.element.body.iter(_qn("w:p"))):
        style = paragraph.find(f"{_qn('w:pPr')}/{_qn('w:pStyle')}")
        name = known.get(style.get(_qn("w:val"))) if style is not None else None
        if name is None:
            continue
        box = overlay.boxes.get(name)
        if box is None:
            paragraph.getparent().remove(paragraph)
        else:
            _put(paragraph, box, overlay)
            if name not in _FLOWING:
                _fit(paragraph, box, opened.styles.element)
    return _saved(opened)


def ruler(paper: bytes, overlay: Overlay) -> bytes:
    """Return a certificate, already set out, with a ruler along its edges and a frame around each
    line's place. Printed on plain paper and laid over a form, it shows what to set."""
    opened = _open(paper)
    run = opened.add_paragraph().add_run()
    picture = io.BytesIO(_picture(overlay))
    run.add_picture(picture, _mm(overlay.width), _mm(overlay.height))
    _lay_behind(run)
    return _saved(opened)


def _put(paragraph: Any, box: LineBox, overlay: Overlay) -> None:
    """Place a paragraph at a box, corrected by the printer's offset."""
    from docx.oxml import OxmlElement

    looks = paragraph.get_or_add_pPr()
    frame = looks.find(_qn("w:framePr"))
    if frame is None:
        frame = OxmlElement("w:framePr")
        looks.insert_element_before(frame, "w:spacing", "w:ind", "w:jc", "w:rPr", "w:sectPr")
    places = {
        "w": _dxa(box.width), "wrap": "around", "vAnchor": "page", "hAnchor": "page",
        # To a word processor zero means "not said", not the edge.
        "x": _dxa(box.x + overlay.shift_x) or 1, "y": _dxa(box.y + overlay.shift_y) or 1,
    }  # fmt: skip
    for name, value in places.items():
        frame.set(_qn(f"w:{name}"), str(value))


def _fit(paragraph: Any, box: LineBox, styles: Any) -> None:
    """Make a line smaller than its style says if it is too long for its box."""
    from docx.oxml import OxmlElement

    words = "".join(paragraph.itertext(_qn("w:t")))
    style = paragraph.find(f"{_qn('w:pPr')}/{_qn('w:pStyle')}").get(_qn("w:val"))
    size = _size_of(style, styles)
    fits = box.width / _MM_A_POINT / (_LETTER_WIDTH * max(1, len(words)))
    if fits >= size:
        return
    for run in paragraph.iter(_qn("w:r")):
        looks = run.get_or_add_rPr()
        for tag in ("w:sz", "w:szCs"):
            smaller = OxmlElement(tag)
            smaller.set(_qn("w:val"), str(int(max(_SMALLEST, fits) * 2)))
            looks.append(smaller)


def _size_of(name: str, styles: Any) -> float:
    """Return the size of a style's letters in points: a word processor stores it only if it is not
    the usual one."""
    for style in styles.iter(_qn("w:style")):
        size = style.find(f"{_qn('w:rPr')}/{_qn('w:sz')}")
        if style.get(_qn("w:styleId")) == name and size is not None:
            return int(size.get(_qn("w:val"))) / 2
    return _USUAL


def _lay_behind(run: Any) -> None:
    """Turn a run's picture into one that lies behind the words, from the sheet's corner on."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    inline = next(run._r.iter(_qn("wp:inline")))
    anchor = parse_xml(
        f'<wp:anchor {nsdecls("wp")} distT="0" distB="0" distL="0" distR="0" simplePos="0"'
        ' relativeHeight="0" behindDoc="1" locked="0" layoutInCell="0" allowOverlap="1">'
        '<wp:simplePos x="0" y="0"/>'
        '<wp:positionH relativeFrom="page"><wp:posOffset>0</wp:posOffset></wp:positionH>'
        '<wp:positionV relativeFrom="page"><wp:posOffset>0</wp:posOffset></wp:positionV>'
        "</wp:anchor>"
    )
    extent, *rest = list(inline)
    anchor.append(extent)
    anchor.append(parse_xml(f"<wp:wrapNone {nsdecls('wp')}/>"))
    for element in rest:
        anchor.append(element)
    inline.getparent().replace(inline, anchor)


def _picture(overlay: Overlay) -> bytes:
    """Return the ruler and the frames as a PNG of the sheet's size."""
    from PIL import Image, ImageDraw, ImageFont

    size = (round(overlay.width * _DOTS), round(overlay.height * _DOTS))
    sheet = Image.new("1", size, 1)
    draw = ImageDraw.Draw(sheet)
    small = ImageFont.load_default(2.6 * _DOTS)
    for line in _ticks(overlay):
        draw.line([value * _DOTS for value in line], fill=0)
    for at in range(_LONG_STEP, int(overlay.width), _LONG_STEP):
        draw.text(((at + 0.4) * _DOTS, 3 * _DOTS), str(at), fill=0, font=small)
    for at in range(_LONG_STEP, int(overlay.height), _LONG_STEP):
        draw.text((4.5 * _DOTS, (at + 0.2) * _DOTS), str(at), fill=0, font=small)
    for box in overlay.boxes.values():
        left, top = box.x + overlay.shift_x, box.y + overlay.shift_y
        corners = [value * _DOTS for value in (left, top, left + box.width, top + _FRAME_HEIGHT)]
        draw.rectangle(corners, outline=0)
    made = io.BytesIO()
    sheet.save(made, "PNG", dpi=(_DOTS * 25.4, _DOTS * 25.4))
    return made.getvalue()


def _ticks(overlay: Overlay) -> Iterator[tuple[float, float, float, float]]:
    """Yield the lines of the ruler along the upper and the left edge, and crosses on the sheet."""
    for at in range(int(overlay.width) + 1):
        yield at, 0, at, 4 if at % _LONG_STEP == 0 else 2.5 if at % _STEP == 0 else 1.5
    for at in range(int(overlay.height) + 1):
        yield 0, at, 4 if at % _LONG_STEP == 0 else 2.5 if at % _STEP == 0 else 1.5, at
    for x in range(2 * _LONG_STEP, int(overlay.width), 2 * _LONG_STEP):
        for y in range(2 * _LONG_STEP, int(overlay.height), 2 * _LONG_STEP):
            yield x - 1, y, x + 1, y
            yield x, y - 1, x, y + 1


def _open(paper: bytes) -> Any:
    import docx  # imported late: the programs must start fast

    return docx.Document(io.BytesIO(paper))


def _saved(opened: Any) -> bytes:
    made = io.BytesIO()
    opened.save(made)
    return made.getvalue()


def _mm(length: float) -> Any:
    from docx.shared import Mm

    return Mm(length)


def _dxa(millimetres: float) -> int:
    """Return a length in twentieths of a point, as Word counts."""
    return round(millimetres / 25.4 * 1440)


def _qn(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(name))
