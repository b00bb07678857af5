"""At a kiosk everything that is pressed to go on stands on the screen, whatever its size and the
letters: nobody must scroll to find it.

Every page that a walk through the demo's kiosk meets is drawn as it came, without script.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from kiosk.sheets import bundle
from tests.pages_equal import office, walk
from tests.sizes import at_each

UPRIGHT, LANDSCAPE = {"width": 1080, "height": 1920}, {"width": 1280, "height": 800}
LEAST_LETTERS, LEAST_AIDS = 28, 24  # px
# The most of a screen that the bar at the foot takes, with the line that says who comes to help.
MOST_OF_SCREEN = 0.3
_MET = (
    "/gui/1", "/gui/12", "/tra-cuu", "/t/", "/phieu", "/rut", "/du-lieu", "/lam-tiep", "/mo-hinh/",
    "/xac-minh", "/ngoai-tuyen/vi/gui", "/khong-co", "(just sent)",
)  # fmt: skip
_MEASURE = """(isLarger) => {
  const root = document.documentElement;
  root.classList.toggle("larger", isLarger);
  document.querySelector("#larger").disabled = !isLarger;
  document.querySelector("[data-read]")?.removeAttribute("hidden"); // as script shows it
  const page = document.querySelector(".page");
  page.scrollTop = 0;
  const whole = (one) => {
    const { left, right, top, bottom } = one.getBoundingClientRect();
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    const points = [[left + 3, y], [right - 3, y], [x, top + 3], [x, bottom - 3], [x, y]];
    return left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight
      && points.every(([a, b]) => one.contains(document.elementFromPoint(a, b)));
  };
  const shown = (which) =>
    [...document.querySelectorAll(which)].filter((one) => one.checkVisibility());
  const letters = (one) => parseFloat(getComputedStyle(one).fontSize);
  const main = shown(".acts .main, .acts .red");
  const doors = main.length ? [] : shown("main .tile");
  const pressed = [...main, ...doors, ...shown(".acts .button, .aid")];
  return {
    main: main.length + doors.length,
    hidden: pressed.filter((one) => !whole(one)).map((one) => one.innerText),
    low: pressed.filter((one) => one.offsetHeight < 72).map((one) => one.innerText),
    letters: letters(root),
    aids: Math.min(99, ...shown(".aid").map(letters)),
    buttons: Math.min(99, ...shown(".button").map(letters)),
    share: document.querySelector(".dock").offsetHeight / innerHeight,
    wide: Math.max(root.scrollWidth - innerWidth, page.scrollWidth - page.clientWidth),
  };
}"""


@dataclass(frozen=True)
class Screen:
    """A page of a kiosk: its name on the walk, and its HTML."""

    name: str
    html: str


@pytest.fixture(scope="module")
def screens(tmp_path_factory: pytest.TempPathFactory) -> list[Screen]:
    """Every page that somebody meets at the demo's kiosk."""
    here = office.found(tmp_path_factory.mktemp("in_sight") / "demo")
    found = {}
    for visit in walk.everybody(here, "kiosk-vi"):
        if visit.answer.mimetype == "text/html" and 'class="kiosk"' in (html := _html(visit)):
            found.setdefault(html, visit.name)
    return [Screen(name, html) for html, name in found.items()]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A kiosk's screen, without script."""
    context = browser.new_context(viewport=UPRIGHT, java_script_enabled=False, locale="vi-VN")
    yield context.new_page()
    context.close()


def test_the_walk_meets_every_kind_of_screen(screens: list[Screen]) -> None:
    met = " ".join(screen.name for screen in screens)

    assert len(screens) > 60
    for road in _MET:
        assert road in met, road


def test_what_leads_on_is_in_sight_on_every_screen(page: Page, screens: list[Screen]) -> None:
    # A page that was just opened lets no finger through; here it is measured at once.
    awake = "<style>.kiosk main, .kiosk .dock { animation: none }</style>"
    sheet = f'<style id="larger">{bundle(("larger",))[0]}</style>{awake}'
    wrong = []

    for screen in screens:
        page.set_content(screen.html + sheet, wait_until="commit")
        for size in at_each(page, (UPRIGHT, LANDSCAPE)):
            for letters in ("letters", "larger letters"):
                seen = page.evaluate(_MEASURE, letters == "larger letters")
                where = f"{screen.name} on {size['width']}, {letters}"
                wrong += [f"{where}: {said}" for said in _complaints(seen)]

    assert not wrong, "\n".join(wrong)


def _complaints(seen: dict[str, Any]) -> Iterator[str]:
    """Say what a measured screen has that no kiosk may have."""
    if not seen["main"]:
        yield "nothing leads on"
    if seen["hidden"]:
        yield f"not in sight: {seen['hidden']}"
    if seen["low"]:
        yield f"lower than a thumb: {seen['low']}"
    if seen["wide"] > 0:
        yield f"{seen['wide']} px too wide"
    if seen["letters"] < LEAST_LETTERS or seen["buttons"] < LEAST_LETTERS:
        yield f"letters of {seen['letters']} px, of {seen['buttons']} px on a button"
    if seen["aids"] < LEAST_AIDS:
        yield f"aids with letters of {seen['aids']} px"
    if seen["share"] > MOST_OF_SCREEN:
        yield f"the bar takes {seen['share']:.0%} of the screen"


def _html(visit: walk.Visit) -> str:
    return walk.body_of(visit.answer).decode()
