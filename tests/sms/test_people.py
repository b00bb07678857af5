"""SMS as people type them do what their writers mean: tests/data/sms_texts.toml."""

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.domain import clock
from shared.store.cases import conversation
from shared.store.messages import inbox, threads
from shared.store.people import staff
from sms import inbound

CORPUS = tomllib.loads((Path(__file__).parents[1] / "data" / "sms_texts.toml").read_text("utf-8"))
EARLIER = "SK cho bà con nhắn tin hẹn giờ chứng thực"
# The question that an idea's receipt may ask is no matter here, nor whether a number that never
# agreed is asked to when it wants its SMS again.
_AS_GOOD = {"idea": {"idea", "trouble"}, "opt_in": {"consent"}}
_BY_KEY = {
    "withdraw_ask": "withdraw", "consent_ask": "consent", "opt_in": "consent",
    "opt_out": "opt_out", "missed_call": "call", "help": "help", "courtesy": "courtesy",
    "ask_counter": "counter", "emergency": "emergency", "more_received": "added",
}  # fmt: skip


@pytest.fixture
def happens(db, desk) -> Callable[..., list[str]]:
    """A builder: `happens(number, texts)` lets a number write the texts in turn and returns what
    each became, by the names of the corpus. {code} in a text is the code of an idea that the
    number sent three days before."""
    staff.add(
        db, "chair", name="Chủ tịch", role="chair", password_hash="x", must_change=False,
        actor="t", at=1,
    )  # fmt: skip

    def handle(number: str, name: str, text: str, at: int) -> None:
        inbox.keep(db, inbox.Arrived("simulator", name, number, "mobile", text, "", None, at))
        inbound.handle(db, desk, inbox.waiting(db)[-1], at=at)

    def build(number: str, texts: list[str]) -> list[str]:
        at = clock.now()
        handle(number, f"{number}-0", EARLIER, at - 3 * clock.DAY)
        (code,) = codes_of(db, number)
        became = []
        for place, text in enumerate(texts, 1):
            before = state_of(db, number)
            handle(number, f"{number}-{place}", text.replace("{code}", code), at + place)
            became.append(named(before, state_of(db, number)))
        return became

    return build


def codes_of(db, number):
    return [
        code
        for (code,) in db.rows(
            "SELECT code FROM proposal JOIN author ON author.proposal_id = proposal.id"
            " WHERE author.phone = :number",
            number=db.encrypt(number),
        )
    ]


def state_of(db, number):
    """What there is of a number: its cases (id → confidential), its additions, replies and the
    state of its last message."""
    cases = dict(
        db.rows(
            "SELECT proposal.id, is_confidential FROM proposal"
            " JOIN author ON author.proposal_id = proposal.id WHERE author.phone = :number",
            number=db.encrypt(number),
        )
    )
    came, went = threads.between(db, number, 1000)
    return {
        "cases": cases,
        "added": sum(len(conversation.additions(db, one)) for one in cases),
        "went": [one.text_key for one in went],
        "last": max(came, key=lambda one: one.id) if came else None,
    }


def named(before, after):
    new = after["cases"].keys() - before["cases"].keys()
    fresh = list(after["went"])
    for key in before["went"]:
        fresh.remove(key)
    last = after["last"]
    if new:
        if any(after["cases"][one] for one in new):
            return "denounced" if "denounced" in fresh else "hidden"
        return "trouble" if "ask_solution" in fresh else "idea"
    if after["added"] > before["added"]:
        return "added"
    if not fresh:
        return "apart" if last.state == "quarantined" else "silence"
    if fresh[0].startswith("st_"):
        return "status"
    meant = _BY_KEY.get(fresh[0], fresh[0])
    if meant in ("counter", "emergency") and last.state != "quarantined":
        return "not on the list"
    return meant


@pytest.mark.parametrize("kind", [group["kind"] for group in CORPUS["group"]])
def test_a_text_does_what_its_writer_means(happens, kind):
    (group,) = (one for one in CORPUS["group"] if one["kind"] == kind)

    became = {
        text: happens(f"+8491{place:07}", [text])[0] for place, text in enumerate(group["texts"])
    }

    allowed = _AS_GOOD.get(group["must"], {group["must"]})
    assert {text: now for text, now in became.items() if now not in allowed} == {}


def test_a_trouble_and_what_to_do_in_two_texts_are_one_dossier(happens):
    became = {
        pair["texts"][0]: happens(f"+8491{place:07}", pair["texts"])
        for place, pair in enumerate(CORPUS["pair"])
    }

    assert {text: now for text, now in became.items() if now[1] != "added"} == {}
