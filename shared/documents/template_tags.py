"""Checks the tags of a template as an office wrote them: closed, in the right place, and known.

Nothing here knows the names of blanks; template_names.py does.
"""

import io
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from shared.documents import fill
from shared.documents.docx_clean import parsed
from shared.documents.docx_packing import W
from shared.documents.template_problems import once, shown, wrong
from shared.domain.intake import Problem
from shared.domain.record import Record

MOST_TAGS = 500
MARK = re.compile(r"\{\{|\}\}|\{%|%\}")
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_STATEMENT = re.compile(r"\{%-?(?P<place>p|tr|tc|r)?\s+(?P<word>\w+)(?P<rest>.*?)-?%\}", re.DOTALL)
_CLOSED_BY = {"for": "endfor", "if": "endif"}
_WITHIN = {"elif": "if", "else": "", "endif": "if", "endfor": "for"}
# Words of docxtpl for one cell: its span, its colour, merged cells.
_CELL_WORDS = frozenset({"colspan", "cellbg", "vm", "hm"})
# Where a tag takes its whole paragraph, row or cell, nothing else may stand there.
_WHOLE = {"p": f"{W}p", "tr": f"{W}tr", "tc": f"{W}tc"}


class Opened:
    """A template's parts that are filled in, and those in which no tag is allowed."""

    def __init__(self, clean: bytes) -> None:
        from docxtpl import DocxTemplate

        self.template = DocxTemplate(io.BytesIO(clean))
        self.template.render_init()
        package = self.template.docx.part.package
        margins = [
            part
            for uri in (self.template.HEADER_URI, self.template.FOOTER_URI)
            for _, part in self.template.get_headers_footers(uri)
        ]
        self.roots = [self.template.docx.element.body]
        self.roots += [parsed(part.blob) for part in margins]
        self.others = [
            parsed(part.blob)
            for part in package.iter_parts()
            if part.partname.endswith(("footnotes.xml", "endnotes.xml"))
        ]

    def tag_problems(self) -> Iterator[Problem]:
        """Yield what is wrong with the tags as they are written, paragraph by paragraph."""
        yield from once(
            wrong("tag_place", doan=shown(text))
            for root in self.others
            for text in map(_text, root.iter(f"{W}p"))
            if MARK.search(text)
        )
        for root in self.roots:
            yield from once(_tags_of(root))

    def sources(self) -> Iterator[str]:
        """Yield each part as jinja will read it."""
        for root in self.roots:
            source = self.template.patch_xml(self.template.xml_to_string(root))
            yield re.sub(r"<w:p([ >])", r"\n<w:p\1", source)


class _OpenTag(Record):
    """An `if` or `for` that is not closed yet: the paragraph's words, and what holds it."""

    word: str
    text: str
    holder: Any


def _tags_of(root: Any) -> Iterator[Problem]:
    open_tags: list[_OpenTag] = []
    count = 0
    for paragraph in root.iter(f"{W}p"):
        text = _text(paragraph)
        if MARK.search(_TAG.sub("", text)):
            yield wrong("tag_open", doan=shown(text))
            continue
        for tag in _TAG.findall(text):
            count += 1
            yield from _tag(tag, text, paragraph, open_tags)
    if count > MOST_TAGS:
        yield wrong("too_many_tags", n=MOST_TAGS)
    for one in open_tags:
        yield wrong("not_closed", the=_CLOSED_BY[one.word], doan=shown(one.text))


def _tag(tag: str, text: str, paragraph: Any, open_tags: list[_OpenTag]) -> Iterator[Problem]:
    """Yield what is wrong with one tag; `open_tags` are earlier ones that are not closed."""
    told = partial(wrong, the=shown(tag), doan=shown(text))
    if tag.startswith("{#"):
        return
    if tag.startswith("{{"):
        if re.match(r"\{\{(r|p|tr|tc)\s", tag):
            yield told("tag_rich")
        elif not _is_sound(tag):
            yield told("tag_wrong")
        return
    found = _STATEMENT.fullmatch(tag)
    word = found["word"] if found else ""
    if found is None or word not in _CLOSED_BY.keys() | _WITHIN.keys() | _CELL_WORDS:
        yield told("tag_unknown")
        return
    if word in _CELL_WORDS:
        return
    if found["place"] in _WHOLE and not _stands_alone(tag, paragraph, _WHOLE[found["place"]]):
        yield told("not_alone")
    holder = _holder(found["place"], paragraph)
    if word in _CLOSED_BY:
        open_tags.append(_OpenTag(word, text, holder))
        whole = f"{{% {word}{found['rest']} %}}{{% {_CLOSED_BY[word]} %}}"
        if not _is_sound(whole):
            yield told("tag_wrong")
        return
    wanted = _WITHIN[word]
    if not open_tags or (wanted and open_tags[-1].word != wanted):
        yield told("not_opened")
        return
    if open_tags[-1].holder is not holder:
        yield told("torn")
    if word == _CLOSED_BY[open_tags[-1].word]:
        open_tags.pop()
    if word == "elif" and not _is_sound(f"{{% if{found['rest']} %}}{{% endif %}}"):
        yield told("tag_wrong")


def _is_sound(template: str) -> bool:
    from jinja2 import TemplateSyntaxError

    try:
        fill.environment().parse(_plain_quotes(template))
    except TemplateSyntaxError:
        return False
    return True


def _plain_quotes(tag: str) -> str:
    """Return a tag as docxtpl reads it: word processors change the quotation marks."""
    return tag.translate(str.maketrans("“”‘’", "\"\"''"))


def _holder(place: str | None, paragraph: Any) -> Any:
    """Return what holds the things that a tag controls: the table for rows, the row for cells, the
    cell or the page for paragraphs. A tag must be closed in the same one."""
    element = paragraph
    while element is not None and element.tag != _WHOLE.get(place or "p", _WHOLE["p"]):
        element = element.getparent()
    return element.getparent() if element is not None else None


def _stands_alone(tag: str, paragraph: Any, container: str) -> bool:
    """Say whether a tag stands alone in its paragraph, row or cell."""
    element = paragraph
    while element is not None and element.tag != container:
        element = element.getparent()
    if element is None:
        return False
    return "".join(map(_text, element.iter(f"{W}p"))).strip() == tag.strip()


def _text(paragraph: Any) -> str:
    """Return the words of a paragraph, without those of a text box in it."""
    return "".join(
        (element.text or "") if element.tag == f"{W}t" else " "
        for element in paragraph.iter(f"{W}t", f"{W}tab", f"{W}br")
        if next(element.iterancestors(f"{W}p")) is paragraph
    )
