"""Templates as they are served: without the line ends and the indentation that people read them by.

In a template each element stands on a line of its own. A line end beside a block, at the edge of
an element or after a statement is nothing; between inline elements and words it is one blank, as
in HTML. This is done once, when a template is compiled: pages cost neither time nor bytes for it.
"""

import re
from collections.abc import Iterator

from jinja2.ext import Extension

# Elements that stand beside no words: a blank next to one shows nowhere.
BLOCKS = frozenset(
    """!doctype html head body title meta link style script noscript main header footer nav section
    article aside address dialog div p h1 h2 h3 h4 h5 h6 hr br ul ol li dl dt dd figure figcaption
    blockquote pre form fieldset legend details summary table caption colgroup col thead tbody tfoot
    tr th td option optgroup datalist path circle rect line polyline polygon ellipse g
    """.split()  # noqa: SIM905
)
# Elements that have no content, so that no blank can stand at their inner edge.
VOID = frozenset("br col hr img input link meta source wbr".split())  # noqa: SIM905
# What stands in these is shown as it is.
AS_IT_IS = frozenset({"pre", "textarea"})

_ITEM = re.compile(
    r"(?P<code>\{%.*?%\}|\{#.*?#\}|\{\{.*?\}\})|(?P<tag><(?P<end>/?)(?P<name>!?[A-Za-z][\w-]*))"
    r"|(?P<close>>)|(?P<line>\s*\n\s*)|[^\S\n]+|[^\s<>{]+|.",
    re.DOTALL,
)


class JoinedLines(Extension):
    """Lets an environment read its templates with their lines joined."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Return the text of a template with its lines joined."""
        return joined(source)


def joined(source: str) -> str:
    """Return the text of a template with its lines joined. What a line end was is kept within a
    comment, so that messages name the right line."""
    return "".join(_Joiner(source).pieces())


class _Joiner:
    """Goes through the text of one template, from item to item: code, tags, line ends, words."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._items = list(_ITEM.finditer(source))
        self._tag: re.Match[str] | None = None  # the tag that is being read
        self._as_it_is = ""  # the element whose content is left alone
        self._parts = False  # whether a blank here would part what was read from what follows

    def pieces(self) -> Iterator[str]:
        """Yield the template piece by piece."""
        following = [*self._items[1:], None]
        for item, after in zip(self._items, following, strict=True):
            if item["line"] is None or self._as_it_is:
                yield item[0]
                self._note(item)
            else:
                # The blank comes last: a statement that begins with {%- takes it away.
                yield "{#" + "\n" * item[0].count("\n") + "#}" + self._blank(after)

    def _note(self, item: re.Match[str]) -> None:
        if item["code"] is not None:
            self._parts = item[0].startswith("{{") and not item[0].endswith("-}}")
        elif item["tag"] is not None:
            self._tag = item
        elif item["close"] is not None and self._tag is not None:
            self._end_tag(self._tag, self._source[self._tag.start() : item.start()])
        elif self._tag is None and not item[0].isspace():
            self._parts = True

    def _end_tag(self, tag: re.Match[str], written: str) -> None:
        name, self._tag = tag["name"].lower(), None
        is_opening = not tag["end"] and name not in VOID
        self._parts = not (is_opening or _is_block(written, name))
        if name in AS_IT_IS:
            self._as_it_is = "" if tag["end"] else name

    def _blank(self, after: re.Match[str] | None) -> str:
        """Return what a line end before `after` stands for: a blank or nothing."""
        code = after["code"] or "" if after is not None else ""
        if self._tag is not None:  # between two attributes
            return "" if after is None or after["close"] or code.startswith("{%") else " "
        if after is not None and after["tag"] is not None:
            written = self._source[after.start() : self._source.find(">", after.start())]
            if after["end"] or _is_block(written, after["name"].lower()):
                return ""
        return " " if self._parts else ""


def _is_block(written: str, name: str) -> bool:
    """Say whether a tag is a block's; a hidden field shows as little as a blank beside it."""
    return name in BLOCKS or (name == "input" and 'type="hidden"' in written)
