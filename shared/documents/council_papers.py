"""The papers of a council's session: its minutes, and the sheets that its members score on.

Minutes hold averages and votes, never one member's scores. domain/council.py says who may have
which sheets. Ideas stand here as the council reads them: redacted, and no confidential one.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from shared import texts
from shared.documents import batch, write
from shared.documents.write import Desk, Registered
from shared.domain import codes
from shared.domain.council import empty_sheet, redacted
from shared.domain.record import replace
from shared.domain.rubric import Rubric
from shared.store.cases import authors, paper_titles
from shared.store.council.judging import Judged, Whole
from shared.store.council.minutes import Minutes
from shared.store.council.sheets import OwnSheet
from shared.store.office import campaigns
from shared.store.people import staff

_WORDS, _PAPER = texts.load("vi").say, texts.load("papers.vi").say


def minutes(desk: Desk, here: Whole, said: Minutes, registered: Registered) -> bytes:
    """Return the BIÊN BẢN of a session: a draft until it has a number and a day."""
    return write.write(desk, "bien-ban-hop", minutes_blanks(desk, here, said, registered))


def minutes_blanks(
    desk: Desk, here: Whole, said: Minutes, registered: Registered
) -> dict[str, Any]:
    """Return what the BIÊN BẢN says; also what a page shows of it."""
    names, positions = staff.names(desk.db), staff.positions(desk.db)
    session = here.session
    rules = session.rubric
    return _frame(desk, here, registered, "bien-ban-hop") | {
        "began": _hour(said.began) or _PAPER("council.open_hour"),
        "held": write.dated(session.held_on),
        "held_at": session.place,
        "chair": names.get(session.chair_id, ""),
        "secretary": names.get(session.secretary_id, ""),
        "chair_position": positions.get(session.chair_id, ""),
        "secretary_position": positions.get(session.secretary_id, ""),
        "present": [
            _called(seat.name, positions.get(seat.staff_id, ""))
            for seat in here.seats
            if seat.state == "present"
        ],
        "absent": [
            {
                "name": _called(seat.name, positions.get(seat.staff_id, "")),
                "why": _why_absent(seat.state, seat.why),
            }
            for seat in here.seats
            if seat.state != "present"
        ],
        "guests": ", ".join(session.guests),
        "quorum": _PAPER(
            "council.quorate" if here.is_quorate else "council.not_quorate",
            n=here.present, tong=len(here.seats), can=rules.quorum_percent,
        ),
        "recused": _recused(here, names),
        "ideas": [_line(desk, one) for one in here.shown],
        "closing": said.closing,
        "reserved": said.reserved,
        "ended": _ended(said, session.held_on),
    }  # fmt: skip


def blank_sheets(desk: Desk, here: Whole) -> bytes:
    """Return an empty PHIẾU CHẤM ĐIỂM for each idea of a session, as one file. Raises ValueError
    for a session without one."""
    empty = OwnSheet(empty_sheet(here.session.rubric), None, None, "")
    return batch.join(
        [_sheet(desk, here, one, (_PAPER("council.line"), ""), empty) for one in here.shown]
    )


def sheets(desk: Desk, here: Whole, filled: Sequence[tuple[Judged, str, OwnSheet]]) -> bytes:
    """Return sheets that were handed in as one file; each is an idea, a staff id and the scores.
    Raises ValueError for none."""
    names, positions = staff.names(desk.db), staff.positions(desk.db)
    return batch.join(
        [
            _sheet(desk, here, one, (names.get(who, ""), positions.get(who, "")), own)
            for one, who, own in filled
        ]
    )


def read_title(desk: Desk, one: Judged) -> str:
    """Return an idea's title as the council reads it: without names and long numbers."""
    names = [who.name for who in authors.of_idea(desk.db, one.proposal.id)]
    return redacted(paper_titles.of(desk.db, one.proposal), names) or _WORDS(
        "staff.council.untitled"
    )


def points(value: float) -> str:
    """Return points as papers write them: 70,0."""
    return f"{value:.1f}".replace(".", ",")


def concluded(one: Judged) -> str:
    """Return what was concluded of an idea and why."""
    if one.item.concluded_at is None:
        return _PAPER("council.open")
    verdict = _WORDS(f"staff.council.verdict.{one.item.verdict}")
    return f"{verdict}: {one.item.reason}"


def _line(desk: Desk, one: Judged) -> dict[str, str]:
    tally = one.tally
    return {
        "code": codes.grouped(one.proposal.code),
        "title": read_title(desk, one),
        "average": points(one.result.total) if one.result else "",
        "agree": str(tally.agree) if tally else "",
        "against": str(tally.against) if tally else "",
        "blank": str(tally.blank) if tally else "",
        "percent": points(tally.percent) if tally else "",
        "conclusion": concluded(one),
    }


def _called(name: str, position: str) -> str:
    """Return a name with the position, if one is written."""
    return ", ".join(filter(None, (name, position)))


def _sheet(desk: Desk, here: Whole, one: Judged, member: tuple[str, str], own: OwnSheet) -> bytes:
    rules, sheet = here.session.rubric, own.sheet
    is_empty = own.submitted_at is None
    blanks = _frame(desk, here, Registered("", desk.today), "phieu-cham-diem") | {
        "is_draft": False,  # a member's sheet has no number
        "held": write.dated(here.session.held_on),
        "title": read_title(desk, one),
        "code": codes.grouped(one.proposal.code),
        "member": member[0],
        "member_position": member[1],
        "gates": [
            {"name": name, "yes": "x" if said else "", "no": "x" if said is False else ""}
            for name, said in zip(rules.gates, sheet.gates, strict=True)
        ],
        "criteria": _criteria(rules, own),
        "total": _PAPER("council.number")
        if is_empty
        else str(sum(given or 0 for given in sheet.points)),
        "most": str(rules.most),
        "entered_by": _entered(staff.names(desk.db), own),
    }
    return write.write(desk, "phieu-cham-diem", blanks)


def _criteria(rules: Rubric, own: OwnSheet) -> list[dict[str, str]]:
    rows = zip(rules.criteria, own.sheet.points, own.sheet.remarks, strict=True)
    return [
        {
            "name": criterion.name,
            "most": str(criterion.most),
            "points": "" if given is None else str(given),
            "remark": remark,
        }
        for criterion, given, remark in rows
    ]


def _entered(names: Mapping[str, str], own: OwnSheet) -> str:
    if own.entered_by is None:
        return ""
    return _PAPER("council.entered_by", ten=names.get(own.entered_by, ""))


def _frame(desk: Desk, here: Whole, registered: Registered, paper: str) -> dict[str, Any]:
    year = here.session.year
    campaign = replace(campaigns.campaign_of(desk.db, year), year=year)
    return write.frame(desk, campaign, registered, paper)


def _recused(here: Whole, names: Mapping[str, str]) -> list[str]:
    """Return who did not judge which ideas and why, one line a person and a reason."""
    together: dict[tuple[str, str], list[str]] = {}
    for one in here.shown:
        for who, why in one.recused.items():
            code = codes.grouped(one.proposal.code).replace(" ", "\N{NO-BREAK SPACE}")
            together.setdefault((who, _told_of(why)), []).append(code)
    return [
        _PAPER("council.recused", ten=names.get(who, ""), ma=", ".join(given), lydo=why)
        for (who, why), given in together.items()
    ]


def _ended(said: Minutes, held_on: str) -> str:
    if not said.ended:
        return _PAPER("council.open_end")
    day = write.dated(said.ended_on or held_on)
    return _PAPER("council.ended", gio=_hour(said.ended), ngay=day)


def _told_of(reason: str) -> str:
    """Return a member's own reason as the minutes tell it: in the third person, within a
    sentence."""
    words = reason.strip().rstrip(".").split()
    if len(words) > 1 and words[0].capitalize() in _PAPER("council.speaker").split("; "):
        return " ".join(words[1:])
    said = " ".join(words)
    return said if said[1:2].isupper() else said[:1].lower() + said[1:]


def _hour(written: str) -> str:
    hour, _, minute = written.partition(":")
    return _PAPER("council.hour", gio=hour, phut=minute) if written else ""


def _why_absent(state: str, why: str) -> str:
    left = _PAPER("council.left") if state == "left" else ""
    return ", ".join(filter(None, (left, why)))
