"""The layout of Decree 30/2020/NĐ-CP, appendix I, as the pieces a template is made of.

Each piece is WordprocessingML with blanks in it, as docxtpl reads them; `write` packs pieces into
a DOCX. Lengths are millimetres, sizes points. Every look is a named style, so that whoever edits a
template in a word processor changes it in one place.
"""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

FONT = "Times New Roman"
BODY, SMALL = 14, 12
TABLE_SIZES = (8, 9, 10, 11, 12, 13)
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_P = "http://schemas.openxmlformats.org/package/2006"
_NAMES = f'xmlns:w="{_W}" xmlns:r="{_R}"'
# No date of making: the same pieces are the same bytes.
_WHEN = (2026, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Page:
    """A sheet and its margins (Decree 30: left 30–35, right 15–20, top and bottom 20–25); a letter
    may have a `border`."""

    width: float = 210
    height: float = 297
    top: float = 20
    right: float = 15
    bottom: float = 20
    left: float = 30
    border: bool = False

    @property
    def room(self) -> float:
        """The width between the margins."""
        return self.width - self.left - self.right


UPRIGHT = Page()
ACROSS = Page(width=297, height=210)


# ── Pieces ───────────────────────────────────────────────────────────────────────────────────────


def line(*runs: str | tuple[str, str], style: str = "Body", keep: bool = False) -> str:
    """Return a paragraph. A run is a text, or (text, marks): b bold, i italic, u not bold.
    `keep` holds it on the page of the next one."""
    held = "<w:keepNext/>" if keep else ""
    return (
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{held}</w:pPr>'
        + "".join(_run(*(one if isinstance(one, tuple) else (one, ""))) for one in runs)
        + "</w:p>"
    )


def when(condition: str, *pieces: str, style: str = "Body") -> str:
    """Return pieces that are there only under a condition."""
    return line(f"{{%p if {condition} %}}", style=style) + "".join(pieces) + _end("if", style)


def each(name: str, items: str, *pieces: str, style: str = "Body") -> str:
    """Return pieces once for each of a list's items."""
    return (
        line(f"{{%p for {name} in {items} %}}", style=style) + "".join(pieces) + _end("for", style)
    )


def head(page: Page = UPRIGHT, *, has_number: bool = True, number: str = "") -> str:
    """Return the two columns at the top: whose paper it is and its number, beside the name of the
    state, the place and the day. `number` names a blank in its place, for a paper that may have
    none."""
    left_wide, right_wide = page.room * 0.39, page.room * 0.61
    left = when("parent", line("{{ parent }}", style="Parent"), style="Office")
    left += line("{{ office_first }}", style="Office")
    left += when("office_rest", line("{{ office_rest }}", style="Office"), style="Office")
    left += _rule(left_wide, 18)
    if has_number:
        left += line("Số: {{ number }}", style="Number")
    if number:
        left += when(number, line(f"Số: {{{{ {number} }}}}", style="Number"), style="Office")
    left += when("is_draft", line("DỰ THẢO", style="Draft"), style="Office")
    right = line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", style="State")
    right += line("Độc lập - Tự do - Hạnh phúc", style="Motto") + _rule(right_wide, 57)
    right += line("{{ place }}, {{ day_words }}", style="PlaceAndDay")
    return _bare_table([(left_wide, left), (right_wide, right)])


def title(kind: str, *subject: str) -> str:
    """Return the paper's kind and its subject, with the rule below."""
    lines = "".join(line(text, style="Subject", keep=True) for text in subject)
    return line(kind, style="Kind", keep=True) + lines + _rule(165, 50)


def bases() -> str:
    """Return the "Căn cứ …" lines."""
    return each(
        "one", "bases", line('{{ one }}{{ "." if loop.last else ";" }}', style="Basis")
    )  # fmt: skip


def foot(page: Page = UPRIGHT) -> str:
    """Return the recipients beside the signer's power, office and name; no seal, no signature."""
    left_wide, right_wide = page.room * 0.46, page.room * 0.54
    cells = [(left_wide, recipients()), (right_wide, _signer())]
    return line(style="Gap", keep=True) + _bare_table(cells)


def recipients() -> str:
    """Return who gets the paper, and where it is kept."""
    return line("Nơi nhận:", style="RecipientsHead") + each(
        "one", "distribution",
        line('- {{ one }}{{ "." if loop.last else ";" }}', style="Recipient"), style="Recipient",
    )  # fmt: skip


def signed(page: Page = UPRIGHT) -> str:
    """Return the signer alone, where a paper has no list of recipients."""
    left_wide, right_wide = page.room * 0.46, page.room * 0.54
    empty = line(style="Recipient")
    return line(style="Gap", keep=True) + _bare_table([(left_wide, empty), (right_wide, _signer())])


def two_sign(
    left: str, right: str, page: Page = UPRIGHT, *, note: str = "",
    names: tuple[str, str] = ("", ""), positions: tuple[str, str] = ("", ""),
    room: str = "SignerName",
) -> str:  # fmt: skip
    """Return room for two to sign side by side, over their names where these are known, and below
    these the `positions` (names of blanks) that are written; `room` is the look of the name, which
    leaves it."""
    cells = [
        (
            page.room / 2,
            line(who, style="SignerTitle", keep=True)
            + (line((note, "i"), style="Number", keep=True) if note and who else "")
            + line(name, style=room, keep=bool(position))
            + (when(position, line(f"{{{{ {position} }}}}", style="Number"), style="Number")
               if position else ""),
        )
        for who, name, position in zip((left, right), names, positions, strict=True)
    ]  # fmt: skip
    return line(style="Gap", keep=True) + _bare_table(cells)


def beside(left: str, right: str, right_mm: float, page: Page = UPRIGHT) -> str:
    """Return pieces side by side without a rule, the right one so many mm wide."""
    return _bare_table([(page.room - right_mm, left), (right_mm, right)])


def table(
    columns: list[tuple[str, str]], items: str, *, shares: Sequence[float] = (), size: int = 12
) -> str:
    """Return a ruled table with a row for each of a list's items. A column is its heading and what
    stands in its cells; without `shares` each gets its width when it is known what it holds. The
    heading comes again on every page."""
    count = len(columns)
    shares = shares or [1] * count
    widths = [share / sum(shares) for share in shares]
    rows = [
        _row([line(head, style=f"Head{size}") for head, _ in columns], widths, is_head=True),
        _tag_row(f"{{%tr for one in {items} %}}", count, widths, size),
        _row([line(cell, style=f"Cell{size}") for _, cell in columns], widths),
        _tag_row("{%tr endfor %}", count, widths, size),
    ]
    return _ruled(rows, widths)


def open_table(table: str, *, size: int) -> str:
    """Return a ruled table of as many columns as its blank has."""
    widths = [1 / 3] * 3
    rows = [
        _row(
            [
                line(f"{{%tc for column in {table}.columns %}}", style=f"Head{size}"),
                line("{{ column }}", style=f"Head{size}"),
                line("{%tc endfor %}", style=f"Head{size}"),
            ],
            widths,
            is_head=True,
        ),
        _tag_row(f"{{%tr for row in {table}.rows %}}", 3, widths, size),
        _row(
            [
                line("{%tc for cell in row %}", style=f"Cell{size}"),
                line("{{ cell }}", style=f"Cell{size}"),
                line("{%tc endfor %}", style=f"Cell{size}"),
            ],
            widths,
        ),
        _tag_row("{%tr endfor %}", 3, widths, size),
    ]
    return _ruled(rows, widths)


def boxed(*pieces: str, page: Page = UPRIGHT) -> str:
    """Return pieces within a frame."""
    return _ruled([_row(["".join(pieces)], [1.0])], [1.0], page=page)


def placed(x: float, y: float, width: float, text: str, *, style: str) -> str:
    """Return a line that stands by itself at a place of the sheet, from its upper left corner:
    what is printed on a form that is printed already."""
    return (
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/><w:framePr w:w="{_dxa(width)}" w:wrap="around"'
        f' w:vAnchor="page" w:hAnchor="page" w:x="{_dxa(x)}" w:y="{_dxa(y)}"/></w:pPr>'
        f"{_run(text)}</w:p>"
    )


def new_part(page: Page) -> str:
    """Return the end of a part whose sheet was `page`; an annex counts its own pages."""
    return f"<w:p><w:pPr><w:pStyle w:val='Gap'/>{_section(page)}</w:pPr></w:p>"


# ── The file ─────────────────────────────────────────────────────────────────────────────────────


def write(path: Path, *pieces: str, page: Page = UPRIGHT, looks: str = "") -> None:
    """Write pieces as a DOCX; `page` is the sheet of the last part, `looks` are styles of this
    paper alone."""
    body = "".join(pieces) + _section(page)
    parts = {
        "[Content_Types].xml": _CONTENT_TYPES,
        "_rels/.rels": _PACKAGE,
        "docProps/core.xml": _CORE,
        "word/document.xml": f"<w:document {_NAMES}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": _PARTS,
        "word/styles.xml": _styles(looks),
        "word/settings.xml": _SETTINGS,
        "word/fontTable.xml": _FONTS,
        "word/header1.xml": _HEADER,
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, _WHEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(entry, _DECLARATION + content)


# ── How a piece is spelled ───────────────────────────────────────────────────────────────────────


def _run(text: str, marks: str = "") -> str:
    """Return a run; a tag in braces stands in one run of its own, whole."""
    looks = ("<w:b/>" if "b" in marks else "") + ('<w:b w:val="0"/>' if "u" in marks else "")
    looks += "<w:i/>" if "i" in marks else ""
    words = escape(text).replace("\n", '</w:t><w:br/><w:t xml:space="preserve">')
    return f'<w:r><w:rPr>{looks}</w:rPr><w:t xml:space="preserve">{words}</w:t></w:r>'


def _end(tag: str, style: str) -> str:
    return line(f"{{%p end{tag} %}}", style=style)


def _signer() -> str:
    """Return who signs, with room for the signature."""
    return line("{{ signer_title }}", style="SignerTitle", keep=True) + line(
        "{{ signer }}", style="SignerName"
    )


def _rule(room: float, length: float) -> str:
    """Return a rule of that length in the middle of a column of `room`."""
    side = _dxa((room - length) / 2)
    return (
        '<w:p><w:pPr><w:pStyle w:val="Rule"/><w:pBdr><w:top w:val="single" w:sz="6" w:space="1"'
        f' w:color="000000"/></w:pBdr><w:ind w:left="{side}" w:right="{side}"/></w:pPr></w:p>'
    )


def _bare_table(cells: list[tuple[float, str]]) -> str:
    grid = "".join(f'<w:gridCol w:w="{_dxa(wide)}"/>' for wide, _ in cells)
    row = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{_dxa(wide)}" w:type="dxa"/></w:tcPr>{content}</w:tc>'
        for wide, content in cells
    )
    wide = sum(_dxa(wide) for wide, _ in cells)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{wide}" w:type="dxa"/><w:jc w:val="center"/>'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="28" w:type="dxa"/>'
        '<w:right w:w="28" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid><w:tr><w:trPr><w:cantSplit/></w:trPr>{row}</w:tr></w:tbl>"
    )


def _ruled(rows: list[str], shares: list[float], page: Page = UPRIGHT) -> str:
    """Return a ruled table as wide as the page's room (Word takes percentages: 5000 is all)."""
    grid = "".join(f'<w:gridCol w:w="{_dxa(page.room * share)}"/>' for share in shares)
    return (
        '<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="5000" w:type="pct"/>'
        '<w:jc w:val="center"/><w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _row(cells: list[str], shares: list[float], *, is_head: bool = False) -> str:
    """Return a row that no page's end tears; a head comes again on every page."""
    drawn = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{round(5000 * share)}" w:type="pct"/></w:tcPr>{cell}</w:tc>'
        for cell, share in zip(cells, shares, strict=True)
    )
    head = "<w:tblHeader/>" if is_head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>{drawn}</w:tr>"


def _tag_row(tag: str, count: int, shares: list[float], size: int) -> str:
    """Return a row that holds a tag alone; it is gone once the paper is filled in."""
    return _row([line(tag if place == 0 else "", style=f"Cell{size}") for place in range(count)],
                shares)  # fmt: skip


def _section(page: Page) -> str:
    across = ' w:orient="landscape"' if page.width > page.height else ""
    return (
        '<w:sectPr><w:headerReference w:type="default" r:id="rId4"/>'
        f'<w:pgSz w:w="{_dxa(page.width)}" w:h="{_dxa(page.height)}"{across}/>'
        f'<w:pgMar w:top="{_dxa(page.top)}" w:right="{_dxa(page.right)}"'
        f' w:bottom="{_dxa(page.bottom)}" w:left="{_dxa(page.left)}"'
        f' w:header="{_dxa(10)}" w:footer="{_dxa(10)}" w:gutter="0"/>'
        f"{_BORDER if page.border else ''}"
        '<w:pgNumType w:start="1"/><w:titlePg/></w:sectPr>'
    )


def _dxa(millimetres: float) -> int:
    """Return a length in twentieths of a point, as Word counts."""
    return round(millimetres / 25.4 * 1440)


def _styles(more: str) -> str:
    """Return the named looks: id, the name people see, size, marks, alignment, spacing."""
    looks = [
        look("Body", "Lời văn", BODY, align="both", indent=12.7, before=6, after=0),
        look("Kind", "Tên loại văn bản", BODY, "b", align="center", before=16),
        look("Subject", "Trích yếu", BODY, "b", align="center"),
        look("Basis", "Căn cứ", BODY, "i", align="both", indent=12.7, before=4),
        look("Center", "Dòng giữa", BODY, align="center", before=6, after=4),
        look("CenterBold", "Dòng giữa đậm", BODY, "b", align="center", before=10, after=4),
        look("Note", "Ghi chú", 11, "i", align="both", before=2, after=6),
        look("Part", "Đề mục", BODY, "b", align="both", indent=12.7, before=10, keep=True),
        look("TableTitle", "Tên bảng", 13, "b", align="center", before=8, after=3, keep=True),
        look("Fill", "Dòng chấm", BODY, indent=12.7, before=4),
        look("Office", "Tên cơ quan", 12, "b", align="center"),
        look("Parent", "Cơ quan cấp trên", 12, align="center"),
        look("Number", "Số, ký hiệu", 13, align="center", before=4),
        look("Draft", "Dự thảo", 12, "b", align="center", before=3),
        look("State", "Quốc hiệu", 12, "b", align="center"),
        look("Motto", "Tiêu ngữ", 13, "b", align="center"),
        look("PlaceAndDay", "Địa danh, ngày", 13, "i", align="center", before=4),
        look("RecipientsHead", "Nơi nhận", 12, "bi"),
        look("Recipient", "Danh sách nơi nhận", 11),
        look("SignerTitle", "Chức vụ người ký", 13, "b", align="center"),
        look("SignerName", "Họ tên người ký", 13, "b", align="center", before=76),
        look("SignerOfList", "Họ tên dưới danh sách", 13, "b", align="center", before=52),
        look("SignerRoom", "Họ tên, chỗ ký hẹp", 13, "b", align="center", before=36),
        look("Gap", "Khoảng trống", 6),
        look("Rule", "Đường kẻ", 2, line_exact=3),
    ]
    for size in TABLE_SIZES:
        looks.append(look(f"Head{size}", f"Đầu bảng {size}", size, "b", align="center"))
        looks.append(look(f"Cell{size}", f"Ô bảng {size}", size))
    return (
        f'<w:styles xmlns:w="{_W}"><w:docDefaults><w:rPrDefault><w:rPr>{_fonts()}'
        f'<w:sz w:val="{BODY * 2}"/><w:szCs w:val="{BODY * 2}"/><w:lang w:val="vi-VN"/></w:rPr>'
        "</w:rPrDefault><w:pPrDefault/></w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
        f"<w:qFormat/><w:rPr>{_fonts()}</w:rPr></w:style>"
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"'
        '/><w:tblPr><w:tblCellMar><w:left w:w="85" w:type="dxa"/><w:right w:w="85" w:type="dxa"/>'
        "</w:tblCellMar></w:tblPr></w:style>"
        '<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/>'
        f'<w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>{_borders()}</w:tblBorders>'
        "</w:tblPr></w:style>" + "".join(looks) + more + "</w:styles>"
    )


def look(
    key: str, name: str, size: int, marks: str = "", *, align: str = "left", indent: float = 0,
    before: float = 0, after: float = 0, keep: bool = False, line_exact: float = 0,
) -> str:  # fmt: skip
    """Return a style: its id, the name people see, its size in points, marks (b bold, i italic)."""
    spacing = (
        f'w:line="{round(line_exact * 20)}" w:lineRule="exact"'
        if line_exact
        else 'w:line="259" w:lineRule="auto"'
    )
    looks = "".join(f"<w:{mark}/>" for mark in marks)
    return (
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{key}"><w:name w:val="{name}"/>'
        '<w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>'
        + ("<w:keepNext/>" if keep else "")
        + f'<w:spacing w:before="{round(before * 20)}" w:after="{round(after * 20)}" {spacing}/>'
        f'<w:ind w:firstLine="{_dxa(indent)}"/><w:jc w:val="{align}"/></w:pPr>'
        f'<w:rPr>{looks}<w:sz w:val="{size * 2}"/><w:szCs w:val="{size * 2}"/></w:rPr></w:style>'
    )


def _fonts() -> str:
    return f'<w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:cs="{FONT}" w:eastAsia="{FONT}"/>'


def _borders() -> str:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    return "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>' for side in sides
    )


_BORDER = (
    '<w:pgBorders w:offsetFrom="page">'
    + "".join(
        f'<w:{side} w:val="thinThickSmallGap" w:sz="18" w:space="22" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right")
    )
    + "</w:pgBorders>"
)
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_CONTENT_TYPES = (
    f'<Types xmlns="{_P}/content-types">'
    '<Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_OFFICE}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_OFFICE}.styles+xml"/>'
    f'<Override PartName="/word/settings.xml" ContentType="{_OFFICE}.settings+xml"/>'
    f'<Override PartName="/word/fontTable.xml" ContentType="{_OFFICE}.fontTable+xml"/>'
    f'<Override PartName="/word/header1.xml" ContentType="{_OFFICE}.header+xml"/>'
    '<Override PartName="/docProps/core.xml"'
    ' ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
)
_PACKAGE = (
    f'<Relationships xmlns="{_P}/relationships">'
    f'<Relationship Id="rId1" Type="{_R}/officeDocument" Target="word/document.xml"/>'
    '<Relationship Id="rId2" Target="docProps/core.xml"'
    f' Type="{_P}/relationships/metadata/core-properties"/></Relationships>'
)
_PARTS = (
    f'<Relationships xmlns="{_P}/relationships">'
    + "".join(
        f'<Relationship Id="rId{place}" Type="{_R}/{kind}" Target="{target}"/>'
        for place, (kind, target) in enumerate(
            [("styles", "styles.xml"), ("settings", "settings.xml"),
             ("fontTable", "fontTable.xml"), ("header", "header1.xml")],
            start=1,
        )
    )
    + "</Relationships>"
)  # fmt: skip
_CORE = (
    f'<cp:coreProperties xmlns:cp="{_P}/metadata/core-properties"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:language>vi-VN</dc:language>'
    "</cp:coreProperties>"
)
_SETTINGS = (
    f'<w:settings xmlns:w="{_W}"><w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/>'
    '<w:compat><w:compatSetting w:name="compatibilityMode"'
    ' w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>'
)
_FONTS = (
    f'<w:fonts xmlns:w="{_W}"><w:font w:name="{FONT}"><w:family w:val="roman"/></w:font></w:fonts>'
)
# The number of the page, in the middle of the upper margin; the first page shows none.
_HEADER = (
    f'<w:hdr {_NAMES}><w:p><w:pPr><w:jc w:val="center"/></w:pPr>'
    + "".join(
        f'<w:r><w:rPr><w:sz w:val="26"/></w:rPr>{field}</w:r>'
        for field in (
            '<w:fldChar w:fldCharType="begin"/>',
            '<w:instrText xml:space="preserve">PAGE</w:instrText>',
            '<w:fldChar w:fldCharType="end"/>',
        )
    )
    + "</w:p></w:hdr>"
)
