"""Writing at a kiosk: keys of the screen by tap, Telex and VNI on keys of plastic, and a scanner
that types faster than any hand."""

import json
import re
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kiosk import scripts
from tests.journeys import roads
from tests.journeys.conftest import KIOSK, TABLET

pytestmark = pytest.mark.browser

WORDS = json.loads((Path(__file__).parents[1] / "data" / "typed_words.json").read_text("utf-8"))
HABITS = json.loads((Path(__file__).parents[1] / "data" / "typed_habits.json").read_text("utf-8"))
LEAST_KEY = 72
BY_HAND = 60  # ms between keys
SCANNER_GAP = 25  # ms, as in keyboard.js
WATCH_KEYS = (
    "window.keys = []; addEventListener('keydown', ({ timeStamp }) => keys.push(timeStamp), true)"
)
TONES = {"´": "acute", "`": "grave", "ˀ": "hook", "˜": "tilde", ".": "dot"}


@pytest.fixture
def page(kiosk, programs) -> Page:
    """A kiosk with script that asks for the title."""
    page = kiosk(KIOSK, script=True)
    ask_for_title(page, programs)
    return page


def ask_for_title(page: Page, programs) -> None:
    page.goto(f"{programs.public}/gui/1")
    page.goto(f"{programs.public}/gui/4")
    page.locator("#title").tap()
    expect(page.locator("[data-keyboard]")).to_be_visible()


def scan(page: Page, field: str, read: str) -> None:
    """Type into a field as fast as a scanner does; again, should the PC have been too busy to."""
    page.evaluate(WATCH_KEYS)
    for _ in range(20):
        page.locator(field).fill("")
        page.evaluate("keys.length = 0")
        page.keyboard.type(read)
        pressed = page.evaluate("keys")
        if max(later - earlier for earlier, later in pairwise(pressed)) < SCANNER_GAP:
            return
    raise AssertionError("no twenty scans were as fast as one")


def tap_keys(page: Page, keys: str) -> None:
    """Tap a key of the screen for each letter; "´" and its like are the tone keys."""
    for key in keys:
        mark = f"[data-tone={TONES[key]}]" if key in TONES else f"[data-key='{key}']"
        page.locator(f"[data-keys]:not([hidden]) {mark}").tap()


def press_key(page: Page, does: str) -> None:
    page.locator(f"[data-keys]:not([hidden]) [data-do={does}]").tap()


def caret(page: Page) -> int:
    return int(page.evaluate("document.activeElement.selectionStart"))


def made_of(page: Page, lists: dict[str, list[str]]) -> list[dict]:
    """Return what a person who types each of these with a method sees, and where the caret is."""
    return page.evaluate(
        """async ([address, lists]) => {
          const { Typist } = await import(address);
          return Object.entries(lists).flatMap(([method, typed]) => typed.map((keys) => {
            const typist = new Typist(method);
            let written = { text: "", caret: 0 };
            for (const key of keys) {
              written = typist.press(written.text, written.caret, written.caret, key);
            }
            return { method, keys, ...written };
          }));
        }""",
        [scripts.address("vietnamese-typing"), lists],
    )


def test_words_come_out_as_they_are_written(page):
    made = made_of(page, {method: list(words) for method, words in WORDS.items()})

    assert len(made) >= 80
    wrong = [one for one in made if one["text"] != WORDS[one["method"]][one["keys"]]]
    assert wrong == []
    assert all(unicodedata.is_normalized("NFC", one["text"]) for one in made)
    assert all(one["caret"] == len(one["text"]) for one in made)


@pytest.mark.parametrize("method", ["telex", "vni"])
def test_a_word_comes_out_in_whatever_order_people_press_its_keys(page, method):
    wanted = {keys: word for word, typed in HABITS[method].items() for keys in typed.split()}
    spoken = {**wanted, **{keys.upper(): word.upper() for keys, word in wanted.items()}}
    # A word's end puts keys back that made no whole syllable.
    every = {**spoken, **{f"{keys} ": f"{word} " for keys, word in spoken.items()}}

    made = made_of(page, {method: list(every)})

    assert len(HABITS[method]) >= 400 and len(wanted) >= 1900
    assert [one for one in made if one["text"] != every[one["keys"]]] == []


def test_a_sentence_is_tapped_mended_in_the_middle_and_sent_on(page):
    field = page.locator("#title")

    tap_keys(page, "hoa`n ti")
    tap_keys(page, "ê´ng")
    expect(field).to_have_value("Hoàn tiếng")
    field.evaluate("one => one.setSelectionRange(2, 2)")
    tap_keys(page, "´")
    assert (field.input_value(), caret(page)) == ("Hoán tiếng", 2)
    tap_keys(page, "´")
    tap_keys(page, "x")
    assert (field.input_value(), caret(page)) == ("Hoxan tiếng", 3)
    press_key(page, "erase")
    assert (field.input_value(), caret(page)) == ("Hoan tiếng", 2)
    field.evaluate("one => one.setSelectionRange(10, 10)")
    for _ in range(2):
        press_key(page, "erase")
    expect(field).to_have_value("Hoan tiế")
    tap_keys(page, "ng ")
    press_key(page, "shift")
    expect(page.get_by_role("button", name="Chữ hoa")).to_have_attribute("aria-pressed", "true")
    tap_keys(page, "đ")
    page.get_by_role("button", name="Số và dấu câu").tap()
    tap_keys(page, "42")
    expect(field).to_have_value("Hoan tiếng Đ42")
    expect(field).to_be_focused()
    press_key(page, "return")

    expect(page).to_have_url(re.compile("/gui/6$"))
    field = page.locator("#solution")
    field.tap()
    page.get_by_role("button", name="Số và dấu câu").tap()
    tap_keys(page, "42")
    press_key(page, "return")
    tap_keys(page, "7")
    expect(field).to_have_value("42\n7")


@pytest.mark.parametrize("size", [KIOSK, TABLET], ids=lambda one: str(one["width"]))
def test_no_key_is_small_and_no_field_in_use_is_covered(page, programs, size):
    page.set_viewport_size(size)
    ask_for_title(page, programs)
    page.locator("#title").fill(roads.TITLE)
    press_key(page, "return")
    expect(page).to_have_url(re.compile("/gui/6$"))
    for path, name in (("/gui/5", "current_state"), ("/gui/10", "guardian"), ("/tra-cuu", "ma")):
        page.goto(programs.public + path)
        page.locator(f"#{name}").tap()
        expect(page.locator("[data-keyboard]")).to_be_visible()

        field = page.locator(f"#{name}").bounding_box()
        board = page.locator("[data-keyboard]").bounding_box()
        assert field["y"] >= 0 and field["y"] + field["height"] <= board["y"], path
        keys = page.locator("[data-keys]:not([hidden]) button")
        heights = keys.evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
        assert min(heights) >= LEAST_KEY
        assert board["y"] + board["height"] <= size["height"] + 1


def test_keys_of_plastic_write_telex_vni_or_nothing_as_one_chooses(page, programs):
    field = page.locator("#title")
    page.keyboard.type("Tieengs Vieetj", delay=BY_HAND)
    expect(field).to_have_value("Tiếng Việt")
    page.keyboard.press("Backspace")
    page.keyboard.type("n", delay=BY_HAND)
    expect(field).to_have_value("Tiếng Viện")
    field.fill("")
    press_key(page, "method")
    page.keyboard.type("d9u7o7c5", delay=BY_HAND)
    expect(field).to_have_value("được")
    page.goto(f"{programs.public}/gui/4")
    field.tap()
    expect(page.locator("[data-method]")).to_have_text("VNI")
    press_key(page, "method")
    page.keyboard.type("tieengs", delay=BY_HAND)
    expect(field).to_have_value("tieengs")

    page.goto(f"{programs.public}/xong")
    ask_for_title(page, programs)

    expect(page.locator("[data-method]")).to_have_text("Telex")


def test_a_scanner_writes_what_it_read_and_goes_on(page, programs):
    # What a scanner read: letters that Telex would take for tones and marks.
    read = "HTTPS://XA.VN/R/AAS9FFJJWW00DDEE"
    scan(page, "#title", read)
    expect(page.locator("#title")).to_have_value(read)

    page.goto(f"{programs.public}/tra-cuu")
    scan(page, "#ma", "482173950688")
    expect(page.locator("#ma")).to_have_value("482173950688")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile("/t/482173950688|ma=482173950688"))


def test_the_pad_groups_a_code_and_the_keyboard_can_be_put_away(page, programs):
    page.goto(f"{programs.public}/tra-cuu")
    tap_keys(page, "482173950688")
    expect(page.locator("#ma")).to_have_value("4821 7395 0688")
    press_key(page, "erase")
    press_key(page, "erase")
    assert (page.locator("#ma").input_value(), caret(page)) == ("4821 7395 06", 12)

    press_key(page, "hide")

    expect(page.locator("[data-keyboard]")).to_be_hidden()
    ask = page.get_by_role("button", name="Hiện bàn phím")
    page.goto(f"{programs.public}/xac-minh")
    expect(ask).to_be_visible()
    ask.tap()
    expect(page.locator("[data-keyboard]")).to_be_visible()
    expect(page.locator("#ma")).to_be_focused()


def test_a_tone_is_said_to_who_cannot_see_it(page):
    tap_keys(page, "ban´")

    expect(page.locator("[data-said]")).to_have_text("sắc ´: Bán")
    expect(page.locator("[data-keyboard]").get_by_role("status")).to_have_count(1)
    names = page.locator("[data-keyboard] button").evaluate_all(
        "all => all.map(one => (one.ariaLabel ?? one.textContent).trim())"
    )
    assert all(names)
