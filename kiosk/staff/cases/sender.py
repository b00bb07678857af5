"""Who sent an idea, as the case page shows it: masked until somebody asks, which is recorded."""

from shared.domain import phone
from shared.domain.record import Record
from shared.domain.vietnamese import initials
from shared.store.cases.authors import Author


class SenderView(Record):
    """The sender as this page shows them: masked until somebody asks, which is recorded. Since
    `proven_at` (ms UTC) their number is known to be theirs, None if it was only typed."""

    is_known: bool
    is_shown: bool
    name: str
    phone: str
    proven_at: int | None
    unit: str
    position: str
    guardian: str


def sender_of(author: Author, *, is_shown: bool, proven_at: int | None) -> SenderView:
    """Return who sent an idea: in full if `is_shown`, otherwise initials and a masked number."""
    told = (author.name, author.phone, author.unit, author.position, author.guardian)
    return SenderView(
        is_known=any(told),
        is_shown=is_shown,
        name=_shown(author.name) if is_shown else initials(author.name),
        phone=_phone(author.phone, is_shown=is_shown),
        proven_at=proven_at,
        unit=_shown(author.unit) if is_shown else "",
        position=_shown(author.position) if is_shown else "",
        guardian=_shown(author.guardian) if is_shown else "",
    )


def _shown(text: str | None) -> str:
    return text or ""


def _phone(number: str | None, *, is_shown: bool) -> str:
    if not number:
        return ""
    return phone.shown(number) if is_shown else phone.masked(number)
