"""The page for the morning: each thing is green or red, and what is red says what to do."""

import shutil
import threading
import time
from collections import namedtuple
from pathlib import Path

import pytest

from kiosk import daily
from kiosk.apps import staff_app
from kiosk.daily import Daily, DailyCheck, Look
from kiosk.daily import debian as debians
from kiosk.daily.debian import Debian
from shared.backup import keys
from shared.db import daily_roots
from shared.db.connection import writing
from shared.domain import clock
from shared.runtime import machine
from shared.runtime.listening import Address
from shared.runtime.machine import Updates
from shared.settings import from_mapping
from shared.store.jobs import backup_status, job_runs, print_jobs
from shared.store.messages import budgets, first_answers, gateway_health, outgoing
from shared.store.people import devices
from shared.workflows import notices
from tests.conftest import ZONE
from tests.kiosk.conftest import watched
from tests.kiosk.staff.conftest import PASSWORD

NOW = clock.now()
WELL = Updates(0, NOW, needs_restart=False)
Disk = namedtuple("Disk", "total used free")


@pytest.fixture
def look(a_site, db):
    """A builder: what is seen in an office with these settings; Debian says that all is well."""

    def build(updates=WELL, clock_is_set=True, **sections) -> dict[str, DailyCheck]:
        watch = Daily(
            a_site(**sections),
            Debian(clock_is_set=lambda: clock_is_set, updates=lambda: updates),
        )
        watch.debian.ask()
        return {row.name: row for row in watch.last(db).rows}

    return build


def run(db, job: str, outcome: str, at: int, text: str = "job.verify.ok", **blanks) -> None:
    blanks = blanks or {"ideas": 1, "events": 2, "files": 3}
    job_runs.end(db, job_runs.begin(db, job, at=at), outcome, text, blanks, at=at)


def test_a_new_office_is_told_what_is_yet_to_come(look):
    rows = look()

    assert rows["disk"].is_well and rows["store"].is_well and rows["sms"].is_well
    assert rows["verify"].is_well is None and rows["closed"].is_well is None
    assert rows["clock"].is_well and rows["updates"].is_well
    assert rows["backup"].todo == "staff.daily.backup_no_key_todo"
    assert not [name for name in rows if name.startswith(("gateway", "printer", "kiosk"))]


def test_the_disk_turns_red_before_it_is_full(look, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Disk(100 << 30, 0, (2 << 30) - 1))

    row = look()["disk"]

    assert row.is_well is False and row.todo


def test_damage_found_at_night_is_said_in_its_own_words(look, db):
    run(db, "verify", job_runs.FAILED, clock.now(), "job.verify.damaged", n=1, damage="reply 7")

    row = look()["verify"]

    assert row.is_well is False
    assert (row.said, row.blanks["damage"]) == ("job.verify.damaged", "reply 7")


@pytest.mark.parametrize(("hours", "is_well"), [(1, True), (35, True), (37, False)])
def test_a_store_that_nobody_read_back_turns_red(look, db, hours, is_well):
    run(db, "verify", job_runs.OK, clock.now() - hours * clock.HOUR)

    assert look()["verify"].is_well is is_well


def test_a_rewritten_past_turns_red(look, db, a_proposal):
    a_proposal()
    daily_roots.close_day(db, at=clock.now() + clock.DAY, zone=ZONE)
    assert look()["closed"].is_well

    with writing(db):
        db.write("UPDATE daily_head SET root = before WHERE commune_id = :commune_id")

    assert look()["closed"].is_well is False


def test_a_gateway_that_is_silent_or_fails_turns_red(look, db):
    android = {"url": "http://192.168.1.20:8080", "username": "u", "password": "p"}
    at = clock.now()
    silent = look(android=android)["gateway-android"]
    gateway_health.heard(db, "android", at=at - clock.MINUTE)
    well = look(android=android)["gateway-android"]
    gateway_health.failed(db, "android", "timeout", at=at)
    failing = look(android=android)["gateway-android"]

    assert [row.is_well for row in (silent, well, failing)] == [False, True, False]
    assert failing.said == "staff.daily.gateway_bad"


def test_an_sms_that_does_not_go_turns_red_and_one_that_waits_for_its_hour_does_not(
    look, db, a_proposal
):
    at, kept = clock.now(), a_proposal()
    with writing(db):
        outgoing.tell(
            db, "+84912345678", "st_received", {"ma": "1"}, dedupe="e", at=at,
            proposal_id=kept.id,
        )  # fmt: skip
        db.write("UPDATE outbox SET due_at = :at WHERE commune_id = :commune_id",
                 at=at + clock.HOUR)  # fmt: skip
    assert look()["sms"].is_well

    with writing(db):
        db.write("UPDATE outbox SET due_at = :at WHERE commune_id = :commune_id",
                 at=at - clock.HOUR)  # fmt: skip

    assert look()["sms"].is_well is False


def test_what_the_budget_holds_is_counted_and_is_no_fault_of_the_gateway(look, db, a_proposal):
    at, kept = clock.now(), a_proposal(phone="0912345678", consents={"store": True, "sms": True})
    with writing(db):
        notices.of_receipt(db, kept, at=at - clock.HOUR)
        budgets.count(db, at=at, zone=ZONE)
    assert "budget" not in look()

    rows = look(sms={"monthly_budget": 1})

    row = rows["budget"]
    assert (row.is_well, row.blanks["n"], row.blanks["ma"]) == (False, 1, 1)
    assert rows["sms"].is_well


def test_receipts_for_another_day_are_counted(look, db, a_proposal):
    at, kept = clock.now(), a_proposal(phone="0912345678", consents={"store": True, "sms": True})
    with writing(db):
        notices.of_receipt(db, kept, at=at + clock.DAY)

    row = look()["receipts"]

    assert (row.is_well, row.blanks["n"]) == (True, 1)


def test_more_new_numbers_than_a_day_answers_turn_red_while_they_wait(look, db):
    assert "first-answers" not in look()

    settings, now = from_mapping({"limits": {"first_replies_per_day": 2}}), clock.now()
    with writing(db):
        for place in range(3):
            number = f"+8491234567{place}"
            due_at = first_answers.due(db, number, settings, at=now)
            outgoing.tell(db, number, "help", {}, dedupe=number, at=now, due_at=due_at)

    row = look(limits={"first_replies_per_day": 2})["first-answers"]
    assert (row.is_well, row.blanks) == (False, {"n": 1, "tong": 2})


def test_a_sheet_that_did_not_come_out_turns_the_printer_red(look, db):
    printer = {"kind": "file", "device": "/dev/null"}
    assert look(printer=printer)["printer"].is_well
    job = print_jobs.ask(db, None, asked_by="t", at=clock.now())
    print_jobs.settle(db, job.id, "failed", at=clock.now(), fault="paper_out")

    assert look(printer=printer)["printer"].is_well is False


def test_a_kiosk_that_nobody_hears_turns_red_and_one_that_was_revoked_is_left_out(look, db):
    at = clock.now()
    silent = devices.add(db, "Kiosk 1", "a", actor="t", at=at)
    gone = devices.add(db, "Kiosk 2", "b", actor="t", at=at)
    for secret in ("a", "b"):
        devices.enrol(db, secret, at=at)
    devices.revoke(db, gone.id, actor="t", at=at)

    assert look()[f"kiosk-{silent.id}"].is_well is False
    devices.note_seen(db, silent.id, at=at)
    rows = look()
    assert rows[f"kiosk-{silent.id}"].is_well and f"kiosk-{gone.id}" not in rows


@pytest.mark.parametrize(
    ("said", "is_well", "todo"),
    [
        (WELL, True, ""),
        (Updates(3, NOW, False), False, "staff.daily.updates_wait_todo"),
        (Updates(0, NOW, True), False, "staff.daily.restart_todo"),
        (Updates(0, NOW - 9 * clock.DAY, False), False, "staff.daily.updates_old_todo"),
        (Updates(0, None, False), False, "staff.daily.updates_old_todo"),
        (None, None, ""),
    ],
)
def test_updates_are_told_as_debian_says(look, said, is_well, todo):
    row = look(updates=said)["updates"]

    assert (row.is_well, row.todo) == (is_well, todo)


@pytest.mark.parametrize(("said", "is_well"), [(True, True), (False, False), (None, None)])
def test_the_clock_is_told_as_debian_says(look, said, is_well):
    assert look(clock_is_set=said)["clock"].is_well is is_well


def test_a_debian_that_does_not_answer_holds_up_no_end(a_site):
    asked, stopping = threading.Event(), threading.Event()

    def never() -> bool:
        asked.set()
        time.sleep(60)
        return True

    watch = Daily(a_site(), Debian(clock_is_set=never, updates=lambda: WELL))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(debians, "EVERY_SECONDS", 0.02)
        working = threading.Thread(target=watch.debian.keep_asking, args=(stopping,))
        working.start()
        assert asked.wait(30)
        stopping.set()
        working.join(30)

    assert not working.is_alive()


def test_a_start_is_not_held_up_by_the_list_of_updates(a_site):
    asked, updates, stopping = threading.Semaphore(0), [], threading.Event()
    watch = Daily(a_site(), Debian(clock_is_set=asked.release, updates=lambda: updates.append(1)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(debians, "EVERY_SECONDS", 0.02)
        working = threading.Thread(target=watch.debian.keep_asking, args=(stopping,))
        working.start()
        assert all(asked.acquire(timeout=30) for _ in range(3))
        stopping.set()
        working.join(30)

    assert not updates


def test_debian_is_asked_for_updates_once_in_six_hours(a_site):
    asked: list[int] = []
    watch = Daily(a_site(), Debian(clock_is_set=lambda: True, updates=lambda: asked.append(1)))

    for _ in range(3):
        watch.debian.ask()

    assert len(asked) == 1


# --- the page


@pytest.fixture
def office(a_site):
    """An office whose Debian is well."""
    site = a_site(staff={"require_totp": False})
    app = watched(staff_app(site, Address("127.0.0.1", 8081)))
    app.extensions["daily"] = Daily(site, Debian(clock_is_set=lambda: False, updates=lambda: WELL))
    app.extensions["daily"].debian.ask()
    return app


@pytest.fixture
def clerk(office, a_member):
    """A receptionist's browser."""
    a_member("lan", role="receptionist")
    browser = office.test_client()
    browser.post("/login", data={"login": "lan", "password": PASSWORD})
    return browser


def test_the_page_says_what_is_red_first_and_what_to_do(clerk):
    page = clerk.get("/kiem-tra").text

    assert "Có 2 việc cần xem ngay hôm nay." in page
    assert page.index("Đồng hồ máy không chỉnh theo mạng.") < page.index("Ổ đĩa còn trống")
    assert "Xem máy có mạng không." in page
    assert clerk.get("/kiem-tra/in").status_code == 200


def test_the_days_list_counts_what_is_red(clerk, office):
    clerk.get("/kiem-tra")

    assert "2 mục kiểm tra hằng ngày báo đỏ" in clerk.get("/hom-nay").text


def test_a_page_asks_nothing_anew_within_two_minutes(clerk, office, monkeypatch):
    clerk.get("/kiem-tra")
    monkeypatch.setattr(Daily, "look", lambda *_: pytest.fail("looked again"))

    assert clerk.get("/kiem-tra").status_code == 200


def test_every_row_has_its_words(office):
    with office.test_request_context("/"):
        from kiosk.web import has_text

        looks = Path(daily.__file__).parent.glob("*.py")
        source = "\n".join(path.read_text("utf-8") for path in looks)
        keys = {part for part in source.split('"') if part.startswith("staff.daily.")}
        assert len(keys) > 30
        assert not {one for one in keys if not has_text(one)}


def test_a_look_counts_only_what_is_surely_not_well():
    rows = tuple(
        DailyCheck(name, is_well, "", "", {})
        for name, is_well in zip("abc", (True, False, None), strict=True)
    )

    assert Look(rows, NOW).reds == 1


# --- what Debian says


@pytest.fixture
def debian(monkeypatch):
    """A builder: let every program that is asked say this."""
    return lambda said: monkeypatch.setattr(machine, "_ask", lambda *command: said)


def test_a_clock_that_timesyncd_has_set_is_set(tmp_path, debian):
    debian("no\n")
    assert machine.is_clock_set(tmp_path) is False
    debian("yes\n")
    assert machine.is_clock_set(tmp_path) is True
    debian(None)
    assert machine.is_clock_set(tmp_path) is None
    stamp = tmp_path / "run/systemd/timesync/synchronized"
    stamp.parent.mkdir(parents=True)
    stamp.touch()

    assert machine.is_clock_set(tmp_path) is True


def test_security_updates_are_counted_and_others_are_not(tmp_path, debian):
    debian(
        "Inst libssl3 [3.0.15] (3.0.17 Debian-Security:12/stable-security [amd64])\n"
        "Inst tzdata [2024a] (2025b Debian:12.11/stable [all])\n"
        "Conf libssl3 (3.0.17 Debian-Security:12/stable-security [amd64])\n"
    )
    (tmp_path / "var/lib/apt/lists").mkdir(parents=True)
    (tmp_path / "run").mkdir()
    before = machine.updates(tmp_path)
    (tmp_path / "run/reboot-required").touch()

    after = machine.updates(tmp_path)

    assert before is not None and after is not None
    assert (before.waiting, before.needs_restart) == (1, False)
    assert before.fetched_at is not None and abs(before.fetched_at - clock.now()) < clock.MINUTE
    assert after.needs_restart


def test_a_program_that_is_not_there_or_fails_says_nothing():
    assert machine._ask("no-such-program-anywhere") is None
    assert machine._ask("false") is None
    assert machine._ask("echo", "yes") == "yes\n"


def test_whatever_the_night_could_not_do_is_said_until_it_could(look, db):
    run(db, "archives", job_runs.FAILED, clock.now(), "job.archives.changed", n=1, names="a.age")

    row = look()["night-archives"]
    assert row.is_well is False and row.blanks["names"] == "a.age" and row.todo

    run(db, "archives", job_runs.OK, clock.now(), "job.archives.ok", n=3)
    assert "night-archives" not in look()


def test_a_key_that_nobody_tried_for_five_weeks_is_asked_for(look, db, instance):
    keys.keep(keys.new(), instance)
    assert "key" not in look()

    db.conn.execute("UPDATE commune SET created_at = created_at - ?", (36 * clock.DAY,))
    assert look()["key"].is_well is False

    run(db, backup_status.KEY_CHECK, job_runs.OK, clock.now(), "job.key_check.ok", name="a.age")
    assert "key" not in look()
