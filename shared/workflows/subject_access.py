"""Everything that is kept about one sender through one idea, as they may ask to see it.

Notes between members of staff are not included; the copy says that there are some.
"""

from collections.abc import Mapping

from shared.db import event_log
from shared.db.connection import Store
from shared.domain.record import Record
from shared.store.cases import authors, conversation, moves, proposals
from shared.store.cases import notes as cases_notes
from shared.store.cases.authors import Author
from shared.store.cases.conversation import Addition, OfficeReply
from shared.store.cases.moves import Move
from shared.store.cases.proposals import Proposal
from shared.store.files import attachments
from shared.store.files.attachments import Attachment
from shared.store.messages import threads
from shared.store.messages.inbox import MessageIn
from shared.store.messages.outgoing import MessageOut
from shared.store.models import registry
from shared.store.people import staff
from shared.store.privacy import erasures
from shared.store.privacy.erasures import Erasure

# Events of somebody looking at protected details, or taking them along.
VIEWS = (
    "viewed_personal_details",
    "viewed_file",
    "viewed_in_opening",
    "receipt_reprinted",
    "twin_printed",
    "data_copied",
    "consents_printed",
)


class Agreed(Record):
    """One moment at which a sender agreed to something, or withdrew consent. Each of the three is
    True, False, or None if nothing was said of it; `notice` is the version they read, `way` the
    channel or the event, `at` ms UTC."""

    at: int
    way: str
    notice: str
    store: bool | None
    sms: bool | None
    name_me: bool | None


class View(Record):
    """A look by somebody of the office: `kind` is one of VIEWS, `role` theirs ("" for no
    member)."""

    at: int
    kind: str
    role: str


class Everything(Record):
    """Everything that is kept; of further authors only their number."""

    proposal: Proposal
    author: Author
    others: int
    agreed: list[Agreed]
    moves: list[Move]
    additions: list[Addition]
    replies: list[OfficeReply]
    files: list[Attachment]
    came: list[MessageIn]
    went: list[MessageOut]
    views: list[View]
    erasures: list[Erasure]
    notes: int
    is_published: bool


def everything(db: Store, proposal: Proposal) -> Everything:
    """Return everything kept about the sender of a proposal. Its words are the original ones."""
    whole = proposals.by_id(db, proposal.id)
    came, went = threads.of_proposal(db, whole.id)
    model = registry.of_proposal(db, whole.id)
    own = authors.all_of(db, whole.id)
    return Everything(
        proposal=whole,
        author=own[0],
        others=len(own) - 1,
        agreed=agreed(db, whole),
        moves=moves.of_proposal(db, whole.id),
        additions=conversation.additions(db, whole.id),
        replies=conversation.replies(db, whole.id),
        files=attachments.of_proposal(db, whole.id),
        came=came,
        went=went,
        views=_views(db, whole.id),
        erasures=erasures.of_proposal(db, whole.id),
        notes=len(cases_notes.of(db, whole.id)),
        is_published=model is not None and model.withdrawn_at is None,
    )


def agreed(db: Store, proposal: Proposal) -> list[Agreed]:
    """Return the consents that a proposal's sender gave and withdrew, oldest first."""
    found = []
    for event in event_log.of_proposal(db, proposal.id):
        said = event.data
        if event.kind == "received":
            consents = said.get("consents", {})
            if any(consents.get(name) for name in ("store", "sms", "name_me")):
                found.append(_agreed(event.at, proposal.channel, consents))
        elif event.kind == "consented":
            found.append(_agreed(event.at, "sms" if "name_me" not in said else "again", said))
        elif event.kind == "consent_taken_back":
            taken = {name: False for name in ("sms", "name_me") if said.get(name)}
            found.append(_agreed(event.at, event.kind, taken))
        elif event.kind == "sender_corrected" and said.get("consents"):
            answers = {**said["consents"], "notice": said.get("notice")}
            found.append(_agreed(event.at, event.kind, answers))
        elif event.kind in ("personal_data_erased", "content_erased"):
            taken = dict.fromkeys(("store", "sms", "name_me"), False)
            found.append(_agreed(event.at, event.kind, taken))
    return found


def _agreed(at: int, way: str, said: Mapping[str, object]) -> Agreed:
    def answer(name: str) -> bool | None:
        return bool(said[name]) if name in said else None

    return Agreed(
        at, way, str(said.get("notice") or ""), answer("store"), answer("sms"), answer("name_me")
    )


def _views(db: Store, proposal_id: str) -> list[View]:
    roles = {member.id: member.role for member in staff.everyone(db)}
    return [
        View(event.at, event.kind, roles.get(event.actor, ""))
        for event in event_log.of_proposal(db, proposal_id)
        if event.kind in VIEWS
    ]
