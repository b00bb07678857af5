"""May a template that an office edited be used? Its tags are read, its blanks held against those
that papers.py lists, and it is filled in on trial.

The language of templates is small: blanks, `if`, `for` over a list, a handful of filters. Whatever
else jinja knows is refused, so that nothing in a template can reach further or run for long.
"""

import difflib
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from shared.documents import batch, docx_clean, fill, overlay
from shared.documents.catalogue import Paper
from shared.documents.docx_clean import FIELD, DocxRefused
from shared.documents.write import numbered
from shared.domain import award_rules
from shared.domain.intake import Problem

MOST_TAGS = 500
MOST_DEPTH = 12
MOST_PROBLEMS = 12
SHOWN_LETTERS = 140
FILTERS = frozenset({"upper", "lower", "capitalize", "title", "trim", "length", "join", "default"})
TESTS = frozenset({"defined", "none", "odd", "even"})
LOOP = frozenset({"index", "index0", "first", "last", "length"})
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_MARK = re.compile(r"\{\{|\}\}|\{%|%\}")
_STATEMENT = re.compile(r"\{%-?(?P<place>p|tr|tc|r)?\s+(?P<word>\w+)(?P<rest>.*?)-?%\}", re.DOTALL)
_CLOSED_BY = {"for": "endfor", "if": "endif"}
_WITHIN = {"elif": "if", "else": "", "endif": "if", "endfor": "for"}
# Words of docxtpl for one cell: its span, its colour, cells that become one.
_CELL_WORDS = frozenset({"colspan", "cellbg", "vm", "hm"})
# Where a tag takes the whole of what it stands in, nothing else may stand there.
_WHOLE = {"p": f"{_W}p", "tr": f"{_W}tr", "tc": f"{_W}tc"}


@dataclass(frozen=True)
class _OpenTag:
    """An `if` or `for` that waits for its end: the paragraph's words, and what holds it."""

    word: str
    text: str
    holder: Any


class _NotAllowed(Exception):
    """The language of templates has no such thing."""


@dataclass(frozen=True)
class _Place:
    """What a name in a template stands for: the blank's path, and what its sample holds there."""

    path: str
    sample: Any
    is_loop: bool = False


def checked(content: bytes, paper: Paper) -> bytes | list[Problem]:
    """Return the template as it may be kept, or what must be put right, the gravest first."""
    try:
        clean = docx_clean.cleaned(content)
    except DocxRefused as refusal:
        return refusal.problems[:MOST_PROBLEMS]
    problems = _problems(clean, paper)
    return problems[:MOST_PROBLEMS] or clean


def _problems(clean: bytes, paper: Paper) -> list[Problem]:
    """Return what is wrong, each kind only where the one before it is right."""
    opened = _Opened(clean)
    found = list(opened.tag_problems())
    if found:
        return found
    names = _Names(paper)
    found = list(names.problems(opened.sources()))
    if not found:
        found = list(_trial(clean, paper))
    return found


# ── Tags ─────────────────────────────────────────────────────────────────────────────────────────


class _Opened:
    """A template's parts that are filled in, and those in which no tag may stand."""

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
        self.roots += [docx_clean.parsed(part.blob) for part in margins]
        self.others = [
            docx_clean.parsed(part.blob)
            for part in package.iter_parts()
            if part.partname.endswith(("footnotes.xml", "endnotes.xml"))
        ]

    def tag_problems(self) -> Iterator[Problem]:
        """Yield what is wrong with the tags as they are written, paragraph by paragraph."""
        yield from _once(
            _wrong("tag_place", doan=_shown(text))
            for root in self.others
            for text in map(_text, root.iter(f"{_W}p"))
            if _MARK.search(text)
        )
        for root in self.roots:
            yield from _once(_tags_of(root))

    def sources(self) -> Iterator[str]:
        """Yield each part as jinja will read it."""
        for root in self.roots:
            source = self.template.patch_xml(self.template.xml_to_string(root))
            yield re.sub(r"<w:p([ >])", r"\n<w:p\1", source)


def _tags_of(root: Any) -> Iterator[Problem]:
    open_tags: list[_OpenTag] = []
    count = 0
    for paragraph in root.iter(f"{_W}p"):
        text = _text(paragraph)
        if _MARK.search(_TAG.sub("", text)):
            yield _wrong("tag_open", doan=_shown(text))
            continue
        for tag in _TAG.findall(text):
            count += 1
            yield from _tag(tag, text, paragraph, open_tags)
    if count > MOST_TAGS:
        yield _wrong("too_many_tags", n=MOST_TAGS)
    for one in open_tags:
        yield _wrong("not_closed", the=_CLOSED_BY[one.word], doan=_shown(one.text))


def _tag(tag: str, text: str, paragraph: Any, open_tags: list[_OpenTag]) -> Iterator[Problem]:
    """Yield what is wrong with one tag; `open_tags` are those before it that are not closed."""
    told = partial(_wrong, the=_shown(tag), doan=_shown(text))
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
    """Return a tag as docxtpl reads it: a word processor makes quotation marks round."""
    return tag.translate(str.maketrans("“”‘’", "\"\"''"))


def _holder(place: str | None, paragraph: Any) -> Any:
    """Return what holds the things that a tag takes in or leaves out: the table of rows, the row of
    cells, the cell or the page of paragraphs. What one tag opens closes in the same."""
    element = paragraph
    while element is not None and element.tag != _WHOLE.get(place or "p", _WHOLE["p"]):
        element = element.getparent()
    return element.getparent() if element is not None else None


def _stands_alone(tag: str, paragraph: Any, container: str) -> bool:
    """Say whether a tag is all that stands in its paragraph, row or cell."""
    element = paragraph
    while element is not None and element.tag != container:
        element = element.getparent()
    if element is None:
        return False
    return "".join(map(_text, element.iter(f"{_W}p"))).strip() == tag.strip()


def _text(paragraph: Any) -> str:
    """Return the words of a paragraph, without those of a box that stands in it."""
    return "".join(
        (element.text or "") if element.tag == f"{_W}t" else " "
        for element in paragraph.iter(f"{_W}t", f"{_W}tab", f"{_W}br")
        if next(element.iterancestors(f"{_W}p")) is paragraph
    )


# ── Blanks ───────────────────────────────────────────────────────────────────────────────────────


class _Names:
    """The names in a template, each held against the paper's blanks and their samples."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.used: set[str] = set()
        self.found: list[Problem] = []

    def problems(self, sources: Iterable[str]) -> Iterator[Problem]:
        """Yield what is wrong with the names, then which needed blank is missing."""
        from jinja2 import TemplateSyntaxError

        for source in sources:
            lines = source.split("\n")
            try:
                tree = fill.environment().parse(source)
            except TemplateSyntaxError as fault:
                yield _wrong("tag_wrong", the="", doan=_line(lines, fault.lineno))
                return
            for node in tree.body:
                self._statement(node, {}, lines, 0)
        yield from _once(self.found)
        if not self.found:
            whats = {blank.name: blank.what for blank in self.paper.blanks}
            for name in self.paper.required:
                if name not in self.used:
                    yield _wrong("missing", ten=name, la=whats[name])

    def _statement(
        self, node: Any, scope: Mapping[str, _Place], lines: list[str], depth: int
    ) -> None:
        from jinja2 import nodes

        try:
            if depth > MOST_DEPTH:
                raise _NotAllowed
            match node:
                case nodes.Output():
                    for one in node.nodes:
                        if not isinstance(one, nodes.TemplateData):
                            self._printed(one, scope, lines)
                case nodes.If():
                    self._value(node.test, scope, lines)
                    self._within([*node.body, *node.elif_, *node.else_], scope, lines, depth)
                case nodes.For() if not node.recursive and isinstance(node.target, nodes.Name):
                    inner = self._looped(node, scope, lines)
                    if node.test is not None:
                        self._value(node.test, inner, lines)
                    self._within(node.body, inner, lines, depth)
                    self._within(node.else_, scope, lines, depth)
                case _:
                    raise _NotAllowed
        except _NotAllowed:
            self.found.append(_wrong("not_allowed", doan=_line(lines, node.lineno)))

    def _within(
        self, body: Iterable[Any], scope: Mapping[str, _Place], lines: list[str], depth: int
    ) -> None:
        for one in body:
            self._statement(one, scope, lines, depth + 1)

    def _looped(
        self, node: Any, scope: Mapping[str, _Place], lines: list[str]
    ) -> dict[str, _Place]:
        """Return what is known within a loop. A loop within a loop goes through what the outer
        one holds: nothing is drawn more often than there are things."""
        from jinja2 import nodes

        root = node.iter
        while isinstance(root, nodes.Getattr):
            root = root.node
        if not isinstance(root, nodes.Name):
            raise _NotAllowed
        over = self._value(node.iter, scope, lines)
        if any(place.is_loop for place in scope.values()) and root.name not in scope:
            raise _NotAllowed
        sample: Any = None
        if over is not None:
            if isinstance(over.sample, list):
                sample = over.sample[0] if over.sample else None
            elif over.sample is not None:
                self.found.append(_wrong("no_list", ten=over.path, doan=_line(lines, node.lineno)))
        path = over.path if over is not None else ""
        return {
            **scope,
            node.target.name: _Place(path, sample),
            "loop": _Place("loop", dict.fromkeys(LOOP, 1), is_loop=True),
        }

    def _printed(self, node: Any, scope: Mapping[str, _Place], lines: list[str]) -> None:
        place = self._value(node, scope, lines)
        if place is not None and isinstance(place.sample, list | dict):
            self.found.append(
                _wrong("list_printed", ten=place.path, doan=_line(lines, node.lineno))
            )

    def _value(self, node: Any, scope: Mapping[str, _Place], lines: list[str]) -> _Place | None:
        """Return what an expression stands for, None for a value of its own; note what is used."""
        from jinja2 import nodes

        value = partial(self._value, scope=scope, lines=lines)
        parts: list[Any]
        match node:
            case nodes.Name(name=name):
                return scope[name] if name in scope else self._blank(name, node, lines)
            case nodes.Getattr(node=inner, attr=attr):
                outer = value(inner)
                return self._part(outer, attr, node, lines)
            case nodes.Const():
                return None
            case nodes.Filter(node=inner, name=name) if name in FILTERS and inner is not None:
                parts = [inner, *node.args, *(one.value for one in node.kwargs)]
            case nodes.Test(node=inner, name=name) if name in TESTS and not node.args:
                parts = [inner]
            case nodes.CondExpr(test=test, expr1=one, expr2=other):
                parts = [test, one, *([other] if other is not None else [])]
            case nodes.Compare(expr=first, ops=ops):
                parts = [first, *(operand.expr for operand in ops)]
            case nodes.And() | nodes.Or():
                parts = [node.left, node.right]
            case nodes.Not(node=inner):
                parts = [inner]
            case nodes.Concat(nodes=parts):
                pass
            case _:
                raise _NotAllowed
        for part in parts:
            value(part)
        return None

    def _blank(self, name: str, node: Any, lines: list[str]) -> _Place:
        self._use(name, node, lines)
        return _Place(name, self.paper.samples.get(name))

    def _part(self, outer: _Place | None, attr: str, node: Any, lines: list[str]) -> _Place:
        if outer is None or attr.startswith("_"):
            raise _NotAllowed
        if outer.is_loop:
            if attr not in LOOP:
                raise _NotAllowed
            return _Place(f"loop.{attr}", 1)
        path = f"{outer.path}.{attr}"
        self._use(path, node, lines)
        sample = outer.sample.get(attr) if isinstance(outer.sample, dict) else None
        return _Place(path, sample)

    def _use(self, path: str, node: Any, lines: list[str]) -> None:
        """Note that a blank stands here; one that is unknown is told of where it comes first."""
        is_told = path in self.used
        self.used.add(path)
        if is_told or path in self.paper.known:
            return
        near = difflib.get_close_matches(path, sorted(self.paper.known), n=3, cutoff=0.5)
        key = "unknown_near" if near else "unknown"
        said = {"ten": path, "gan": ", ".join(near), "doan": _line(lines, node.lineno)}
        self.found.append(_wrong(key, **said))


# ── On trial ─────────────────────────────────────────────────────────────────────────────────────


def _trial(clean: bytes, paper: Paper) -> Iterator[Problem]:
    """Yield what goes wrong when it is filled in, full and empty."""
    from lxml import etree

    for samples in (trial_blanks(paper), _emptied(trial_blanks(paper))):
        template = _Opened(clean).template
        try:
            etree.fromstring(template.build_xml(samples, fill.environment()))
            filled = fill.fill(clean, samples)
            # So they come out of a batch, and a certificate onto a printed form.
            batch.join([filled, overlay.set_out(filled, award_rules.FIRST.overlay)])
        except Exception:  # whatever a hostile file brings a library to is the file's fault
            yield _wrong("trial_failed")
            return
    said = fill.words(fill.fill(clean, trial_blanks(paper)))
    if left := re.search(r"\{[{%#].{0,40}|.{0,40}[}%#]\}", said):
        yield _wrong("left_over", doan=_shown(left[0]))


def trial_blanks(paper: Paper) -> dict[str, Any]:
    """Return what a trial fills in: the samples, the number with the paper's own symbol."""
    return paper.samples | {"number": numbered("", paper.symbol)}


def _emptied(value: Any) -> Any:
    match value:
        case Mapping():
            return {key: _emptied(one) for key, one in value.items()}
        case list():
            return []
        case str():
            return ""
        case bool():
            return False
        case _:
            return value


def _line(lines: list[str], number: int) -> str:
    """Return the words of a line of the source, for a person to find the place."""
    line = lines[number - 1] if 0 < number <= len(lines) else ""
    inside, _, after = line.partition("</w:p>")
    words = re.sub(r"<[^>]*>", "", inside if _MARK.search(inside) else after)
    return _shown(words)


def _shown(text: str) -> str:
    """Return a text as one line of a message."""
    words = " ".join(text.split())
    return words if len(words) <= SHOWN_LETTERS else words[:SHOWN_LETTERS] + "…"


def _once(problems: Iterable[Problem]) -> Iterator[Problem]:
    yield from {(one.text, str(one.blanks)): one for one in problems}.values()


def _wrong(reason: str, **blanks: Any) -> Problem:
    return Problem(FIELD, f"staff.template.wrong.{reason}", blanks)
