"""Further authors of an idea: noted by an officer from paper, each counted separately (A5), with
their share of the work in percent (NĐ 13/2012).

A person whose idea was merged into another is an author of that too, through the row of their own
proposal. So an undone merge, an erasure and a withdrawn consent are seen at once; nothing is
copied.
"""

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from shared.db.connection import Store, writing
from shared.db.event_log import note
from shared.domain import clock
from shared.domain.evaluation_year import evaluation_year
from shared.store.awards import awards
from shared.store.cases import authors, case_words, proposals, sender_changes
from shared.store.cases.authors import Author, NewAuthor
from shared.store.cases.proposals import Proposal
from shared.store.council import sheets as council_sheets
from shared.store.messages import forgetting as message_forgetting
from shared.store.office import campaigns
from shared.store.privacy.erasures import Scope
from shared.workflows import erase as workflows_erase
from shared.workflows.erase import ErasureRequest

MOST_CO_AUTHORS = 20
WHOLE_PERCENT = 100


class AuthorUnknown(Exception):
    """No further author of that proposal has that id, or their details were erased."""


class TooManyAuthors(Exception):
    """The proposal has as many authors as fit on a paper."""


class Honoured(Exception):
    """A letter or an award was proposed for that author, so they stay an author."""


class SharesWrong(Exception):
    """The shares are not those of all its authors, or do not make a hundred."""


def are_agreed(of_idea: Sequence[Author]) -> bool:
    """Say whether the shares of all the authors of an idea are known and make a hundred."""
    shares = [one.share for one in of_idea]
    return None not in shares and sum(one or 0 for one in shares) == WHOLE_PERCENT


def add(
    db: Store, code: str, new: NewAuthor, *, zone: ZoneInfo, actor: str, at: int
) -> None:  # fmt: skip
    """Keep a further author of a proposal. They count to a year of their own by the proposal's day
    of receipt, and do not judge the idea if they sit in the council. The same author again changes
    nothing. Raises ProposalUnknown, TooManyAuthors."""
    with writing(db):
        here = proposals.by_code(db, code)
        own = authors.all_of(db, here.id)
        if any(_is_same(one, new) for one in own):
            return
        if len(own) >= MOST_CO_AUTHORS:
            raise TooManyAuthors(code)
        received = clock.to_local(here.received_at, zone)
        cutoff = campaigns.campaign_of(db, received.year).cutoff
        counted = evaluation_year(new.participant_type, new.insider, received, cutoff)
        author_id = authors.add_further(db, here.id, new, counted, at=at)
        note(
            db, "co_author_added", here.id, actor, at, author=author_id, year=counted.year,
            store=new.consents.store, sms=new.consents.sms, name_me=new.consents.name_me,
            notice=new.consents.notice,
        )  # fmt: skip
        case_words.index(db, here.id)
        council_sheets.recuse_namesakes(db, here.id, actor=actor, at=at)


def further(db: Store, code: str, author_id: str) -> tuple[Proposal, Author]:
    """Return a case and one of its further authors. Raises ProposalUnknown, AuthorUnknown."""
    here, who = proposals.by_code(db, code), authors.by_id(db, author_id)
    if who is None or who.proposal_id != here.id or who.place == 1:
        raise AuthorUnknown(author_id)
    return here, who


def erase(db: Store, code: str, author_id: str, *, actor: str, at: int) -> None:
    """Delete the details of one further author, as they ask; that there was one stays. Raises
    ProposalUnknown, AuthorUnknown."""
    with writing(db):
        here, who = further(db, code, author_id)
        if who.erased_at is not None:
            return
        asked = ErasureRequest(Scope.DETAILS, "asked", "", actor, at, author_id=author_id)
        workflows_erase.erase(db, here.id, asked)
        note(db, "co_author_erased", here.id, actor, at, author=author_id)


def removable(db: Store, code: str, author_id: str) -> tuple[Proposal, Author]:
    """Return a case and one of its further authors, whom nothing keeps on it. Raises
    ProposalUnknown, AuthorUnknown, Honoured."""
    here, who = further(db, code, author_id)
    if any(one.place == who.place for one in awards.of_proposal(db, here.id)):
        raise Honoured(author_id)
    return here, who


def take_off(db: Store, code: str, author_id: str, *, actor: str, at: int) -> None:
    """Remove from a proposal a further author who was added by mistake. Raises ProposalUnknown,
    AuthorUnknown, Honoured."""
    with writing(db):
        here, who = removable(db, code, author_id)
        _forget_number(db, who)
        sender_changes.forget(db, author_id)
        authors.remove(db, author_id)
        note(db, "co_author_taken_off", here.id, actor, at, author=author_id)
        case_words.index(db, here.id)


def set_shares(
    db: Store, code: str, shares: Mapping[str, int | None], *, actor: str, at: int
) -> None:
    """Keep the shares of all the authors of an idea, by author id: they make a hundred, or all stay
    open. Raises ProposalUnknown, SharesWrong."""
    with writing(db):
        here = proposals.by_code(db, code)
        of_idea = authors.of_idea(db, here.id)
        said = list(shares.values())
        are_open = all(one is None for one in said)
        is_whole = None not in said and sum(one or 0 for one in said) == WHOLE_PERCENT
        if shares.keys() != {one.id for one in of_idea} or not (are_open or is_whole):
            raise SharesWrong(code)
        if all(one.share == shares[one.id] for one in of_idea):
            return
        for one in of_idea:
            authors.set_share(db, one.id, shares[one.id])
        note(db, "shares_set", here.id, actor, at, shares=said)


def _is_same(one: Author, new: NewAuthor) -> bool:
    return (one.name, one.phone, one.unit, one.position, one.participant_type) == (
        new.name or None, new.phone, new.unit or None, new.position or None, new.participant_type,
    )  # fmt: skip


def _forget_number(db: Store, who: Author) -> None:
    """Remove an author's number from the SMS about the proposal, unless another author has it
    too."""
    others = (one for one in authors.all_of(db, who.proposal_id) if one.id != who.id)
    if who.phone is not None and all(one.phone != who.phone for one in others):
        message_forgetting.forget_recipient(db, who.proposal_id, who.phone)
