"""A telephone call: two questions, a code read out, a receipt; and what is left when nobody
speaks, Twilio says things twice, late, or in another order."""

import threading
import xml.etree.ElementTree as ElementTree
from urllib.parse import urlsplit

import pytest
from twilio.request_validator import RequestValidator

from shared import texts
from shared.db.connection import writing
from shared.domain import clock
from shared.domain.proposal import Status
from shared.files import own_voice
from shared.settings import Settings, from_mapping
from shared.store.cases import authors, proposals, status_counts
from shared.store.messages import call_backs, media_downloads, outgoing, threads
from shared.workflows import withdraw
from shared.workflows.verify import verify
from sms import inbound, twiml, voice
from sms.web import STATIC
from tests.sms.conftest import MAN

TOKEN, ACCOUNT = "12345", "AC" + "0" * 32
URL = "https://sms.xa.example.vn"
CALL, OTHER_CALL = "CA" + "1" * 32, "CA" + "2" * 32
FIRST, SECOND = "RE" + "a" * 32, "RE" + "b" * 32


@pytest.fixture
def settings() -> Settings:
    """An office whose Twilio number takes calls."""
    return from_mapping(
        {
            "office": {"sms_number": "0901234567", "public_url": URL},
            "twilio": {"account_sid": ACCOUNT, "auth_token": TOKEN, "from": "CAICACH"},
            "sms": {"gateway": "twilio"},
        }
    )


@pytest.fixture
def post(client):
    """`post(address, **fields)` is a webhook as Twilio signs it."""

    def send(address, **fields):
        form = {"AccountSid": ACCOUNT, "CallerCity": "", **fields}
        signature = RequestValidator(TOKEN).compute_signature(URL + address, form)
        return client.post(address, data=form, headers={"X-Twilio-Signature": signature})

    return send


@pytest.fixture
def line(post):
    """`line("", RecordingSid=…)` is one step of a call from MAN; returns the verbs to obey."""

    def step(step="", sid=CALL, **fields):
        given = {"CallSid": sid, "From": MAN, "CallStatus": "in-progress", **fields}
        answer = post(f"/twilio/voice?step={step}" if step else "/twilio/voice", **given)
        assert (answer.status_code, answer.mimetype) == (200, "text/xml")
        return list(ElementTree.fromstring(answer.data))

    return step


@pytest.fixture
def recorded(post):
    """`recorded(FIRST)` is Twilio saying that a recording is ready."""

    def say(recording, sid=CALL, status="completed", seconds="7"):
        return post(
            "/twilio/recording", CallSid=sid, RecordingSid=recording, RecordingStatus=status,
            RecordingDuration=seconds, RecordingUrl="https://api.twilio.com/whatever",
        )  # fmt: skip

    return say


def spoken(line):
    """Walk a call in which both questions are answered; returns the last verbs."""
    line()
    line("second", RecordingSid=FIRST, RecordingDuration="9")
    return line("code", RecordingSid=SECOND, RecordingDuration="5")


def of_call(db, sid=CALL):
    return proposals.by_key(db, f"call|{sid}")


def told(db, number=MAN):
    return [one.text_key for one in threads.between(db, number)[1]]


def played(verbs):
    return [verb.text.rpartition("/")[2] for verb in verbs if verb.tag == "Play"]


def test_a_caller_is_greeted_and_asked_the_first_question(line):
    verbs = line()

    assert [verb.tag for verb in verbs] == ["Play", "Play", "Record", "Play", "Play", "Record",
                                            "Redirect"]  # fmt: skip
    assert played(verbs) == ["greeting.mp3", "first.mp3", "again.mp3", "first.mp3"]
    assert verbs[2].attrib == {
        "action": f"{URL}/twilio/voice?step=second",
        "method": "POST",
        "timeout": "5",
        "finishOnKey": "#",
        "maxLength": "120",
        "playBeep": "true",
        "recordingStatusCallback": f"{URL}/twilio/recording",
        "recordingStatusCallbackMethod": "POST",
        "recordingStatusCallbackEvent": "completed absent",
    }


def test_an_empty_recording_is_asked_for_once_more_and_then_left(line):
    verbs = line()

    # An empty recording skips its action and falls to the verb behind it.
    assert verbs[-1].text == f"{URL}/twilio/voice?step=nothing"
    assert sum(verb.tag == "Record" for verb in verbs) == 2


def test_a_call_becomes_one_idea_with_both_recordings_and_its_code_read_out_twice(line, db):
    verbs = spoken(line)

    kept = of_call(db)
    digits = "".join(name[0] for name in played(verbs) if name[0].isdigit())
    assert digits == kept.code * 2
    assert played(verbs)[0] == "code.mp3" and played(verbs)[-1] == "thanks.mp3"
    assert verbs[-1].tag == "Hangup"
    assert (kept.channel, kept.title, kept.solution) == ("voice", "", "")
    assert kept.status is Status.RECEIVED
    assert authors.of(db, kept.id).phone == MAN
    assert [one.key for one in media_downloads.open_of(db, kept.id)] == [FIRST, SECOND]
    assert told(db) == ["receipt", "privacy_first"]
    assert call_backs.waiting(db, now=clock.now() + clock.DAY) == []


def test_the_moment_of_the_call_counts_as_receipt(line, db, monkeypatch):
    called = clock.now() - clock.HOUR
    monkeypatch.setattr(voice.clock, "now", lambda: called)
    line()
    monkeypatch.undo()

    line("second", RecordingSid=FIRST)

    assert of_call(db).received_at == called
    assert of_call(db).arrived_at > called


def test_recordings_announced_twice_late_and_in_any_order_are_one_idea(line, recorded, db):
    line()
    for recording in (SECOND, FIRST, FIRST, SECOND):
        assert recorded(recording).status_code == 204
    line("second", RecordingSid=FIRST)
    line("code", RecordingSid=SECOND)
    line("code", RecordingSid=SECOND)

    kept = of_call(db)
    assert sum(status_counts.all_of(db).values()) == 1
    assert {one.key for one in media_downloads.open_of(db, kept.id)} == {FIRST, SECOND}
    assert told(db) == ["receipt", "privacy_first"]


def test_twenty_announcements_at_once_make_one_idea(app, db):
    form = {"CallSid": CALL, "RecordingSid": FIRST, "RecordingStatus": "completed"}
    signature = RequestValidator(TOKEN).compute_signature(URL + "/twilio/recording", form)
    start, answers = threading.Barrier(20), []

    def announce() -> None:
        start.wait()
        headers = {"X-Twilio-Signature": signature}
        answers.append(app.test_client().post("/twilio/recording", data=form, headers=headers))

    threads = [threading.Thread(target=announce) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [answer.status_code for answer in answers] == [204] * 20
    assert sum(status_counts.all_of(db).values()) == 1


def test_who_says_nothing_is_on_the_call_back_list_and_told_so(line, db):
    line()

    verbs = line("nothing")

    assert played(verbs) == ["nothing.mp3"]
    (waiting,) = call_backs.waiting(db, now=clock.now())
    assert (waiting.phone, waiting.why) == (MAN, "no_recording")
    assert told(db) == ["missed_call"]
    assert of_call(db) is None


def test_who_hangs_up_during_the_greeting_is_on_the_list_a_little_later(line, db):
    line()

    assert call_backs.waiting(db, now=clock.now()) == []
    (waiting,) = call_backs.waiting(db, now=clock.now() + call_backs.CALL_LASTS)
    assert waiting.phone == MAN


def test_the_end_of_a_call_that_twilio_reports_puts_it_on_the_list_at_once(line, db):
    line()

    assert line("", CallStatus="completed") == []
    assert [one.phone for one in call_backs.waiting(db, now=clock.now())] == [MAN]


def test_who_hangs_up_after_the_first_answer_has_a_receipt_and_is_not_called(line, db):
    line()

    line("second", RecordingSid=FIRST, CallStatus="completed", Digits="hangup")

    assert of_call(db) is not None
    assert told(db) == ["receipt", "privacy_first"]
    assert call_backs.waiting(db, now=clock.now() + clock.DAY) == []


def test_an_end_that_is_reported_before_the_recording_leaves_the_list_when_it_comes(
    line, recorded, db
):
    line()
    line("", CallStatus="completed")

    recorded(FIRST)

    assert of_call(db) is not None
    assert call_backs.waiting(db, now=clock.now() + clock.DAY) == []


@pytest.mark.parametrize("caller", ["anonymous", "+266696687", "Restricted", "", "9029"])
def test_a_hidden_caller_is_heard_and_gets_no_sms(line, db, caller):
    line(From=caller)
    line("second", RecordingSid=FIRST, From=caller)
    verbs = line("code", From=caller)

    assert len(played(verbs)) == 3 + 24
    assert authors.of(db, of_call(db).id).phone is None
    assert queued(db) == []


@pytest.mark.parametrize("caller", ["+842513861111", "+33123456789"])
def test_a_landline_or_foreign_caller_is_heard_and_gets_no_sms(line, db, caller):
    line(From=caller)
    line("second", RecordingSid=FIRST, From=caller)

    assert authors.of(db, of_call(db).id).phone == caller
    assert queued(db) == []


def test_a_hidden_caller_who_says_nothing_is_asked_to_call_again(line, db):
    line(From="anonymous")

    assert played(line("nothing", From="anonymous")) == ["nothing_hidden.mp3"]
    assert call_backs.waiting(db, now=clock.now()) == []


def queued(db):
    return db.rows("SELECT id FROM outbox WHERE commune_id = :commune_id")


@pytest.mark.parametrize(
    ("status", "seconds"), [("absent", "0"), ("failed", ""), ("completed", "0")]
)
def test_a_recording_that_is_none_makes_no_idea(recorded, db, status, seconds):
    assert recorded(FIRST, status=status, seconds=seconds).status_code == 204

    assert of_call(db) is None


def test_a_recording_of_a_withdrawn_idea_is_not_fetched(line, recorded, db):
    line()
    line("second", RecordingSid=FIRST)
    withdraw.withdraw(db, of_call(db).code, at=clock.now())

    recorded(SECOND)

    assert [one.key for one in media_downloads.open_of(db, of_call(db).id)] == [FIRST]


def test_the_address_a_webhook_names_is_never_followed(post, db):
    post(
        "/twilio/recording", CallSid=CALL, RecordingSid=FIRST, RecordingStatus="completed",
        RecordingUrl="http://169.254.169.254/latest/meta-data/",
    )  # fmt: skip

    (job,) = media_downloads.open_of(db, of_call(db).id)
    expected = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Recordings/{FIRST}.wav"
    assert job.url == expected


@pytest.mark.parametrize("path", ["/twilio/voice", "/twilio/recording"])
@pytest.mark.parametrize("signature", ["", "RSOYDt4T1cUTdK1PDd93/VVr8B8=", "chữ ký"])
def test_what_twilio_did_not_sign_is_refused(client, db, path, signature):
    form = {"CallSid": CALL, "RecordingSid": FIRST, "From": MAN}
    headers = {"X-Twilio-Signature": signature.encode()} if signature else {}

    assert client.post(path, data=form, headers=headers).status_code == 403
    assert of_call(db) is None and call_backs.by_key(db, f"call|{CALL}") is None


def test_the_step_is_part_of_what_is_signed(client):
    form = {"CallSid": CALL, "From": MAN}
    signature = RequestValidator(TOKEN).compute_signature(URL + "/twilio/voice", form)

    answer = client.post(
        "/twilio/voice?step=code", data=form, headers={"X-Twilio-Signature": signature}
    )

    assert answer.status_code == 403


@pytest.mark.parametrize(
    "fields",
    [{}, {"CallSid": "../etc"}, {"CallSid": CALL, "RecordingSid": "RE/../../Messages"}],
)
def test_a_webhook_that_names_no_call_is_refused(post, fields):
    assert post("/twilio/voice", **fields).status_code == 400
    assert post("/twilio/recording", **fields).status_code == 400


def test_a_step_nobody_knows_is_not_there(post):
    assert post("/twilio/voice?step=else", CallSid=CALL, From=MAN).status_code == 404


def test_the_code_is_not_read_out_before_anything_was_said(line, db):
    line()

    assert played(line("code")) == ["nothing.mp3"]


def test_every_prompt_is_shipped_small_and_served_to_anybody(client):
    for prompt in twiml.PROMPTS:
        name = twiml.file_of(prompt)
        answer = client.get(f"/twilio/prompt/{name}")
        assert (answer.status_code, answer.mimetype) == (200, "audio/mpeg"), name
        assert 500 < len(answer.data) <= 25 * 1024, name
        assert "max-age=3600" in answer.headers["Cache-Control"]


def test_a_persons_voice_is_heard_in_place_of_the_machines(client, instance):
    folder = instance.voice / "vi"
    folder.mkdir(parents=True)
    for name, key in (("phone.greeting", "voice.greeting"), ("number.7", "voice.7")):
        (folder / f"{name}.mp3").write_bytes(b"a person")
        own_voice.note_words(folder, name, texts.load("vi").say(key))

    assert client.get("/twilio/prompt/greeting.mp3").data == b"a person"
    assert client.get("/twilio/prompt/7.mp3").data == b"a person"
    assert client.get("/twilio/prompt/8.mp3").data != b"a person"


def test_no_prompt_is_shipped_that_nobody_hears_and_each_has_its_words():
    shipped = {path.name for path in (STATIC / "prompts").iterdir()}
    words = texts.load("vi")

    assert shipped == {twiml.file_of(prompt) for prompt in twiml.PROMPTS}
    assert {key for key in words if key.startswith("voice.")} == set(twiml.PROMPTS)


@pytest.mark.parametrize(
    "name", ["../phone.css", "%2e%2e%2fphone.css", "else.mp3", "..%5cphone.css", ".mp3"]
)
def test_no_other_file_is_served_as_a_prompt(client, name):
    assert client.get(f"/twilio/prompt/{name}").status_code == 404


def test_a_caller_beyond_the_limit_of_answers_is_heard_without_sms(line, db, settings):
    with writing(db):
        for number in range(settings.limits.replies_per_day):
            outgoing.tell(db, MAN, "missed_call", {}, dedupe=str(number), at=clock.now())

    spoken(line)

    assert of_call(db) is not None
    assert "receipt" not in told(db)


def test_two_calls_of_one_person_are_two_ideas(line, db):
    spoken(line)
    line("", OTHER_CALL)
    line("second", OTHER_CALL, RecordingSid="RE" + "c" * 32)

    assert of_call(db).code != of_call(db, OTHER_CALL).code
    assert told(db).count("receipt") == 2


def test_goi_puts_the_sender_on_the_list(db, desk, arrive):
    arrive("GOI")

    inbound.handle_waiting(db, desk)

    (waiting,) = call_backs.waiting(db, now=clock.now())
    assert (waiting.phone, waiting.why) == (MAN, "asked")


def test_who_calls_again_within_the_hour_is_told_once(line, db):
    for sid in (CALL, OTHER_CALL):
        line("", sid)
        line("nothing", sid)

    assert told(db) == ["missed_call"]
    assert len(call_backs.waiting(db, now=clock.now())) == 1


def test_what_calls_leave_is_sound(line, db, instance):
    spoken(line)
    line("", OTHER_CALL)
    line("nothing", OTHER_CALL)

    assert verify(db, instance.media).damage == ()


def test_addresses_are_those_of_the_office_whoever_forwards(line):
    hosts = {urlsplit(verb.text).netloc for verb in line() if verb.tag == "Play"}

    assert hosts == {"sms.xa.example.vn"}
