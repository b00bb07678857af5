"""What helps everybody at a kiosk: larger letters, stronger lines, a voice, a person."""

import gzip
import json
import re

import pytest

from kiosk import readings, scripts, sheets
from kiosk.citizen.questions import QUESTIONS
from shared import texts
from shared.commands import voice
from shared.domain import clock, codes
from shared.runtime.style_sheets import joined
from shared.store.people import devices, help_calls

READ_ALOUD_BYTES = 2_000_000
KEYBOARD_BYTES = 20_000


def classes(browser, path="/"):
    return browser.get(path).text.partition('class="')[2].partition('"')[0].split()


def this_device(db):
    return devices.everyone(db)[0].id


def test_what_a_visitor_chose_is_drawn_on_every_page_and_gone_with_the_visit(kiosk):
    back = kiosk.post(
        "/hien-thi", data={"larger": "1"}, headers={"Referer": "http://localhost/gui/1"}
    )
    kiosk.post("/hien-thi", data={"contrast": "1"})

    assert (back.status_code, back.location) == (303, "/gui/1")
    assert classes(kiosk) == classes(kiosk, "/tra-cuu") == ["kiosk", "larger", "contrast"]
    kiosk.post("/hien-thi", data={"larger": "0"})
    assert classes(kiosk) == ["kiosk", "contrast"]
    kiosk.get("/xong")
    assert classes(kiosk) == ["kiosk"]


def test_the_colours_of_a_page_are_those_that_were_chosen(kiosk):
    assert "#fffdf6" in kiosk.get("/").text

    kiosk.post("/hien-thi", data={"contrast": "1"})

    assert "#fffdf6" not in kiosk.get("/").text


@pytest.mark.parametrize("wrong", ["", "everything", "larger.<b>", "." * 999])
def test_a_strange_choice_is_no_choice(kiosk, wrong):
    kiosk.set_cookie("display", wrong)

    assert classes(kiosk) in (["kiosk"], ["kiosk", "larger"])


def test_a_phone_is_drawn_as_ever_and_has_none_of_it(citizen):
    citizen.set_cookie("display", "larger.contrast")

    page = citizen.get("/").text

    assert "larger" not in page and "data-keyboard" not in page and "aids" not in page


def test_a_form_leads_back_to_no_other_site(kiosk):
    answer = kiosk.post("/hien-thi", data={"larger": "1", "back": "//evil.example/"})

    assert answer.location == "/"


def test_one_call_waits_however_often_the_button_is_pressed(kiosk, db):
    for _ in range(3):
        assert kiosk.post("/nho-can-bo", data={"back": "/tra-cuu"}).location == "/tra-cuu"

    [ring] = help_calls.waiting(db, now=clock.now())
    assert ring.kiosk == "Kiosk 1"
    assert "Đã gọi cán bộ." in kiosk.get("/gui/1").text
    assert kiosk.get("/nho-can-bo").json["call"] == "rung"


def test_the_screen_says_that_somebody_comes(kiosk, db):
    kiosk.post("/nho-can-bo")

    assert help_calls.answer(db, this_device(db), by="lan", at=clock.now())

    assert kiosk.get("/nho-can-bo").json == {
        "call": "coming", "words": "Cán bộ đang đến.",
    }  # fmt: skip
    assert "Cán bộ đang đến." in kiosk.get("/").text
    assert not help_calls.answer(db, this_device(db), by="mai", at=clock.now())


def test_a_call_ends_with_the_visit(kiosk, db):
    kiosk.post("/nho-can-bo")

    kiosk.get("/xong")

    assert help_calls.waiting(db, now=clock.now()) == []
    assert kiosk.get("/nho-can-bo").json["call"] == ""


def test_a_call_nobody_answered_is_over_and_the_next_one_is_new(kiosk, db):
    long_ago = clock.now() - help_calls.LASTS
    help_calls.ring(db, this_device(db), at=long_ago)
    assert help_calls.waiting(db, now=clock.now()) == []

    kiosk.post("/nho-can-bo")

    [ring] = help_calls.waiting(db, now=clock.now())
    assert ring.rung_at > long_ago


def test_a_call_that_cannot_be_kept_is_told(kiosk, locked):
    with locked():
        assert kiosk.post("/nho-can-bo").status_code == 503


def test_two_kiosks_call_apart_and_a_revoked_one_is_silent(kiosk, public, db):
    devices.add(db, "Kiosk 2", codes.secret_hash("second"), actor="test", at=clock.now())
    other = public.test_client()
    other.get("/kiosk/second")
    kiosk.post("/nho-can-bo")
    other.post("/nho-can-bo")
    assert [one.kiosk for one in help_calls.waiting(db, now=clock.now())] == ["Kiosk 1", "Kiosk 2"]

    devices.revoke(db, this_device(db), actor="test", at=clock.now())

    assert [one.kiosk for one in help_calls.waiting(db, now=clock.now())] == ["Kiosk 2"]


def test_a_phone_that_asks_is_told_who_helps(citizen, db):
    assert citizen.post("/nho-can-bo").location == "/tro-giup"
    assert citizen.get("/nho-can-bo").json == {"call": "", "words": ""}
    assert help_calls.waiting(db, now=clock.now()) == []


@pytest.mark.parametrize("lang", texts.LANGUAGES)
def test_every_text_that_is_read_aloud_has_its_recording(lang):
    names = {key.removeprefix("read.") for key in texts.load(lang) if key.startswith("read.")}

    assert names >= {question.name for question in QUESTIONS}
    assert {path.stem for path in (readings.FOLDER / lang).iterdir()} == names
    for name in names:
        assert (readings.FOLDER / lang / f"{name}.ogg").read_bytes().startswith(b"OggS")


@pytest.mark.parametrize("lang", texts.LANGUAGES)
def test_every_recording_says_the_words_of_its_text(lang):
    """If not: `python deploy/prompts/make_readings.py` makes those that changed."""
    said = json.loads((readings.FOLDER / f"{lang}.json").read_text("utf-8"))

    assert said == {one.name: one.words for one in voice.spoken(lang)}


def test_all_recordings_are_small_together():
    assert sum(path.stat().st_size for path in readings.FOLDER.rglob("*.ogg")) <= READ_ALOUD_BYTES


def test_a_page_plays_its_own_recording_in_the_visitors_language(kiosk):
    kiosk.set_cookie("lang", "en")
    address = kiosk.get("/gui/1").text.partition('data-read="')[2].partition('"')[0]

    answer = kiosk.get(address)

    assert address.endswith("/en/participant_type.ogg")
    assert answer.mimetype == "audio/ogg"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.data == (readings.FOLDER / "en" / "participant_type.ogg").read_bytes()
    assert kiosk.get("/nghe/old/en/participant_type.ogg").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", ["vi/nothing", "fr/home", "vi/..%2fhome", "vi/Home"])
def test_what_was_never_recorded_is_not_found(kiosk, name):
    assert kiosk.get(f"/nghe/x/{name}.ogg").status_code == 404


def test_the_keyboard_is_light_and_at_kiosks_alone(kiosk, citizen):
    kiosk.get("/gui/1")
    citizen.get("/gui/1")
    page = kiosk.get("/gui/4").text
    keys = page[page.index('<section class="keyboard"') : page.index("data-keyboard-show")]
    parts = (
        keys,
        scripts.text("keyboard"),
        scripts.text("vietnamese-typing"),
        joined((sheets.FOLDER / "components" / "keyboard.css").read_text("utf-8")),
    )

    assert sum(len(gzip.compress(part.encode())) for part in parts) <= KEYBOARD_BYTES
    assert "keyboard" not in citizen.get("/gui/4").text


def test_a_choice_has_its_drawing_at_a_kiosk_beside_its_word(kiosk, citizen):
    for browser in (kiosk, citizen):
        browser.get("/gui/1")

    for question in (one for one in QUESTIONS if one.choices and not one.part):
        kiosk.post("/gui/1", data={"participant_type": "official"})
        page = kiosk.get(question.address).text
        rows = re.findall(
            r'<(?:label class="choice|button class="tile)".*?</(?:label|button)>', page, re.S
        )
        assert len(rows) == len(question.choices)
        assert all('class="icon"' in row for row in rows), question.name
    assert 'class="icon"' not in citizen.get("/gui/1").text
