"""The form on a phone: whatever is typed, it is kept once and whole, or asked for again with
everything that was typed still there."""

import html
import re
import unicodedata
from datetime import datetime
from urllib.parse import quote

import pytest

from kiosk.apps import public_app
from kiosk.web import MAX_BODY
from shared.domain import clock
from shared.domain.proposal import TEXT_LETTERS
from shared.domain.sms_idea import auto_title
from shared.store.cases import authors, conversation
from shared.store.messages import outgoing, threads
from shared.texts import NOTICE_VERSION
from tests.conftest import ZONE
from tests.kiosk.conftest import FORM_KEY, PUBLIC, watched

WORDS = ("title", "current_state", "solution", "expected_effect", "name", "hamlet", "unit")
# What nobody should be able to break anything with.
NASTY = {
    "emoji": "Lúa chín 🌾👩‍🌾🇻🇳 vàng đồng",
    "nfd": unicodedata.normalize("NFD", "Đề nghị giảm giấy tờ ở ấp"),
    "right to left": "שלום العربية ‮ nghịch ‬ chữ",
    "control": "Xin\x00 giờ\x08 hẹn\x1b[31m\x7f trước\x85 nhé",
    "html": "</textarea><script>alert(1)</script><img src=x onerror=alert(1)>",
    "sql": "'); DROP TABLE proposal;-- \" OR 1=1 %' _ \\",
    "template": "{{ 7*7 }} {% raw %} ${7*7} {0} {quay} %s %(x)s",
    "formula": '=HYPERLINK("http://evil","x") +1 -1 @SUM(1)',
    "lines": "một dòng\r\nhai dòng\rba dòng",
}


_LEAST = {"participant_type": "citizen", "title": "Cho hẹn giờ", "solution": "Nhắn tin hẹn."}


@pytest.mark.parametrize("kind", NASTY)
def test_strange_text_is_kept_as_it_was_sent_and_shown_harmless(
    citizen, db, latest, how_many, a_form, kind
):
    text = NASTY[kind]

    sent = citizen.post(
        "/gui",
        data=a_form(**dict.fromkeys(WORDS, text), **{"consents.store": "yes"}),
        follow_redirects=True,
    )

    assert sent.status_code == 200
    assert how_many() == 1
    kept = latest()
    wanted = _as_kept(text)
    assert kept.solution == kept.current_state == kept.expected_effect == wanted
    assert kept.title == " ".join(wanted.split())
    assert authors.of(db, kept.id).name == kept.title
    assert wanted.splitlines()[0] in html.unescape(sent.text)


@pytest.mark.parametrize("kind", NASTY)
def test_strange_text_is_still_there_when_something_else_is_wrong(citizen, how_many, a_form, kind):
    text = NASTY[kind]

    page = citizen.post("/gui", data=a_form(**dict.fromkeys(WORDS, text), phone="abc"))

    assert page.status_code == 422
    assert how_many() == 0
    shown = html.unescape(page.text)
    wanted = _as_kept(text)
    assert shown.count(wanted) >= len(WORDS)


@pytest.mark.parametrize("field", WORDS)
def test_a_text_that_is_too_long_is_refused_and_still_there(citizen, how_many, a_form, field):
    given = {"participant_type": "official", "consents.store": "yes", field: "ơ" * 2001}

    page = citizen.post("/gui", data=a_form(**given))

    assert page.status_code == 422
    assert "ơ" * 2001 in page.text
    assert f'id="{field}-wrong"' in page.text
    assert how_many() == 0


def test_a_text_far_too_long_comes_back_with_all_of_it_and_how_much_to_take_away(
    citizen, how_many, a_form
):
    text = "Đường sá ruộng đồng " * 5300
    assert len(text.encode()) < 160_000 and len(quote(text)) > MAX_BODY

    page = citizen.post("/gui", data=a_form(solution=text))

    assert page.status_code == 422
    assert text.strip() in page.text
    assert f"Thừa {len(text.strip()) - TEXT_LETTERS} chữ cái, xin bớt lại." in page.text
    assert how_many() == 0


@pytest.mark.parametrize("field", [*WORDS, "participant_type", "phone", "key", "khong-co"])
def test_a_megabyte_in_any_field_is_refused_with_a_page(citizen, how_many, a_form, field):
    page = citizen.post("/gui", data=a_form(**{field: "a" * 2**20}))

    assert page.status_code == 413
    assert "Bài gửi dài quá" in page.text
    assert how_many() == 0


def test_an_empty_form_names_everything_that_is_missing(citizen, how_many):
    page = citizen.post("/gui", data={})

    assert page.status_code == 422
    assert re.findall(r'<a href="#(\w+)">', page.text) == ["solution"]
    assert "<title>Lỗi: " in page.text
    assert how_many() == 0


def test_one_sentence_is_enough_and_its_first_words_are_the_title(citizen, latest):
    said = "Chứng thực phải chờ 2 tiếng, nên cho gọi điện hẹn giờ để bà con khỏi đi lại nhiều lần."

    sent = citizen.post("/gui", data={"solution": said})

    assert sent.status_code == 303
    kept = latest()
    assert kept.solution == said and kept.title == auto_title(said) and not kept.title_is_own
    assert kept.participant_type == "not_asked" and kept.channel == "web"


@pytest.mark.parametrize("title", ["", " ", "\n", "\x00"])
def test_a_title_that_is_left_empty_is_made_of_the_words(citizen, latest, a_form, title):
    citizen.post("/gui", data=a_form(title=title))

    assert latest().title == a_form()["solution"] and not latest().title_is_own


def test_a_word_alone_is_asked_to_be_more_at_the_box_itself(citizen, how_many):
    page = citizen.post("/gui", data={"solution": "Hẹn"})

    assert page.status_code == 422
    assert re.findall(r'<a href="#(\w+)">', page.text) == ["solution"]
    assert "Xin Ông/Bà ghi thêm vài chữ để xã hiểu ý." in page.text
    assert how_many() == 0


@pytest.mark.parametrize("blank", ["", " ", "\n\n", "\u00a0", "\x00\x08", "\t"])
def test_blanks_are_no_answer(citizen, how_many, a_form, blank):
    assert citizen.post("/gui", data=a_form(solution=blank)).status_code == 422
    assert how_many() == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("participant_type", "king"),
        ("participant_type", "citizen\x00admin"),
        ("category", "9"),
        ("category", "0x1"),
        ("maturity", "yes"),
        ("residence", "moon"),
        ("effects", "world_peace"),
    ],
)
def test_a_choice_that_was_not_offered_is_refused(citizen, how_many, a_form, field, value):
    page = citizen.post("/gui", data=a_form(**{field: value}))

    assert page.status_code == 422
    assert "Xin Ông/Bà chọn lại một ô ở câu này." in page.text
    assert how_many() == 0


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("84 912.345.678", "+84912345678"),
        ("+84 (912) 345-678", "+84912345678"),
        ("0912 345 678", "+84912345678"),
        ("912345678", "+84912345678"),
        ("0084912345678", "+84912345678"),
        ("0122 345 6789", "+84773456789"),
        ("\u202a0912345678\u202c", "+84912345678"),
        ("\u2068+84\u00a0(0)\u200b912‑345−678\u2069", "+84912345678"),
    ],
)
def test_a_mobile_number_is_understood_however_it_is_typed(
    citizen, db, latest, a_form, typed, kept
):
    citizen.post("/gui", data=a_form(phone=typed, **{"consents.store": "yes"}))

    assert authors.of(db, latest().id).phone == kept


@pytest.mark.parametrize(
    "typed",
    ["0251 3861 111", "195", "8044", "+1 202 555 0123", "09123", "một hai ba", "0912345678901",
     "٠٩١٢٣٤٥٦٧٨", "<b>0912345678</b>", "VNPT"],
)  # fmt: skip
def test_what_is_no_mobile_number_is_asked_for_again(citizen, how_many, a_form, typed):
    page = citizen.post("/gui", data=a_form(phone=typed, **{"consents.store": "yes"}))

    assert page.status_code == 422
    assert html.escape(typed, quote=True) in page.text.replace("&#34;", "&quot;")
    assert how_many() == 0


def _as_kept(text: str) -> str:
    """NFC, line ends as newline, no other control characters (API contract)."""
    lines = re.sub("\r\n|[\r\x85]", "\n", text)
    return unicodedata.normalize("NFC", re.sub(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", "", lines))


# --- consent


@pytest.mark.parametrize("who", [{"name": "Trần Thị Mận"}, {"phone": "0912345678"},
                                 {"guardian": "Cô Lan"}])  # fmt: skip
def test_nothing_personal_is_kept_without_consent(citizen, how_many, a_form, who):
    page = citizen.post("/gui", data=a_form(**who))

    assert page.status_code == 422
    assert 'href="#consents.store"' in page.text
    assert "Gửi không để tên" in page.text
    assert how_many() == 0


def test_without_a_name_the_same_form_goes_through(citizen, db, latest, a_form):
    given = a_form(
        name="Trần Thị Mận", phone="0912345678", under_16="yes", guardian="Cô Lan",
        **{"consents.sms": "yes"},
    )  # fmt: skip

    sent = citizen.post("/gui", data={**given, "without_name": "1"})

    assert sent.status_code == 303
    author = authors.of(db, latest().id)
    assert (author.name, author.phone, author.guardian) == (None, None, None)
    assert not (author.consent_store or author.consent_sms or author.consent_name)


def test_consents_are_kept_with_the_notice_and_the_hour(citizen, db, latest, a_form):
    before = clock.now()

    citizen.post(
        "/gui",
        data=a_form(
            name="Mận", phone="0912345678", **{"consents.store": "yes", "consents.sms": "yes"}
        ),
    )

    author = authors.of(db, latest().id)
    assert (author.consent_store, author.consent_sms, author.consent_name) == (True, True, False)
    assert author.notice == NOTICE_VERSION
    assert before <= author.consented_at <= clock.now()


def test_no_box_is_ticked_before_one_ticks_it(citizen):
    assert not re.search(r"<input[^>]* checked", citizen.get("/gui").text)


def test_what_one_agrees_to_stands_beside_the_number_before_the_button_and_is_not_folded(citizen):
    page = citizen.get("/gui").text
    before = page[: page.index('class="button main"')]

    for name in ("phone", "consents.store", "consents.sms", "under_16", "guardian"):
        assert f'name="{name}"' in before, name
    assert "<details" not in before
    assert '<a href="/rt">' in before


def test_what_a_persons_own_browser_may_fill_in_is_named_and_a_kiosk_keeps_nothing(citizen, kiosk):
    own = dict(re.findall(r'name="(\w+)"[^>]*?autocomplete="([^"]+)"', citizen.get("/gui").text))

    assert own["name"] == "name" and own["phone"] == "tel"
    assert own["unit"] == "organization" and own["position"] == "organization-title"
    assert 'autocomplete="tel"' not in kiosk.get("/gui/1").text + kiosk.get("/gui/10").text


def test_another_language_takes_along_what_was_typed(citizen, how_many, a_form):
    given = a_form(solution="Cho hẹn giờ qua điện thoại", phone="0912", key="the-key")

    page = citizen.post("/gui", data={**given, "participant_type": "official", "to": "en"})

    assert page.status_code == 200 and '<html lang="en">' in page.text
    for kept in (given["solution"], 'value="0912"', 'value="the-key"', "<details open"):
        assert kept in page.text
    assert re.search(r'value="official"\s+checked', page.text)
    assert '<html lang="en">' in citizen.get("/gui").text, "it is remembered"
    assert how_many() == 0


def test_an_sms_is_not_promised_without_a_number(citizen, how_many, a_form):
    page = citizen.post("/gui", data=a_form(**{"consents.store": "yes", "consents.sms": "yes"}))

    assert page.status_code == 422
    assert "bỏ dấu ở ô nhắn tin" in page.text
    assert how_many() == 0


def test_a_childs_name_needs_somebody_grown_up(citizen, how_many, a_form):
    given = a_form(name="Bé Na", under_16="yes", **{"consents.store": "yes"})

    assert citizen.post("/gui", data=given).status_code == 422
    assert citizen.post("/gui", data={**given, "guardian": "Mẹ Lan"}).status_code == 303


# --- once


def test_a_double_tap_keeps_one_proposal(citizen, how_many, a_form):
    first = citizen.post("/gui", data=a_form())
    second = citizen.post("/gui", data=a_form())

    assert how_many() == 1
    assert second.location.split("?")[0] == first.location.split("?")[0]


def test_sent_again_with_other_words_the_first_is_completed(citizen, db, how_many, latest, a_form):
    citizen.post("/gui", data=a_form())

    again = a_form(solution="Cho hẹn qua điện thoại.", phone="0912345678")
    page = citizen.post("/gui", data={**again, "consents.store": "yes"}, follow_redirects=True)
    citizen.post("/gui", data={**again, "consents.store": "yes"})

    assert how_many() == 1
    assert "Cho hẹn qua điện thoại." in page.text
    assert latest().solution == "Cho bà con nhắn tin xin một khung giờ."
    assert len(conversation.additions(db, latest().id)) == 1
    assert authors.of(db, latest().id).phone == "+84912345678"


def test_sent_again_with_other_words_a_title_made_of_them_is_not_said_twice(citizen, db, latest):
    key = {"key": FORM_KEY}

    citizen.post("/gui", data={**key, "solution": "Cho hẹn giờ chứng thực."})
    citizen.post("/gui", data={**key, "solution": "Cho hẹn giờ qua điện thoại."})

    [added] = conversation.additions(db, latest().id)
    assert added.text.count("Cho hẹn giờ qua điện thoại.") == 1


def test_two_people_with_the_same_words_are_two_proposals(citizen, how_many, a_form):
    citizen.post("/gui", data=a_form(key="one"))
    citizen.post("/gui", data=a_form(key="two"))

    assert how_many() == 2


def test_every_form_has_a_key_of_its_own(citizen):
    keys = {re.search(r'name="key" value="([^"]+)"', citizen.get("/gui").text)[1] for _ in range(5)}

    assert len(keys) == 5


def test_a_wrong_form_keeps_its_key(citizen, a_form):
    page = citizen.post("/gui", data=a_form(solution="", key="the-key"))

    assert 'name="key" value="the-key"' in page.text


# --- too many


def test_whoever_sends_too_much_waits_and_loses_nothing(a_site, how_many, a_form):
    app = watched(public_app(a_site(limits={"intake_per_minute_ip": 2}), PUBLIC))
    far = app.test_client()
    far.environ_base["REMOTE_ADDR"] = "203.0.113.8"

    sent = [far.post("/gui", data=a_form(key=f"key-{n}")) for n in range(3)]

    assert [one.status_code for one in sent] == [303, 303, 429]
    assert a_form()["solution"] in sent[-1].text
    assert "Xin đợi một phút rồi bấm Gửi lại." in sent[-1].text
    assert how_many() == 2


def test_a_stranger_cannot_speak_for_another_address(a_site, how_many, a_form):
    app = watched(public_app(a_site(limits={"intake_per_minute_ip": 1}), PUBLIC))
    far = app.test_client()
    far.environ_base["REMOTE_ADDR"] = "203.0.113.9"

    for n in range(3):
        far.post("/gui", data=a_form(key=f"key-{n}"), headers={"X-Forwarded-For": f"10.0.0.{n}"})

    assert how_many() == 1


def test_a_kiosk_is_never_braked(kiosk, how_many):
    kiosk.environ_base["REMOTE_ADDR"] = "203.0.113.10"

    for n in range(70):
        answer = kiosk.post("/gui", data={"key": str(n), **_LEAST})

    assert answer.status_code == 303
    assert how_many() == 70


def test_a_number_with_agreement_to_sms_gets_the_code_once(citizen, db, latest, a_form):
    agreed = {"consents.store": "yes", "consents.sms": "yes", "phone": "0912345678"}
    for _ in range(2):
        citizen.post("/gui", data=a_form(**agreed))

    (sent,) = threads.between(db, "+84912345678")[1]
    assert (sent.text_key, sent.kind, sent.blanks) == (
        "receipt_typed", "notice", {"ma": latest().code},
    )  # fmt: skip


def test_a_number_without_agreement_to_sms_gets_none(citizen, db, a_form):
    citizen.post("/gui", data=a_form(**{"consents.store": "yes", "phone": "0912345678"}))

    assert threads.between(db, "+84912345678")[1] == []


def test_an_idea_is_not_kept_without_its_receipt_in_the_queue(
    citizen, db, how_many, a_form, monkeypatch
):
    def killed(*_args, **_more):
        raise KeyboardInterrupt

    monkeypatch.setattr(outgoing, "notify", killed)
    agreed = {"consents.store": "yes", "consents.sms": "yes", "phone": "0912345678"}

    with pytest.raises(KeyboardInterrupt):
        citizen.post("/gui", data=a_form(**agreed))

    assert how_many() == 0


def test_the_year_it_counts_to_is_said_before_it_is_sent(citizen, a_form, monkeypatch):
    """R24: half an hour into a new year there, which is the old one in UTC."""
    citizen.get("/gui")
    new_year = int(datetime(2037, 1, 1, 0, 30, tzinfo=ZONE).timestamp() * 1000)
    monkeypatch.setattr(clock, "now", lambda: new_year)

    assert "Tính cho năm 2037." in citizen.get("/gui").text
    assert "Tính cho năm 2037." in citizen.post("/gui", data=a_form(solution="")).text
