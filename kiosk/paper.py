"""The receipt on paper: whether this browser's kiosk has a printer of ours, and what the page says
about it.

kiosk/printing.py does the printing. A kiosk without such a printer prints by its browser, where the
setting printer.browser says that it can.
"""

from kiosk.visitor import this_kiosk
from kiosk.web import settings, store
from shared.domain import clock
from shared.domain.record import Record
from shared.store.cases.proposals import Proposal
from shared.store.jobs import print_jobs
from shared.store.jobs.print_jobs import PrintJob

# How long the page of a receipt that is being printed refreshes itself.
LOOK_SECONDS = 3
# A person who opens their receipt later need not hear of paper that was taken long ago.
_TOLD_FOR = 5 * clock.MINUTE


class PrintStatus(Record):
    """The state of printing: `key` of the sentence ("" for nothing to say), whether it may still
    come out, and whether one came out before."""

    key: str
    is_coming: bool
    is_again: bool


def is_printed_here() -> bool:
    """Say whether this browser is a kiosk with the office's printer beside it."""
    printer = settings().printer
    if not printer.is_there:
        return False
    kiosk = this_kiosk()
    return kiosk is not None and printer.kiosk in ("", kiosk.name)


def is_printed_by_browser() -> bool:
    """Say whether this browser is a kiosk that was started so that it prints without asking."""
    return settings().printer.browser and this_kiosk() is not None and not is_printed_here()


def print_once(proposal: Proposal) -> None:
    """Have the receipt of an idea that was just sent printed, if this kiosk's printer is ours and
    it was never asked for."""
    if is_printed_here() and not print_jobs.of_proposal(store(), proposal.id):
        print_jobs.ask_as_citizen(store(), proposal.id, at=clock.now())


def standing(proposal: Proposal) -> PrintStatus | None:
    """Return the state of printing a receipt; None if no printer is at hand."""
    if not is_printed_here():
        return None
    jobs = print_jobs.of_proposal(store(), proposal.id)
    is_again = any(job.sent_at is not None for job in jobs)
    lately = [job for job in jobs if job.changed_at > clock.now() - _TOLD_FOR]
    if not lately:
        return PrintStatus("", is_coming=False, is_again=is_again)
    last = lately[-1]
    return PrintStatus(
        _sentence(last), is_coming=last.state in print_jobs.WAITING, is_again=is_again
    )


def _sentence(job: PrintJob) -> str:
    if job.state == "unsure":
        return "receipt.print_unsure"
    if job.state == "printed":
        return "receipt.printed"
    if job.fault:
        return "err.printer" if job.fault == "paper_out" else "err.printer_other"
    return "receipt.printing" if job.state in print_jobs.WAITING else ""
