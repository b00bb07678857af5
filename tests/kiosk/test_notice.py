"""The consent notice: each consent is kept with the version that was shown, and an old one can be
read for ever."""

import hashlib
import html
import json
import re

import pytest

from kiosk.apps import public_app
from shared import texts
from shared.store.cases import authors
from shared.texts import NOTICE_VERSION, NOTICE_VERSIONS
from tests.kiosk.conftest import PUBLIC

# The words of each version, by their hash: the notice, the boxes of kiosk and paper, of a phone.
# Changed words are a new version: copy the old ones to shared/texts/notice-VERSION.<lang>.toml, add
# the version to NOTICE_VERSIONS, and its hashes here. Never change a line that is here.
SEALED = {
    ("2026-1", "vi"): "e1b00530cf439916",
    ("2026-1", "en"): "284316fbfa9fe206",
    ("2026-2", "vi"): "20074bf42b1ac587",
    ("2026-2", "en"): "8e0dd25452b595ab",
}
# Said beside a version where a server holds the store, and sealed like one.
ON_SERVER = {"vi": "0171b7b98c1bcf48", "en": "96ddc376936e2201"}
NOW = (
    *(f"notice.{part}" for part in ("what", "why", "how_long", "rights", "child", "sms", "device")),
    *(f"ask.consents.{box}" for box in ("store", "sms", "name_me")),
    *(f"start.{line}" for line in ("store", "sms", "under_16", "notice")),
)


def sealed(words, keys):
    said = json.dumps([words.say(key) for key in keys], ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


@pytest.mark.parametrize("lang", texts.LANGUAGES)
@pytest.mark.parametrize("version", NOTICE_VERSIONS)
def test_the_words_of_a_version_never_change(version, lang):
    if version == NOTICE_VERSION:
        found = sealed(texts.load(lang), NOW)
    else:
        words = texts.load(f"notice-{version}.{lang}")
        found = sealed(words, sorted(words))

    assert found == SEALED[version, lang]


def test_the_notice_says_how_long_a_server_remembers_and_of_a_file_nothing(public, a_site):
    """What was erased may lie in the server's journal for as long as `store.wal_hours` says."""
    of_a_file = public.test_client()
    store = {"url": "postgresql://hienke@db.example/hienke", "wal_hours": 36}
    on_server = public_app(
        a_site(office={"sms_number": "0912345678"}, store=store), PUBLIC
    ).test_client()
    for lang, part in (("vi", "thêm nhiều nhất 36 giờ."), ("en", "for 36 more hours at most.")):
        words = texts.load(lang)
        said = words.say("notice.on_server", n_gio="36")
        assert said.endswith(part) and sealed(words, ["notice.on_server"]) == ON_SERVER[lang]
        for browser in (of_a_file, on_server):
            browser.set_cookie("lang", lang)

        told = html.unescape(on_server.get("/rt").text)

        assert f"<p>{said}" in told
        assert re.sub(f"<p>{re.escape(said)}(</p>)?", "", told) == html.unescape(
            of_a_file.get("/rt").text
        )
        assert said not in html.unescape(on_server.get("/rt/2026-1").text)


def test_an_older_notice_stays_readable(citizen):
    assert f'href="/rt/{NOTICE_VERSIONS[0]}"' in citizen.get("/rt").text
    old = html.unescape(citizen.get("/rt/2026-1").text)

    assert "Bản thông báo 2026-1." in old and "UBND xã Tân An xin phép" in old
    assert "Tôi đồng ý nhắn tin cho tôi." in old and "cookie" not in old
    assert citizen.get(f"/rt/{NOTICE_VERSION}").location == "/rt"
    assert citizen.get("/rt/1999-1").status_code == 404


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({}, NOTICE_VERSION),
        ({"notice": "2026-1"}, "2026-1"),
        ({"notice": "3000-1"}, NOTICE_VERSION),
        ({"notice": None}, "2026-1"),  # a page that was opened before pages named it
    ],
)
def test_a_phone_keeps_the_version_of_the_page_that_was_open(
    db, citizen, a_form, latest, sent, kept
):
    form = a_form(phone="0912345678", **{"consents.store": "yes"}, **sent)
    form = {name: value for name, value in form.items() if value is not None}

    assert citizen.post("/gui", data=form).status_code == 303

    assert authors.of(db, latest().id).notice == kept


def test_every_page_that_asks_for_consent_names_its_version(citizen, kiosk):
    named = f'name="notice" value="{NOTICE_VERSION}"'

    assert named in citizen.get("/gui").text
    assert named in kiosk.get("/ngoai-tuyen/vi/gui").text
    kiosk.get("/gui/6")
    kiosk.post("/gui/6", data={"solution": "Cho bà con nhắn tin xin giờ."})
    kiosk.post("/gui/10", data={"phone": "0912345678"})
    assert named in kiosk.get("/gui/11").text
