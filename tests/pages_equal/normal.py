"""What a page says, apart from what differs each time or what no reader can see: blanks beside
blocks, generated names, how a style sheet is spelled."""

import difflib
import json
import re
from html.parser import HTMLParser

from tests.pages_equal import drawn
from tests.pages_equal.drawn import Element

# Blanks inside and beside these show nowhere.
BLOCKS = frozenset(
    """html head body title meta link style script noscript base template main header footer nav
    section article aside address dialog div p h1 h2 h3 h4 h5 h6 hr ul ol li dl dt dd figure
    figcaption blockquote pre form fieldset legend details summary table caption colgroup col thead
    tbody tfoot tr th td option optgroup datalist path circle rect line polyline polygon ellipse g
    defs use symbol br
    """.split()  # noqa: SIM905
)
# These hold lines of their own, but stand within a line themselves.
BOXES = frozenset({"button", "label", "select", "svg", "audio", "video", "text", "output"})
VOID = frozenset("br col hr img input link meta source wbr".split())  # noqa: SIM905
BLANK = "␣"
_AS_IT_IS = frozenset({"textarea", "pre"})
# What is made anew each time: ids, hashes and tokens, names that follow from a file's content.
_GENERATED = (
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "(id)"),
    (re.compile(r"(?<=name=\"key\" value=\")[\w-]{22}(?=\")"), "(id)"),
    (re.compile(r"sha256-[A-Za-z0-9+/=]+"), "(hash)"),
    (re.compile(r"\.css\?v=[\w-]+"), ".css"),
    (re.compile(r"/js/[0-9a-f]{12}/"), "/js/"),
    (re.compile(r"\b[0-9a-f]{16,}\b"), "(hex)"),
    (re.compile(r"\b(?=\w*[a-z])(?=\w*[A-Z])(?=\w*\d)[A-Za-z0-9_-]{24,}"), "(token)"),
)

_COOKIE = re.compile(r"^(Set-Cookie: \w+=)[^;]*(; Expires=[^;]*)?")


def of_page(body: str, kind: str) -> list[str]:
    """Return what a body says, a line each tag or text; `kind` is its MIME type."""
    for made, name in _GENERATED:
        body = made.sub(name, body)
    if kind == "text/html":
        reader = _Reader()
        reader.feed(body)
        reader.close()
        return reader.lines()
    if kind in ("application/json", "application/problem+json"):
        return json.dumps(json.loads(body), ensure_ascii=False, indent=1).splitlines()
    return of_sheet(body) if kind == "text/css" else body.splitlines()


def of_headers(headers: list[list[str]]) -> list[str]:
    """Return what headers say, whatever their order; the length follows from the body."""
    lines = sorted(f"{name}: {value}" for name, value in headers if name != "Content-Length")
    for made, name in _GENERATED:
        lines = [made.sub(name, line) for line in lines]
    return [
        re.sub(r"^(Set-Cookie: \w+=)[^;]*(; Expires=[^;]*)?", r"\1(value)", one) for one in lines
    ]


def of_sheet(css: str) -> list[str]:
    """Return a style sheet's declarations, one a line."""
    plain = re.sub(r"\s*([{}:;,>])\s*", r"\1", re.sub(r"/\*.*?\*/", "", css, flags=re.S))
    return re.sub(r"([{};])", r"\1\n", plain.replace(";}", "}")).split("\n")


def difference(before: list[str], after: list[str], most: int = 8) -> list[str]:
    """Return the first lines that differ; none where the two say the same."""
    if before == after:
        return []
    lines = difflib.unified_diff(before, after, lineterm="", n=1)
    return [line[:300] for line in lines if not line.startswith(("---", "+++", "@@"))][:most]


class _Reader(HTMLParser):
    """Takes a page apart. A blank counts where it parts two things on a line, and counts once."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._open: list[Element] = []
        self._at_start = True

    def lines(self) -> list[str]:
        """Return what was read."""
        self._end_line()
        return self._lines

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        within_row = self._is_row()
        self._open.append(drawn.element(tag, dict(attrs).get("class")))
        is_block = self._is_block()
        if is_block or within_row:
            self._end_line()
        said = "".join(f' {name}="{_plain(value)}"' for name, value in attrs)
        self._lines.append(f"<{tag}{said}>")
        self._at_start |= is_block or within_row or tag in BOXES
        if tag in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if all(tag != name for name, _ in self._open):
            return
        while self._open[-1][0] != tag:
            self._open.pop()
        is_block = self._is_block()
        if is_block or tag in BOXES:
            self._end_line()
        self._open.pop()
        self._lines.append(f"</{tag}>")
        self._at_start = is_block or self._is_row() or (self._at_start and tag not in BOXES)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_data(self, data: str) -> None:
        inside = self._open[-1][0] if self._open else ""
        if inside == "style":
            self._lines += of_sheet(data)
            return
        if inside in _AS_IT_IS:
            self._lines.append(repr(data))
            return
        text = re.sub(r"[ \t\r\n\f]+", " ", data)
        if self._at_start or (self._lines and self._lines[-1] == BLANK):
            text = text.removeprefix(" ")
        if not text:
            return
        self._at_start = False
        if text.startswith(" "):
            self._lines.append(BLANK)
        if text.strip(" "):
            self._lines.append(text.strip(" "))
            if text.endswith(" "):
                self._lines.append(BLANK)

    def _is_block(self) -> bool:
        return self._open[-1][0] in BLOCKS or drawn.display(tuple(self._open)) in drawn.BLOCKS

    def _is_row(self) -> bool:
        return bool(self._open) and drawn.display(tuple(self._open)) in drawn.ROWS

    def _end_line(self) -> None:
        """Drop a blank at the end of a line, closing tags between or not."""
        at = len(self._lines) - 1
        while (
            at >= 0
            and self._lines[at].startswith("</")
            and self._lines[at][2:-1] not in (BLOCKS | BOXES)
        ):
            at -= 1
        if at >= 0 and self._lines[at] == BLANK:
            del self._lines[at]


def _plain(value: str | None) -> str:
    return re.sub(r"\s+", " ", value or "").strip()
