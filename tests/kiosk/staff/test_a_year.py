"""The forty ideas of the demo through a whole year, each step at a screen by whoever may make it;
and the year's report, whose every figure is counted again from what was done, not from the store.
"""

import io
import json
import re
import statistics
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from werkzeug.datastructures import MultiDict

import shared.demo
from shared.domain import clock, phone
from shared.settings import Settings
from shared.store.cases import proposals
from shared.store.messages import inbox
from shared.workflows import pending
from shared.workflows.verify import verify
from sms import inbound
from tests.conftest import ZONE
from tests.kiosk.staff.conftest import PASSWORD
from tests.kiosk.staff.panel import sort_case

pytestmark = pytest.mark.slow

YEAR = 2026
TYPES = (
    "citizen", "household_business", "enterprise", "organization", "official",
    "part_time_official", "worker",
)  # fmt: skip
CHANNELS = ("kiosk", "web", "sms", "voice", "paper", "audio", "video")
WAYS = {"paper": "by_hand", "audio": "stick_audio", "video": "stick_video"}
GONE = ("redirected", "closed", "withdrawn")
# What of the forty is like an earlier one, belongs elsewhere, is junk, or says too little.
INTO = {2: 1, 5: 4, 17: 16, 37: 18}
ELSEWHERE = (25, 27, 31, 38)
JUNK = (26, 36)
TOO_LITTLE = (28, 29, 39)
# What the council of July and that of October said.
JULY = {1: "replicate", 3: "recognise", 4: "recognise", 6: "trial", 7: "refuse", 10: "refuse"}
OCTOBER = {6: "recognise", 15: "replicate", 16: "recognise", 18: "refuse", 32: "recognise"}


@dataclass
class Idea:
    """One of the forty as it was really sent and what was done with it."""

    row: dict[str, Any]
    received: datetime
    code: str = ""
    status: str = "received"
    tried: bool = False
    answered: datetime | None = None
    where: str = ""

    @property
    def counted(self) -> int:
        """The year it counts to, by the plan's own words."""
        insider = _insider(self)  # a worker never, and an SMS does not say so
        late = insider and self.received.date() > date(self.received.year, 10, 31)
        return self.received.year + late

    @property
    def is_junk(self) -> bool:
        return self.row["n"] in JUNK


@dataclass
class Office:
    """The year as a clerk would play it: whose browser, at which hour, and the ledger."""

    at: Callable[[datetime], None]
    browser: Callable[[str], Any]
    when_due: Callable[[], int]
    ideas: dict[int, Idea] = field(default_factory=dict)
    praise: list[tuple[str, bool, int]] = field(default_factory=list)
    number: int = 0

    def post(self, who: str, road: str, **given: Any) -> Any:
        """Let somebody send a form; it must be taken."""
        answer = self.browser(who).post(road, data=MultiDict(given))
        assert answer.status_code == 303, f"{road} {answer.status_code}: {_problems(answer.text)}"
        return answer

    def post_of(self, who: str, dossier: str, act: str, **given: Any) -> None:
        """Let somebody write in a dossier as they see it."""
        page = self.browser(who).get(dossier).text
        seen = re.findall(r'name="seen" value="(\d+)"', page)
        self.post(who, f"{dossier}/{act}", seen=seen[:1], **given)

    def post_as_results(self, who: str, road: str, **given: Any) -> None:
        """Let somebody do one thing for several; each must have been done."""
        answer = self.browser(who).post(road, data=MultiDict(given))
        assert answer.status_code == 200, f"{road}: {_problems(answer.text)}"
        assert 'class="pill late' not in answer.text, _problems(answer.text)

    def move(self, n: int, to: str, when: datetime, **details: str) -> None:
        """Let the officer make a step."""
        idea = self.ideas[n]
        self.at(when)
        if to == "at_council" and idea.row["channel"] == "sms" and not idea.tried:
            settled = {"who": "citizen", "evidence": "asked", "seen": ""}
            asked = f"/ho-so/{idea.code}/nguoi-gui/tu-cach"
            assert self.browser("officer").post(asked, data=settled).status_code == 303
        given = {"to": to, "seen": idea.status, "anyway": "Hội đồng đã hẹn ngày", **details}
        self.post("officer", f"/ho-so/{idea.code}/move", **given)
        if to in GONE:
            self.due(when)
        self.stands(n, to, when)

    def due(self, when: datetime) -> None:
        """Let what was asked for then be carried out."""
        self.at(when + timedelta(milliseconds=pending.WAIT))
        self.when_due()

    def stands(self, n: int, status: str, when: datetime) -> None:
        """Write down in the ledger where an idea stands now."""
        idea = self.ideas[n]
        idea.status = status
        idea.tried |= status == "on_trial"
        if status not in ("received", "needs_info", "under_appraisal", "withdrawn"):
            idea.answered = idea.answered or when

    def next_number(self) -> str:
        self.number += 1
        return f"{self.number}/QĐ-UBND"


@pytest.fixture
def played(
    monkeypatch: pytest.MonkeyPatch, db, instance, office, public, kiosk, a_member, secret_of
) -> Iterator[Office]:
    """The year, over."""
    now = {"at": clock.now()}
    monkeypatch.setattr(clock, "now", lambda: now["at"])
    people = {
        "desk": "receptionist", "officer": "officer", "one": "council", "two": "council",
        "chair": "chair",
    }  # fmt: skip
    now["at"] = clock.from_local(datetime(YEAR, 1, 2, 8, tzinfo=ZONE))
    ids = {login: a_member(login, role=role).id for login, role in people.items()}

    def browser(login: str) -> Any:
        """A browser where they have just logged in: the hours between two acts are long."""
        client = office.test_client()
        given = {"login": login, "password": PASSWORD}
        assert client.post("/login", data=given).status_code == 303
        return client

    def at(when: datetime) -> None:
        now["at"] = clock.from_local(when)

    def when_due() -> int:
        return pending.do_due(db, at=now["at"], zone=ZONE)

    year = Office(at, browser, when_due)
    for row in _rows():
        _arrive(year, row, db, instance, public, kiosk)
    _triage(year)
    _council(year, ids, datetime(YEAR, 7, 20, 8, tzinfo=ZONE), JULY)
    _council(year, ids, datetime(YEAR, 10, 26, 8, tzinfo=ZONE), OCTOBER)
    _spread(year)
    _praise(year)
    at(datetime(YEAR, 12, 20, 9, tzinfo=ZONE))
    yield year


def test_every_figure_of_the_report_is_what_was_done(played: Office, db, instance) -> None:
    book = _book(played.browser("officer"))

    for basis, ending in (("received", "tiep-nhan"), ("counted", "nam-xet")):
        found = [
            idea
            for idea in played.ideas.values()
            if not idea.is_junk
            and (idea.received.year if basis == "received" else idea.counted) == YEAR
        ]
        tables = {name.partition("-")[0].lower(): rows for name, rows in book.items()
                  if name.lower().endswith(ending)}  # fmt: skip
        assert tables["b1"]["Cộng"] == tables["b3"]["Cộng"] == _outcomes(found)
        assert tables["b4"]["Cộng"] == [_outcomes(found)[place] for place in (0, 4, 5, 6)]
        for category in "12345678":
            [row] = [cells for name, cells in tables["b1"].items() if name.startswith(category)]
            mine = [idea for idea in found if _category(idea) == category]
            assert row == _outcomes(mine), f"{basis} {category}"
        assert list(tables["b2"].values())[1:] == _crossed(found)
        inside = [idea for idea in found if _insider(idea)]
        assert tables["b3"]["Trong cơ quan"] == _outcomes(inside)
        _check_times(tables["b5"], found)
        assert _places(tables["b6"]) == sorted(one.where for one in found if one.where)
        assert [cells[:4] for cells in list(tables["b7"].values())[-1:]] == [_given(played)]
        _check_carried(tables["b8"], played, basis)
    assert verify(db, instance.media).damage == ()


def test_who_sent_an_idea_reads_where_it_ended(played: Office, db, public) -> None:
    """The public page of each of the forty says what the ledger says."""
    for idea in played.ideas.values():
        said = public.test_client().get(f"/api/v1/proposals/{idea.code}").json

        assert said["status"] == idea.status, idea.row["n"]
        assert said["received_at"].startswith(f"{idea.received:%Y-%m-%dT%H:%M}")


def _rows() -> list[dict[str, Any]]:
    path = Path(shared.demo.__file__).with_name("proposals.jsonl")
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return sorted(rows, key=lambda row: row["received_at"])


def _arrive(year: Office, row: dict[str, Any], db, instance, public, kiosk) -> None:
    """Let an idea come in by its own door, at its own hour."""
    received = datetime.fromisoformat(row["received_at"])
    idea = year.ideas[row["n"]] = Idea(row, received)
    year.at(datetime.fromisoformat(row.get("arrived_at", row["received_at"])))
    match row["channel"]:
        case "kiosk":
            answer = kiosk.post(
                "/api/v1/proposals", json=_told(row) | {"channel": "kiosk"},
                headers={"Idempotency-Key": f"n{row['n']}"},
            )  # fmt: skip
            assert answer.status_code == 201, answer.text
            idea.code = answer.json["code"]
        case "sms":
            texts = [row["raw_text"]]
            if texts == ["SK"]:  # asked what the idea is; it counts from when it is one
                texts.append("Làm giấy tờ ở xã cho nhanh hơn nữa")
                idea.received += timedelta(minutes=2)
            for place, text in enumerate(texts):
                when = received + timedelta(minutes=2 * place)
                sender = phone.read_sender(row["phone"])
                arrived = max(clock.now(), clock.from_local(when))
                inbox.keep(
                    db,
                    inbox.Arrived(
                        "simulator", f"n{row['n']}-{place}", sender.number, sender.kind, text, "",
                        clock.from_local(when), arrived,
                    ),
                )  # fmt: skip
                inbound.handle_waiting(
                    db, inbound.InboundContext(Settings(), instance.secrets().receipt_key)
                )
            known = {one.code for one in year.ideas.values()}
            codes = {code for (code,) in db.rows("SELECT code FROM proposal")}
            [idea.code] = codes - known
            _open_to_the_desk(db, idea.code, at=arrived)
        case channel:
            answer = year.post("desk", "/nhap-ho-so", **_on_paper(row, WAYS[channel]))
            idea.code = answer.location.rsplit("/", 1)[1]


def _open_to_the_desk(db, code: str, *, at: int) -> None:
    """A denunciation by SMS is confidential as it comes; who reads it opens it to the desk, which
    sends it on."""
    case = proposals.by_code(db, code)
    if case.is_confidential:
        assert case.assignee_id is not None
        proposals.flag(
            db, code, spam=False, confidential=False, actor=case.assignee_id, at=at
        )  # fmt: skip


def _told(row: dict[str, Any]) -> dict[str, Any]:
    told = {
        name: row[name]
        for name in ("participant_type", "insider", "title", "current_state", "solution",
                     "expected_effect", "residence")
        if row.get(name)
    }  # fmt: skip
    told["residence"] = "outside" if row.get("residence") else "in_commune"
    if not told.get("solution"):
        told["solution"] = row["current_state"]
    if row.get("category"):
        told["category"] = str(row["category"])
    if row.get("author_name"):
        told |= {"name": row["author_name"], "consents": {"store": True, "name_me": True}}
    return told


def _on_paper(row: dict[str, Any], way: str) -> dict[str, Any]:
    given = {
        "key": f"n{row['n']}", "way": way, "title": row["title"],
        "current_state": row.get("current_state", ""), "solution": row.get("solution", ""),
        "participant_type": row["participant_type"],
    }  # fmt: skip
    if row["insider"]:
        given |= {"insider": "yes", "unit": "Văn phòng", "position": "Công chức"}
    if row.get("category"):
        given["category"] = str(row["category"])
    return given


def _triage(year: Office) -> None:
    """Class, take up, merge, send elsewhere, ask back."""
    for n, idea in sorted(year.ideas.items(), key=lambda one: one[1].received):
        day = idea.received + timedelta(days=1)
        year.at(day)
        if n in JUNK:
            year.post("officer", f"/ho-so/{idea.code}/flag", spam="1")
            continue
        _classify(year, idea)
        if n in ELSEWHERE:
            year.move(
                n, "redirected", day, to_office="Tiếp công dân", reason="không phải sáng kiến"
            )
        elif n in TOO_LITTLE:
            until = f"{day + timedelta(days=20):%Y-%m-%d}"
            year.move(n, "needs_info", day, missing="cách làm cụ thể ra sao", until=until)
            if n == 28:
                year.move(n, "closed", day + timedelta(days=25), reason="quá hạn bổ sung")
        elif n in INTO:
            year.move(n, "merged", day, into=year.ideas[INTO[n]].code)
        else:
            year.move(n, "under_appraisal", day)
    for n in {*JULY, *OCTOBER} - {6}:
        when = year.ideas[n].received + timedelta(days=9)
        year.move(n, "at_council", when)
    year.move(6, "at_council", datetime(YEAR, 5, 5, 9, tzinfo=ZONE))


def _classify(year: Office, idea: Idea) -> None:
    row = idea.row
    given = {name: str(row[name]) for name in ("category", "field") if row.get(name)}
    if given:
        assert sort_case(year.browser("officer"), idea.code, **given).status_code == 303


def _council(year: Office, ids: dict[str, str], when: datetime, verdicts: dict[int, str]) -> None:
    """A session: everybody judges every idea on their own, it is concluded, the chair signs."""
    judges = ("one", "two", "chair")
    year.at(when)
    opened = year.post(
        "officer", "/hoi-dong",
        key=f"{when:%m}", held_on=f"{when:%d/%m/%Y}", place="Hội trường",
        member=[ids[who] for who in judges], chair=ids["chair"], secretary=ids["officer"],
    ).location  # fmt: skip
    codes = [year.ideas[n].code for n in verdicts]
    year.post("officer", f"{opened}/y", code=codes, redacted="yes")
    page = year.browser("officer").get(opened).text
    items = {
        code: re.search(rf'id="y-([0-9a-f-]+)"(?:(?!id="y-).)*?{code}', page, re.S)[1]  # type: ignore[index]
        for code in codes
    }
    points = {"refuse": ["5", "5", "8", "4", "4"], "trial": ["12", "12", "15", "8", "8"]}
    for n, verdict in verdicts.items():
        item = items[year.ideas[n].code]
        sheet = {f"gate-{at}": "yes" for at in range(5)} | {
            "points": points.get(verdict, ["18", "18", "26", "13", "13"]), "act": "hand_in",
        }  # fmt: skip
        for who in judges:
            year.post(who, f"{opened}/cham/{item}", **sheet)
        year.post("officer", f"{opened}/y/{item}/ket-luan", verdict=verdict, reason="đã bàn kỹ")
    year.post("officer", f"{opened}/dong")
    for n, verdict in verdicts.items():
        item, day = items[year.ideas[n].code], f"{when:%d/%m/%Y}"
        if verdict == "trial":
            given = {
                "trial_from": f"{when + timedelta(days=5):%Y-%m-%d}",
                "trial_to": f"{when + timedelta(days=60):%Y-%m-%d}",
            }
            status = "on_trial"
        else:
            given = {"decision_number": year.next_number(), "decision_date": day, "reason": "đúng"}
            status = "not_recognised" if verdict == "refuse" else "recognised"
        year.post("chair", "/ky-duyet", item=item, **given)
        year.stands(n, status, when)
    year.due(when)
    for n, verdict in verdicts.items():
        if verdict == "trial":
            year.move(n, "at_council", when + timedelta(days=62))


def _spread(year: Office) -> None:
    """What works is measured and copied elsewhere."""
    for n, where in ((1, "xã Vĩnh Tân"), (15, "các nhà văn hóa ấp")):
        idea, when = year.ideas[n], datetime(YEAR, 11, 3 + n % 7, 10, tzinfo=ZONE)
        year.at(when)
        since = f"{when:%Y-%m-%d}"
        road = f"/ho-so/{idea.code}"
        year.post("officer", f"{road}/ap-dung", unit=where, state="applying", since=since, note="")
        year.post(
            "officer", f"{road}/so-do", key=f"m{n}", kind="days", before="3", after="1",
            measured_on=since, evidence="Sổ lấy số",
        )  # fmt: skip
        year.move(n, "replicated", when, where=where, since=since)
        idea.where = where


def _praise(year: Office) -> None:
    """A letter of thanks for one, an award with money for another."""
    when, day = datetime(YEAR, 12, 1, 9, tzinfo=ZONE), f"01/12/{YEAR}"
    year.at(when)
    desk, first, sixth = "/khen-thuong", year.ideas[1], year.ideas[6]
    letter = year.post("officer", f"{desk}/de-nghi", key="t1", letter=f"{first.code}:1").location
    year.post_of("desk", letter, "ten", name="Trần Thị Mận", how="phone")
    year.post_of("officer", letter, "noi-dung", whom="individual", merit="đề xuất cách hẹn giờ")
    year.post_as_results("chair", f"{desk}/dong-y", letter=_ticked(year, "chair", letter))
    year.post_as_results(
        "officer",
        f"{desk}/ban-hanh",
        ready=_ticked(year, "officer", letter),
        number="9/TK-UBND",
        day=day,
    )
    year.praise.append(("", False, 0))
    year.post(
        "officer", f"/ho-so/{sixth.code}/so-do", key="m6", kind="cost", before="50000", after="0",
        measured_on=f"{when:%Y-%m-%d}", evidence="Hỏi 20 hộ",
    )  # fmt: skip
    award = year.post("officer", f"{desk}/de-nghi", key="t2", award=f"{sixth.code}:1").location
    year.post_of("officer", award, "noi-dung", whom="collective", merit="cách làm đỡ tốn tiền",
        form="Giấy khen", amount="1.500.000", source="Quỹ thi đua", basis="Luật Thi đua",
    )  # fmt: skip
    year.post_of("officer", award, "ten", name="Công ty Phú Nông", how="counter", agreed="yes")
    year.post_of(
        "officer", award, "kiem-tra", answer="clear", answered_by="Công an xã", answered_on=day
    )
    year.post_as_results(
        "chair", f"{desk}/quyet-dinh", award=_ticked(year, "chair", award), day=day,
        number=year.next_number(),
    )  # fmt: skip
    year.praise.append(("Giấy khen", True, 1_500_000))


def _ticked(year: Office, who: str, dossier: str) -> str:
    """Return a letter or an award as its box on the page sends it: its id and version."""
    page = year.browser(who).get("/khen-thuong/dang-xet").text
    found = re.search(rf'value="({dossier.rpartition("/")[2]}:\d+)"', page)
    assert found, _problems(page)
    return found[1]


def _outcomes(found: list[Idea]) -> list[int]:
    """Return received, valid, merged, tried, recognised, replicated, not recognised, redirected."""
    by = Counter(idea.status for idea in found)
    gone = sum(by[status] for status in GONE)
    return [
        len(found), len(found) - gone, by["merged"], sum(idea.tried for idea in found),
        by["recognised"] + by["replicated"], by["replicated"], by["not_recognised"],
        by["redirected"],
    ]  # fmt: skip


def _crossed(found: list[Idea]) -> list[list[int]]:
    """Return table B2 without its heads: a row a channel and the sum, a column a participant."""
    counts = Counter((idea.row["channel"], _participant(idea)) for idea in found)
    rows = [[counts[channel, who] for who in TYPES] for channel in CHANNELS]
    rows.append([sum(column) for column in zip(*rows, strict=True)])
    return [[*row, sum(row)] for row in rows]


def _participant(idea: Idea) -> str:
    """Who says nothing, and no SMS does, counts as a citizen."""
    is_sms = idea.row["channel"] == "sms"
    return "citizen" if is_sms else str(idea.row.get("participant_type", "citizen"))


def _category(idea: Idea) -> str | None:
    return str(idea.row["category"]) if idea.row.get("category") else None


def _check_times(table: dict[str, list[Any]], found: list[Idea]) -> None:
    """B5: answered, mean days, in time, of whom percent, waiting, late."""
    answered = [(idea.answered - idea.received) / timedelta(days=1)
                for idea in found if idea.answered]  # fmt: skip
    due = [_due(idea) for idea in found]
    in_time = sum(
        idea.answered is not None and idea.answered <= until
        for idea, until in zip(found, due, strict=True)
    )
    now = datetime(YEAR, 12, 20, 9, tzinfo=ZONE)
    waiting = [until for idea, until in zip(found, due, strict=True) if idea.answered is None]
    late = sum(until < now for until in waiting)
    percent = round(100 * in_time / (len(answered) + late), 1)
    assert [cells[0] for cells in table.values()][1:] == [
        len(answered), round(statistics.mean(answered), 1), in_time, percent, len(waiting), late,
    ]  # fmt: skip


def _due(idea: Idea) -> datetime:
    """Fifteen working days after it came, to the end of that day."""
    day, left = idea.received.date(), 15
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return datetime(day.year, day.month, day.day, tzinfo=ZONE) + timedelta(days=1)


def _places(table: dict[str, list[Any]]) -> list[str]:
    """Return where table B6 says that ideas are applied, without the day beside it."""
    said = (cells[2] for number, cells in table.items() if number.isdigit())
    return sorted(re.sub(r", \d\d/\d\d/\d{4}$", "", one) for one in said)


def _given(year: Office) -> list[int]:
    """Return collectives, persons, both, đồng."""
    bodies = sum(is_body for _, is_body, _ in year.praise)
    total = len(year.praise)
    return [bodies, total - bodies, total, sum(amount for *_, amount in year.praise)]


def _check_carried(table: dict[str, list[Any]], year: Office, basis: str) -> None:
    """B8: whose year of counting is another than that of receipt, and those of the very day."""
    insiders = [one for one in year.ideas.values() if _insider(one)]
    to_next = [one for one in insiders if one.counted == YEAR + 1]
    edge = [one for one in insiders if one.received.date() == date(YEAR, 10, 31)]
    sums = [cells[0] for cells in table.values() if isinstance(cells[0], int)]
    assert sums == [len(to_next) if basis == "received" else 0, 0, len(edge)]


def _insider(idea: Idea) -> bool:
    return bool(idea.row["insider"]) and idea.row["channel"] != "sms"


def _book(officer: Any) -> dict[str, dict[str, list[Any]]]:
    """Return {sheet: {first cell of a row: its other cells}} of the year's tables, each below its
    title."""
    answer = officer.post(f"/bao-cao/{YEAR}/bang-tinh", data={"book": "cac-bang"})
    assert answer.status_code == 200, answer.text
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    return {
        sheet.title: {
            str(row[0]): list(row[1:]) for row in sheet.iter_rows(min_row=2, values_only=True)
        }
        for sheet in book
    }


def _problems(page: str) -> str:
    found = re.search(r'class="problem-list".*?</div>', page, re.S)
    return re.sub(r"<[^>]+>", " ", found[0]) if found else page[:200]
