"""Every page a citizen gets fits the first ten packets of a connection, in one request.

14,600 bytes is what a server sends before it waits for the first answer: on 2G a page that fits
costs one round trip, and nothing on it asks for a second one.
"""

import gzip
import json
import re
import zlib
from datetime import UTC, date
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kiosk.citizen.questions import CHECK_STEP
from shared.domain import clock
from shared.domain.measures import KINDS, Figures
from shared.domain.proposal import TEXT_LETTERS, TITLE_LETTERS, Status
from shared.store.cases import conversation
from shared.store.models import adoptions, lasting_questions, registry
from shared.store.models.adoptions import NewMeasure
from shared.store.models.registry import Words
from shared.store.people import staff
from shared.workflows import ask_lasting, award_steps
from tests.conftest import ROAD

PAGE_BYTES, HOME_BYTES, STATUS_BYTES, JOURNEY_BYTES = 14_600, 4_096, 2_048, 10_240
# A kiosk's pages bear the bar at the foot, and come from the same PC or the office's own network.
KIOSK_HOME_BYTES = 4_608
# The server adds it below the app.
DATE = "Date: Mon, 16 Mar 2026 02:12:44 GMT\r\n"
# What one page of an endpoint is, for every one that answers GET; a new page must be put here.
PAGES = {
    "citizen.home": ["/"],
    "citizen.form": ["/gui"],
    "citizen.ask": [f"/gui/{step}" for step in range(1, CHECK_STEP + 1)],
    "citizen.slip": ["/giu-lai"],
    "citizen.ask_for_slip": ["/lam-tiep"],
    "citizen.help_page": ["/tro-giup"],
    "citizen.privacy": ["/rt"],
    "citizen.privacy_before": ["/rt/2026-1"],
    "citizen.who_writes_it_down": ["/can-bo"],
    "citizen.offline_home": ["/ngoai-tuyen/vi", "/ngoai-tuyen/en"],
    "citizen.offline_form": ["/ngoai-tuyen/vi/gui", "/ngoai-tuyen/en/gui?kieu=larger.contrast"],
    "citizen.offline_receipt": ["/ngoai-tuyen/vi/phieu", "/ngoai-tuyen/en/phieu"],
    "status.look_up": ["/tra-cuu", "/tra-cuu?ma=1", "/tra-cuu?ma="],
    "status.standing": ["/t/{code}", "/t/123456789012", "/t/1"],
    "status.verify_receipt": ["/xac-minh", "/xac-minh?ma={code}", "/xac-minh?ma=1"],
    "status.check_sheet": ["/s/2026-03-15/" + "a" * 64],
    "status.receipt": ["/r/{secret}", "/r/0000000000000000"],
    "status.slip": ["/r/{secret}/phieu"],
    "status.ask_withdraw": ["/r/{secret}/rut"],
    "status.own_data": ["/r/{secret}/du-lieu"],
    "registry.gallery": ["/mo-hinh", "/mo-hinh?q=hen+gio&category=3", "/mo-hinh?q=zzz"],
    "registry.model": ["/mo-hinh/{slug}", "/mo-hinh/khong-co"],
    "registry.ask_form": ["/mo-hinh/{slug}/ap-dung"],
    "registry.asked": ["/mo-hinh/{slug}/da-gui"],
    "registry.lasting": ["/con-dung/{unit}"],
    "registry.dictionary": ["/mo-hinh/du-lieu"],
    "status.choose_files": ["/r/{secret}/gui-tep"],
    "status.ask_name": ["/r/{secret}/ten-in"],
    "status.ask_later": ["/r/{secret}/hoi-them"],
}
NO_PAGES = {
    "web.healthz", "web.style_sheet", "web.module", "web.favicon", "citizen.enrol",
    "citizen.end_visit", "citizen.reading", "citizen.who_comes", "citizen.worker", "api.standing",
    "api.openapi", "status.own_file", "status.of_paper_form",
    "status.proof_of_code", "status.own_proof",
    "registry.as_json", "registry.as_csv", "registry.model_as_json",
}  # fmt: skip
# What is no page of its own for a visitor, but leads to another one.
LEADS_ON = {
    "phone": {"/can-bo", "/giu-lai"},
    "kiosk": {"/gui", "/r/0000000000000000", "/r/{secret}/gui-tep"},
}
PATHS = [path for paths in PAGES.values() for path in paths]
WORDS = [
    word
    for line in (Path("shared/demo") / "proposals.jsonl").read_text("utf-8").splitlines()
    for word in re.findall(r"\w+", json.dumps(json.loads(line), ensure_ascii=False))
]


@pytest.fixture
def public(public):
    """The public app, its answers left as they are sent: compressed."""
    public.test_client_class = FlaskClient
    return public


@pytest.fixture(params=["phone", "kiosk"])
def name(request):
    """The name of a visitor, as in LEADS_ON."""
    return request.param


@pytest.fixture
def visitor(name, citizen, kiosk):
    """A visitor's browser: on a phone, and at the kiosk."""
    return {"phone": citizen, "kiosk": kiosk}[name]


def test_every_page_is_weighed(public):
    pages = {rule.endpoint for rule in public.url_map.iter_rules() if "GET" in rule.methods}

    assert pages == PAGES.keys() | NO_PAGES


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_is_light(name, visitor, db, a_proposal, secret_of, language):
    visitor.set_cookie("lang", language)
    proposal = a_proposal(status=Status.NOT_RECOGNISED, **_longest())
    slug, unit = full_registry(db, a_proposal), asked_unit(db, a_proposal)
    said, heavy, led_on = {"code": proposal.code, "slug": slug, "unit": unit}, [], set()
    for path in PATHS:
        if path == "/gui/1":
            _answer_everything(visitor)
        if path == "/giu-lai":
            visitor.post("/gui/6", data={"hold": "1"})
        if path.endswith("/ten-in"):
            _propose_a_letter(db, proposal)
        if "{secret}" in path:
            said["secret"] = _scanned(visitor, secret_of(proposal))

        asked = path.format(**said)
        page = _get(visitor, asked)

        if page.request.path != asked.partition("?")[0]:
            led_on.add(path)
        assert page.mimetype == "text/html" and page.status_code in (200, 404, 422), path
        if _on_the_wire(page) > PAGE_BYTES or _asks_for_more(page):
            heavy.append(f"{path}: {_on_the_wire(page)} bytes, asks for {_asks_for_more(page)}")
    assert heavy == []
    assert led_on == LEADS_ON[name]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_longest_receipt_is_light(visitor, db, a_proposal, secret_of, language):
    visitor.set_cookie("lang", language)
    proposal = a_proposal(status=Status.RECOGNISED, **_longest())
    clerk = _a_clerk(db)
    conversation.add_more(
        db, proposal.code, _text(4), channel="web", key="more", at=clock.now()
    )  # fmt: skip
    conversation.answer(
        db, proposal.code, _text(5), staff_id=clerk, key="answer", at=clock.now()
    )  # fmt: skip

    page = _get(visitor, f"/r/{_scanned(visitor, secret_of(proposal))}")

    assert page.status_code == 200
    assert _on_the_wire(page) <= PAGE_BYTES


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_form_that_is_refused_is_light_with_all_that_was_typed(visitor, a_form, language):
    visitor.set_cookie("lang", language)
    wrong = a_form(**_longest() | {"title": "", "phone": "abc", "category": "khác"})

    page = visitor.post("/gui", data=wrong, headers=_GZIP)

    assert page.status_code == 422
    assert _on_the_wire(page) <= PAGE_BYTES
    assert not _asks_for_more(page)


@pytest.mark.parametrize("path", ["/khong-co", "/kiosk/khong-phai", "/r/abc"])
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("whose", ["phone", "kiosk"])
def test_a_fault_is_light(citizen, kiosk, path, method, whose):
    visitor, most = {"phone": (citizen, HOME_BYTES), "kiosk": (kiosk, KIOSK_HOME_BYTES)}[whose]

    page = visitor.open(path, method=method, headers=_GZIP)

    assert page.status_code in (404, 405)
    assert page.headers["Content-Encoding"] == "gzip"
    assert _on_the_wire(page) <= most
    assert not _asks_for_more(page)


def test_a_form_that_must_be_sent_again_is_light(citizen, locked, a_form):
    with locked():
        page = citizen.post("/gui", data=a_form(**_longest()), headers=_GZIP)

    assert page.status_code == 503
    assert _on_the_wire(page) <= PAGE_BYTES


@pytest.mark.parametrize("language", ["vi", "en"])
def test_home_fits_in_four_kilobytes_on_a_phone_and_nearly_so_at_a_kiosk(citizen, kiosk, language):
    citizen.set_cookie("lang", language)
    kiosk.set_cookie("lang", language)

    assert _on_the_wire(_get(citizen, "/")) <= HOME_BYTES
    assert _on_the_wire(_get(kiosk, "/")) <= KIOSK_HOME_BYTES


@pytest.mark.parametrize("status", ROAD)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_status_page_fits_in_two_kilobytes(citizen, a_proposal, status, language):
    citizen.set_cookie("lang", language)
    proposal = a_proposal(status=status)

    assert _on_the_wire(_get(citizen, f"/t/{proposal.code}")) <= STATUS_BYTES


def test_the_whole_journey_of_a_phone_fits_in_ten_kilobytes(citizen, a_form):
    form = _get(citizen, "/gui")
    sent = citizen.post("/gui", data=a_form(solution=_text(1)[:300]), headers=_GZIP)
    receipt = _get(citizen, sent.location)

    assert sent.status_code == 303
    assert f'<a href="{sent.location}">' in sent.text and len(sent.data) < 120, "nobody reads it"
    assert receipt.status_code == 200
    assert sum(_on_the_wire(one) for one in (form, sent, receipt)) <= JOURNEY_BYTES


def test_what_leads_on_is_read_as_it_is_sent_however_long_the_road(citizen):
    back = f"/mo-hinh?q={'a' * 600}"

    answer = citizen.post("/ngon-ngu", data={"back": back, "to": "vi"}, headers=_GZIP)

    assert answer.location == back and answer.headers["Content-Encoding"] == "gzip"
    assert f'<a href="{back}">' in gzip.decompress(answer.data).decode()


_GZIP = {"Accept-Encoding": "gzip"}


def _get(visitor, path):
    return visitor.get(path, headers=_GZIP, follow_redirects=True)


def _propose_a_letter(db, proposal):
    award_steps.propose(
        db, proposal.code, 1, "letter", key="k", today=date(2026, 7, 1), actor="an", at=clock.now()
    )


def _scanned(visitor, secret):
    """Scan the receipt, as a kiosk shows only what somebody in front of it scanned."""
    visitor.get(f"/tra-cuu?ma={secret}")
    return secret


def _on_the_wire(answer):
    """Return the bytes of an answer as it is sent: status line, headers, body."""
    head = f"HTTP/1.1 {answer.status}\r\n" + "".join(
        f"{name}: {value}\r\n" for name, value in answer.headers
    )
    return len(f"{head}{DATE}\r\n".encode()) + len(answer.data)


def _asks_for_more(page):
    """Return what a browser would fetch to show the page (a module waits until it is shown)."""
    text = zlib.decompress(page.data, wbits=31).decode() if page.content_encoding else page.text
    fetched = re.findall(
        r"<(?:link|script(?! type=\"module\")|img|iframe|source|object)\b[^>]*", text
    )
    return [tag for tag in fetched if "data:" not in tag]


def _text(number):
    """Return a text as long as one may be, in words that people wrote, never the same twice."""
    words = WORDS[number * 500 :] + WORDS[: number * 500]
    return " ".join(words)[:TEXT_LETTERS].strip()


def _longest():
    return {
        "title": _text(0)[: TITLE_LETTERS[1]].strip(),
        "current_state": _text(1),
        "solution": _text(2),
        "expected_effect": _text(3),
    }


def _answer_everything(visitor):
    """Go through the questions as an official who answers each at length and leaves a name."""
    visitor.get("/gui/1")
    said = _longest()
    for step, answer in (
        (1, {"participant_type": "official"}),
        (2, {"insider": "yes", "unit": "Văn phòng", "position": "Công chức"}),
        (3, {"residence": "in_commune", "hamlet": "Ấp Bình Chánh"}),
        (4, {"title": said["title"]}),
        (5, {"current_state": said["current_state"]}),
        (6, {"solution": said["solution"]}),
        (7, {"effects": ["faster", "cheaper"], "expected_effect": said["expected_effect"]}),
        (8, {"maturity": "idea"}),
        (9, {"category": "1"}),
        (10, {"name": "Nguyễn Thị Mận", "phone": "0912345678"}),
    ):
        assert visitor.post(f"/gui/{step}", data=answer).status_code == 303


def asked_unit(db, a_proposal):
    """Ask a unit whether it still uses an idea; return the secret of its page."""
    case = a_proposal(status=Status.RECOGNISED)
    since = clock.to_local(clock.now() - 31 * clock.DAY, UTC).date().isoformat()
    adoptions.add(db, case.id, "U" * 120, "applying", since, actor="t", at=1)
    ask_lasting.ask_due(db, key=b"k", at=clock.now())
    asked = lasting_questions.of_proposal(db, case.id)
    [own] = [one for one in asked if one.kind == "unit"]
    return ask_lasting.secret_of(own.id, key=b"k", commune_id=db.commune_id)


def full_registry(db, a_proposal):
    """Publish more models than a page holds, one with all that one may have; return its slug."""
    for number in range(registry.PAGE_SIZE + 1):
        case = a_proposal(status=Status.RECOGNISED)
        said = _longest()
        words = Words(
            f"{number} {said['title']}"[: TITLE_LETTERS[1]], said["current_state"],
            said["solution"], said["expected_effect"], False, False,
        )  # fmt: skip
        entry = registry.publish(db, case.code, words, seen="", actor="t", at=clock.now())
        for kind in KINDS:
            new = NewMeasure(Figures(kind, 9, 2), "số đo khác", "2026-08-01", "sổ")
            adoptions.measure(db, case.id, new, key=f"{number}{kind}", actor="t", at=1)
    for place in range(20):
        adoptions.add(
            db, case.id, f"UBND xã thứ {place} của tỉnh", "applying", "2026-08-01", actor="t", at=1
        )  # fmt: skip
    return entry.slug


def _a_clerk(db):
    return staff.add(
        db, "clerk", name="Chị Hoa", role="officer", password_hash="", must_change=False,
        actor="test", at=clock.now(),
    ).id  # fmt: skip
