"""What a receipt says on thermal paper: plain values, neither drawn nor sent.

Code, QR, times, channel, title and year; never a name, a number or the text, because paper is left
lying about. Always in Vietnamese, because an office reads it. Words are `slip.*` and `receipt.*`.
"""

from kiosk import receipts
from kiosk.sheet import Slip
from kiosk.speaking import counted_year, day
from kiosk.web import say, settings, site, store
from shared.domain import codes
from shared.domain.addresses import opens_here_alone
from shared.runtime.base_app import hour
from shared.store.cases.proposals import Proposal
from shared.store.files import attachments
from shared.store.people import devices

_TEST_CODE = "012345678901"


def of_receipt(proposal: Proposal, *, is_again: bool) -> Slip:
    """Return the receipt of a proposal; one that may be printed already says so."""
    marks = [say("page.demo")] if site().commune.is_demo else []
    if is_again:
        marks.append(say("slip.again"))
    return Slip(
        head=say("slip.head").upper(),
        title=say("slip.title"),
        marks=tuple(marks),
        code_label=say("receipt.code"),
        code=codes.grouped(proposal.code),
        qr=receipts.qr_text_of(receipts.secret_of(proposal.code)),
        facts=_facts(proposal),
        idea=_said("receipt.title", proposal.title) if proposal.title else "",
        dates=(
            _said("receipt.year", counted_year(proposal)),
            _said("receipt.due", day(proposal.due_at)),
        ),
        foot=_foot(proposal),
    )


def test_page() -> Slip:
    """Return the sheet for checking printer, paper and letters."""
    return Slip(
        head=say("slip.head").upper(),
        title=say("slip.test.title"),
        marks=(),
        code_label=say("slip.test.code"),
        code=codes.grouped(_TEST_CODE),
        qr=codes.qr_address(site().public_url) if _is_reached() else _TEST_CODE,
        facts=(say("slip.test.letters"), say("slip.test.paper", n=settings().printer.width)),
        idea="",
        dates=(),
        foot=(say("slip.test.foot"),),
    )


def _facts(proposal: Proposal) -> tuple[str, ...]:
    place = devices.name_of(store(), proposal.device_id)
    counter = settings().office.counter
    files = attachments.count(store(), proposal.id)
    when = say("receipt.time", gio=hour(proposal.received_at), ngay=day(proposal.received_at))
    facts = [
        _said("receipt.received_at", when),
        _said("slip.place", f"{place} – {counter}" if place else counter),
        _said("slip.channel", say(f"choice.channel.{proposal.channel}")),
    ]
    if files:
        facts.append(_said("slip.files", files))
    return tuple(facts)


def _foot(proposal: Proposal) -> tuple[str, ...]:
    foot = [say("slip.see" if _is_reached() else "slip.see_here")]
    if settings().office.sms_number:
        foot.append(say("slip.see_sms", ma=proposal.code))
    return (*foot, say("slip.ask"), say("slip.not_tthc"))


def _is_reached() -> bool:
    """Say whether a telephone can open the office's address."""
    return not opens_here_alone(site().public_url)


def _said(key: str, value: object) -> str:
    return f"{say(key)}: {value}"
