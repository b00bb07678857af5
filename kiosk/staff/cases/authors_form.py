"""The forms of a further author and of everybody's share."""

from collections.abc import Sequence

from kiosk.staff.forms import MOBILE, Reader, says_something
from shared.domain.intake import SHORT_LETTERS
from shared.domain.measures import whole_of
from shared.domain.proposal import INSIDER_TYPES, PARTICIPANT_TYPES, Consents
from shared.store.cases.authors import Author, NewAuthor
from shared.texts import NOTICE_VERSION
from shared.workflows.co_authors import WHOLE_PERCENT


def read_author(given: Reader) -> NewAuthor:
    """Return a further author as a paper names them. A person's name and number need their consent;
    an organisation is named by its unit."""
    name, unit, position, guardian = (
        given.line(name, SHORT_LETTERS) for name in ("name", "unit", "position", "guardian")
    )
    number = given.telephone("phone", "staff.authors.phone_wrong", kinds=MOBILE, optional=True)
    kind = given.choice("participant_type", PARTICIPANT_TYPES)
    store, sms, name_me = (given.tick(f"consent_{one}") for one in ("store", "sms", "name"))
    under_16, typed_number = given.tick("under_16"), given.said("phone")
    if not says_something(name + unit):
        given.wrong("name", "staff.authors.who_empty")
    if (name or typed_number or guardian) and not store:
        given.wrong("consent_store", "staff.authors.consent_empty")
    if name and under_16 and not guardian:
        given.wrong("guardian", "staff.authors.guardian_empty")
    if sms and not typed_number:
        given.wrong("phone", "staff.authors.phone_for_sms")
    return NewAuthor(
        name, number or None, unit, position, kind,
        kind in INSIDER_TYPES and given.tick("insider"), under_16, guardian,
        Consents(store, sms, name_me, NOTICE_VERSION),
    )  # fmt: skip


def read_shares(given: Reader, of_idea: Sequence[Author]) -> dict[str, int | None]:
    """Return all shares by author id: whole percents that make a hundred, or all None."""
    said = {one.id: given.said(f"share-{one.id}").removesuffix("%") for one in of_idea}
    if not any(said.values()):
        return dict.fromkeys(said)
    shares = {author_id: whole_of(text) for author_id, text in said.items()}
    for author_id, share in shares.items():
        if share is None or share > WHOLE_PERCENT:
            given.wrong(f"share-{author_id}", "staff.authors.share_wrong")
    total = sum(one or 0 for one in shares.values())
    if not given.problems and total != WHOLE_PERCENT:
        given.wrong(f"share-{of_idea[0].id}", "staff.authors.shares_wrong", n=total)
    return shares
