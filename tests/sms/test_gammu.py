"""Through the real gammu-smsd: what its telephone receives comes in once and whole, what goes out
goes once."""

import socket
import subprocess
import sys
import threading
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pysqlite3
import pytest

from shared.domain import clock
from shared.settings import from_mapping
from shared.store.cases import conversation
from shared.store.messages import gateway_health, outgoing, threads
from shared.texts.sms_text import office_blanks
from shared.workflows import withdraw
from sms import inbound, reports
from sms.gateways import LookUpFailed, Retry, Sent, Taken, Unknown, gammu_poller
from sms.gateways import gammu as gammu_gateway
from sms.gateways.gammu import Gammu
from sms.gateways.gammu_poller import PART_JOINS, PART_WAITS, SMSD_KEEPS_FOR, Poller
from sms.outbox import LEASE, Outbox
from tests.conftest import ZONE
from tests.ports import free_port
from tests.sms.conftest import HOA, MAN
from tests.sms.stick import a_stick, laid_out, shipped_config, why_not

pytestmark = [
    pytest.mark.gammu,
    pytest.mark.skipif(bool(why_not()), reason=why_not() or "installed"),
]

LONG = "SK " + "Đề nghị hẹn giờ chứng thực cho bà con ấp ba, ai cũng được biết trước. " * 2 + "😀."


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with a_stick(tmp_path_factory.mktemp("stick")) as stick:
        yield stick


@pytest.fixture
def stick(running):
    """The stick with nothing in its database, and nothing of an earlier test under way."""
    running.rest()
    for table in ("inbox", "outbox", "sentitems"):
        running.rows(f"DELETE FROM {table}")
    return running


@pytest.fixture
def poller(stick):
    return Poller(stick.database, ZONE, reports.apply)


@pytest.fixture
def gateway(stick):
    return Gammu(section(stick), ZONE)


@pytest.fixture
def outbox(gateway, settings):
    """The sender of an office with a stick."""
    return Outbox(gateway, settings, office_blanks(settings, settings.office.public_url))


@pytest.fixture
def come_in(db, desk, poller):
    """A builder: `come_in()` lets the poller look and what is new be handled, now or at `at`."""

    def build(at=None):
        poller.look(db, at=at or clock.now())
        inbound.handle_waiting(db, desk)

    return build


def section(stick, **more):
    paths = {"database": str(stick.database), "config": str(stick.config)}
    return from_mapping({"gammu": {**paths, **more}}).gammu


def kept(db):
    found = db.rows("SELECT sender, sender_kind, text, state, outcome FROM message_in ORDER BY id")
    return [(db.decrypt(sender), *rest) for sender, *rest in found]


def count(db, table):
    return db.row(f"SELECT count(*) FROM {table}")[0]


def unread(stick):
    return stick.rows("SELECT count(*) FROM inbox WHERE Processed = 'false'")[0][0]


def keys_to(db, number):
    return [one.text_key for one in threads.between(db, number)[1]]


# --- in


def test_an_sms_comes_in_as_it_was_typed(db, stick, come_in):
    words = "SK Hẹn giờ $(rm -rf /) `id` ; \"quoted\" \\\n'dòng hai' 😀"
    stick.receive(words)
    stick.until("SELECT count(*) FROM inbox", 1)

    come_in()

    assert kept(db) == [(MAN, "mobile", words, "done", "proposal")]
    assert keys_to(db, MAN) == ["receipt", "privacy_first"]
    assert unread(stick) == 0


def test_its_time_is_the_operators_in_the_offices_zone(db, stick, come_in):
    stick.receive("SK Hẹn giờ chứng thực cho bà con")
    stick.until("SELECT count(*) FROM inbox", 1)

    come_in()

    moment = datetime(2026, 3, 16, 9, 12, 44, tzinfo=ZONE)
    assert db.row("SELECT sent_at FROM message_in") == (clock.from_local(moment),)


@pytest.mark.parametrize("bits", [8, 16])
def test_a_long_sms_whose_parts_come_backwards_is_one_proposal(db, stick, come_in, bits):
    stick.receive(LONG, parts=(3, 2, 1), bits=bits)
    stick.until("SELECT count(*) FROM inbox", 3)

    come_in()

    assert kept(db) == [(MAN, "mobile", LONG, "done", "proposal")]
    assert db.row("SELECT solution FROM proposal")[0] == LONG.removeprefix("SK ")
    assert unread(stick) == 0


def test_a_missing_part_is_waited_for_then_what_came_is_one_case_and_asked_about_once(
    db, stick, come_in
):
    stick.receive(LONG, parts=(1, 3))
    stick.until("SELECT count(*) FROM inbox", 2)
    now = clock.now()

    come_in(now + PART_WAITS - clock.MINUTE)
    assert kept(db) == [] and unread(stick) == 2
    come_in(now + PART_WAITS)
    come_in(now + PART_WAITS + clock.MINUTE)

    ((_, _, text, _, outcome),) = kept(db)
    assert "[thiếu phần 2/3]" in text and outcome == "proposal"
    assert text.startswith("SK Đề nghị hẹn giờ") and text.endswith("😀.")
    assert count(db, "proposal") == 1
    assert keys_to(db, MAN) == ["receipt", "privacy_first", "part_missing"]
    assert unread(stick) == 0


def test_an_incomplete_sms_is_asked_one_thing_only(db, stick, come_in):
    stick.write("SK đi chứng thực phải chờ lâu quá, chờ mãi, phiền lắm, " * 4, parts=(1,))

    come_in(clock.now() + PART_WAITS)

    assert keys_to(db, MAN) == ["receipt", "privacy_first", "part_missing"]


def test_an_incomplete_sms_that_is_sent_again_as_asked_joins_its_case(db, stick, come_in):
    stick.write(LONG, parts=(1, 3), minutes_ago=16)
    come_in()
    stick.write(LONG)

    come_in()
    stick.write("SK Thêm ghế cho người già chờ lâu, thêm quạt")
    come_in()

    assert count(db, "proposal") == 2
    first = db.row("SELECT id FROM proposal ORDER BY id")[0]
    assert [one.text for one in conversation.additions(db, first)] == [LONG.removeprefix("SK ")]


def test_a_part_that_comes_after_all_joins_the_case_of_the_others(db, stick, come_in):
    stick.receive(LONG, parts=(1, 3), reference=77)
    stick.until("SELECT count(*) FROM inbox", 2)
    come_in(clock.now() + PART_WAITS)
    stick.write(LONG, parts=(2,), reference=77)

    come_in(clock.now() + PART_WAITS)

    assert count(db, "proposal") == 1
    proposal_id = db.row("SELECT id FROM proposal")[0]
    (addition,) = conversation.additions(db, proposal_id)
    assert addition.text.startswith("[phần 2/3] ")
    assert addition.text.removeprefix("[phần 2/3] ") in LONG
    assert keys_to(db, MAN)[-1] == "more_received"


def test_a_part_that_comes_after_its_case_was_withdrawn_is_kept_and_added_nowhere(
    db, stick, come_in
):
    stick.write(LONG, parts=(1, 3), reference=78)
    come_in(clock.now() + PART_WAITS)
    (code,) = db.row("SELECT code FROM proposal")
    withdraw.withdraw(db, code, at=clock.now())
    stick.write(LONG, parts=(2,), reference=78)

    come_in(clock.now() + PART_WAITS)

    assert kept(db)[-1][3:] == ("done", "status")
    assert count(db, "addition") == 0


def test_a_crash_between_keeping_and_marking_loses_no_part_and_doubles_none(db, stick, come_in):
    stick.write(LONG, parts=(1, 3), reference=79)
    come_in(clock.now() + PART_WAITS)
    stick.rows("UPDATE inbox SET Processed = 'false'")
    stick.write(LONG, parts=(2,), reference=79)

    come_in(clock.now() + PART_WAITS)

    assert (count(db, "message_in"), count(db, "proposal"), count(db, "addition")) == (2, 1, 1)
    assert unread(stick) == 0


def test_a_days_later_part_of_the_same_reference_is_another_message(db, stick, come_in):
    stick.write(LONG, parts=(1, 3), reference=80)
    come_in(clock.now() + PART_WAITS)
    stick.write(LONG, parts=(2,), reference=80)

    come_in(clock.now() + PART_WAITS + PART_JOINS + clock.MINUTE)

    assert count(db, "addition") == 0
    assert kept(db)[-1][2].startswith("[thiếu phần 1/3] ")


def test_two_senders_whose_parts_mingle_are_two_proposals(db, stick, come_in):
    other = LONG.replace("ấp ba", "ấp tư")
    for part in (2, 1, 3):
        stick.receive(LONG, MAN, parts=(part,), reference=9)
        stick.receive(other, HOA, parts=(part,), reference=9)
    stick.until("SELECT count(*) FROM inbox", 6)

    come_in(clock.now() + clock.MINUTE)

    assert sorted((row[0], row[2]) for row in kept(db)) == [(MAN, LONG), (HOA, other)]
    assert count(db, "proposal") == 2


def test_names_and_short_codes_are_kept_and_never_answered(db, stick, come_in):
    stick.receive("Khuyen mai 50% gia tri the nap", "Viettel")
    stick.receive("Quy khach da dang ky goi cuoc thanh cong", "9029")
    stick.until("SELECT count(*) FROM inbox", 2)

    come_in()

    assert [row[:2] + row[3:] for row in kept(db)] == [
        ("Viettel", "name", "quarantined", "not_a_person"),
        ("9029", "short", "quarantined", "not_a_person"),
    ]
    assert count(db, "outbox") == count(db, "proposal") == 0


def test_the_same_sms_twice_is_kept_twice_and_one_proposal(db, stick, come_in):
    stick.receive("SK Hẹn giờ chứng thực cho bà con")
    stick.receive("SK Hẹn giờ chứng thực cho bà con")
    stick.until("SELECT count(*) FROM inbox", 2)

    come_in()

    assert (count(db, "message_in"), count(db, "proposal")) == (2, 1)


def test_what_came_while_nobody_looked_waits_and_comes_in_once(db, stick, come_in):
    stick.receive("SK Hẹn giờ chứng thực cho bà con")
    stick.until("SELECT count(*) FROM inbox", 1)
    assert unread(stick) == 1
    ten_minutes_later = clock.now() + 10 * clock.MINUTE

    come_in(ten_minutes_later)
    stick.rows("UPDATE inbox SET Processed = 'false'")
    come_in(ten_minutes_later)

    assert (count(db, "message_in"), count(db, "proposal")) == (1, 1)
    assert unread(stick) == 0


def test_ids_that_begin_anew_hide_no_message(db, stick, come_in):
    stick.write("SK Hẹn giờ chứng thực cho bà con", row=1)
    come_in()
    stick.rows("DELETE FROM inbox")
    stick.write("SK Thêm ghế cho người già chờ lâu", row=1)

    come_in()

    assert count(db, "proposal") == 2


def test_a_locked_database_is_noted_and_then_the_sms_comes_in_once(db, stick, desk):
    impatient = Poller(stick.database, ZONE, reports.apply, busy_seconds=0.05)
    with closing(pysqlite3.connect(str(stick.database), isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        stick.receive("SK Hẹn giờ chứng thực cho bà con")
        phone = stick.folder / "phone" / "sms" / "1"
        at = clock.now()
        impatient.look(db, at=at)
        threading.Event().wait(3)
        impatient.look(db, at=at)
        assert gateway_health.health(db, "gammu").fault == "database is locked"
        assert count(db, "message_in") == 0
        holder.execute("ROLLBACK")
    stick.wait(lambda: not list(phone.iterdir()), "the telephone is empty")
    stick.until("SELECT count(*) FROM inbox", 1)

    impatient.look(db, at=clock.now())
    inbound.handle_waiting(db, desk)

    assert (count(db, "message_in"), count(db, "proposal")) == (1, 1)
    assert gateway_health.health(db, "gammu").state(clock.now()) == "well"


def test_smsd_forgets_after_a_week_what_is_kept_and_nothing_else(db, stick, poller):
    stick.write("SK Hẹn giờ chứng thực cho bà con", minutes_ago=8 * 24 * 60)
    stick.write("SK Thêm ghế cho người già chờ lâu")
    poller.look(db, at=clock.now())
    assert stick.rows("SELECT count(*) FROM inbox") == [(2,)]
    stick.write(LONG, parts=(1,))

    poller.look(db, at=clock.now() + SMSD_KEEPS_FOR - clock.HOUR)
    assert stick.rows("SELECT count(*) FROM inbox WHERE UDH = ''") == [(2,)]
    poller.look(db, at=clock.now() + SMSD_KEEPS_FOR + clock.HOUR)

    assert stick.rows("SELECT count(*) FROM inbox WHERE UDH = ''") == [(0,)]
    assert count(db, "message_in") == 3


def test_a_part_whose_sender_was_forgotten_meanwhile_comes_in_all_the_same(db, stick, poller):
    stick.write(LONG, parts=(1, 3), reference=90, minutes_ago=16)
    poller.look(db, at=clock.now())
    db.write("UPDATE message_in SET raw = ''")
    stick.write(LONG, parts=(2,), reference=90, minutes_ago=16)

    poller.look(db, at=clock.now())

    assert count(db, "message_in") == 2


def test_a_database_that_is_not_there_is_a_fault_and_is_not_made(db, stick, tmp_path):
    nowhere = tmp_path / "smsd.db"

    Poller(nowhere, ZONE, reports.apply).look(db, at=clock.now())

    assert gateway_health.health(db, "gammu").state(clock.now()) == "failing"
    assert not nowhere.exists()


def test_the_worker_fetches_until_it_is_told_to_stop(db, instance, stick, poller):
    stick.receive("SK Hẹn giờ chứng thực cho bà con")
    stick.until("SELECT count(*) FROM inbox", 1)
    stopping = threading.Event()
    worker = threading.Thread(target=poller.chore(instance), args=(stopping,))
    worker.start()
    stick.wait(lambda: count(db, "message_in") == 1, "the SMS is kept")

    stopping.set()
    worker.join(60)

    assert not worker.is_alive()


# --- out


def test_an_answer_of_160_letters_goes_as_one_sms_and_its_reports_are_followed(
    db, stick, outbox, text, poller, monkeypatch
):
    whole = "UBND xa Tan An: " + "soan TT gui so nay; " * 7 + "xem."
    assert len(whole) == 160
    monkeypatch.setattr("sms.outbox.compose", lambda *_: whole)
    (queued,) = text("HD")

    outbox.send_one(db, at=clock.now())
    handed = outgoing.by_id(db, queued.id)
    stick.until("SELECT count(*) FROM sentitems", 1)
    poller.look(db, at=clock.now())
    sent = outgoing.by_id(db, queued.id)
    stick.report(MAN)
    stick.until("SELECT Status FROM sentitems", "DeliveryOK")
    poller.look(db, at=clock.now())

    assert (handed.state, sent.state) == ("sending", "sent")
    assert outgoing.by_id(db, queued.id).state == "delivered"
    assert stick.rows("SELECT DestinationNumber, TextDecoded, UDH FROM sentitems") == [
        (MAN, whole, "")
    ]


def test_what_smsd_holds_for_long_is_asked_about_and_never_sent_again(db, stick, outbox, text):
    stick.stop()
    try:
        (queued,) = text("HD")
        outbox.send_one(db, at=clock.now())

        outbox.explain(db, at=clock.now() + clock.HOUR)
        outbox.send_one(db, at=clock.now() + clock.HOUR)

        assert outgoing.by_id(db, queued.id).state == "sending"
        assert stick.rows("SELECT count(*) FROM outbox") == [(1,)]
    finally:
        stick.start()


def test_what_the_network_refused_is_tried_again(db, stick, outbox, text, poller):
    (queued,) = text("HD")
    outbox.send_one(db, at=clock.now())
    stick.until("SELECT count(*) FROM sentitems", 1)
    stick.rest()
    stick.rows("UPDATE sentitems SET Status = 'SendingError', StatusError = 38")

    poller.look(db, at=clock.now())

    after = outgoing.by_id(db, queued.id)
    assert (after.state, after.error) == ("queued", "SendingError/38")


def test_what_smsd_no_longer_knows_has_failed_and_goes_to_the_staff(
    db, stick, outbox, text, poller
):
    (queued,) = text("HD")
    outbox.send_one(db, at=clock.now())
    stick.until("SELECT count(*) FROM sentitems", 1)
    stick.rest()
    stick.rows("DELETE FROM sentitems")

    poller.look(db, at=clock.now())

    after = outgoing.by_id(db, queued.id)
    assert (after.state, after.error) == ("failed", "no longer in smsd's database")


def test_letters_of_a_shell_are_only_letters(stick, gateway):
    words = "-x $(id) `id` ; \"a\" 'b' \\ ! | {c} * ?"

    handed = gateway.send(MAN, words, "row-1")
    stick.until("SELECT count(*) FROM sentitems", 1)

    assert isinstance(handed, Taken)
    assert stick.rows("SELECT TextDecoded FROM sentitems") == [(words,)]


def test_an_injector_that_hangs_is_an_unknown_outcome_and_nothing_goes_twice(
    db, stick, outbox, text, tmp_path, monkeypatch
):
    slow = tmp_path / "slow"
    slow.write_text('#!/bin/sh\ngammu-smsd-inject "$@"\nexec sleep 60\n')
    slow.chmod(0o700)
    monkeypatch.setattr(gammu_gateway, "INJECT", str(slow))
    monkeypatch.setattr(gammu_gateway, "TIMEOUT_SECONDS", 2)
    (queued,) = text("HD")

    outbox.send_one(db, at=clock.now())
    assert outgoing.by_id(db, queued.id).state == "unknown"
    stick.until("SELECT count(*) FROM sentitems", 1)
    outbox.explain(db, at=clock.now() + clock.HOUR)

    assert outgoing.by_id(db, queued.id).state == "sent"
    assert stick.rows("SELECT count(*) FROM sentitems") == [(1,)]


def test_an_injector_that_is_not_there_stops_the_channel(gateway, monkeypatch):
    monkeypatch.setattr(gammu_gateway, "INJECT", "/nowhere/gammu-smsd-inject")

    outcome = gateway.send(MAN, "Da nhan", "row-1")

    assert isinstance(outcome, Retry) and outcome.is_channel_down


def test_a_configuration_that_cannot_be_read_stops_the_channel(stick):
    broken = Gammu(section(stick, config="/nowhere/smsdrc"), ZONE)

    outcome = broken.send(MAN, "Da nhan", "row-1")

    assert isinstance(outcome, Retry) and outcome.is_channel_down


def test_a_queue_that_cannot_be_read_is_an_unknown_outcome(stick, tmp_path):
    blind = Gammu(section(stick, database=str(tmp_path / "smsd.db")), ZONE)

    assert isinstance(blind.send(MAN, "Da nhan", "row-1"), Unknown)
    with pytest.raises(LookUpFailed):
        blind.look_up(MAN, "Da nhan", 0, "row-1")


def test_a_look_up_finds_what_went_and_only_that(stick, gateway):
    gateway.send(MAN, "Da nhan", "row-1")
    stick.until("SELECT count(*) FROM sentitems", 1)

    (found,) = gateway.look_up(MAN, "Da nhan", clock.now() - clock.MINUTE, "row-1")

    assert isinstance(found, Sent) and not found.is_delivered
    assert gateway.look_up(MAN, "Da nhan", clock.now() + clock.MINUTE, "row-1") == []
    assert (
        gateway.look_up(HOA, "Da nhan", 0, "row-1")
        == gateway.look_up(MAN, "Khac", 0, "row-1")
        == []
    )
    stick.rows("UPDATE sentitems SET Status = 'SendingError'")
    assert gateway.look_up(MAN, "Da nhan", 0, "row-1") == []


def test_no_sending_takes_longer_than_a_lease():
    from shared.store.messages.gammu_database import BUSY_SECONDS

    assert LEASE > 1000 * (gammu_gateway.TIMEOUT_SECONDS + 2 * BUSY_SECONDS)


# --- the poke


POKE = Path(__file__).resolve().parents[2] / "deploy" / "gammu" / "poke.py"


def test_a_poke_lets_the_worker_look_before_its_time(
    db, instance, stick, poller, app, client, monkeypatch
):
    monkeypatch.setattr(gammu_poller, "POLL_SECONDS", 3600.0)
    app.extensions["gammu"] = poller
    looks = []
    monkeypatch.setattr(poller, "look", lambda *_, **__: looks.append(1))
    stopping = threading.Event()
    worker = threading.Thread(target=poller.chore(instance), args=(stopping,))
    worker.start()
    stick.wait(lambda: len(looks) == 1, "the first look")

    assert client.post("/gammu").status_code == 204
    stick.wait(lambda: len(looks) == 2, "the look after the poke")

    stopping.set()
    worker.join(60)
    assert not worker.is_alive()


def test_a_poke_without_a_stick_finds_nobody(client):
    assert client.post("/gammu").status_code == 404


def test_the_hook_pokes_and_ends_well_even_when_nobody_is_there(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        hook = tmp_path / "poke.py"
        hook.write_text(POKE.read_text("utf-8").replace("8082", str(port)), "utf-8")

        done = subprocess.run([sys.executable, str(hook), "1"], timeout=30)
        heard = server.accept()[0].recv(1000)
    alone = subprocess.run([sys.executable, str(hook), "1"], timeout=30)

    assert done.returncode == alone.returncode == 0
    assert heard.startswith(b"POST /gammu ")


def test_the_shipped_configuration_receives_and_sends(tmp_path, db, desk, settings):
    stick = laid_out(tmp_path / "shipped")
    stick.config.write_text(shipped_config(stick.folder), "utf-8")
    poke = POKE.read_text("utf-8").replace("8082", str(free_port()))
    (stick.folder / "poke.py").write_text(poke, "utf-8")
    (stick.folder / "poke.py").chmod(0o755)
    stick.receive("SK thêm ghế cho người già ở quầy")
    stick.start()
    try:
        stick.until("SELECT count(*) FROM inbox", 1)
        Poller(stick.database, ZONE, reports.apply).look(db, at=clock.now())
        inbound.handle_waiting(db, desk)
        Outbox(Gammu(section(stick), ZONE), settings, office_blanks(settings, "")).send_one(
            db, at=clock.now()
        )
        stick.until("SELECT count(*) FROM sentitems WHERE Status LIKE 'Sending%'", 1)
    finally:
        stick.stop()

    (sent,) = stick.rows("SELECT DestinationNumber, TextDecoded FROM sentitems")
    assert sent[0] == MAN and "da nhan sang kien" in sent[1]
