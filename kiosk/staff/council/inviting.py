"""How a session's members are invited by SMS, as its page shows it before and after the press."""

from kiosk.staff.cases.told import notices_go
from kiosk.web import settings, site, store
from shared.domain import clock
from shared.domain.record import Record
from shared.store.council.judging import Whole
from shared.texts import sms_text
from shared.texts.sms_text import Cut
from shared.workflows import invite_members
from shared.workflows.invite_members import Invitee


class InvitationText(Record):
    """An SMS that the next press sends to each of `people`; `cuts` is what it cannot hold."""

    text: str
    parts: int
    people: tuple[Invitee, ...]
    cuts: tuple[Cut, ...]


class Inviting(Record):
    """The members with what became of their invitations, and what the next press would send:
    `parts` SMS for `price` đồng in all (0: not known). `goes_at` (ms UTC) is when, None for at
    once; `is_held` says that the month's budget is the reason. `is_asked`: anybody was invited."""

    members: tuple[Invitee, ...]
    texts: tuple[InvitationText, ...]
    parts: int
    price: int
    goes_at: int | None
    is_held: bool
    is_asked: bool


def inviting_of(here: Whole) -> Inviting:
    """Return how a session's members are invited."""
    members = tuple(invite_members.of_session(store(), here.session.id))
    blanks = invite_members.blanks_of(store(), here.session.id)
    texts = tuple(
        _text(key, blanks, whom)
        for key in invite_members.TEXTS
        if (whom := tuple(one for one in members if one.text_key == key))
    )
    parts = sum(one.parts * len(one.people) for one in texts)
    goes_at, is_held = notices_go(clock.now())
    return Inviting(
        members=members,
        texts=texts,
        parts=parts,
        price=parts * settings().sms.price_per_segment,
        goes_at=goes_at,
        is_held=is_held,
        is_asked=any(one.message for one in members),
    )


def _text(key: str, blanks: dict[str, str], whom: tuple[Invitee, ...]) -> InvitationText:
    text = sms_text.compose(key, blanks, sms_text.office_blanks(settings(), site().public_url))
    cuts = tuple(sms_text.cuts(key, blanks))
    return InvitationText(text, sms_text.parts(text), whom, cuts)
