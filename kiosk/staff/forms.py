"""Reads a form of the office, field by field: all faults are collected, and the same page comes
back with what was typed.

A desk says which fields its form has and what each may hold. Nothing here opens the store.
"""

import re
from collections.abc import Callable, Container, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import TypeVar, cast

from flask import abort, make_response, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from shared.db.event_log import new_id
from shared.domain import phone
from shared.domain.intake import Problem
from shared.domain.measures import MOST_MEASURED, read_dong, read_number, whole_of
from shared.domain.vietnamese import clean, one_line

# Days are typed here, and stand in files that are brought in: one rule reads both.
from shared.imports.written_days import read_day

# A name, a place, a title, one line of a list: at most two lines of a paper.
LINE_LETTERS = 200
# A form of award, a source of money, the name of a file: a label beside others.
LABEL_LETTERS = 120
# A document's number, 1234/QĐ-UBND, from any office.
NUMBER_LETTERS = 40
# A reason or a remark: one sentence, which the person concerned reads to its end.
REASON_LETTERS = 300
# All legal bases of a paper, one a line; and one of them alone.
BASES_LETTERS, BASIS_LETTERS = 2000, 500
# An answer or a note: as long as a citizen's longest field.
ANSWER_LETTERS = 2000
# The key of one sending is a UUID that the page drew; what is longer is not ours.
KEY_LETTERS = 64
# E.164, with its plus.
_PHONE_LETTERS = 16
# The kinds of numbers that a desk can call, and that an SMS reaches.
CALLABLE = frozenset({"mobile", "landline", "foreign"})
MOBILE = frozenset({"mobile"})

# Short enough for a QR that is read from a wall; an SMS or a voice can say it too.
_MOBILISER = re.compile(r"[a-z0-9-]{0,20}", re.ASCII)

# For any field that must be filled in.
EMPTY = "staff.campaign.empty"
_HOUR = re.compile(r"([01]?\d|2[0-3])[:hg.]([0-5]\d)", re.ASCII | re.IGNORECASE)

Form = MultiDict[str, str]
Page = Callable[[list[Problem]], ResponseReturnValue]
Choice = TypeVar("Choice", bound=str)
Value = TypeVar("Value")


class Wrong(Exception):
    """A form holds something that cannot be kept; `problems` is all that must be corrected."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(", ".join(f"{one.field} {one.text}" for one in problems))
        self.problems = problems


@contextmanager
def reading(page: Page, *, of: str = "", within: str = "") -> Iterator["Reader"]:
    """Give the reader of the form that was sent. If anything is wrong in it, the request ends at
    the end of the block with `page(problems)` and 422. `of` and `within` as in Reader."""
    given = Reader(request.form, of=of, within=within)
    try:
        yield given
        given.check()
    except Wrong as wrong:
        answer = make_response(page(wrong.problems))
        answer.status_code = 422
        abort(answer)


class Reader:
    """Reads the fields of one form, and collects what is wrong in `problems`.

    A wrong field still gives a value of its type, so that the other fields are read too. Use no
    value before `check`, which `reading` calls at the end of its block. A problem names the field
    by its id on the page: `name`; `name-of` where a page has several forms of one kind;
    `within-name` where it has several forms of different kinds.
    """

    def __init__(self, form: Form, *, of: str = "", within: str = "") -> None:
        self.form = form
        self.problems: list[Problem] = []
        self._around = (f"{within}-" if within else "", f"-{of}" if of else "")

    def check(self) -> None:
        """Raise Wrong if anything read so far was wrong."""
        if self.problems:
            raise Wrong(self.problems)

    def wrong(self, name: str, text: str, **blanks: object) -> None:
        """Record what must be corrected in a field; `text` is a key of the texts."""
        self.problems.append(Problem(name.join(self._around), text, blanks))

    def sound(self, found: Value | list[Problem]) -> Value:
        """Return the result of another reader of the form, or raise Wrong with its problems and all
        earlier ones."""
        if isinstance(found, list):
            self.problems += found
            raise Wrong(self.problems)
        return found

    def said(self, name: str) -> str:
        """Return what was typed in a field, as one line."""
        return one_line(self.form.get(name, ""))

    def line(self, name: str, most: int, *, empty: str = "",
             must: Callable[[str], object] | None = None, at: str = "") -> str:  # fmt: skip
        """Return a field as one line of up to `most` letters. With `empty`, the problem of an empty
        one, it is required: it must have a letter or a digit, or what `must` asks. `at` is the
        field's id if that is not its name."""
        said = self.said(name)
        return self._words(said, at or name, most, empty, must or says_something)

    def line_of(self, name: str, least: int, most: int, wrong: str) -> str:
        """Return a field as one line of `least` to `most` letters."""
        said = self.said(name)
        if not least <= len(said) <= most:
            self.wrong(name, wrong, n=most)
        return said

    def text(self, name: str, most: int, *, empty: str = "",
             must: Callable[[str], object] | None = None, at: str = "") -> str:  # fmt: skip
        """Return a field like `line`, with its own line ends."""
        said = clean(self.form.get(name, ""))
        return self._words(said, at or name, most, empty, must or says_something)

    def reason(self, name: str = "reason", *, at: str = "") -> str:
        """Return the reason for a step: one line that says something."""
        return self.line(name, REASON_LETTERS, empty="staff.empty.reason", at=at)

    def reason_if_any(self, name: str) -> str:
        """Return why something is done, which need not be said: one line, "" if it says nothing."""
        said = self.line(name, REASON_LETTERS)
        return said if says_something(said) else ""

    def lines(self, name: str, most: int, letters: int) -> tuple[str, ...]:
        """Return the lines of a field that say something: up to `most`, each up to `letters`
        long."""
        found = [one_line(line) for line in clean(self.form.get(name, "")).splitlines()]
        found = [line for line in found if line]
        if len(found) > most:
            self.wrong(name, "staff.campaign.too_many", n=most)
        self.fits(name, max(found, key=len, default=""), letters)
        return tuple(found)

    def day(self, name: str, *, optional: bool = False, latest: date | None = None,
            future: str = "staff.wrong.day_future") -> str:  # fmt: skip
        """Return a day as YYYY-MM-DD, "" for none; none after `latest`."""
        said = self.said(name)
        day = read_day(said)
        if day is None:
            if said or not optional:
                self.wrong(name, "staff.wrong.day")
            return ""
        if latest and day > latest:
            self.wrong(name, future)
        return day.isoformat()

    def hour(self, name: str) -> str:
        """Return an hour of the day as 09:05, "" for none."""
        said = self.said(name)
        found = _HOUR.fullmatch(said)
        if said and not found:
            self.wrong(name, "staff.entry.hour_wrong")
        return f"{int(found[1]):02}:{found[2]}" if found else ""

    def choice(self, name: str, allowed: Iterable[Choice], *, empty: str = "err.choice",
               optional: bool = False, at: str = "") -> Choice:  # fmt: skip
        """Return which of `allowed` was chosen; "" for nothing if it is `optional`."""
        said = self.form.get(name, "")
        for one in allowed:
            if one == said:
                return one
        if said or not optional:
            self.wrong(at or name, empty)
        return cast(Choice, "")

    def choices(
        self, name: str, allowed: Iterable[Choice], *, wrong: str = "err.choice"
    ) -> tuple[Choice, ...]:
        """Return which of `allowed` were chosen, in their order."""
        said, known = self.form.getlist(name), tuple(allowed)
        if not set(said) <= set(known):
            self.wrong(name, wrong)
        return tuple(one for one in known if one in said)

    def tick(self, name: str) -> bool:
        """Say whether a box is ticked."""
        return self.form.get(name) == "yes"

    def whole(
        self,
        name: str,
        least: int,
        most: int,
        *,
        nothing: int | None = None,
        wrong: str = "staff.campaign.number_wrong",
    ) -> int:
        """Return a whole number from `least` to `most`; `nothing` for an empty field, if that means
        a number."""
        said = self.said(name)
        found = whole_of(said) if said else nothing
        if found is None or not least <= found <= most:
            self.wrong(name, wrong, least=least, most=most, n=most)
            return least
        return found

    def number(self, name: str, least: float = 0, most: float = MOST_MEASURED) -> float:
        """Return a number that counts or measures, with up to two decimals."""
        found = read_number(self.form.get(name, ""))
        if found is None or not least <= found <= most:
            self.wrong(name, "staff.models.number_wrong")
            return least
        return found

    def money(self, name: str, wrong: str) -> int | None:
        """Return đồng, or another count, in the usual groups of digits; None for nothing."""
        said = self.said(name)
        found = read_dong(said)
        if found is None:
            self.wrong(name, wrong)
        return found if said else None

    def telephone(
        self, name: str, wrong: str, *, kinds: Container[str] = CALLABLE, optional: bool = False
    ) -> str:
        """Return a number (E.164) of one of the `kinds`, "" for none where it is `optional`."""
        said = self.said(name)
        read = phone.read_sender(said)
        # A number of our own with a digit too many is no number abroad.
        is_whole = read.number.startswith("+") and len(read.number) <= _PHONE_LETTERS
        if read.kind in kinds and is_whole:
            return read.number
        if said or not optional:
            self.wrong(name, wrong)
        return ""

    def mobiliser(self) -> str:
        """Return the code of a person or organisation that spreads the word, in small letters as
        organisations have it; "" for none."""
        said = self.said("moi").lower()
        if not _MOBILISER.fullmatch(said):
            self.wrong("moi", "staff.paper.mobiliser_wrong")
        return said

    def key(self, at: str) -> str:
        """Return the key of this sending, which identifies a second tap; a problem at `at` if the
        form has none."""
        key = self.form.get("key", "")
        if not _is_key(key):
            self.wrong(at, "staff.wrong.again")
        return key

    def fits(self, name: str, said: str, most: int) -> bool:
        """Say whether a text is of up to `most` letters, and note it where it is longer."""
        if len(said) > most:
            self.wrong(name, "err.too_long", n=most)
        return len(said) <= most

    def _words(
        self, said: str, field: str, most: int, empty: str, must: Callable[[str], object]
    ) -> str:
        if empty and not must(said):
            self.wrong(field, empty, n=most)
        else:
            self.fits(field, said, most)
        return said


def sending_key(form: Form) -> str:
    """Return the key of this sending, which identifies a second tap; a new one if the form has
    none."""
    key = form.get("key", "")
    return key if _is_key(key) else new_id()


def read_seen(form: Form) -> int:
    """Return the version that a form was drawn from; 0, which no version has, for no number."""
    return whole_of(form.get("seen", "")) or 0


def says_something(text: str) -> bool:
    """Say whether it has a letter or a digit: a reason of blanks and dots does not count."""
    return any(letter.isalnum() for letter in text)


def has_letter(text: str) -> bool:
    """Say whether there is a letter in it."""
    return any(letter.isalpha() for letter in text)


def has_digit(text: str) -> bool:
    """Say whether there is a digit in it."""
    return any(letter.isdigit() for letter in text)


def _is_key(text: str) -> bool:
    return text.isascii() and text.isprintable() and 0 < len(text) <= KEY_LETTERS
