"""Sends a proposal that one of the two forms has read: once, even if it is tapped twice.

The form's key names the sending. The same key with other words (Back, a correction, Send) makes no
second proposal: the new words are kept as an addition to the first. That is true for keys that we
gave out, which nobody guesses. Another key may also be somebody else's, and other words under it
are another idea.
"""

import base64
import re
from uuid import UUID

from flask import redirect, url_for
from werkzeug.wrappers import Response

from kiosk import paper, receipts
from kiosk.citizen import answers
from kiosk.web import log, say, site, store
from shared.db.connection import Store, writing
from shared.db.event_log import new_id
from shared.domain import clock
from shared.domain.proposal import NewProposal
from shared.store.cases import consents, conversation, proposals, receiving
from shared.workflows import notices

# A key as our pages carry it: an id of event_log.new_id, as it is or in the 22 letters of new_key.
_OURS = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[\w-]{8}[c-f][\w-]{12}[AQgw]", re.ASCII
)
_WORDS = ("title", "current_state", "solution", "expected_effect")


def new_key() -> str:
    """Return a fresh key for a form on a telephone: an id in 22 letters instead of 36."""
    return base64.urlsafe_b64encode(UUID(new_id()).bytes).decode().rstrip("=")


def send(
    new: NewProposal, *, form_key: str, device_id: str | None, code: str | None = None
) -> Response:
    """Keep the proposal and lead to its receipt; `code` is one that its kiosk set aside for it."""
    db, at = store(), clock.now()
    key = _key(form_key)
    print_of = answers.fingerprint(new)
    with writing(db):
        added = _add(db, new, receiving.Arrival(at, at, device_id), key, print_of, code)
        if not added.is_same and not _OURS.fullmatch(form_key):
            another = f"{key}|{print_of}"
            added = _add(db, new, receiving.Arrival(at, at, device_id), another, print_of, None)
        kept = added.proposal
        if not added.is_same:
            keep_correction(kept, new, f"{key}|{print_of}", at)
        if new.phone or not added.is_new:
            notices.of_receipt(db, kept, at=at)
        if added.is_new:
            paper.print_once(kept)
        # Nobody gets it unless the idea is kept. After the wait for the disk the processor has
        # forgotten our program, and making it would take longer.
        answer = _leading_on(added)
    if not added.is_erased:
        log.info("proposal_sent id=%s new=%s channel=%s", kept.id, added.is_new, kept.channel)
    return answer


def _leading_on(added: receiving.Added) -> Response:
    """Return the answer that leads to the receipt; to the public page where words were erased."""
    kept = added.proposal
    if added.is_erased:
        return redirect(url_for("status.standing", code=kept.code), 303)
    secret = receipts.secret_of(kept.code, is_new=added.is_new)
    return receipts.lead_to(secret, "1" if added.is_new else "2")


def _add(
    db: Store, new: NewProposal, arrival: receiving.Arrival, key: str, print_of: str,
    code: str | None,
) -> receiving.Added:  # fmt: skip
    here = site()
    return receiving.add(
        db,
        new,
        arrival,
        key=key,
        fingerprint=print_of,
        receipt_key=here.secrets.receipt_key,
        zone=here.settings.office.zone,
        code=code,
    )


def sent_as(form_key: str) -> proposals.Proposal | None:
    """Return what was sent under a form's key, or None."""
    return proposals.by_key(store(), _key(form_key))


def _key(form_key: str) -> str:
    return f"web|{form_key}"


def keep_correction(
    kept: proposals.Proposal,
    new: NewProposal,
    key: str,
    at: int,
    *,
    with_person: bool = True,
    is_senders: bool = True,
) -> None:
    """Keep what a second sending under the same key says differently; its details of the sender
    only `with_person`. If nothing shows that the sender wrote it (`is_senders` False), the idea
    keeps its status. Raises conversation.AlreadyAdded."""
    changed = [
        f"{say(f'ask.{name}.title')} {getattr(new, name)}"
        if name != "expected_effect"
        else f"{say('ask.effects.title')} {new.expected_effect}"
        for name in _WORDS
        if getattr(new, name)
        and getattr(new, name) != getattr(kept, name)
        and (name != "title" or new.title_is_own)
    ]
    if changed:
        try:
            conversation.add_more(
                store(), kept.code, "\n".join(changed),
                channel=new.channel, key=key, at=at, is_senders=is_senders,
            )  # fmt: skip
        except conversation.AdditionRefused:
            return
    if with_person:
        consents.complete(store(), kept.id, new, at=at)
