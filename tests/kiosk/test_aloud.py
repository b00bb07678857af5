"""What a kiosk reads of a page that changes: statuses, days and codes from recorded pieces."""

import re

import pytest

from kiosk import readings
from kiosk.aloud import PAUSE, Aloud
from shared import texts
from shared.domain.proposal import Status
from shared.files import own_voice
from tests.conftest import ROAD, ZONE

VI = texts.load("vi")
MARCH_16 = 1773627164000  # 16/03/2026 09:12:44 local


def read_on(page):
    """The words that are read on a page."""
    found = page.text.partition('data-read="')[2].partition('"')[0]
    names = re.findall(r"/vi/([a-z_.0-9]+)\.ogg", found)
    return " ".join(VI.say(f"read.{name}") for name in names)


def spelt(code):
    return " ".join(VI.say(f"read.number.{digit}") for digit in code)


def test_a_day_is_said_as_people_say_it():
    said = Aloud(ZONE).moment(MARCH_16)

    assert " ".join(VI.say(f"read.{piece}") for piece in said) == (
        "ngày mười sáu tháng ba năm hai không hai sáu"
    )


def test_a_code_is_said_digit_by_digit_in_groups_twice():
    said = Aloud(ZONE).code("482173950688")

    assert [piece.removeprefix("number.") for piece in said].count(PAUSE) == 8
    assert "".join(re.findall(r"number\.(\d)", " ".join(said))) == "482173950688" * 2


@pytest.mark.parametrize("status", ROAD)
def test_every_status_is_read_with_its_day_and_its_code(kiosk, a_proposal, status):
    proposal = a_proposal(status=status)

    said = read_on(kiosk.get(f"/t/{proposal.code}"))

    assert VI.say(f"read.status.{status}") in said
    assert said.count(spelt(proposal.code)) == 2
    assert "Từ ngày" in said and "tháng" in said


def test_what_staff_typed_is_not_read_and_the_page_says_so(kiosk, a_proposal):
    asked, received = a_proposal(status=Status.NEEDS_INFO), a_proposal()

    assert "Lời cán bộ ghi ở trên màn hình" in read_on(kiosk.get(f"/t/{asked.code}"))
    assert "Lời cán bộ ghi ở trên màn hình" not in read_on(kiosk.get(f"/t/{received.code}"))


def test_a_receipt_opened_again_says_where_the_idea_stands(kiosk, a_proposal, secret_of):
    proposal = a_proposal(status=Status.AT_COUNCIL)
    secret = secret_of(proposal)
    led = kiosk.get("/tra-cuu", query_string={"ma": f"http://127.0.0.1:8080/r/{secret}"})

    said = read_on(kiosk.get(led.location))

    assert "Đây là phiếu của bà con." in said and "Chờ Hội đồng xét." in said
    assert spelt(proposal.code) in said


def test_a_phone_carries_nothing_of_it(citizen, a_proposal):
    assert "data-read" not in citizen.get(f"/t/{a_proposal().code}").text


def test_a_persons_voice_is_played_until_the_words_change(instance, public):
    folder = instance.voice / "vi"
    folder.mkdir(parents=True)
    (folder / "check.ogg").write_bytes(b"OggS a person")
    machines = (readings.FOLDER / "vi" / "check.ogg").read_bytes()

    def played():
        with public.test_request_context():
            address = readings.addresses("vi", "check")
        return public.test_client().get(address).data

    own_voice.note_words(folder, "check", VI.say("read.check"))
    assert played() == b"OggS a person"
    own_voice.note_words(folder, "check", "Lời cũ.")
    assert played() == machines
