"""Keeps nothing longer than allowed: what is due, whether that can be right, and then deleting it.

A wrong clock makes everything look old. So nothing is deleted while the clock may be wrong
(store/jobs/clock_watch.py), nor when the newest event lies in the future, nor when the last run
seems more than forty days ago. If a rule would delete more than a fifth of its kind, an officer
must look at the counts first and allow it.
"""

from pathlib import Path
from zoneinfo import ZoneInfo

from shared.db import event_log, throttle
from shared.db.connection import Store
from shared.domain import clock
from shared.domain.record import Record
from shared.privacy import erasing
from shared.settings import RetentionSettings
from shared.store.files import originals
from shared.store.jobs import job_runs
from shared.workflows import retention
from shared.workflows.retention import RULES, Rule

NAME = "retention"
# So few are deleted whatever share they are; without an officer never more than this share.
ALWAYS, MOST_PERCENT = 20, 20
# An officer's permission is valid for a few nights; counts of later nights are checked again.
OK_LASTS = 7 * clock.DAY
# No office is closed for longer; a longer time means a wrong clock, which somebody must check.
LONGEST_PAUSE = 40 * clock.DAY
_AHEAD = clock.HOUR
# Counters against guessing hold a keyed hash of an address: not longer than this.
_BRAKES_LAST = 7 * clock.DAY


class RetentionDue(Record):
    """What one rule would delete now: `ids` of rows older than `before` (ms UTC). `held` is how
    many there are of its kind, where these are too large a share of them. `is_unusual` needs an
    officer's permission; `is_allowed` says that it is there."""

    rule: str
    before: int
    ids: tuple[str, ...]
    held: int | None
    is_unusual: bool
    is_allowed: bool

    @property
    def waits(self) -> bool:
        """True if an officer must look first."""
        return self.is_unusual and not self.is_allowed


class Ran(Record):
    """How many items a run deleted, and how many wait for an officer."""

    forgotten: int
    waiting: int


class ClockBehind(Exception):
    """The newest event lies in the future: the clock is wrong, or was."""


def plan(db: Store, settings: RetentionSettings, zone: ZoneInfo, *, at: int) -> list[RetentionDue]:
    """Return what would be deleted at `at`, rule by rule; nothing is changed."""
    is_late = _seems_long_ago(db, at)
    return [_due(db, rule, _before(rule, settings, zone, at), is_late, at) for rule in RULES]


def run(db: Store, files: Path, settings: RetentionSettings, zone: ZoneInfo, *, at: int) -> Ran:
    """Delete what is due and needs no officer first. `files` is the media folder. Raises
    ClockBehind, and then nothing is deleted."""
    if event_log.newest_at(db) > at + _AHEAD:
        raise ClockBehind
    due = plan(db, settings, zone, at=at)
    counts = {}
    for one, rule in zip(due, RULES, strict=True):
        if one.ids and not one.waits:
            rule.forget(db, one.ids, at)
            counts[one.rule] = len(one.ids)
    throttle.forget_old(db, before=at - _BRAKES_LAST)
    if counts:
        retention.note_run(db, counts, at=at)
    erasing.settle(db, files, at=at)
    return Ran(sum(counts.values()), sum(len(one.ids) for one in due if one.waits))


def _due(db: Store, rule: Rule, before: int, is_late: bool, at: int) -> RetentionDue:
    ids = tuple(rule.due(db, before))
    held = _held(db, rule, len(ids))
    is_unusual = bool(ids) and (held is not None or is_late)
    allowed = retention.allowed(db, rule.name, since=at - OK_LASTS) if is_unusual else 0
    return RetentionDue(rule.name, before, ids, held, is_unusual, len(ids) <= allowed)


def _held(db: Store, rule: Rule, due: int) -> int | None:
    """Return how many there are of a rule's kind if so many of them are too many to delete without
    an officer; else None. They are counted no further than this asks."""
    if due <= ALWAYS:
        return None
    enough = -(-due * 100 // MOST_PERCENT)
    held = rule.held(db, enough)
    return held if held < enough else None


def _before(rule: Rule, settings: RetentionSettings, zone: ZoneInfo, at: int) -> int:
    """Return the instant before which a rule's rows are no longer kept."""
    if rule.name in ("contacts", "askers", "requests"):
        return clock.months_before(at, settings.contact_months, zone)
    if rule.name == "originals":
        return at - originals.LIFETIME
    days = settings.spam_days if rule.name == "spam" else settings.sms_days
    return at - days * clock.DAY


def _seems_long_ago(db: Store, at: int) -> bool:
    """Say whether the last run that ended well seems too long ago to be true."""
    last = job_runs.last(db, NAME, at=at, outcome=job_runs.OK)
    return last is not None and at - last.started_at > LONGEST_PAUSE
