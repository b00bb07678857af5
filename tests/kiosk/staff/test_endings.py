"""Nothing ends at one tap: what ends something says so on a page, asks the reason, and waits or can
be brought back (decision 83)."""

import inspect
import re
from pathlib import Path

import pytest

from shared.db import event_log
from shared.domain import clock, codes
from shared.store.office import dispatches, outreach
from shared.store.people import devices
from tests.serving import ROOT

WHY = {"reason": "ghi nhầm"}

# The last word of an address that ends something, and how the sentence about its view begins.
_ENDS = frozenset(
    [
        "bo",
        "go",
        "xoa",
        "thoi",
        "het",
        "revoke",
        "ket-thuc",
        "thu-hoi",
        "tra-lai",
        "bo-qua",
        "dong",
        "huy",
        "rut-dong-y",
    ]
)
_SAYS = re.compile(
    r"(Cancel|Close|Delete|Drop|End|Erase|Let go|Let the (dele|era|remo)|Make a kiosk an ordinary"
    r"|Remove|Revoke|Stop|Strike|Take (?!note)|Undo|Withdraw)\b"
)
# What asks the reason: the page of kiosk/staff/ending.py, or a form of its own.
_ASKS = ("reason_to_end(", ".reason(", "pending.ask_", "ask_to_move(")
DECISION = Path(ROOT, "docs", "decisions", "0083-nothing-ends-at-one-tap.md").read_text("utf-8")


def ending_views(office):
    """Return the views behind which something of the office ends, by address."""
    found = {}
    for rule in office.url_map.iter_rules():
        view = inspect.unwrap(office.view_functions[rule.endpoint])
        said = inspect.getdoc(view) or ""
        if "POST" in rule.methods and (rule.rule.rsplit("/", 1)[-1] in _ENDS or _SAYS.match(said)):
            found[rule.rule] = view
    return found


def test_every_route_that_ends_something_asks_why_or_the_decision_says_why_not(office):
    views = ending_views(office)

    silent = {
        address
        for address, view in views.items()
        if not any(asks in inspect.getsource(view) for asks in _ASKS)
    }

    assert len(views) > 20
    assert {address for address in silent if f"`{address}`" not in DECISION} == set()


@pytest.fixture
def device(db):
    return devices.add(db, "Kiosk 1", codes.secret_hash("x" * 16), actor="t", at=clock.now())


def test_a_first_press_asks_why_and_ends_nothing(logged_in, db, device):
    admin, address = logged_in("quan", "admin"), f"/thiet-bi/{device.id}/revoke"

    asked = admin.post(address)
    empty = admin.post(address, data={"reason": " "})

    assert (asked.status_code, empty.status_code) == (200, 422)
    assert "Kiosk 1" in asked.text and "cấp đường dẫn mới" in asked.text
    assert f'action="{address}"' in asked.text and 'href="/thiet-bi"' in asked.text
    assert 'id="reason-wrong"' in empty.text
    assert devices.by_id(db, device.id).revoked_at is None
    assert admin.post(address, data=WHY).status_code == 303
    assert devices.by_id(db, device.id).revoked_at is not None
    assert event_log.of_kind(db, "device_revoked")[-1].data["reason"] == "ghi nhầm"


def test_what_was_struck_out_of_the_outreach_log_comes_back(officer, db):
    new = outreach.NewEffort(
        "meeting", "Họp ấp 3", "Ấp 3", "2026-05-04", "", "Bà An", "", None, None, ""
    )
    kept = outreach.add(db, new, key="k", actor="t", at=clock.now())

    officer.post(f"/tuyen-truyen/{kept}/bo", data=WHY)
    log = officer.get("/tuyen-truyen?nam=2026").text
    back = officer.post(f"/tuyen-truyen/{kept}/lay-lai")

    assert f'action="/tuyen-truyen/{kept}/lay-lai"' in log
    assert back.location == f"/tuyen-truyen/{kept}" and outreach.struck(db, 2026) == []
    assert outreach.by_id(db, kept).title == "Họp ấp 3"


def test_a_paper_and_its_sending_come_back_but_not_beside_a_second_one(officer, db):
    paper = dispatches.add_paper(
        db, dispatches.NewPaper(2026, "Kế hoạch", "12", "2026-01-08"), key="p", actor="t",
        at=clock.now(),
    )  # fmt: skip
    sent = dispatches.NewDispatch("Ấp 3", "2026-01-09", "paper", "Bà An", "")
    for key in ("a", "b"):
        dispatches.send(db, paper, sent, key=key, actor="t", at=clock.now())
        [first, *_] = dispatches.of_paper(db, paper)
        officer.post(f"/noi-nhan/{paper}/{first.id}/bo", data=WHY)
    assert officer.get(f"/noi-nhan/{paper}").text.count("/lay-lai") == 2
    one, two = dispatches.struck_of(db, paper)

    answers = [
        officer.post(f"/noi-nhan/{paper}/{one.id}/lay-lai").status_code,
        officer.post(f"/noi-nhan/{paper}/{two.id}/lay-lai").status_code,
    ]
    officer.post(f"/noi-nhan/{paper}/{one.id}/bo", data=WHY)
    officer.post(f"/noi-nhan/{paper}/bo", data=WHY)
    listed = officer.get("/noi-nhan").text
    officer.post(f"/noi-nhan/{paper}/lay-lai")

    assert answers == [303, 409]
    assert f'action="/noi-nhan/{paper}/lay-lai"' in listed
    assert dispatches.paper(db, paper) is not None
