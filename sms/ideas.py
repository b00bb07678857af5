"""SMS that bring an idea, continue one, or add to one: what is kept of them, once."""

import hashlib
from collections.abc import Sequence

from shared import texts
from shared.db.connection import Store
from shared.db.engines import Statement
from shared.domain import clock, everyday, status_message
from shared.domain.proposal import TEXT_LETTERS, TITLE_LETTERS, Status
from shared.domain.record import replace
from shared.domain.sms_idea import names_a_remedy, only_names_a_trouble, read_sms
from shared.domain.vietnamese import clean
from shared.store.cases import authors, conversation, proposals, public_status, receiving
from shared.store.people import staff
from sms import denunciations, dialogue, pieces, words
from sms.cases import (
    OPEN,
    UNPROVEN,
    nothing_sent,
    own,
    sent_lately,
    stamped,
    where_it_stands,
    which,
)
from sms.exchange import Inbound, Reply
from sms.words import ParsedSms

# The same words from the same number within this time are the same idea, sent again because the
# receipt was slow.
SAME_IDEA = clock.HOUR
# A shorter text is no idea, whatever it says.
_FEWEST_LETTERS = 9
# Who reads a denunciation until somebody is put in charge of it.
_KEEPERS = ("chair", "officer")


def send(db: Store, sms: Inbound, said: ParsedSms) -> Reply:
    """SK cho bà con hẹn giờ chứng thực -> the receipt."""
    if len("".join(said.rest.split())) < TITLE_LETTERS[0] or words.is_placeholder(said.rest):
        return Reply("ask_more_empty", outcome="empty_idea")
    return keep(db, sms, said.rest, "receipt")


def free(db: Store, sms: Inbound, said: ParsedSms) -> Reply:
    """Đường vào ấp 3 chưa có đèn -> kept as an idea too."""
    if sms.is_released:
        return keep(db, sms, sms.text, "receipt_no_word")
    if not sms.is_mobile:
        return Reply("", outcome="no_word", is_quarantined=True)
    if words.is_of_a_machine(sms.text):
        return Reply("", outcome="not_a_person", is_quarantined=True)
    part = pieces.part(said.rest)
    is_piece = part is not None and part.total > 0
    is_short = words.letters(sms.text) < words.IDEA_LETTERS
    if is_short and not is_piece and not _says_enough(sms.text):
        return Reply("unknown_command", outcome="unknown_command")
    return keep(db, sms, sms.text, "receipt_no_word")


def _says_enough(text: str) -> bool:
    """Mua thêm quạt -> short, and an idea."""
    if words.letters(text) < _FEWEST_LETTERS:
        return False
    return names_a_remedy(everyday.plain(text)) or only_names_a_trouble(text)


def continued(db: Store, sms: Inbound, said: ParsedSms) -> Reply | None:
    """2/2 … or the answer to our question -> more_received; None when it is not one."""
    if _sent_before(db, sms):
        return None
    again = _sent_before(db, sms, dialogue.CONTINUED)
    if again:
        return Reply("more_received", stamped(sms, again.code), dialogue.CONTINUED, again.id)
    found = dialogue.goes_on_with(db, sms, said)
    return _added(db, sms, found, said.rest, dialogue.CONTINUED) if found else None


def add(db: Store, sms: Inbound, said: ParsedSms) -> Reply:
    """BS 482173950688 làm ở quầy số 2, BS làm ở quầy số 2 -> more_received."""
    found = _added_to(db, sms, said)
    if found is None:
        return keep(db, sms, sms.text, "receipt_no_word")
    if isinstance(found, Reply):
        waits = found.outcome == UNPROVEN and said.rest
        return replace(found, key="more_waits") if waits else found
    if not said.rest:
        missing = status_message.blanks(public_status.by_code(db, found.code), sms.zone)["thieu"]
        blanks = {"ma": found.code, "thieu": missing or texts.load("sms.vi").say("filled.thieu")}
        return Reply("ask_more", blanks, outcome="empty_addition", proposal_id=found.id)
    return _added(db, sms, found, said.rest)


def _added_to(db: Store, sms: Inbound, said: ParsedSms) -> proposals.Proposal | Reply | None:
    """Return the idea that is added to, or what to say instead. None: the text says something and
    belongs to no other, so it is an idea."""
    if said.code or said.rest[:1].isdigit() or 0 < words.letters(said.rest) < TITLE_LETTERS[0]:
        return own(db, sms, said.code)
    sent = [one for one in sent_lately(db, sms) if one.status in OPEN]
    if len(sent) > 1 and said.rest and sent[0].received_at > sms.at - dialogue.WINDOW:
        return sent[0]
    if len(sent) == 1:
        return sent[0]
    if words.letters(said.rest) >= words.IDEA_LETTERS:
        return None
    return which("BS", [one.code for one in sent]) if sent else nothing_sent()


def add_what_waited(db: Store, sms: Inbound, found: proposals.Proposal) -> None:
    """Add to an idea what this number, which now confirmed it, sent for it within a day; only
    inside `writing`."""
    for one in reversed(sms.past.came):
        said = words.read(one.text) if one.outcome == UNPROVEN else None
        if said and said.word == "BS" and said.code == found.code and said.rest:
            conversation.add_more(
                db, found.code, clean(said.rest), channel="sms", key=f"sms|{one.id}", at=sms.at
            )


def complete(db: Store, sms: Inbound, proposal_id: str) -> Reply:
    """Add the missing part of an earlier SMS to the case that it became, or answer that the case is
    gone; only inside `writing`."""
    found = proposals.by_id(db, proposal_id)
    if authors.of(db, found.id).erased_at is not None:
        return where_it_stands(db, sms, found.code)
    return _added(db, sms, found, sms.text)


def keep(db: Store, sms: Inbound, text: str, receipt: str) -> Reply:
    """Keep a text as an idea, once, and return its receipt with the key `receipt`, or the question
    about its solution. A denunciation is confidential from the first second, and told where such
    things are received."""
    kept = _sent_before(db, sms)
    rows: Sequence[Statement] = ()
    if kept is None:
        added, rows = receiving.adding(
            db,
            read_sms(clean(text)[:TEXT_LETTERS], sms.sender, heading=pieces.without_mark(text)),
            receiving.Arrival(sms.received_at, sms.at),
            key=f"sms|{sms.id}",
            fingerprint=hashlib.sha256(text.encode()).hexdigest(),
            receipt_key=sms.receipt_key,
            zone=sms.zone,
        )
        kept = added.proposal
        if denunciations.is_one(text):
            db.write_all(*rows)
            rows = ()
            keeper = staff.first_with(db, _KEEPERS)
            proposals.keep_for(db, kept.id, keeper.id if keeper else None, at=sms.at)
            receipt = "denounced"
        elif kept.current_state and not pieces.part(text):
            receipt = dialogue.QUESTION
    key = "too_long" if len(clean(text)) > TEXT_LETTERS else receipt
    blanks = {
        "ma": kept.code,
        "gio": clock.hour_words(kept.received_at, sms.zone),
        "ngay": clock.day_words(kept.received_at, sms.zone),
    }
    return Reply(key, blanks, "proposal", kept.id, rows=rows)


def _added(
    db: Store, sms: Inbound, found: proposals.Proposal, text: str, outcome: str = "addition"
) -> Reply:
    conversation.add_more(
        db, found.code, clean(text), channel="sms", key=f"sms|{sms.id}", at=sms.at
    )
    return Reply("more_received", stamped(sms, found.code), outcome, found.id)


def _sent_before(db: Store, sms: Inbound, outcome: str = "proposal") -> proposals.Proposal | None:
    """Return what exactly the same words became a moment ago, unless it was withdrawn since."""
    since = sms.at - SAME_IDEA
    before = sms.past.became(sms.text, outcome, beside=sms.id, since=since)
    if before is None:
        return None
    kept = proposals.by_id(db, before)
    return None if kept.status is Status.WITHDRAWN else kept
