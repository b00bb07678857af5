"""What a sender withdraws or agrees to: RUT, and DY without a code, need four digits that we send
to the number. GIU, TUCHOI and NHAN reveal and erase nothing and need none.

DY also confirms a number that somebody typed at a form: from then on the idea is this number's own
(proven_numbers.py).
"""

from shared.db.connection import Store
from shared.db.event_log import CITIZEN
from shared.domain.proposal import PUBLIC, Status
from shared.store.cases import consents, pending_acts, proposals, proven_numbers
from shared.store.messages import opt_outs
from shared.store.messages.asked_back import Kind, WaitingRequest
from shared.store.privacy.data_requests import Door
from shared.texts import NOTICE_VERSION
from shared.workflows import pending
from sms import confirming, ideas, words
from sms.cases import (
    names_another,
    nothing_sent,
    only_open,
    own,
    said_to_be_own,
    sent_lately,
    stamped,
    where_it_stands,
    which,
)
from sms.exchange import Inbound, Reply
from sms.ideas import SAME_IDEA
from sms.words import ParsedSms

# Where RUT erases nothing, nothing has to be proved.
_NOTHING_TO_TAKE_BACK = PUBLIC | {Status.WITHDRAWN}


def withdraw(db: Store, sms: Inbound, said: ParsedSms) -> Reply:
    """RUT 482173950688, RUT -> four digits to send back; RUT 4821 -> it waits a day, or why not."""
    if not said.code and (digits := words.digits(said.rest)):
        return confirmed(db, sms, digits, "withdraw")
    found = only_open(db, sms, said)
    if isinstance(found, Reply):
        return found
    if found.status in _NOTHING_TO_TAKE_BACK:
        return _taken_back(db, sms, found)
    if pending_acts.withdrawal(db, found.id) is not None:
        return where_it_stands(db, sms, found.code)
    return confirming.ask(db, sms, found, "withdraw")


def keep(db: Store, sms: Inbound, said: ParsedSms) -> Reply:
    """GIU 482173950688, GIU, tôi không rút nữa -> what waits to be withdrawn is not; where nothing
    waits, where it stands."""
    if said.code:
        found = own(db, sms, said.code)
        return found if isinstance(found, Reply) else _kept(db, sms, found)
    sent = sent_lately(db, sms)
    waiting = [one for one in sent if pending_acts.withdrawal(db, one.id) is not None]
    if len(waiting) > 1:
        return which("GIU", [one.code for one in waiting])
    if not sent:
        return nothing_sent()
    return _kept(db, sms, waiting[0] if waiting else sent[0])


def consent(db: Store, sms: Inbound, said: ParsedSms) -> Reply:
    """DY 482173950688 -> it is my number, keep it and tell me by SMS; DY -> four digits to send
    back."""
    if said.code or names_another(said):
        if not said.code and (digits := words.digits(said.rest)):
            return confirmed(db, sms, digits, "consent")
        found = said_to_be_own(db, sms, said.code)
        return found if isinstance(found, Reply) else _agreed(db, sms, found)
    asked = _asked_for_consent(db, sms)
    if asked is not None:
        return asked
    return opt_in(db, sms, said) if consents.has_agreed_to_sms(db, sms.sender) else nothing_sent()


def confirmed(db: Store, sms: Inbound, digits: str, kind: Kind | None) -> Reply:
    """RUT 4821 -> done, if these digits were sent to this number; else how many tries are left."""
    proven = confirming.prove(db, sms, digits, kind)
    if isinstance(proven, WaitingRequest):
        found = proposals.by_id(db, proven.proposal_id)
        return (_taken_back if proven.kind == "withdraw" else _agreed)(db, sms, found)
    since = sms.at - SAME_IDEA
    done = sms.past.became(sms.text, "withdrawal", beside=sms.id, since=since)
    if done is not None:  # the same SMS, delivered twice
        return where_it_stands(db, sms, proposals.by_id(db, done).code)
    return proven


def opt_out(db: Store, sms: Inbound, said: ParsedSms) -> Reply:
    """TUCHOI -> no notices any more."""
    opt_outs.add(db, sms.sender, "asked", at=sms.at)
    return Reply("opt_out", outcome="opt_out")


def opt_in(db: Store, sms: Inbound, said: ParsedSms) -> Reply:
    """NHAN -> notices again; a person who never agreed to any is asked to."""
    opt_outs.remove(db, sms.sender)
    if consents.has_agreed_to_sms(db, sms.sender):
        return Reply("opt_in", outcome="opt_in")
    return _asked_for_consent(db, sms) or Reply("privacy_first", outcome="opt_in")


def _asked_for_consent(db: Store, sms: Inbound) -> Reply | None:
    """Ask for the digits of the one idea about which this number may still say yes, or which one;
    None if there is none."""
    found = [proposals.by_id(db, one) for one in proven_numbers.to_confirm(db, sms.sender)]
    if len(found) > 1:
        return which("DY", [one.code for one in found])
    return confirming.ask(db, sms, found[0], "consent") if found else None


def _taken_back(db: Store, sms: Inbound, found: proposals.Proposal) -> Reply:
    key = pending.ask_to_withdraw(db, found.code, Door("sms", sms.zone), at=sms.at)
    waits = pending_acts.withdrawal(db, found.id)
    due_at = sms.at if waits is None else waits.due_at
    return Reply(key, stamped(sms, found.code, due_at), "withdrawal", found.id)


def _kept(db: Store, sms: Inbound, found: proposals.Proposal) -> Reply:
    waits = pending_acts.withdrawal(db, found.id)
    if waits is None:
        return where_it_stands(db, sms, found.code)
    pending.take_back(db, found.id, waits.id, actor=CITIZEN, at=sms.at)
    return Reply("withdraw_kept", {"ma": found.code}, "withdrawal_kept", found.id)


def _agreed(db: Store, sms: Inbound, found: proposals.Proposal) -> Reply:
    was_proven = proven_numbers.is_proven(db, found.id, sms.sender)
    consents.give(db, found.id, notice=NOTICE_VERSION, at=sms.at)
    opt_outs.remove(db, sms.sender)
    if not was_proven:
        ideas.add_what_waited(db, sms, found)
    key = "opt_in" if was_proven else "number_proven"
    return Reply(key, {"ma": found.code}, proven_numbers.CONFIRMED, found.id)
