"""With the keyboard on a kiosk's screen, what leads on and the field in use are in sight."""

import pytest

pytestmark = pytest.mark.browser
SIZES = [(1080, 1920), (1280, 800)]
# Pages on which one writes: letters, and the pad of digits.
WRITTEN = ["/gui/6", "/tra-cuu", "/lam-tiep"]
_HIDDEN = """() => {
  const seen = (one) => {
    const { left, right, top, bottom } = one.getBoundingClientRect();
    const shown = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    return top >= 0 && bottom <= innerHeight && one.contains(shown);
  };
  const wanted =
    ["button.main", ".field", "[data-call-person] .aid", "[data-read]", "[data-do=hide]"];
  return wanted.filter((which) =>
    ![...document.querySelectorAll(which)].some((one) => one.checkVisibility() && seen(one)));
}"""

# Nothing of the page has moved for ten pictures: what was out of sight has come into it. And a
# finger may press again: a page lets none through while it is new (`awake` in kiosk.css).
_AT_REST = """() => new Promise((done) => {
  const places = () =>
    JSON.stringify([...document.querySelectorAll(".field, .keyboard, button")].map((one) => {
      const { top, bottom } = one.getBoundingClientRect();
      return [top, bottom];
    }));
  let [before, still] = ["", 0];
  const look = () => {
    const now = places();
    still = now === before && document.getAnimations().length === 0 ? still + 1 : 0;
    before = now;
    if (still < 10) requestAnimationFrame(look);
    else done();
  };
  look();
})"""


@pytest.fixture
def screen(browser, kiosk):
    """A builder: the kiosk's screen of a size; the app answers each of its requests itself."""
    contexts = []

    def build(size):
        width, height = size
        # A worker's own requests go past `answer`, to whoever serves here.
        context = browser.new_context(
            viewport={"width": width, "height": height}, service_workers="block"
        )

        def answer(route):
            asked = route.request.url.removeprefix("http://127.0.0.1:8080")
            came = kiosk.open(asked, method=route.request.method, follow_redirects=True)
            route.fulfill(status=came.status_code, headers=dict(came.headers), body=came.data)

        context.route("**/*", answer)
        contexts.append(context)
        return context.new_page()

    yield build
    for context in contexts:
        context.close()


@pytest.mark.parametrize("size", SIZES, ids=["upright", "landscape"])
def test_what_leads_on_stands_above_the_keys_and_the_field_in_use_is_seen(screen, kiosk, size):
    page = screen(size)

    for larger in ("0", "1"):
        kiosk.post("/hien-thi", data={"larger": larger})
        for road in WRITTEN:
            page.goto(f"http://127.0.0.1:8080{road}")
            page.locator(".field").first.focus()
            page.locator(".keyboard").wait_for()
            page.evaluate(_AT_REST)
            assert page.evaluate(_HIDDEN) == [], (road, larger)
