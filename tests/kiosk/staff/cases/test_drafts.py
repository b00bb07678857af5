"""A machine drafts what a letter or a recording says; a person answers for it, or it counts for
nothing."""

import io
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from PIL import Image, ImageDraw, ImageFont

from kiosk import speech
from kiosk.apps import staff_app
from kiosk.drafting import Drafting
from shared.db import event_log
from shared.domain import clock
from shared.files import letters, media
from shared.runtime.listening import Address
from shared.settings.connected import SpeechSettings
from shared.settings.kinds import near_or_sealed_address
from shared.store.files import attachments, transcript_drafts
from tests.kiosk.staff.conftest import PASSWORD
from tests.shared.files.test_media import a_recording

PRINT = "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf"
LETTER = ("Kính gửi Ủy ban nhân dân xã Tân An",
          "Đề nghị cho bà con hẹn giờ trước khi đi chứng thực,",
          "để khỏi chờ lâu ở quầy mỗi sáng thứ Hai.")  # fmt: skip


def picture(draw):
    page = Image.new("RGB", (1400, 700), "white")
    draw(ImageDraw.Draw(page))
    held = io.BytesIO()
    page.save(held, "PNG")
    return held.getvalue()


def printed():
    font = ImageFont.truetype(PRINT, 44)

    def draw(page):
        for row, line in enumerate(LETTER):
            page.text((60, 80 + 90 * row), line, "black", font=font)

    return picture(draw)


def scribbled():
    def draw(page):
        for row in range(4):
            ink = [(60 + 9 * x, 120 + 140 * row + (x * 37 % 61) - 30) for x in range(130)]
            page.line(ink, "black", 4)

    return picture(draw)


@pytest.fixture
def attach(db, instance):
    """A builder: `attach(case, bytes)` keeps a file as the examiner does."""

    def build(case, content):
        kept = media.examine(instance.media, media.keep(instance.media, [content]))
        return attachments.add(
            db, case.id, kept, source="staff", key="f", actor="t", at=clock.now()
        )

    return build


class Server:
    """A speech server at the wire: what it was sent, and what it answers."""

    def __init__(self):
        self.says, self.status, self.body = json.dumps({"text": "Nên cho hẹn giờ."}), 200, b""
        self.got, self.is_slow, self.over = [], False, threading.Event()
        told = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                told.got.append((self.path, dict(self.headers)))
                told.body = self.rfile.read(int(self.headers["Content-Length"]))
                if told.is_slow:
                    told.over.wait(30)
                self.send_response(told.status)
                self.send_header("Location", "/elsewhere")
                self.end_headers()
                self.wfile.write(told.says.encode("utf-8", "surrogatepass"))

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def stop(self):
        self.over.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def server():
    """A speech server that hears one sentence."""
    built = Server()
    yield built
    built.stop()


@pytest.fixture
def desk(a_site, a_member):
    """A builder: the browser of an officer "an" and the worker, with these speech settings."""

    def build(**given):
        site = a_site(staff={"require_totp": False}, speech=given)
        a_member("an", name="Nguyễn Thị An")
        client = staff_app(site, Address("127.0.0.1", 8081)).test_client()
        client.post("/login", data={"login": "an", "password": PASSWORD})
        return client, Drafting(site)

    return build


def kinds(db, case):
    return [one.kind for one in event_log.of_proposal(db, case.id)]


def test_a_printed_letter_is_read_and_counts_once_a_person_answers_for_it(
    desk, a_proposal, attach, db
):
    client, worker = desk()
    case = a_proposal()
    file = attach(case, printed())
    here = f"/ho-so/{case.code}/tep/{file.id}"
    assert "Máy đọc thử" in client.get(f"/ho-so/{case.code}").text

    for _ in range(2):  # a second tap asks for nothing more
        assert client.post(f"{here}/ban-nhap").location == f"{here}/ban-nhap"
    waiting = client.get(f"{here}/ban-nhap").text
    assert 'http-equiv="refresh"' in waiting and "Máy đang đọc" in waiting
    assert [worker.make_one(db), worker.make_one(db)] == [True, False]

    page = client.get(f"{here}/ban-nhap").text
    draft = transcript_drafts.of_file(db, file.id)
    assert "Bản nháp của máy" in page and f'<img src="{here}"' in page
    assert 'http-equiv="refresh"' not in page
    assert "Kính gửi Ủy ban nhân dân xã Tân An" in page and "chứng thực" in page
    assert attachments.by_id(db, file.id).transcript == "", "a draft is nobody's word"
    assert draft.text not in client.get(f"/ho-so/{case.code}").text

    said = {"transcript": "Đã sửa: hẹn giờ.", "draft": draft.id}
    refused = client.post(f"{here}/go-bang", data=said)
    assert refused.status_code == 422 and "Đã sửa: hẹn giờ." in refused.text
    assert attachments.by_id(db, file.id).transcript == ""

    kept = client.post(f"{here}/go-bang", data=said | {"confirmed": "yes"})
    assert kept.status_code == 303
    now = attachments.by_id(db, file.id)
    assert now.transcript == "Đã sửa: hẹn giờ." and now.listened_by == draft.asked_by
    [event] = [e for e in event_log.of_proposal(db, case.id) if e.kind == "draft_confirmed"]
    assert event.actor == draft.asked_by and transcript_drafts.of_file(db, file.id) is None
    assert "Đối chiếu bản nháp của máy" in client.get(f"/ho-so/{case.code}").text


def test_handwriting_leaves_the_box_empty_and_says_why(desk, a_proposal, attach, db):
    client, worker = desk()
    case = a_proposal()
    file = attach(case, scribbled())
    here = f"/ho-so/{case.code}/tep/{file.id}"
    client.post(f"{here}/ban-nhap")
    worker.make_one(db)

    page = client.get(f"{here}/ban-nhap").text
    assert transcript_drafts.of_file(db, file.id).cause in ("handwriting", "no_print")
    assert "nên để trống" in page and 'name="confirmed"' not in page

    client.post(f"{here}/go-bang", data={"transcript": "Tôi đọc được."})
    assert attachments.by_id(db, file.id).transcript == "Tôi đọc được."
    assert "draft_confirmed" not in kinds(db, case)


def test_without_the_reader_and_without_a_server_there_is_no_button(
    desk, a_proposal, attach, monkeypatch, db
):
    monkeypatch.setattr(letters, "can_read", lambda: False)
    client, _ = desk()
    case = a_proposal()
    sound = attach(case, a_recording())
    page = client.get(f"/ho-so/{case.code}").text

    assert "Máy đọc thử" not in page and "Máy nghe thử" not in page
    assert client.post(f"/ho-so/{case.code}/tep/{sound.id}/ban-nhap").status_code == 404
    assert transcript_drafts.next_one(db) is None


def test_what_the_chosen_server_hears_is_a_draft(desk, a_proposal, attach, db, server):
    client, worker = desk(url=server.url, key="mat-ma", model="nghe-viet")
    case = a_proposal(channel="audio")
    file = attach(case, a_recording())
    here = f"/ho-so/{case.code}/tep/{file.id}"

    client.post(f"{here}/ban-nhap")
    assert server.got == [], "nothing is sent in a request"
    worker.make_one(db)

    [(path, headers)] = server.got
    assert (path, headers["Authorization"]) == (speech.PATH, "Bearer mat-ma")
    assert b'name="file"; filename="recording.mp4"' in server.body
    assert b"nghe-viet" in server.body and b'name="language"' in server.body
    page = client.get(f"{here}/ban-nhap").text
    assert "Nên cho hẹn giờ." in page and "đã nghe lại" in page and "127.0.0.1" in page


@pytest.mark.parametrize(
    "given, why",
    [
        ({"status": 500}, "refused"),
        ({"status": 307}, "refused"),
        ({"says": "<html>"}, "rubbish"),
        ({"says": '["text"]'}, "rubbish"),
        ({"says": '{"text": 5}'}, "rubbish"),
        ({"says": "[" * 200_000}, "rubbish"),
        ({"says": json.dumps({"text": "a" * 300_000})}, "rubbish"),
        ({"says": json.dumps({"text": "\u200b \n"})}, "silence"),
        ({"is_slow": True}, "slow"),
        ({}, "no_answer"),
    ],
)
def test_a_server_that_is_no_help_leaves_the_box_empty_and_says_why(
    desk, a_proposal, attach, db, server, given, why
):
    client, worker = desk(url=server.url, seconds=1)
    for name, value in given.items():
        setattr(server, name, value)
    if not given:
        server.stop()
    case = a_proposal()
    file = attach(case, a_recording())
    here = f"/ho-so/{case.code}/tep/{file.id}"
    client.post(f"{here}/ban-nhap")
    worker.make_one(db)

    draft, page = transcript_drafts.of_file(db, file.id), client.get(f"{here}/ban-nhap").text
    assert (draft.state, draft.text, draft.cause) == ("none", "", why)
    assert "xin nghe và gõ" in page and "Cho máy làm lại" in page
    assert len(server.got) <= 1, "nothing is sent anywhere else"


@pytest.mark.parametrize(
    "address, is_right",
    [
        ("http://127.0.0.1:8000", True), ("http://localhost:8000/nghe", True),
        ("http://192.168.1.30:8000", True), ("http://[::1]:8000", True),
        ("https://nghe.example.vn", True), ("http://nghe.example.vn", False),
        ("http://8.8.8.8", False), ("http://0.0.0.0", False), ("ftp://192.168.1.30", False),
        ("http://ai:mat@192.168.1.30", False), ("192.168.1.30", False),
    ],
)  # fmt: skip
def test_a_recording_goes_unsealed_only_within_the_office(address, is_right):
    assert (near_or_sealed_address().read(address) is not None) == is_right
    assert SpeechSettings().url == "", "nothing is sent unless the office says so"
