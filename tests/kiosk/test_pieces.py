"""Files in pieces (tus 1.0): nothing acknowledged is lost, nothing strange is taken."""

import base64
import hashlib

import pytest

from kiosk import taking
from shared.store import attachments
from tests.shared.test_media import a_recording

PIECE = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}


class Sender:
    """A browser that sends a file to one receipt, as tus 1.0 says."""

    def __init__(self, client, secret):
        self.client, self.address = client, f"/r/{secret}/tus"

    def begin(self, length, **said):
        metadata = {"kind": "audio", **said}
        encoded = ",".join(
            f"{name} {base64.b64encode(value.encode()).decode()}"
            for name, value in metadata.items()
        )
        return self.client.post(
            self.address,
            headers={
                "Tus-Resumable": "1.0.0",
                "Upload-Length": str(length),
                "Upload-Metadata": encoded,
            },
        )

    def piece(self, location, offset, piece, **headers):
        return self.client.patch(
            location, data=piece, headers={**PIECE, "Upload-Offset": str(offset), **headers}
        )

    def here(self, location):
        return self.client.head(location, headers={"Tus-Resumable": "1.0.0"})

    def forget(self, location):
        return self.client.delete(location, headers={"Tus-Resumable": "1.0.0"})

    def send(self, content, **said):
        location = self.begin(len(content), **said).headers["Location"]
        step = taking.MIB // 4
        for offset in range(0, len(content), step):
            answer = self.piece(location, offset, content[offset : offset + step])
            assert answer.status_code == 204, answer.text
        return location


@pytest.fixture
def proposal(a_proposal):
    return a_proposal()


@pytest.fixture
def sender(citizen, proposal, secret_of):
    return Sender(citizen, secret_of(proposal))


def test_a_recording_sent_in_pieces_is_attached_and_plays_on_a_phone(
    sender, db, proposal, examine, citizen
):
    sound = a_recording(20)
    location = sender.send(sound, sha256=hashlib.sha256(sound).hexdigest(), take="one")

    examine()

    [file] = attachments.of_proposal(db, proposal.id)
    assert (file.kind, file.mime, file.source) == ("audio", "audio/mp4", "web")
    assert file.seconds == pytest.approx(20, abs=0.2)
    assert sender.here(location).headers["Upload-Offset"] == str(len(sound))
