"""A citizen's page is drawn once for what it is drawn from, and shows nothing of others."""

import gc
import gzip
import re
import zlib
from types import FunctionType, ModuleType

import pytest
from flask import render_template
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from kiosk import drawn_once
from kiosk.apps import public_app
from kiosk.compression import compressing, joined
from kiosk.speaking import unbroken
from kiosk.status import receipt_page, standing
from shared.db.connection import writing
from shared.domain import clock
from shared.domain.proposal import Status
from shared.store.cases import conversation, moves, public_status
from tests.conftest import DETAILS, ROAD, ZONE
from tests.kiosk.conftest import PUBLIC

GZIP = {"Accept-Encoding": "gzip"}
KEPT = ("/", "/gui", "/tra-cuu", "/tro-giup", "/rt")


@pytest.fixture
def phone(public):
    """A telephone whose answers come as they are sent."""
    public.test_client_class = FlaskClient
    return public.test_client()


def read(page):
    """Return the text of a compressed page; the check at its end must fit."""
    assert page.headers["Content-Encoding"] == "gzip"
    return gzip.decompress(page.data).decode()


# --- the same page


@pytest.mark.parametrize("status", ROAD)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_is_put_in_stands_as_if_the_page_were_drawn_with_it(
    public, phone, db, a_proposal, monkeypatch, status, language
):
    office = unbroken(public.extensions["hienke"].settings.office.phone)
    words = {"missing": f"gọi {office} & <b>'ai'</b>", "reason": '"không" \ue0000\ue001'}
    for name, said in words.items():
        if name in DETAILS.get(status, {}):
            monkeypatch.setitem(DETAILS[status], name, said)
    phone.set_cookie("lang", language)
    case = a_proposal(status=status)
    for _ in range(2):  # the one that draws it, and one that is kept
        page = phone.get(f"/t/{case.code}", headers=GZIP)

    with public.test_request_context(f"/t/{case.code}", headers={"Cookie": f"lang={language}"}):
        own, given = standing.told(public_status.by_code(db, case.code))
        drawn = render_template("status/standing.html", own=own, **given)
    assert read(page) == drawn


@pytest.mark.parametrize("status", ROAD)
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("done", ["", "?moi=1"])
def test_a_receipt_is_the_page_that_would_be_drawn_anew(
    phone, db, a_proposal, secret_of, monkeypatch, status, language, done
):
    phone.set_cookie("lang", language)
    case = a_proposal(
        status=status, current_state="Phải đi\n<b>ba</b> lần", name="Tên Riêng",
        phone="0987654321", consents={"store": True, "sms": True},
    )  # fmt: skip
    if status is not Status.WITHDRAWN:
        conversation.add_more(
            db, case.code, "Nói <i>thêm</i>", channel="web", key=case.code, at=clock.now()
        )
    path = f"/r/{secret_of(case)}{done}"

    kept = [read(phone.get(path, headers=GZIP)) for _ in range(2)]
    for module in (drawn_once, receipt_page):
        monkeypatch.setattr(module, "is_drawn_anew", lambda: True)
    anew = read(phone.get(path, headers=GZIP))

    keyless = {re.sub('name="key" value="[^"]*"', "", page) for page in (*kept, anew)}
    assert len(keyless) == 1


@pytest.mark.parametrize("path", KEPT)
def test_who_reads_no_gzip_or_asks_for_the_head_gets_the_same_page(phone, path):
    zipped, plain = phone.get(path, headers=GZIP), phone.get(path)
    head = phone.head(path, headers=GZIP)
    odd = phone.get(
        path, headers=GZIP | {"If-None-Match": "*", "Range": "bytes=0-9", "Cookie": "lang=%00xx"}
    )

    keyless = [re.sub('name="key" value="[^"]*"', "", text) for text in (read(zipped), plain.text)]
    assert keyless[0] == keyless[1]
    assert "Content-Encoding" not in plain.headers
    assert head.data == b"" and len(zipped.data) == int(head.headers["Content-Length"])
    assert odd.status_code == 200 and len(read(odd)) == len(read(zipped))
    for page in (zipped, plain, head, odd):
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Content-Security-Policy"] == zipped.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/", "/gui", "/mo-hinh.csv", "/openapi.json", "/khong-co"])
@pytest.mark.parametrize(
    ("said", "reads"),
    [("gzip", True), ("gzip;q=1.0, *;q=0", True), ("br, gzip ;q=0.5", True), ("gzip;q=0.01", True),
     ("gzip;q=0", False), ("br, gzip ; Q=0.000", False), ("gzip;q=0,*", False), ("br", False)],
)  # fmt: skip
def test_who_says_that_gzip_cannot_be_read_gets_none(phone, path, said, reads):
    answer = phone.get(path, headers={"Accept-Encoding": said})

    assert (answer.headers.get("Content-Encoding") == "gzip") == reads
    assert answer.data.startswith(b"\x1f\x8b") == reads


@given(
    before=st.binary(max_size=400), own=st.binary(max_size=90), behind=st.binary(max_size=400),
)  # fmt: skip
def test_a_place_is_filled_in_a_compressed_page(before, own, behind):
    whole = compressing([before * 3, before + behind * 3])([own])

    assert zlib.decompress(whole, 31) == joined([before * 3, before + behind * 3], [own])


# --- every value that a page shows


def test_a_page_changes_with_its_visitor(phone):
    vi = read(phone.get("/", headers=GZIP))
    phone.set_cookie("lang", "en")
    en = phone.get("/", headers=GZIP)
    tls = phone.get("/", headers=GZIP, base_url="https://localhost")

    assert '<html lang="vi"' in vi and '<html lang="en"' in read(en)
    assert "Strict-Transport-Security" in tls.headers
    assert "Strict-Transport-Security" not in en.headers


@pytest.mark.parametrize("path", ["/", "/tra-cuu", "/tro-giup", "/rt", "/t/{code}"])
def test_a_kiosk_and_a_telephone_never_get_each_others_page(phone, kiosk, a_proposal, path):
    path = path.format(code=a_proposal().code)
    for _ in range(2):
        on_phone = read(phone.get(path, headers=GZIP))
        at_kiosk = kiosk.get(path).text
        assert "Kiosk 1" in at_kiosk and 'class="kiosk"' in at_kiosk
        assert "Kiosk 1" not in on_phone and 'class="kiosk"' not in on_phone


@pytest.mark.parametrize(
    ("path", "section", "named"),
    [
        ("/", {"name": "UBND xã Khác"}, "UBND xã Khác"),
        ("/", {"sms_number": "0987654321"}, "0987"),
        ("/tra-cuu", {"phone": "0251 9999 999"}, "9999"),
        ("/tro-giup", {"counter": "Quầy số 77"}, "Quầy số 77"),
    ],
)
def test_a_setting_changed_shows_at_the_next_start(public, a_site, path, section, named):
    before = public.test_client().get(path).text
    after = public_app(a_site(office={"sms_number": "0912345678"} | section), PUBLIC)

    assert named not in before
    assert named in after.test_client().get(path).text


def test_a_status_page_follows_the_store_and_the_clock(phone, db, a_proposal, monkeypatch):
    case = a_proposal()
    seen = []

    def look():
        text = read(phone.get(f"/t/{case.code}", headers=GZIP))
        assert text not in seen
        seen.append(text)
        return text

    look()
    with writing(db):
        db.write("UPDATE campaign SET service_days = 7 WHERE commune_id = :commune_id")
    assert "7 ngày làm việc" in look()
    moves.move(db, case.code, Status.UNDER_APPRAISAL, actor="test", at=clock.now())
    look()
    now = clock.now()
    for days in (25, 400):  # late with a new day, and past that one too
        monkeypatch.setattr(clock, "now", lambda days=days: now + days * clock.DAY)
        look()
    monkeypatch.setattr(clock, "now", lambda: now)
    moves.move(db, case.code, Status.AT_COUNCIL, actor="test", at=now)
    look()
    with writing(db):
        db.write(
            "UPDATE campaign SET council_name = 'Hội đồng khác' WHERE commune_id = :commune_id"
        )
    assert "Hội đồng khác" in look()
    with writing(db):
        db.write(
            "UPDATE proposal SET evaluation_year = 2031"
            " WHERE commune_id = :commune_id AND code = :code",
            code=case.code,
        )
    assert "2031" in look()


def test_two_programs_show_the_same(phone, a_site, db, a_proposal):
    case = a_proposal()
    other = public_app(a_site(office={"sms_number": "0912345678"}), PUBLIC).test_client()
    path = f"/t/{case.code}"
    assert read(phone.get(path, headers=GZIP)) == read(other.get(path, headers=GZIP))

    moves.move(db, case.code, Status.UNDER_APPRAISAL, actor="test", at=clock.now())

    assert read(phone.get(path, headers=GZIP)) == read(other.get(path, headers=GZIP))


# --- what is one's own


def test_no_two_visitors_share_what_is_ones_own(phone, a_proposal):
    cases = [a_proposal(at=clock.now() - days * clock.DAY) for days in range(3)]
    pages = [read(phone.get(f"/t/{case.code}", headers=GZIP)) for case in cases]
    forms = [read(phone.get("/gui", headers=GZIP)) for _ in range(3)]
    with_poster = read(phone.get("/gui?moi=to-3", headers=GZIP))
    keys = re.findall('name="key" value="([^"]+)"', "".join([*forms, with_poster]))

    for case, page in zip(cases, pages, strict=True):
        assert [one.code for one in cases if grouped(one.code) in page] == [case.code]
        assert clock.day_words(case.received_at, ZONE) in page
    assert len(set(keys)) == 4
    assert "to-3" in with_poster and not any("to-3" in form for form in forms)


def test_nothing_that_somebody_wrote_is_kept(public, phone, db, a_proposal):
    said = DETAILS[Status.NEEDS_INFO]["missing"]
    case = a_proposal(status=Status.NEEDS_INFO)
    for _ in range(2):
        assert said in read(phone.get(f"/t/{case.code}", headers=GZIP))
    kept = public.extensions["drawn_once"]

    assert kept.drawn.cache_info().hits == 1
    assert kept.whole.cache_info().currsize == 0


def test_nothing_of_a_receipt_is_kept(public, phone, db, a_proposal, secret_of):
    mine = {
        "title": "Tiêu đề của riêng tôi", "solution": "Lời giải của riêng tôi",
        "current_state": "Chuyện của riêng tôi",
    }  # fmt: skip
    case, other = a_proposal(**mine), a_proposal(current_state="Việc khác")
    for one in (case, other):
        conversation.add_more(
            db, one.code, "Nói thêm riêng mình", channel="web", key=one.code, at=clock.now()
        )
    pages = [read(phone.get(f"/r/{secret_of(one)}", headers=GZIP)) for one in (case, other)]
    assert mine["solution"] in pages[0] and "Nói thêm riêng mình" in pages[0]
    assert mine["title"] not in pages[1] and mine["solution"] not in pages[1]
    kept = public.extensions["drawn_once"]

    assert (kept.drawn.cache_info().hits, kept.whole.cache_info().currsize) == (1, 0)
    remembered = in_memory_of(kept.drawn)
    assert "status/receipt.html" in remembered
    of_mine = {*mine.values(), "riêng", case.code, grouped(case.code), secret_of(case)}
    assert [said for said in of_mine if said in remembered] == []


def test_what_is_typed_on_a_receipt_is_never_kept(public, phone, a_proposal, secret_of):
    path = f"/r/{secret_of(a_proposal())}/them"
    page = phone.post(path, data={"text": "Đang gõ dở", "stay": "1"}, headers=GZIP)

    assert "Đang gõ dở" in read(page)
    assert "drawn_once" not in public.extensions


def test_a_withdrawal_shows_while_the_page_is_kept(phone, db, a_proposal):
    case = a_proposal()
    path = f"/t/{case.code}"
    before = read(phone.get(path, headers=GZIP))
    moves.move(db, case.code, Status.WITHDRAWN, actor="citizen", at=clock.now())

    assert read(phone.get(path, headers=GZIP)) != before


def test_codes_without_end_fill_nothing(public, phone, a_proposal):
    public.config["MOST_PAGES"] = 3
    cases = [a_proposal() for _ in range(5)]
    for case in cases * 2:
        assert grouped(case.code) in read(phone.get(f"/t/{case.code}", headers=GZIP))
    kept = public.extensions["drawn_once"]

    assert kept.drawn.cache_info().currsize == 1
    assert kept.whole.cache_info().currsize == 3


def in_memory_of(kept):
    """Return all texts that a memory holds, as one."""
    texts, ahead, seen = [], [kept], set()
    while ahead:
        for one in gc.get_referents(ahead.pop()):
            if isinstance(one, str | bytes):
                texts.append(one if isinstance(one, str) else one.decode("utf-8", "replace"))
            elif id(one) not in seen and not isinstance(one, type | ModuleType | FunctionType):
                seen.add(id(one))
                ahead.append(one)
    return "\n".join(texts)


def grouped(code):
    return f"{code[:4]} {code[4:8]} {code[8:]}"
