"""The forms of a case's page before anybody types: the same for all cases that stand alike.

So each is a kept part (decision 28), drawn with marks where the case's code and the form's key
come, which are put in at each look. No word of a sender or an officer is in a kept form, except the
office's ready sentences; a form that comes back with what was typed is drawn as it always was.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import current_app
from markupsafe import Markup, escape

from kiosk import taking
from kiosk.pieces import pieces
from kiosk.staff.cases.offered import OfferedMove
from kiosk.staff.cases.panel import Field, Further
from shared.documents import pdf
from shared.domain.proposal import DATES, Status
from shared.domain.record import Record
from shared.domain.roles import DESK
from shared.files import media
from shared.store.cases.proposals import Proposal
from shared.store.privacy.data_requests import DESK_WAYS, IDENTITIES
from shared.workflows.pending import WAITING_STEPS

# No text that was sent has such a letter (shared/domain/vietnamese.py).
_CODE, _KEY = "\0code\0", "\0key\0"
_MARK = re.compile("\0(code|key)\0")
# As the page is without what somebody typed.
_UNTYPED: Mapping[str, Any] = {
    "problems": (), "open_step": None, "preview": None, "is_answering": False, "spread": {},
    "dates": DATES, "desk_ways": DESK_WAYS, "identities": IDENTITIES, "desk": DESK,
    "waiting_steps": WAITING_STEPS, "accepted_files": media.FILES,
    "files_most": taking.FORM_BYTES // taking.MIB,
    "answer_key": _KEY, "files_key": _KEY, "note_key": _KEY,
}  # fmt: skip


class _Alike(Record):
    """A case as its shut forms know it: how it stands, not which one it is."""

    status: Status
    code: str = _CODE
    due_at: int = 0


class ShutForms:
    """The shut forms of one case. `page` is what its templates take."""

    def __init__(self, here: Proposal, page: Mapping[str, Any]) -> None:
        self._here, self._page = here, page

    def step(self, step: OfferedMove) -> Markup:
        """Return the form of a step. Where units use the idea is not kept: the form names them."""
        page, to = self._page, step.to
        if to is Status.REPLICATED and page["spread"]:
            return _drawn("case_do", "step_form", step, **{**page, "case": self._here})
        return self._own(
            pieces(_step)(
                step,
                self._here.status,
                len(page["told"]),
                page["until"] if "until" in step.needs else None,
                page["council_lacks"] if to is Status.AT_COUNCIL else (),
                tuple(one for one in page["ready"].items() if one[0].startswith(f"{to}-")),
            )
        )

    def answer(self) -> Markup:
        """Return the form of an answer."""
        page, status = self._page, self._here.status
        kept = pieces(_answer)(status, tuple(page["ready_answers"]), len(page["told_own"]))
        return self._own(kept, page["answer_key"])

    def choice(self, name: str, one: Field, label: str) -> Markup:
        """Return one choice of the panel."""
        kept: Markup = pieces(_choice)(name, tuple(one.options), one.chosen, one.is_guess, label)
        return kept

    def further(self, further: Further) -> Markup:
        """Return the groups that the idea also belongs to."""
        kept: Markup = pieces(_further)(tuple(further.options), tuple(further.chosen))
        return kept

    def day(self) -> Markup:
        """Return the form that says when a result is expected. One that names a day is not kept."""
        page = self._page
        if page["expected"]:
            return _drawn("case_do", "day_form", **{**page, "case": self._here})
        return self._own(pieces(_day)(self._here.due_at, len(page["told"])))

    def points(self) -> Markup:
        """Return the form of the points of both parts."""
        page = self._page
        return self._own(pieces(_points)(page["points"], page["points_by_hand"], page["parts"]))

    def note(self) -> Markup:
        """Return the form that adds a note."""
        return self._own(pieces(_note)(), self._page["note_key"])

    def files(self) -> Markup:
        """Return the forms that add a file or a recording."""
        return self._own(pieces(_files)(), self._page["files_key"])

    def letter(self) -> Markup:
        """Return the form that makes a letter of thanks."""
        return self._own(pieces(_letter)(pdf.is_installed()))

    def _own(self, kept: Markup, key: str = "") -> Markup:
        own = {"code": str(escape(self._here.code)), "key": str(escape(key))}
        return Markup(_MARK.sub(lambda mark: own[mark[1]], kept))  # noqa: S704 drawn, then escaped


def _step(
    step: OfferedMove, status: Status, told: int, until: date | None, lacks: Sequence[str],
    ready: Sequence[tuple[str, Sequence[str]]],
) -> Markup:  # fmt: skip
    return _drawn(
        "case_do", "step_form", step,
        case=_Alike(status), told=range(told), until=until, council_lacks=lacks, ready=dict(ready),
    )  # fmt: skip


def _answer(status: Status, sentences: Sequence[str], told: int) -> Markup:
    return _drawn(
        "case_do", "answer_form",
        case=_Alike(status), ready_answers=sentences, told_own=range(told),
    )  # fmt: skip


def _choice(name: str, options: Any, chosen: str, is_guess: bool, label: str) -> Markup:
    return _drawn("queue_panel", "choice", name, Field(options, chosen, is_guess), label)


def _further(options: Any, chosen: Sequence[str]) -> Markup:
    return _drawn("queue_panel", "further", Further(options, chosen))


def _day(due_at: int, told: int) -> Markup:
    case = _Alike(Status.RECEIVED, due_at=due_at)
    return _drawn("case_do", "day_form", case=case, expected=None, told=range(told))


def _points(points: frozenset[str], by_hand: bool, parts: Any) -> Markup:
    case = _Alike(Status.RECEIVED)
    return _drawn("case_points", "case_points", case, points, by_hand, parts)


def _note() -> Markup:
    return _drawn("case_words", "note_form", case=_Alike(Status.RECEIVED))


def _files() -> Markup:
    return _drawn("case_files", "add_files", case=_Alike(Status.RECEIVED))


def _letter(makes_pdf: bool) -> Markup:
    return _drawn(
        "case_papers", "letter", case=_Alike(Status.RECEIVED), makes_pdf=lambda: makes_pdf
    )  # fmt: skip


def _drawn(template: str, macro: str, *given: Any, **shown: Any) -> Markup:
    """Return what a macro of the page draws from `shown` alone."""
    whole = current_app.jinja_env.get_template(f"staff/{template}.html")
    drawn: Markup = getattr(whole.make_module({**_UNTYPED, **shown}), macro)(*given)
    return drawn
