"""Files at Twilio are fetched with keys, patience and a limit, and from nobody else."""

import base64

import pytest

from shared.db.connection import writing
from shared.domain import clock
from shared.files import media
from shared.settings import TwilioSettings, from_mapping
from shared.store.files import attachments, originals
from shared.store.messages import media_downloads, threads
from shared.workflows import withdraw
from shared.workflows.verify import verify
from sms import calls, fetching
from sms.fetching import Fetcher, target
from tests.scans import a_page, written
from tests.shared.files.test_media import a_picture, a_recording
from tests.sms.conftest import MAN
from tests.sms.fake_twilio import FakeTwilio, fake_twilio

ACCOUNT, TOKEN = "AC" + "0" * 32, "token"
RECORDING = "RE" + "a" * 32
PATH = f"/2010-04-01/Accounts/{ACCOUNT}/Recordings/{RECORDING}.wav"
WAV, JPEG = {"Content-Type": "audio/x-wav"}, {"Content-Type": "image/jpeg"}
HTML = (200, {"Content-Type": "text/html"}, b"<html><script>alert(1)</script>")


@pytest.fixture
def twilio():
    with fake_twilio() as fake:
        yield fake


@pytest.fixture
def account(twilio) -> TwilioSettings:
    given = {"account_sid": ACCOUNT, "auth_token": TOKEN, "from": "X", "api_url": twilio.url}
    return from_mapping({"twilio": given}).twilio


@pytest.fixture
def fetcher(account, instance) -> Fetcher:
    return Fetcher(account, instance.media)


@pytest.fixture
def job(db, account, a_proposal):
    """A builder: `job(url)` keeps a fetch and returns the proposal it is for."""

    def build(url="", key=RECORDING, kind="recording", proposal=None):
        kept = proposal or a_proposal(phone=MAN, consents={"store": True})
        with writing(db):
            media_downloads.add(
                db, kept.id, key=key, kind=kind, at=0,
                url=url or calls.recording_url(account, key),
            )  # fmt: skip
        return kept

    return build


def files(db, proposal):
    return attachments.of_proposal(db, proposal.id)


def state(db, proposal):
    (found,) = media_downloads.open_of(db, proposal.id)
    return found.state, found.attempts, found.error


def on_disk(instance):
    return {path.name for path in instance.media.rglob("*") if path.is_file()}


def test_a_recording_is_fetched_with_the_accounts_keys_and_kept(
    db, twilio: FakeTwilio, fetcher, job, instance
):
    proposal = job()
    twilio.files[PATH] = [(200, WAV, a_recording())]

    assert fetcher.fetch_one(db, at=clock.now())

    (file,) = files(db, proposal)
    assert (file.kind, file.mime, file.source) == ("audio", "audio/mp4", "recording")
    assert media_downloads.open_of(db, proposal.id) == []
    keys = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    assert twilio.asked == [(PATH, f"Basic {keys}")]
    assert on_disk(instance) == {file.sha256}  # what its phone wrote into it is gone
    assert verify(db, instance.media).damage == ()
    assert not fetcher.fetch_one(db, at=clock.now() + clock.DAY)


@pytest.mark.parametrize("fault", [(404, {}, b""), (500, {}, b"<h1>oops</h1>"), (429, {}, b""),
                                   (401, {}, b""), HTML])  # fmt: skip
def test_a_fault_that_passes_is_tried_again_later(db, twilio, fetcher, job, fault):
    proposal = job()
    twilio.files[PATH] = [fault, (200, WAV, a_recording())]
    at = clock.now()

    fetcher.fetch_one(db, at=at)
    assert state(db, proposal)[:2] == ("waiting", 1)
    assert not fetcher.fetch_one(db, at=at + clock.MINUTE - 1)
    fetcher.fetch_one(db, at=at + clock.MINUTE)

    assert [file.kind for file in files(db, proposal)] == ["audio"]


def test_a_file_that_never_comes_has_failed_after_five_attempts_over_81_minutes(
    db, twilio, fetcher, job
):
    proposal, at = job(), clock.now()

    for wait in (0, 1, 5, 15, 60):
        at += wait * clock.MINUTE
        assert fetcher.fetch_one(db, at=at)
        assert not fetcher.fetch_one(db, at=at + clock.MINUTE - 1)

    assert state(db, proposal) == ("failed", 5, "HTTP 404")
    assert not fetcher.fetch_one(db, at=at + clock.DAY)
    assert len(twilio.asked) == 5


def test_staff_can_have_a_failed_file_tried_anew(db, twilio, fetcher, job):
    proposal, at = job("https://elsewhere.example/file"), clock.now()
    fetcher.fetch_one(db, at=at)
    (failed,) = media_downloads.open_of(db, proposal.id)

    media_downloads.again(db, failed.id, actor="an", at=at)

    assert state(db, proposal) == ("waiting", 0, "")


def test_html_instead_of_a_recording_is_kept_unreadable_in_the_end(db, twilio, fetcher, job):
    proposal, at = job(), clock.now()
    twilio.files[PATH] = [HTML]

    for _ in range(5):
        fetcher.fetch_one(db, at=at)
        at += clock.HOUR

    (file,) = files(db, proposal)
    assert (file.kind, file.mime) == ("unreadable", "application/octet-stream")


def test_sound_that_cannot_be_decoded_is_kept_and_marked(db, twilio, fetcher, job, instance):
    proposal = job()
    twilio.files[PATH] = [(200, WAV, b"RIFF0000WAVEnothing")]

    fetcher.fetch_one(db, at=clock.now())

    (file,) = files(db, proposal)
    assert file.kind == "unreadable"
    assert media.is_whole(instance.media, file.sha256)


def test_a_file_that_is_too_big_is_given_up_at_once(
    db, twilio, fetcher, job, instance, monkeypatch
):
    monkeypatch.setattr(fetching, "MOST_BYTES", 1000)
    proposal = job()
    twilio.files[PATH] = [(200, WAV, b"x" * 5000)]

    fetcher.fetch_one(db, at=clock.now())

    assert state(db, proposal) == ("failed", 1, "too_big")
    assert on_disk(instance) == set()


def test_a_file_that_breaks_off_is_asked_for_again(db, twilio, fetcher, job, instance):
    proposal = job()
    twilio.files[PATH] = [(200, {**WAV, "Content-Length": "99999"}, a_recording())]

    fetcher.fetch_one(db, at=clock.now())

    assert state(db, proposal)[0] == "waiting"
    assert files(db, proposal) == [] and on_disk(instance) == set()


def test_nobody_listening_is_a_fault_that_passes(db, job, instance):
    gone = TwilioSettings(account_sid=ACCOUNT, auth_token=TOKEN, api_url="http://127.0.0.1:9")
    proposal = job("http://127.0.0.1:9/file.wav")

    Fetcher(gone, instance.media).fetch_one(db, at=clock.now())

    assert state(db, proposal) == ("waiting", 1, "ConnectionError")


def test_a_program_that_died_over_a_file_comes_back_to_it_and_not_for_ever(db, job):
    proposal, at = job(), clock.now()

    for _ in range(5):  # claimed, and nothing said of how it went
        assert media_downloads.claim(db, at=at) is not None
        assert media_downloads.claim(db, at=at) is None
        at += clock.HOUR
    last = media_downloads.claim(db, at=at)

    assert last is not None and last.is_last_attempt
    assert files(db, proposal) == []


def test_one_recording_announced_for_two_calls_belongs_to_the_first(db, twilio, fetcher, job):
    first, second = job(), job(RECORDING)
    twilio.files[PATH] = [(200, WAV, a_recording())]

    while fetcher.fetch_one(db, at=clock.now()):
        pass

    assert (len(files(db, first)), len(files(db, second))) == (1, 0)


def test_what_a_withdrawn_idea_left_at_twilio_is_not_fetched(db, twilio, fetcher, job):
    proposal = job()
    withdraw.withdraw(db, proposal.code, at=clock.now())

    fetcher.fetch_one(db, at=clock.now())

    assert twilio.asked == []
    assert media_downloads.open_of(db, proposal.id) == []


def test_a_picture_of_an_sms_is_fetched_and_drawn_anew(db, twilio, fetcher, job):
    path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/MM1/Media/ME1"
    proposal = job(f"https://api.twilio.com{path}", key="message|0", kind="mms")
    twilio.files[path] = [(200, JPEG, a_picture())]

    fetcher.fetch_one(db, at=clock.now())

    assert [file.kind for file in files(db, proposal)] == ["image"]


def test_a_picture_whose_copy_is_not_like_it_stays_as_it_was_sent(
    db, twilio, fetcher, job, instance
):
    faint = a_page().convert("I").point(lambda value: value + 30_000).convert("I;16")
    sent = written(faint, "TIFF")
    path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/MM1/Media/ME1"
    proposal = job(f"https://api.twilio.com{path}", key="message|0", kind="mms")
    twilio.files[path] = [(200, JPEG, sent)]

    fetcher.fetch_one(db, at=clock.now())

    [copy] = files(db, proposal)
    [original] = originals.of_proposal(db, proposal.id)
    assert (copy.kind, original.attachment_id, original.why) == ("image", copy.id, "differs")
    assert media.path_of(instance.media, original.sha256).read_bytes() == sent


def test_who_sent_pictures_that_cannot_be_read_is_told_once(db, twilio, fetcher, job):
    path = "/media"
    proposal = job(twilio.url + path, key="message|0", kind="mms")
    job(twilio.url + path + "2", key="message|1", kind="mms", proposal=proposal)
    twilio.files = {
        path: [(200, JPEG, b"\xff\xd8\xffno")], path + "2": [(200, JPEG, b"\xff\xd8\xffno2")],
    }  # fmt: skip

    while fetcher.fetch_one(db, at=clock.now()):
        pass

    assert [file.kind for file in files(db, proposal)] == ["unreadable"] * 2
    assert [one.text_key for one in threads.between(db, MAN)[1]] == ["media_unsupported"]


STRANGERS = [
    "http://169.254.169.254/latest/meta-data/",
    "http://127.0.0.1:22/",
    "https://localhost/",
    "file:///etc/passwd",
    "ftp://api.twilio.com/x",
    "http://api.twilio.com/x",
    "https://api.twilio.com.evil.example/x",
    "https://eviltwilio.com/x",
    "https://api.twilio.com@evil.example/x",
    "https://user:word@media.twilio.com/x",
    "https://evil.example\\.twilio.com/x",
    "https://evil.example#.twilio.com/x",
    "https://evil.example?.twilio.com/x",
    "https://media.twilio.com:22/x",
    "https://media.twilio.com:99999/x",
    "https://[::1]/x",
    "https://mms.twiliocdn.com/x",
    "//media.twilio.com/x",
    "",
]


@pytest.mark.parametrize("url", STRANGERS)
def test_no_other_host_is_ever_asked(db, twilio, fetcher, job, url, monkeypatch):
    import requests

    asked = []
    monkeypatch.setattr(requests, "get", lambda *args, **kwargs: asked.append(args))
    proposal = job(url or "?", kind="mms", key="message|0")

    fetcher.fetch_one(db, at=clock.now())

    assert asked == []
    assert state(db, proposal) == ("failed", 1, "address not allowed")


@pytest.mark.parametrize("there", [*STRANGERS[:6], "https://evil.example/x"])
def test_no_redirect_leads_to_another_host(db, twilio, fetcher, job, there):
    proposal = job()
    twilio.files[PATH] = [(307, {"Location": there}, b"")]

    fetcher.fetch_one(db, at=clock.now())

    assert state(db, proposal) == ("failed", 1, "address not allowed")
    assert len(twilio.asked) == 1


def test_a_redirect_within_twilio_is_followed_and_a_circle_is_not(db, twilio, fetcher, job):
    proposal = job()
    twilio.files[PATH] = [(307, {"Location": "/elsewhere"}, b"")]
    twilio.files["/elsewhere"] = [(200, WAV, a_recording())]

    fetcher.fetch_one(db, at=clock.now())
    assert len(files(db, proposal)) == 1

    other = job("", key="RE" + "b" * 32)
    path = PATH.replace("a" * 32, "b" * 32)
    twilio.files[path] = [(307, {"Location": path}, b"")]
    fetcher.fetch_one(db, at=clock.now())
    assert state(db, other) == ("failed", 1, "too many redirects")


def test_the_keys_go_to_twilio_and_not_to_where_it_stores_media():
    base = "https://api.twilio.com"

    assert target("https://media.twilio.com/x", base).gets_keys
    assert target("https://media.twilio.com:443/x", base).gets_keys
    assert not target("https://mms.twiliocdn.com/x", base, is_redirect=True).gets_keys
    assert target("https://mms.twiliocdn.com.evil.example/x", base, is_redirect=True) is None


def test_an_address_of_twilios_api_is_asked_where_the_settings_say():
    moved = target("https://api.twilio.com/a?b=c", "http://127.0.0.1:4010")

    assert moved.url == "http://127.0.0.1:4010/a?b=c"
