"""What organisations send in together: lists of their members' ideas, entered by a clerk.

The member is the author; the clerk entered the idea. A clerk gets no more of an idea than its list
shows: a name, a title, a code, and for all together the number in each status.
"""

from zoneinfo import ZoneInfo

from shared.db.connection import Store, writing
from shared.db.event_log import new_id, note
from shared.domain.entry_on_behalf import TOGETHER
from shared.domain.proposal import NewProposal, Status
from shared.domain.record import Record
from shared.domain.vietnamese import one_line
from shared.store.cases import proposals, receiving
from shared.store.cases.collectives import COLLECTIVE, COLLECTIVE_ITEM
from shared.store.cases.entries import EntryRecord
from shared.store.cases.receiving import Added, Arrival
from shared.store.cases.visibility import COUNTED, REDACTION, VISIBLE
from shared.store.office import profile
from shared.store.office.profile import Organisation
from shared.workflows import notices


class OrganisationEnded(Exception):
    """The organisation has ended its calling; what it sent stays."""


class ListClosed(Exception):
    """The list was closed; its receipts were handed out."""


class SentBefore(Exception):
    """The organisation has already sent the same idea of the same member, under that code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Collective(Record):
    """One list; `title` is "" if nobody named it. Instants are ms UTC."""

    id: str
    organisation_id: str
    title: str
    begun_by: str
    begun_at: int
    closed_at: int | None
    count: int


class MemberIdea(Record):
    """One idea of a list as its clerks see it; `name` is None if the member left none, or withdrew
    it (`is_erased`)."""

    place: int
    code: str
    title: str
    name: str | None
    is_erased: bool
    consents: tuple[bool, bool, bool]
    entered_by: str
    entered_at: int


class StatusCount(Record):
    """The number of an organisation's ideas in one status."""

    status: Status
    count: int


def begin(
    db: Store, organisation: Organisation, title: str, *, key: str, actor: str, at: int
) -> str:  # fmt: skip
    """Begin a list and return its id; the same key again returns the first one. Raises
    OrganisationEnded."""
    with writing(db):
        known = db.row(
            "SELECT id FROM collective WHERE commune_id = :commune_id AND key = :key", key=key
        )
        if known is not None:
            return str(known[0])
        if organisation.ended_on:
            raise OrganisationEnded(organisation.id)
        row = {
            "id": new_id(), "key": key, "organisation_id": organisation.id, "title": title,
            "begun_by": actor, "begun_at": at, "closed_at": None,
        }  # fmt: skip
        db.insert(COLLECTIVE, row)
        note(db, "collective_begun", None, actor, at, collective=row["id"])
        return str(row["id"])


def add(
    db: Store,
    collective: Collective,
    new: NewProposal,
    *,
    key: str,
    fingerprint: str,
    receipt_key: bytes,
    zone: ZoneInfo,
    actor: str,
    at: int,
) -> Added:
    """Keep a member's idea on a list, and queue the SMS with its code if the member agreed; all in
    one transaction, once per `key`.

    Raises ListClosed, OrganisationEnded, SentBefore.
    """
    with writing(db):
        key = f"collective|{collective.id}|{key}"
        kept = proposals.by_key(db, key)
        if kept is not None:
            return Added(kept, is_new=False)
        _check_open(db, collective)
        _check_new(db, collective.organisation_id, new)
        added = receiving.add(
            db, new, Arrival(at, at), key=key, fingerprint=fingerprint, receipt_key=receipt_key,
            zone=zone, actor=actor,
        )  # fmt: skip
        row = {
            "id": new_id(), "collective_id": collective.id, "proposal_id": added.proposal.id,
            "place": _places(db, collective.id) + 1, "entered_by": actor, "entered_at": at,
        }  # fmt: skip
        db.insert(COLLECTIVE_ITEM, row)
        note(
            db, "entered", added.proposal.id, actor, at, way=TOGETHER, collective=collective.id
        )  # fmt: skip
        notices.of_entry(db, added.proposal, at=at, zone=zone)
        return added


def close(db: Store, collective_id: str, *, actor: str, at: int) -> None:
    """Close a list; a second time changes nothing."""
    with writing(db):
        found = by_id(db, collective_id)
        if found is not None and found.closed_at is None:
            db.change(COLLECTIVE, {"id": collective_id}, {"closed_at": at})
            note(db, "collective_closed", None, actor, at, collective=collective_id)


def note_receipts(db: Store, collective_id: str, *, actor: str, at: int) -> None:
    """Record that somebody printed a list's receipts, which open its ideas."""
    with writing(db):
        note(db, "collective_receipts_printed", None, actor, at, collective=collective_id)


def by_id(db: Store, collective_id: str) -> Collective | None:
    """Return one list, or None."""
    return next(iter(_lists(db, "id = :id", id=collective_id)), None)


def of_organisation(db: Store, organisation_id: str) -> list[Collective]:
    """Return an organisation's lists, the latest first."""
    return _lists(
        db, "organisation_id = :organisation_id ORDER BY id DESC", organisation_id=organisation_id
    )


def items(db: Store, collective_id: str, viewer: str) -> list[MemberIdea]:
    """Return a list's ideas in the order in which they were entered, as `viewer` (a staff id) may
    read them: a redacted one has its redacted title, a confidential one no title and no name."""
    return [
        MemberIdea(
            place, code, title, name, erased_at is not None,
            (bool(store), bool(sms), bool(name_me)), by, at,
        )
        for place, code, title, name, erased_at, store, sms, name_me, by, at in db.rows(
            "SELECT collective_item.place, proposal.code,"  # noqa: S608 conditions are ours
            f" CASE WHEN {VISIBLE} THEN coalesce(redaction.title, proposal.title) ELSE '' END,"
            f" CASE WHEN {VISIBLE} THEN author.name END,"
            " author.erased_at, author.consent_store, author.consent_sms, author.consent_name,"
            " collective_item.entered_by, collective_item.entered_at FROM collective_item"
            " JOIN proposal ON proposal.commune_id = collective_item.commune_id"
            "  AND proposal.id = collective_item.proposal_id"
            " JOIN author ON author.commune_id = proposal.commune_id"
            f"  AND author.proposal_id = proposal.id AND author.place = 1{REDACTION}"
            " WHERE collective_item.commune_id = :commune_id AND collective_id = :collective_id"
            " ORDER BY collective_item.place",
            collective_id=collective_id,
            viewer=viewer,
        )
    ]  # fmt: skip


def entry_of(db: Store, proposal_id: str) -> EntryRecord | None:
    """Return who entered an idea of a list and when, or None if it is on no list."""
    row = db.row(
        "SELECT entered_by, entered_at FROM collective_item"
        " WHERE commune_id = :commune_id AND proposal_id = :proposal_id",
        proposal_id=proposal_id,
    )
    return EntryRecord(TOGETHER, "", "", *row) if row else None


def standings(db: Store, code: str, year: int) -> list[StatusCount]:
    """Return the number of ideas by status, in the usual order, that have an organisation's code
    and count to a year, without junk and confidential cases."""
    found: dict[str, int] = dict(
        db.rows(
            "SELECT status, count(*) FROM proposal WHERE commune_id = :commune_id"  # noqa: S608 ours
            " AND evaluation_year = :year AND lower(trim(mobiliser)) = :code"
            f" AND {COUNTED} GROUP BY status",
            year=year,
            code=code,
        )
    )
    return [StatusCount(status, found[status]) for status in Status if status in found]


def _lists(db: Store, where: str, **params: str) -> list[Collective]:
    return [
        Collective(*row)
        for row in db.rows(
            "SELECT id, organisation_id, title, begun_by, begun_at, closed_at,"  # noqa: S608 ours
            " (SELECT count(*) FROM collective_item WHERE collective_item.commune_id = :commune_id"
            "  AND collective_item.collective_id = collective.id)"
            f" FROM collective WHERE commune_id = :commune_id AND {where}",
            **params,
        )
    ]


def _check_open(db: Store, collective: Collective) -> None:
    now = by_id(db, collective.id)
    if now is None or now.closed_at is not None:
        raise ListClosed(collective.id)
    its = {one.id: one for one in profile.organisations(db)}[collective.organisation_id]
    if its.ended_on:
        raise OrganisationEnded(its.id)


def _check_new(db: Store, organisation_id: str, new: NewProposal) -> None:
    """Raise SentBefore if two clerks enter the same list, or one enters it twice."""
    said = _bare(new.title), _bare(new.solution)
    for code, title, solution in db.rows(
        "SELECT proposal.code, proposal.title, proposal.solution FROM collective"
        " JOIN collective_item ON collective_item.commune_id = collective.commune_id"
        "  AND collective_item.collective_id = collective.id"
        " JOIN proposal ON proposal.commune_id = collective_item.commune_id"
        "  AND proposal.id = collective_item.proposal_id"
        " JOIN author ON author.commune_id = proposal.commune_id"
        "  AND author.proposal_id = proposal.id AND author.place = 1"
        " WHERE collective.commune_id = :commune_id AND organisation_id = :organisation_id"
        " AND author.erased_at IS NULL AND coalesce(author.name, '') = :name",
        organisation_id=organisation_id,
        name=new.name,
    ):
        if said == (_bare(title), _bare(solution)):
            raise SentBefore(code)


def _bare(text: str) -> str:
    return one_line(text).casefold()


def _places(db: Store, collective_id: str) -> int:
    row = db.row(
        "SELECT max(place) FROM collective_item"
        " WHERE commune_id = :commune_id AND collective_id = :collective_id",
        collective_id=collective_id,
    )
    return int(row[0] or 0) if row else 0
