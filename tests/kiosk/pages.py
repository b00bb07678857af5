"""What every page must be, whichever test fetched it: sound HTML, no inline script, no other host,
a strict policy. A test client that looks at each of its answers."""

import base64
import hashlib
import re
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.hardened import assert_hardened

_ADDRESSES = ("href", "src", "action", "formaction", "poster", "data")
# A page that differs from a sound one in its words alone is sound: reading it anew was a quarter of
# the time these tests took. What holds a sign that HTML knows, or forbids, stays as it is.
_LETTER = r"[\t\n\r !#-%'-;=?-~\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd]"
_WORDS = rf"(?:{_LETTER}+|&(?:#3[49]|amp|lt|gt);)*+"
_TAG_AND_WORDS = re.compile(rf'(<{_LETTER}*(?:"{_WORDS}"{_LETTER}*)*>)({_WORDS})')
_FREE_VALUE = re.compile(
    r'(?<= )(value|title|alt|content|class|name|datetime|aria-label|d)="[^"]*"'
)
_OWN_ADDRESS = re.compile(rf'(?<= )({"|".join(_ADDRESSES)})="/[^/"\\][^"]*"')
_SOUND: set[tuple[str, str]] = set()
# A telephone may dial, or begin an SMS.
_DIALS = re.compile(r"tel:\+?\d{3,15}|sms:\+?\d{3,15}\?&body=[\w%]*")


class Browser(FlaskClient):
    """A browser that complains of every page that is not as it must be."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Fetch, and look at what came."""
        answer = super().open(*args, **kwargs)
        assert_sound(answer)
        return answer


def assert_sound(answer: TestResponse) -> None:
    """Raise AssertionError when an answer's headers or its HTML are not as they must be."""
    assert_hardened(answer)
    if answer.status_code >= 400 and answer.status_code not in (404, 409, 422):
        assert not re.search(r"Traceback|sqlite|File \"|/tests?/", answer.text)
    if answer.mimetype == "text/html":
        policy = answer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy
        _assert_sound_html(answer.text, policy)


def _assert_sound_html(text: str, policy: str) -> None:
    frame = (_TAG_AND_WORDS.sub(_without_words, text), policy)
    if frame not in _SOUND:
        _assert_sound_page(text, policy)
        _SOUND.add(frame)


def _without_words(found: re.Match[str]) -> str:
    """Return a tag and what follows it without what no rule here speaks of: plain words, and where
    in our own pages an address leads."""
    tag = _FREE_VALUE.sub(r'\1=""', found[1])
    words = found[2] if found[1].startswith(("<style", "<script")) else "x"
    return _OWN_ADDRESS.sub(r'\1="/"', tag) + (words if found[2].strip(" –\n") else found[2])


def _assert_sound_page(text: str, policy: str) -> None:
    page = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)
    every = list(page.iter())
    ids = [one.get("id") for one in every if one.get("id") is not None]
    assert len(ids) == len(set(ids)), f"an id stands twice: {ids}"
    if page.find("body/p") is not None and page.find(".//main") is None:
        return  # what leads on
    assert page.get("lang") in ("vi", "en")
    assert (page.findtext("head/title") or "").strip(" –")
    assert len([one for one in every if one.tag == "h1"]) == 1
    if "kiosk" in (page.get("class") or "").split():
        read = page.find(".//button[@data-read]")
        assert read is None or read.get("data-read"), "a kiosk reads every page aloud: set reads"
    for one in every:
        _assert_sound_element(one, ids, policy)


def _assert_own_script(one: Element, policy: str) -> None:
    if one.get("src") is None:
        assert f"script-src '{_sha256(one)}';" in policy, "the policy blocks this page's own script"
    else:
        assert (one.get("src") or "").startswith("/js/"), "script comes from our own files alone"
        assert "script-src 'self';" in policy


def _sha256(one: Element) -> str:
    """Return how a policy names what stands within an element."""
    digest = hashlib.sha256((one.text or "").encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _assert_sound_element(one: Element, ids: list[str | None], policy: str) -> None:
    if one.tag == "script":
        _assert_own_script(one, policy)
    assert one.get("style") is None, "style= is blocked by the policy"
    assert not [name for name, _ in one.items() if name.startswith("on")]
    if one.tag == "style":
        assert f"'{_sha256(one)}'" in policy, "the policy blocks this page's own style"
    for name in _ADDRESSES:
        address = one.get(name) or ""
        if _DIALS.fullmatch(address):
            continue
        assert not re.match(r"(?i)[a-z]+:(?!,)|//", address) or address == "data:,", address
        if address.startswith("#"):
            assert address[1:] in ids, f"nothing on the page is called {address}"
    for name in ("for", "aria-describedby", "aria-labelledby"):
        for wanted in (one.get(name) or "").split():
            assert wanted in ids, f"{name} speaks of {wanted}, which is not there"
    if one.tag == "form":
        assert one.get("method", "get") in ("get", "post")
