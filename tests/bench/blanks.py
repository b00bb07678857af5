"""Our own pages with blanks where a request's values stood: as templates for the floor, which so
draws the very same pages, and filled alike each time, so that bytes can be compared.
"""

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.bench import floor
from tests.bench.programs import Answer

# Sets a blank apart; no page holds it.
_MARK = "\x00"
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# A form's, whatever letters it has.
_KEY = re.compile(r'(?<=name="key" value=")[^"]+')
_GROUPED = r"\d{4} \d{4} \d{4}"
_DAY = r"\d\d/\d\d/\d{4}"
_ROW = re.compile(r'<li class="case-row.*?</li>', re.DOTALL)
_QR = re.compile(r'(?<=H0z"/><path d=")M[^"]*')
# What a server makes of each answer itself.
_OWN_HEADERS = {"Content-Encoding", "Content-Length", "Content-Type", "Date", "Set-Cookie"}
# What differs from one opening of a page to the next, and stands for all of its kind.
_ALIKE: Sequence[tuple[re.Pattern[str], str]] = (
    (_KEY, "01a22fbe-3f72-73ac-978f-7c3d091531cd"),
    (_UUID, "01a22fbe-3f72-73ac-978f-7c3d091531cd"),
    (_QR, "M4 4h7v1h-7z"),
    (re.compile(r"(?<=/r/)[0-9A-Z]{16}\b"), "JK66BSKZ57Z778N9"),
    (re.compile(_GROUPED), "5950 8244 6552"),
    (re.compile(r"(?<!\+)\b\d{12}\b"), "595082446552"),
    (re.compile(r"\b\d{13}\b"), "1797958799999"),
    (re.compile(r"\b\d\d:\d\d(?= ngày)"), "10:55"),
    (re.compile(_DAY), "01/12/2026"),
    (re.compile(r"(?<=<span>)\d\d/\d\d\b"), "01/12"),
    (re.compile(r"(?<=chứng thực )\d+"), "19999"),
    (re.compile(r"(?<= <span>)\d+(?=</span>)"), "15000"),
    (re.compile(r"(?<=Còn )\d+(?= ngày)"), "21"),
    (re.compile(r'(?<=/js/)[0-9a-f]{12}|(?<=css\?v=)[^"]{12}'), "a19c51bf4c59"),
)

# What is found in a page, and the name of the blank in its place.
Blank = tuple[str | re.Pattern[str], str]


class NotThere(Exception):
    """A page does not hold what a blank stands for."""


def alike(answer: Answer) -> str:
    """Return an answer's text as it would be if it had been asked for on another day, of another
    idea: two openings of the same page give the same."""
    text = answer.text()
    for pattern, one in _ALIKE:
        text = pattern.sub(one, text)
    return text


def write(folder: Path, pages: dict[str, Answer], code: str, secret: str) -> None:
    """Write the floor's templates and their headers into a folder: `pages` are ours by their names,
    the status and the receipt those of `code` and `secret`."""
    folder.mkdir()
    grouped = f"{code[:4]} {code[4:8]} {code[8:]}"
    its: dict[str, Iterable[Blank]] = {
        "status": [(grouped, "grouped"), *_DAYS],
        "receipt": [
            (grouped, "grouped"), (code, "code"), (secret, "secret"), (_QR, "qr"), (_KEY, "key"),
            *_DAYS, *_WORDS,
        ],
        "form": [(_KEY, "key")],
    }  # fmt: skip
    for name, answer in pages.items():
        text = _blanked(answer.text(), its.get(name, ()))
        if name == "list":
            text = _list(text)
        else:
            text = _blanked(text, [(floor.OFFICE, "office")])
            text = text.replace(floor.PHONE, f"{_MARK}phone{_MARK}")
        (folder / f"{name}.html").write_text(_template(text))
        headers = {one: said for one, said in answer.headers.items() if one not in _OWN_HEADERS}
        (folder / f"{name}.json").write_text(json.dumps(headers))


_DAYS = (
    (re.compile(rf"\d\d:\d\d ngày {_DAY}"), "at"),
    (re.compile(rf"(?<=ngày ){_DAY}(?=\. Cán bộ)"), "day"),
    (re.compile(rf"(?<=trước ngày ){_DAY}"), "due"),
)
_WORDS = (
    (re.compile(r'(?<=<dd dir="auto">)[^<]+'), "title"),
    (re.compile(r'(?<=<span class="words" dir="auto">)[^<]+'), "body"),
)
_IN_A_ROW = (
    (re.compile(r"(?<=/ho-so/)\d{12}"), "row.code"),
    (re.compile("(?<=<bdi>)[^<]+"), "row.title"),
    (re.compile(r"(?<=Còn )\d+(?= ngày)"), "row.left"),
    (re.compile('(?<=class="excerpt" dir="auto">)[^<]+'), "row.excerpt"),
    (re.compile('(?<=<span class="pill">)(?!Nhóm)[^<]+'), "row.way"),
    (re.compile("(?<=Nhóm )[^<]+"), "row.category"),
    (re.compile(r"(?<=<span>)\d\d/\d\d(?=</span>)"), "row.day"),
    (re.compile(r"(?<=0•• ••• •)\d\d"), "row.number"),
    (re.compile(_GROUPED), "row.grouped"),
)


def _list(page: str) -> str:
    """Return the list of cases with one row, for all, and its counts as blanks."""
    rows = list(_ROW.finditer(page))
    if not rows:
        raise NotThere("a row of the list")
    one = _blanked(rows[0][0], _IN_A_ROW)
    page = (
        page[: rows[0].start()]
        + f"{_MARK}% for row in rows %{_MARK}{one}{_MARK}% endfor %{_MARK}"
        + page[rows[-1].end() :]
    )
    page = re.sub(
        r'(href="/\?status=(\w+)"[^>]*>[^<]*<span>)\d+',
        rf"\g<1>{_MARK}counts.get('\g<2>', 0){_MARK}",
        page,
    )
    return _blanked(
        page,
        [(re.compile(r"(?<=Tất cả <span>)\d+"), "total"), (re.compile(r"\d{13}(?=~)"), "after")],
    )


def _blanked(page: str, blanks: Iterable[Blank]) -> str:
    for found, name in blanks:
        pattern = re.compile(re.escape(found)) if isinstance(found, str) else found
        page, times = pattern.subn(f"{_MARK}{name}{_MARK}", page)
        if not times:
            raise NotThere(name)
    return page


def _template(page: str) -> str:
    """Return a page with its marks as Jinja has it; all between them is said as it stands."""
    written = []
    for place, part in enumerate(page.split(_MARK)):
        if place % 2 == 0:
            written.append(f"{{% raw %}}{part}{{% endraw %}}" if part else "")
        elif part.startswith("%"):
            written.append(f"{{{part}}}")
        else:
            written.append(f"{{{{ {part} }}}}")
    return "".join(written)
