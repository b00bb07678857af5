"""What a kiosk asks for on paper comes out once, and whoever waits is told when it cannot."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
import zxingcpp

from kiosk import printer, printing
from kiosk.apps import public_app
from shared.db import event_log
from shared.domain import clock, codes
from shared.store.jobs import print_jobs
from shared.store.jobs.print_jobs import LIFETIME, MOST_AN_HOUR
from shared.store.people import devices
from tests.kiosk.conftest import PUBLIC, watched
from tests.kiosk.fake_printer import COVER_OPEN, JAMMED, PAPER_OUT, WELL, FakePrinter, paper
from tests.ports import free_ports

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def roll():
    """A printer with paper in it."""
    made = FakePrinter()
    yield made
    made.stop()


@pytest.fixture
def a_kiosk(a_site, db):
    """A builder: (the browser of Kiosk 1, its worker) with these settings of the printer."""

    def build(**settings):
        app = watched(public_app(a_site(printer=settings), PUBLIC))
        if not devices.everyone(db):
            devices.add(db, "Kiosk 1", codes.secret_hash("link"), actor="test", at=clock.now())
        client = app.test_client()
        client.get("/kiosk/link")
        return client, printing.Printing(app)

    return build


@pytest.fixture
def at_kiosk(a_kiosk, roll, db):
    """Kiosk 1 beside the printer: its browser, and `works()` which lets the worker look once."""
    client, worker = a_kiosk(kind="network", host="127.0.0.1", port=roll.port)

    def works():
        worker.rests_until = 0
        worker.look(db, threading.Event())

    return SimpleNamespace(client=client, works=works)


@pytest.fixture
def a_receipt(a_proposal, secret_of):
    """A builder: a proposal and where its receipt is, opened at this kiosk as its visit does."""

    def build(client):
        proposal = a_proposal()
        secret = secret_of(proposal)
        client.set_cookie("receipt", codes.secret_hash(secret))
        return proposal, f"/r/{secret}"

    return build


def only_job(db, proposal):
    [job] = print_jobs.of_proposal(db, proposal.id)
    return job


@pytest.mark.slow
def test_a_receipt_asked_for_twice_comes_out_once_and_opens(at_kiosk, a_receipt, roll, db):
    proposal, address = a_receipt(at_kiosk.client)

    for _ in range(2):
        answer = at_kiosk.client.post(f"{address}/in")
    waiting = at_kiosk.client.get(answer.location)
    at_kiosk.works()
    at_kiosk.works()
    done = at_kiosk.client.get(address)

    assert "Đang in phiếu" in waiting.text and "<textarea" not in waiting.text
    assert f'content="3;url={address}"' in waiting.text
    assert "Đã in xong" in done.text and "In lại phiếu" in done.text
    assert 'http-equiv="refresh"' not in done.text
    assert only_job(db, proposal).state == "printed"
    [sheet] = roll.sheets
    assert on_paper(sheet) == address.rpartition("/")[2].upper()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("status", "fault", "sentence"),
    [
        (PAPER_OUT, "paper_out", "Máy in hết giấy"),
        (COVER_OPEN, "cover_open", "Máy in chưa in được"),
        (JAMMED, "error", "Máy in chưa in được"),
    ],
)
def test_a_fault_is_told_and_the_sheet_comes_out_once_it_is_mended(
    at_kiosk, a_receipt, roll, db, status, fault, sentence
):
    proposal, address = a_receipt(at_kiosk.client)
    roll.status = status

    at_kiosk.client.post(f"{address}/in")
    at_kiosk.works()
    told = at_kiosk.client.get(address).text
    job, counted = only_job(db, proposal), print_jobs.count_open(db, now=clock.now())
    roll.status = WELL
    at_kiosk.works()

    assert (job.state, job.fault, job.sent_at) == ("queued", fault, None)
    assert f"{sentence}. Xin chép mã số {codes.grouped(proposal.code)}" in told
    assert counted == 1
    assert only_job(db, proposal).state == "printed"
    assert print_jobs.count_open(db, now=clock.now()) == 0
    assert len(roll.sheets) == 1


def test_paper_does_not_come_out_for_whoever_has_left(at_kiosk, a_receipt, roll, db):
    proposal, _ = a_receipt(at_kiosk.client)
    print_jobs.ask_as_citizen(db, proposal.id, at=clock.now() - LIFETIME - 1)

    at_kiosk.works()

    assert (only_job(db, proposal).state, only_job(db, proposal).fault) == ("failed", "too_late")
    assert roll.sheets == []


@pytest.mark.slow
def test_a_printer_that_hangs_half_way_is_let_go_and_the_sheet_not_sent_again(
    at_kiosk, a_receipt, roll, db, monkeypatch
):
    proposal, address = a_receipt(at_kiosk.client)
    monkeypatch.setattr(printing, "DONE_SECONDS", 1.0)
    roll.takes, roll.then = 2000, "hang"

    at_kiosk.client.post(f"{address}/in")
    at_kiosk.works()
    at_kiosk.works()

    assert (only_job(db, proposal).state, only_job(db, proposal).fault) == ("unsure", "silent")
    assert "Máy in dừng giữa chừng" in at_kiosk.client.get(address).text


@pytest.mark.slow
def test_a_cable_pulled_half_way_leaves_it_to_a_person(at_kiosk, a_receipt, roll, db):
    proposal, address = a_receipt(at_kiosk.client)
    roll.takes, roll.then = 2000, "close"

    at_kiosk.client.post(f"{address}/in")
    at_kiosk.works()

    assert only_job(db, proposal).state == "unsure"
    roll.takes = 10**9
    again = print_jobs.ask(db, proposal.id, asked_by="an", at=clock.now())
    at_kiosk.works()
    assert again.is_again
    assert [job.state for job in print_jobs.of_proposal(db, proposal.id)] == ["given_up", "printed"]


@pytest.mark.slow
def test_the_program_stops_at_once_while_a_printer_says_nothing(a_kiosk, a_receipt, roll, db):
    client, worker = a_kiosk(kind="network", host="127.0.0.1", port=roll.port)
    proposal, address = a_receipt(client)
    roll.status, stopping = None, threading.Event()
    client.post(f"{address}/in")
    working = threading.Thread(target=worker.chore(), args=(stopping,))

    working.start()
    while only_job(db, proposal).state != "printing":
        time.sleep(0.05)
    stopping.set()
    working.join(60)

    assert not working.is_alive()
    assert (only_job(db, proposal).state, only_job(db, proposal).sent_at) == ("queued", None)


@pytest.mark.slow
def test_an_address_where_nobody_is_and_one_that_is_no_printer(a_kiosk, a_receipt, roll, db):
    client, worker = a_kiosk(kind="network", host="127.0.0.1", port=roll.port)
    proposal, address = a_receipt(client)
    client.post(f"{address}/in")

    roll.hello = b"HTTP/1.1 400 Bad Request\r\n"
    worker.look(db, threading.Event())
    wrong = only_job(db, proposal).fault
    roll.stop()
    worker.rests_until = 0
    worker.look(db, threading.Event())

    assert (wrong, only_job(db, proposal).fault) == ("wrong_device", "not_found")
    assert roll.sheets == []


@pytest.mark.slow
def test_a_printer_that_is_a_file(a_kiosk, a_receipt, db, tmp_path):
    device = tmp_path / "lp0"
    client, worker = a_kiosk(kind="file", device=str(device), answers=False, width=58)
    proposal, address = a_receipt(client)
    client.post(f"{address}/in")

    worker.look(db, threading.Event())

    assert only_job(db, proposal).state == "printed"
    assert paper(device.read_bytes()).width == 384


def test_a_phone_and_a_kiosk_elsewhere_are_led_to_their_own_printer(
    a_kiosk, a_receipt, public, roll, db
):
    client, _ = a_kiosk(kind="network", host="127.0.0.1", port=roll.port, kiosk="Kiosk 2")
    proposal, address = a_receipt(client)

    for browser in (client, public.test_client()):
        assert browser.post(f"{address}/in").location == f"{address}/phieu"

    assert print_jobs.of_proposal(db, proposal.id) == []
    assert "In phiếu" not in client.get(address).text
    assert f"{address}/phieu" in public.test_client().get(address).text


def test_whoever_prints_again_and_again_is_sent_to_a_person(at_kiosk, a_receipt, db):
    proposal, address = a_receipt(at_kiosk.client)
    for _ in range(MOST_AN_HOUR):
        job = print_jobs.ask_as_citizen(db, proposal.id, at=clock.now())
        print_jobs.settle(db, job.id, "printed", at=clock.now())

    answer = at_kiosk.client.post(f"{address}/in")

    assert "đã in nhiều lần" in at_kiosk.client.get(answer.location).text
    assert len(print_jobs.of_proposal(db, proposal.id)) == MOST_AN_HOUR


def test_what_a_program_left_behind_is_sorted_out(db, a_proposal):
    begun, not_begun = a_proposal(), a_proposal()
    for proposal in (begun, not_begun):
        print_jobs.ask_as_citizen(db, proposal.id, at=clock.now())
        job = print_jobs.claim(db, at=clock.now())
        if proposal is begun:
            print_jobs.begin_sending(db, job.id, at=clock.now())

    print_jobs.take_up_again(db, at=clock.now())

    assert (only_job(db, begun).state, only_job(db, begun).fault) == ("unsure", "stopped")
    assert only_job(db, not_begun).state == "queued"
    assert [event.kind for event in event_log.of_proposal(db, begun.id)][-1] == "print_asked"


# --- one line to a printer, without a process


class Line:
    """A line whose answers are given: bytes, None for silence, or a fault to raise."""

    def __init__(self, *answers):
        self.answers, self.told = list(answers), []

    def tell(self, message):
        self.told.append(message)

    def hear(self, seconds):
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.mark.parametrize(
    ("answers", "fault"),
    [
        ((b"\x1a", b"\x12", b"\x12"), "offline"),
        ((b"\x12", b"\x72", b"\x12"), "paper_out"),
        ((b"\x12", b"\x12", b"\x32"), "paper_out"),
        ((None,), "silent"),
        ((b"HTTP",), "wrong_device"),
        ((ConnectionResetError(),), "cut_off"),
    ],
)
def test_a_printer_that_cannot_print_now_is_named_before_anything_is_sent(answers, fault):
    with pytest.raises(printer.PrinterFault, match=fault):
        printer.check(Line(*answers))


def test_paper_that_ends_within_a_sheet_is_noticed():
    line = Line(None, b"\x1a", b"\x72", b"\x32")

    with pytest.raises(printer.PrinterFault, match="paper_out"):
        printer.send(line, b"sheet", answers=True)

    assert line.told[0] == b"sheet"


def test_a_usb_printers_end_points_are_looked_up():
    def point(address, kind=2):
        return SimpleNamespace(bEndpointAddress=address, bmAttributes=kind)

    class Interface(list):
        def __init__(self, kind, *points):
            super().__init__(points)
            self.bInterfaceClass = kind

    keyboard = Interface(3, point(0x81, 3), point(0x05))
    paper_way = Interface(7, point(0x03), point(0x84))
    device = SimpleNamespace(get_active_configuration=lambda: [keyboard, paper_way])

    assert printer._end_points(device) == (0x03, 0x84)
    with pytest.raises(printer.PrinterFault, match="wrong_device"):
        printer._end_points(SimpleNamespace(get_active_configuration=list))


# --- the program itself


@pytest.mark.slow
def test_a_program_killed_while_it_prints_prints_nothing_twice(
    instance, db, a_proposal, secret_of, roll
):
    proposal = a_proposal()
    print_jobs.ask_as_citizen(db, proposal.id, at=clock.now())
    roll.takes, roll.then = 2000, "hang"

    first = a_program(instance, roll.port)
    wait_for(lambda: only_job(db, proposal).sent_at is not None)
    first.send_signal(signal.SIGKILL)
    first.wait()
    roll.takes = 10**9
    second = a_program(instance, roll.port)
    wait_for(lambda: only_job(db, proposal).state == "unsure")
    other = a_proposal()
    print_jobs.ask_as_citizen(db, other.id, at=clock.now())
    wait_for(lambda: only_job(db, other).state == "printed")
    second.terminate()

    assert second.wait(60) == 0
    assert only_job(db, proposal).fault == "stopped"
    printed = [on_paper(sheet) for sheet in roll.sheets if len(sheet) > 10_000]
    assert len(printed) == len(set(printed))
    assert secret_of(other) in printed


def on_paper(sheet):
    """The text of the QR on a sheet."""
    [found] = zxingcpp.read_barcodes(paper(sheet).convert("L"))
    return found.text


def a_program(instance, printer_port):
    """`python -m kiosk` with a printer."""
    public, staff = free_ports(2)
    return subprocess.Popen(
        [sys.executable, "-m", "kiosk", "--public", f"127.0.0.1:{public}",
         "--staff", f"127.0.0.1:{staff}"],
        cwd=ROOT, stderr=subprocess.DEVNULL,
        env={**os.environ, "HIENKE_INSTANCE": str(instance.folder),
             "HIENKE_PRINTER_KIND": "network", "HIENKE_PRINTER_HOST": "127.0.0.1",
             "HIENKE_PRINTER_PORT": str(printer_port),
             "HIENKE_OFFICE_PUBLIC_URL": "http://127.0.0.1:8080"},
    )  # fmt: skip


def wait_for(happened, seconds=60):
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.05)
