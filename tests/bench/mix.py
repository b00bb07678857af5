"""What comes to an office under load: ideas, looks at a status, the staff's list, SMS, and what its
kiosks ask by themselves. Each kind with its share, in an order that is the same each time.
"""

import json
import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from tests.bench import seeds, works
from tests.bench.sending import Sent

# Of 100 requests. Kiosks come beside them.
SHARES = {"status": 60, "submit": 20, "list": 10, "sms": 10}
IDEAS_ALONE = {"submit": 100}
# static/js/offline.js asks whether the server is there, outbox.js reports.
LOOK_EVERY, REPORT_EVERY = 5, 60
_FORM = "application/x-www-form-urlencoded"
_REPORT = json.dumps({"held": 200, "unsent": 0, "waited": 0, "refused": 0, "files": 0}).encode()


@dataclass(frozen=True)
class Office:
    """Where an office is asked: its ports, the address that its SMS gateway signs, codes of ideas,
    and the cookies of a member and of its kiosks."""

    public: int
    staff: int
    sms: int
    signed_url: str
    codes: Sequence[str]
    member: str
    kiosks: Sequence[str]


def mixed(
    office: Office, shares: dict[str, int], a_second: int, seconds: int, first: int = 0
) -> list[Sent]:
    """Return so many requests a second for so long, by their shares of 100, and what the kiosks ask
    meanwhile. Numbers of ideas and SMS begin at `first`: none may come twice to one office."""
    chance = random.Random(16)
    kinds = list(shares)
    asked = [
        _one(office, kind, first + number, number / a_second)
        for number, kind in enumerate(
            chance.choices(kinds, [shares[kind] for kind in kinds], k=a_second * seconds)
        )
    ]
    return sorted([*asked, *_by_kiosks(office, seconds)], key=lambda one: one.due)


def ideas(port: int, hosts: Sequence[str | None], a_second: int, seconds: int) -> list[Sent]:
    """Return ideas to a port, each of the names (`Host`) in turn, as through a proxy on this
    machine: each from another address. None stands for the port's own name."""
    found = []
    for number in range(a_second * seconds):
        host = hosts[number % len(hosts)]
        headers = {"Content-Type": "application/json", "Idempotency-Key": uuid.uuid4().hex}
        if host is not None:
            headers["Host"] = host
            headers["X-Forwarded-For"] = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
        said = {
            "participant_type": "citizen",
            "title": f"Ý thứ {number} cho xã",
            "solution": "Cho bà con nhắn tin xin một khung giờ.",
        }
        found.append(
            Sent(
                number / a_second, "submit", port, "/api/v1/proposals", 201,
                json.dumps(said).encode(), headers,
            )
        )  # fmt: skip
    return found


def _one(office: Office, kind: str, number: int, due: float) -> Sent:
    if kind == "status":
        code = office.codes[number * 7919 % len(office.codes)]
        return Sent(due, kind, office.public, f"/t/{code}", headers=_READS)
    if kind == "list":
        headers = {**_READS, "Cookie": office.member}
        return Sent(due, kind, office.staff, "/?status=received", headers=headers)
    if kind == "sms":
        body, headers = works.signed_sms(number, office.signed_url)
        headers["Content-Type"] = _FORM
        return Sent(due, kind, office.sms, "/twilio/sms", 200, body, headers)
    form = {
        "key": uuid.uuid4().hex,
        "participant_type": "citizen",
        "title": f"Nhắn tin trước khi đi làm giấy {number}",
        "solution": seeds.WORDS,
    }
    return Sent(
        due, kind, office.public, "/gui", 303, urlencode(form).encode(), {"Content-Type": _FORM}
    )


_READS = {"Accept-Encoding": "gzip"}


def _by_kiosks(office: Office, seconds: int) -> list[Sent]:
    """Return what the kiosks ask by themselves, each from the moment at which it was switched on,
    which are spread over a minute."""
    found = []
    turns = REPORT_EVERY // LOOK_EVERY
    for place, cookie in enumerate(office.kiosks):
        headers = {"Cookie": cookie}
        shift = place / len(office.kiosks)
        for turn in range(seconds // LOOK_EVERY):
            due = (turn + shift) * LOOK_EVERY
            if (turn + place) % turns:
                one = Sent(due, "kiosk", office.public, "/favicon.ico", 204, None, headers, "HEAD")
            else:
                given = headers | {"Content-Type": "application/json"}
                one = Sent(due, "kiosk", office.public, "/kiosk-ma", 200, _REPORT, given)
            found.append(one)
    return found
