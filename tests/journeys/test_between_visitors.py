"""Between two people at one kiosk: it asks whether anybody is there, waits for whoever is, and
forgets whoever is not; nothing of the last visit comes back."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import roads
from tests.journeys.conftest import KIOSK
from tests.journeys.roads import IDEA, TITLE, TROUBLE, press

pytestmark = pytest.mark.browser

STILL_THERE = "Ông/Bà còn đó không?"
SAID = (TITLE, TROUBLE, IDEA, "0900 000 911")


def shown_on(page: Page) -> str:
    """Return everything a page shows or holds in its fields."""
    return str(
        page.evaluate(
            "[document.body.innerText, ...[...document.querySelectorAll("
            "'input:not([type=radio], [type=checkbox]), textarea')]"
            ".map(one => one.value)].join('\\n')"
        )
    )


def go_back(page: Page) -> None:
    """Press Back and wait until another page stands there; one kept for Back never loads anew."""
    with roads.another_page(page):
        page.evaluate("setTimeout(() => history.back())")


def at_the_idea(page: Page) -> None:
    """Walk to the first screen on which one types, and type without sending it."""
    roads.open_door(page, "Gõ chữ", "/gui/6")
    page.goto(page.url.partition("/gui/6")[0] + "/gui/4")
    page.locator("#title").fill(TITLE)


def test_with_a_script_typing_keeps_it_quiet_staying_loses_no_letter_and_silence_wipes(
    kiosk, programs
):
    page = kiosk(script=True)
    page.clock.install()
    at_the_idea(page)
    question = page.get_by_role("alertdialog", name=STILL_THERE)

    page.clock.run_for(590_000)
    page.locator("#title").press_sequentially("!")
    page.clock.run_for(590_000)
    expect(question).to_be_hidden()
    page.clock.run_for(15_000)
    expect(question).to_be_visible()
    expect(question.get_by_role("button", name="Tôi còn đây")).to_be_focused()
    page.clock.run_for(10_500)
    expect(question).to_contain_text(re.compile(r"sau (1\d|20) giây"))
    for _ in range(4):  # the keyboard reaches nothing behind the question
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )
    press(page, "Tôi còn đây")
    expect(question).to_be_hidden()
    expect(page.locator("#title")).to_have_value(f"{TITLE}!")
    page.clock.run_for(601_000)
    expect(question).to_be_visible()
    page.keyboard.press("Escape")
    expect(question).to_be_hidden()
    page.clock.run_for(601_000)
    page.clock.run_for(31_000)

    expect(page).to_have_url(f"{programs.public}/")
    page.goto(f"{programs.public}/gui/4")
    expect(page.locator("#title")).to_have_value("")


def test_without_a_script_the_page_asks_by_itself_and_staying_keeps_what_was_typed(kiosk):
    page = kiosk(script=False)
    at_the_idea(page)
    question = page.get_by_role("alertdialog", name=STILL_THERE)
    expect(question).to_be_hidden()

    pass_time(page, 599)
    expect(question).to_be_hidden()
    pass_time(page, 611)
    expect(question).to_be_visible()
    press(page, "Tôi còn đây")

    expect(question).to_be_hidden()
    expect(page.locator("#title")).to_have_value(TITLE)


def pass_time(page: Page, seconds: int) -> None:
    """Set the style sheet's own clock."""
    page.evaluate(
        "seconds => document.getAnimations().forEach(one => { one.currentTime = seconds * 1000 })",
        seconds,
    )


@pytest.mark.parametrize("cache", [False, True], ids=["", "with the back-forward cache"])
def test_back_shows_the_next_person_nothing(screen, with_cache, programs, cache):
    page = with_cache(KIOSK) if cache else screen(KIOSK)
    page.goto(programs.kiosk_link())
    roads.answer_at_kiosk(page, TITLE, phone="0900 000 911")
    roads.send(page)
    cookie = visit_cookie(page)

    press(page, "Xong, về màn hình đầu")
    expect(page).to_have_url(f"{programs.public}/")

    assert visit_cookie(page) != cookie
    # The oldest entry is the empty tab.
    times_back = page.evaluate("history.length") - 2
    assert times_back >= 10
    for _ in range(times_back):
        go_back(page)
        seen = shown_on(page)
        assert not [words for words in SAID if words in seen], page.url


def visit_cookie(page: Page) -> str | None:
    named = {one["name"]: one["value"] for one in page.context.cookies()}
    return named.get("visit")


@pytest.mark.parametrize("ending", ["Thôi, xóa đi", "silence, with the back-forward cache"])
def test_a_wipe_leaves_nothing_of_the_visitor_and_all_that_is_the_kiosks(
    screen, with_cache, programs, ending
):
    page = with_cache(KIOSK) if "cache" in ending else screen(KIOSK)
    page.clock.install()
    page.goto(programs.kiosk_link())
    at_the_idea(page)
    roads.next_question(page, "/gui/6")
    page.goto(page.url.replace("/gui/6", "/gui/10"))
    page.locator("#phone").fill("0900 000 911")
    keep_in_browser(page)

    page.clock.run_for(601_000)
    if "cache" in ending:
        page.clock.run_for(31_000)
    else:
        page.get_by_role("alertdialog").get_by_role("link", name=ending).tap()
    expect(page).to_have_url(f"{programs.public}/")

    assert kept_in_browser(page) == {"takes": 0, "outbox": 1, "keys": ["device.language"]}
    for _ in range(page.evaluate("history.length") - 2):
        go_back(page)
        seen = shown_on(page)
        assert not [words for words in SAID if words in seen], page.url
        page.reload()
        assert not [words for words in SAID if words in shown_on(page)], page.url


KEEP = """const keep = await import(
    document.querySelector("script").src.replace("kiosk.js", "keep.js")
);"""


def keep_in_browser(page: Page) -> None:
    """Keep a recording, a choice of the visitor's, an unsent idea and a fact of the device."""
    page.evaluate(
        f"""async () => {{ {KEEP}
        await keep.put("takes", {{ id: "take" }});
        await keep.put("outbox", {{ key: "idea" }});
        sessionStorage.setItem("visit.words", "x");
        localStorage.setItem("visit.words", "x");
        localStorage.setItem("device.language", "vi"); }}"""
    )


def kept_in_browser(page: Page) -> object:
    """Return what a kiosk's browser keeps, once the home page has forgotten the visitor."""
    return page.evaluate(
        f"""async () => {{ {KEEP}
        const found = async () => ({{
          takes: await keep.count("takes"),
          outbox: await keep.count("outbox"),
          keys: [...Object.keys(sessionStorage), ...Object.keys(localStorage)],
        }});
        for (let tries = 0; tries < 100 && (await keep.count("takes")); tries += 1) {{
          await new Promise((again) => requestIdleCallback(again));
        }}
        const last = await found();
        await keep.clear("outbox");
        return last; }}"""
    )
