"""The screens speak as a helpful clerk does: no plan's language, no paper that
nobody prints."""

import html

from kiosk.apps import public_app
from shared import texts
from shared.domain.proposal import Status
from tests.kiosk.conftest import PUBLIC

# What only a plan, a computer or an office among itself says.
STIFF = (
    "phần thứ nhất", "phần thứ hai", "kiosk", "cải cách hành chính", "phiếu giữ", "chưa rộng",
    "tính năm xét", "ctrl",
)  # fmt: skip
# The parts of the catalogue that a citizen meets at a kiosk, on a telephone or read aloud.
CITIZENS = (
    "aids", "ask", "choice.participant_type", "choice.maturity", "choice.channel", "err", "form",
    "help", "hint", "hold", "home", "idle", "lookup", "own", "page", "read", "receipt", "recorder",
    "registry", "start", "state", "status", "upload", "waiting",
)  # fmt: skip


def test_no_citizen_reads_a_plans_words():
    words = texts.load("vi")

    found = [
        (key, stiff)
        for key in words
        if key.startswith(tuple(f"{part}." for part in CITIZENS))
        for stiff in STIFF
        if stiff in words.say(key).lower()
    ]

    assert not found


def test_who_is_asked_for_more_reads_the_whole_message_to_send(citizen, a_proposal):
    proposal = a_proposal(status=Status.NEEDS_INFO)

    page = html.unescape(citizen.get(f"/t/{proposal.code}").text).replace("\xa0", " ")

    assert f"nhắn BS {proposal.code} và phần thêm, gửi 0912 345 678; đến quầy" in page


def test_without_a_number_for_sms_nobody_is_told_to_text(a_site, a_proposal):
    proposal = a_proposal(status=Status.NEEDS_INFO)

    page = html.unescape(public_app(a_site(), PUBLIC).test_client().get(f"/t/{proposal.code}").text)

    assert "31/12/2026: đến quầy, hoặc gọi" in page and "nhắn BS" not in page
