"""Five minutes in a demo for each role: what to open, in order, and why. The words stand in the
texts; what a step is about is looked up, and a step whose thing is gone is left out.
"""

from collections.abc import Callable
from string import Formatter

from shared.db.connection import Store
from shared.demo.cases import code_of
from shared.domain.honours import State
from shared.domain.record import Record
from shared.store.awards import awards, conferences
from shared.store.council import judging, plans, sessions


class TourStep(Record):
    """One step: the keys of its link and of what to do there, and its address. Blanks of an address
    are ideas of the demo by number (`{n9}`), or names that _FOUND knows."""

    text: str
    why: str
    road: str


_ROADS: dict[str, tuple[TourStep, ...]] = {
    "receptionist": (
        TourStep("staff.tour.today", "staff.tour.today_desk", "/hom-nay"),
        TourStep("staff.tour.entry", "staff.tour.entry_why", "/nhap-ho-so"),
        TourStep("staff.tour.call", "staff.tour.call_why", "/goi-lai"),
        TourStep("staff.tour.sheet", "staff.tour.sheet_reads", "/ho-so/{n9}"),
        TourStep("staff.tour.forms", "staff.tour.forms_why", "/giay"),
        TourStep("staff.tour.failed", "staff.tour.failed_why", "/tin-nhan/loi"),
    ),
    "officer": (
        TourStep("staff.tour.today", "staff.tour.today_desk", "/hom-nay"),
        TourStep("staff.tour.new", "staff.tour.new_why", "/ho-so/{n39}"),
        TourStep("staff.tour.sound", "staff.tour.sound_why", "/ho-so/{n33}"),
        TourStep("staff.tour.unasked", "staff.tour.unasked_why", "/ho-so/{n29}"),
        TourStep("staff.tour.waits", "staff.tour.waits_why", "/viec-cho"),
        TourStep("staff.tour.session", "staff.tour.session_leads", "/hoi-dong/{session}"),
        TourStep("staff.tour.planned", "staff.tour.planned_why", "/hoi-dong/{planned}"),
        TourStep("staff.tour.model", "staff.tour.model_why", "/ho-so/{n1}/mo-hinh"),
        TourStep("staff.tour.praise", "staff.tour.praise_why", "/khen-thuong"),
        TourStep("staff.tour.conference", "staff.tour.conference_why",
                 "/khen-thuong/hoi-nghi/{conference}"),
    ),
    "council": (
        TourStep("staff.tour.session", "staff.tour.session_sits", "/hoi-dong/{session}"),
        TourStep("staff.tour.score", "staff.tour.score_why", "/hoi-dong/{session}/cham/{item}"),
        TourStep("staff.tour.before", "staff.tour.before_why", "/hoi-dong/{before}"),
    ),
    "chair": (
        TourStep("staff.tour.sign", "staff.tour.sign_why", "/ky-duyet"),
        TourStep("staff.tour.award", "staff.tour.award_why", "/khen-thuong/dang-xet"),
        TourStep("staff.tour.dossier", "staff.tour.dossier_why", "/khen-thuong/ho-so/{award}"),
        TourStep("staff.tour.overview", "staff.tour.overview_why", "/tong-quan"),
        TourStep("staff.tour.report", "staff.tour.report_why", "/bao-cao/{year}"),
        TourStep("staff.tour.plan", "staff.tour.plan_why", "/ke-hoach/{year}"),
    ),
    "culture": (
        TourStep("staff.tour.outreach", "staff.tour.outreach_why", "/tuyen-truyen"),
        TourStep("staff.tour.broadcast", "staff.tour.broadcast_why", "/bai-loa"),
        TourStep("staff.tour.poster", "staff.tour.poster_why", "/ap-phich"),
        TourStep("staff.tour.overview", "staff.tour.overview_why", "/tong-quan"),
    ),
    "organisation": (
        TourStep("staff.tour.members", "staff.tour.members_why", "/doan-the"),
        TourStep("staff.tour.leaflet", "staff.tour.leaflet_why", "/to-roi"),
    ),
    "admin": (
        TourStep("staff.tour.check", "staff.tour.check_why", "/kiem-tra"),
        TourStep("staff.tour.people", "staff.tour.people_why", "/nhan-su"),
        TourStep("staff.tour.devices", "staff.tour.devices_why", "/thiet-bi"),
        TourStep("staff.tour.gateways", "staff.tour.gateways_why", "/tin-nhan/may-gui"),
        TourStep("staff.tour.backup", "staff.tour.backup_why", "/sao-luu"),
    ),
}  # fmt: skip


def of_role(db: Store, role: str, year: int) -> list[TourStep]:
    """Return a role's steps with their addresses filled in; `year` is this one. A step about
    something that is no longer there is left out."""
    wanted = {name for step in _ROADS[role] for name in _blanks(step.road)}
    found = {"year": str(year)}
    for names, find in _FOUND.items():
        if wanted & names:
            found |= find(db)
    for name in wanted - found.keys():
        try:
            found[name] = code_of(db, int(name.removeprefix("n")))
        except (LookupError, ValueError):
            continue
    return [
        TourStep(step.text, step.why, step.road.format_map(found))
        for step in _ROADS[role]
        if found.keys() >= _blanks(step.road)
    ]


def _blanks(road: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(road) if name}


def _sessions(db: Store) -> dict[str, str]:
    """Return the session that is planned, the open one and an idea that waits in it, and the last
    one that ended; of several the latest."""
    found: dict[str, str] = {}
    for session in sessions.not_over(db):
        if plans.of_session(db, session.id).begun_at is None:
            found.setdefault("planned", session.id)
        elif "session" not in found:
            waits = [one for one in judging.whole(db, session.id).shown if one.waited_for]
            found |= {"session": session.id, "item": waits[0].item.id} if waits else {}
    before = sessions.last_closed(db)
    return found | ({"before": before.id} if before else {})


def _award(db: Store) -> dict[str, str]:
    """Return an award that waits for the chair."""
    award = awards.last_at(db, "award", State.CHECKED)
    return {"award": award.id} if award else {}


def _conference(db: Store) -> dict[str, str]:
    held = conferences.page(db, "").lines
    return {"conference": held[0].id} if held else {}


# What looks for the blanks of these names.
_FOUND: dict[frozenset[str], Callable[[Store], dict[str, str]]] = {
    frozenset({"session", "item", "planned", "before"}): _sessions,
    frozenset({"award"}): _award,
    frozenset({"conference"}): _conference,
}
