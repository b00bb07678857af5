"""Checks SMS: whether each gateway answers, and whether what is due is sent."""

from collections.abc import Iterator

from kiosk.daily.check import DailyCheck, red, well
from shared.db.connection import Store
from shared.domain import clock
from shared.runtime.site import Site
from shared.store.jobs import metrics
from shared.store.messages import budgets, first_answers, gateway_health, typed_receipts

# If an SMS is due for this long, the gateway does not take it.
SMS_LATE = 30 * clock.MINUTE


def gateways(site: Site, db: Store, at: int) -> Iterator[DailyCheck]:
    """Each configured gateway: whether it answers."""
    here = site.settings
    configured = {
        "android": here.android.is_configured,
        "gammu": bool(here.gammu.database),
        "twilio": here.twilio.is_configured,
    }
    for gateway in (name for name, has in configured.items() if has):
        name, state = f"gateway-{gateway}", gateway_health.health(db, gateway).state(at)
        # Twilio is heard only when something is sent.
        if state == "well" or (gateway == "twilio" and state in ("silent", "never")):
            yield well(name, "staff.daily.gateway", may=gateway)
        elif state == "failing":
            yield red(name, "staff.daily.gateway_bad", "staff.daily.gateway_todo", may=gateway)
        else:
            yield red(name, "staff.daily.gateway_silent", "staff.daily.gateway_todo", may=gateway)


def sms(site: Site, db: Store, at: int) -> DailyCheck:
    """Whether SMS wait too long; a notice does not while no notice may go."""
    here = site.settings
    may_go = budgets.may_go(db, here.sms, at=at, zone=here.office.zone)
    waits, due_at = metrics.outbox_queue(db, notices=may_go)
    if due_at is not None and at - due_at > SMS_LATE:
        return red("sms", "staff.daily.sms_late", "staff.daily.sms_todo", n=waits)
    return well("sms", "staff.daily.sms")


def held(site: Site, db: Store, at: int) -> Iterator[DailyCheck]:
    """How many SMS wait for the next month's budget, and how many receipts for another day; rows
    only while some wait."""
    zone, most = site.settings.office.zone, site.settings.sms.monthly_budget
    budget = budgets.of_month(db, most, at=at, zone=zone)
    if budget and budget.held:
        codes = typed_receipts.waiting(db)
        yield red(
            "budget", "staff.daily.budget_held", "staff.daily.budget_held_todo",
            tong=budget.most, n=budget.held, ma=codes,
            ngay=clock.day_words(budget.opens, zone),
        )  # fmt: skip
        return
    put_off = typed_receipts.waiting(
        db, after=clock.end_of_day(clock.to_local(at, zone).date(), zone)
    )
    if put_off:
        yield well(
            "receipts", "staff.daily.receipts_wait", n=put_off, moi=typed_receipts.MOST_A_DAY,
            tong=site.settings.limits.receipts_per_day,
        )  # fmt: skip


def firsts(site: Site, db: Store, at: int) -> Iterator[DailyCheck]:
    """Whether more new numbers wrote than one day answers; a row only while some wait."""
    waits = first_answers.waiting(db, at=at, zone=site.settings.office.zone)
    if waits:
        yield red(
            "first-answers", "staff.daily.firsts_wait", "staff.daily.firsts_todo",
            n=waits, tong=site.settings.limits.first_replies_per_day,
        )  # fmt: skip
