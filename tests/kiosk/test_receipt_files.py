"""One's own recordings and pictures: behind the secret, and behind no other."""

import pytest

from shared.domain import clock
from shared.files import media
from shared.store.files import attachments
from tests.shared.files.test_media import a_picture, a_recording


@pytest.fixture
def attach(db, instance):
    """A builder: `attach(proposal, bytes)` keeps a file of a proposal."""

    def build(proposal, content, key="1"):
        original = media.keep(instance.media, [content])
        try:
            kept = media.examine(instance.media, original)
        except media.MediaRefused:
            kept = original
        return attachments.add(
            db, proposal.id, kept, source="mms", key=f"{proposal.id}|{key}", actor="t",
            at=clock.now(),
        )  # fmt: skip

    return build


def test_a_sender_hears_and_sees_what_they_sent(citizen, a_proposal, attach, secret_of):
    proposal = a_proposal()
    sound, picture = attach(proposal, a_recording(), "1"), attach(proposal, a_picture(), "2")
    secret = secret_of(proposal)

    page = citizen.get(f"/r/{secret}").text

    assert f'<audio src="/r/{secret}/tep/{sound.id}"' in page
    assert f'<img src="/r/{secret}/tep/{picture.id}"' in page
    answer = citizen.get(f"/R/{secret}/tep/{sound.id}")
    assert (answer.status_code, answer.mimetype) == (200, "audio/mp4")
    assert answer.headers["Content-Security-Policy"] == "sandbox;default-src 'none'"
    assert citizen.get(
        f"/r/{secret}/tep/{sound.id}", headers={"Range": "bytes=4-7"}
    ).data == b"ftyp"  # fmt: skip


def test_another_receipt_opens_no_file_of_mine(citizen, a_proposal, attach, secret_of):
    mine, other = a_proposal(), a_proposal()
    file = attach(mine, a_recording())

    assert citizen.get(f"/r/{secret_of(other)}/tep/{file.id}").status_code == 404
    assert citizen.get(f"/r/{'0' * 16}/tep/{file.id}").status_code == 404
    assert citizen.get(f"/r/{secret_of(mine)}/tep/none").status_code == 404


def test_the_public_code_opens_no_file(citizen, a_proposal, attach):
    proposal = a_proposal()
    file = attach(proposal, a_recording())

    assert citizen.get(f"/t/{proposal.code}/tep/{file.id}").status_code == 404
    assert file.id not in citizen.get(f"/t/{proposal.code}").text


def test_an_unreadable_file_is_said_and_not_sent(citizen, a_proposal, attach, secret_of):
    proposal = a_proposal()
    file = attach(proposal, b"<html>")
    secret = secret_of(proposal)

    assert "máy chưa mở được" in citizen.get(f"/r/{secret}").text
    assert citizen.get(f"/r/{secret}/tep/{file.id}").status_code == 404
