"""What senders agreed to: that they are kept, told by SMS, or named. Each box is their own."""

from shared.db.connection import Store, writing
from shared.db.event_log import CITIZEN, note
from shared.domain.proposal import NewProposal
from shared.store.cases import authors
from shared.store.cases.authors import AUTHOR, Author


def give(db: Store, proposal_id: str, *, notice: str, at: int) -> None:
    """Record that the sender now agrees to be kept and told by SMS (the SMS word DY)."""
    with writing(db):
        db.change(
            AUTHOR,
            {"proposal_id": proposal_id, "place": 1},
            {"consent_store": True, "consent_sms": True, "notice": notice, "consented_at": at},
        )
        note(db, "consented", proposal_id, CITIZEN, at, store=True, sms=True, notice=notice)


def take_back(
    db: Store, proposal_id: str, *, sms: bool, name_me: bool, actor: str, at: int
) -> bool:
    """Record that a proposal's sender no longer agrees to SMS, or to be named; return whether that
    changed anything. Every reader asks again, so it counts from now on."""
    with writing(db):
        author, changes = authors.of(db, proposal_id), {}
        if sms and author.consent_sms:
            changes["consent_sms"] = False
        if name_me and author.consent_name:
            changes["consent_name"] = False
        if changes:
            db.change(AUTHOR, {"id": author.id}, changes)
            note(db, "consent_taken_back", proposal_id, actor, at, sms=sms, name_me=name_me)
        return bool(changes)


def agree_to_be_named(db: Store, proposal_id: str, *, notice: str, at: int) -> bool:
    """Record that a sender whose name is kept agrees to be named when the idea is recognised; False
    if no name is kept, or they agreed before."""
    with writing(db):
        author = authors.of(db, proposal_id)
        if not may_be_asked_to_be_named(author):
            return False
        db.change(AUTHOR, {"id": author.id}, {"consent_name": True})
        note(db, "consented", proposal_id, CITIZEN, at, name_me=True, notice=notice)
        return True


def may_be_asked_to_be_named(author: Author) -> bool:
    """Say whether a sender left a name that the office may keep, and did not say it may be told."""
    return bool(
        author.name
        and author.consent_store
        and not author.consent_name
        and author.erased_at is None
    )


def complete(db: Store, proposal_id: str, new: NewProposal, *, at: int) -> None:
    """Keep the name, number and consents of a sender who sent again with more of them; earlier ones
    are never emptied. An erased author stays erased."""
    with writing(db):
        known = authors.of(db, proposal_id)
        if known.erased_at is not None or not new.consents.store:
            return
        changes = {
            "name": new.name or known.name,
            "phone": new.phone or known.phone,
            "guardian": new.guardian or known.guardian,
            "under_16": new.under_16,
            "consent_store": True,
            "consent_sms": new.consents.sms,
            "consent_name": new.consents.name_me,
            "notice": new.consents.notice,
            "consented_at": at,
        }
        db.change(AUTHOR, {"proposal_id": proposal_id, "place": 1}, changes)
        note(
            db,
            "consented",
            proposal_id,
            CITIZEN,
            at,
            store=True,
            sms=new.consents.sms,
            name_me=new.consents.name_me,
            notice=new.consents.notice,
        )


def has_agreed_to_sms(db: Store, phone: str) -> bool:
    """Say whether any proposal's sender at this number (E.164) agreed to be told by SMS."""
    return (
        db.row(
            "SELECT 1 FROM author WHERE commune_id = :commune_id AND phone = :phone"
            " AND consent_sms = 1 LIMIT 1",
            phone=db.encrypt(phone),
        )
        is not None
    )
