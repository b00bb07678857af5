"""Lists that go on page by page. A page begins after the last line of the one before (keyset): the
hundredth costs what the first does, and no line is left out or shown twice because others came or
went.

A mark names a line's place in its order, in an address: "2026-12-01~0198…".
"""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from shared.domain.record import Record

PAGE_LINES = 20
T = TypeVar("T")


class Page(Record, Generic[T]):
    """The lines of one page; `after` is the mark that the next one begins after, "" at the end."""

    lines: Sequence[T]
    after: str


def read_mark(said: str, *kinds: type[str] | type[int]) -> tuple[str | int, ...] | None:
    """Return the place that a mark names, None if it is no mark of this order: then a list begins
    at its first line."""
    parts = said.replace("\0", "").split("~")
    if len(parts) != len(kinds) or not all(parts):
        return None
    if any(kind is int and not _is_number(one) for kind, one in zip(kinds, parts, strict=True)):
        return None
    return tuple(kind(one) for kind, one in zip(kinds, parts, strict=True))


def page_of(
    found: Sequence[T], place: Callable[[T], Sequence[str | int]], most: int = PAGE_LINES
) -> Page[T]:
    """Return the page of up to `most` + 1 lines that were read; one more than fits says that there
    is a next page."""
    lines = found[:most]
    is_more = len(found) > most
    return Page(lines, "~".join(map(str, place(lines[-1]))) if is_more else "")


def page_after(read: Callable[[str], Page[T]], after: str) -> Page[T]:
    """Return the page after a mark; the first one where nothing lies behind it any more, so that
    nobody takes what waits on it for done."""
    found = read(after)
    return found if found.lines or not after else read("")


def _is_number(said: str) -> bool:
    return said.isascii() and said.isdigit() and len(said) < 16
