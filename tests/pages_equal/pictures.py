"""How pages look in Debian's Chromium: taken at the sizes of a kiosk, a tablet and a phone, each
request of the browser answered by the demo itself, without script and without a server."""

import tempfile
from pathlib import Path

from flask.testing import FlaskClient
from playwright.sync_api import Browser, Route, sync_playwright

from tests.conftest import SHELL, SWITCHES
from tests.pages_equal import office, walk
from tests.pages_equal.office import Office

KIOSK, TABLET, PHONE = (1080, 1920), (1280, 800), (360, 740)
_STAFF = {
    "officer": ("/", "/tin-nhan", "/giay", "/nhap-ho-so", "/hoi-dong", "/ke-hoach", "/khen-thuong"),
    "chair": ("/tong-quan", "/ky-duyet", "/bao-cao"),
    "admin": ("/thiet-bi", "/nhan-su"),
    "culture": ("/tuyen-truyen", "/ap-phich"),
}


def take(folder: Path) -> int:
    """Found a demo, keep pictures of its pages in `folder`/pictures, and return how many."""
    place = folder / "pictures"
    place.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as demo, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=SHELL, args=SWITCHES)
        here = office.found(Path(demo) / "demo")
        for client, who, roads, sizes in _seen_by(here):
            for size in sizes:
                _take(browser, client, f"{who}-{size[0]}", roads, size, place)
        browser.close()
    return len(list(place.iterdir()))


def _seen_by(
    here: Office,
) -> list[tuple[FlaskClient, str, list[tuple[str, str]], list[tuple[int, int]]]]:
    """Return whose pages are taken: the browser, the name, the pages by name, at which sizes."""
    codes = here.codes()
    citizens = _citizens_pages(here, codes)
    seen = [
        (here.visitor("phone"), "phone", citizens, [PHONE]),
        (here.visitor("kiosk"), "kiosk", citizens, [KIOSK, TABLET]),
    ]
    for client, *_ in seen:
        walk.begin_idea(client)
    for role, roads in _STAFF.items():
        wanted = [(road.strip("/") or "home", road) for road in roads]
        if role == "officer":
            wanted += [(f"case-{s}", f"/ho-so/{known[0]}") for s, known in codes.items() if known]
        seen.append((here.member(role), role, wanted, [TABLET, PHONE]))
    return seen


def _citizens_pages(here: Office, codes: dict[str, list[str]]) -> list[tuple[str, str]]:
    known = codes["recognised"][0]
    secret = here.secret(known)
    asked = [(f"ask-{step}", f"/gui/{step}") for step in (1, 4, 6, 7, 9, 10, 11, 12)]
    return [
        ("home", "/"), *asked, ("form", "/gui"), ("lookup", "/tra-cuu"),
        *((f"status-{status}", f"/t/{codes[status][0]}") for status in ("received", "on_trial")),
        ("scanned", f"/tra-cuu?ma={secret}"), ("slip", f"/r/{secret}/phieu"),
        ("own-data", f"/r/{secret}/du-lieu"), ("verify", f"/xac-minh?ma={known}"),
        ("models", "/mo-hinh"), ("privacy", "/rt"), ("help", "/tro-giup"), ("fault", "/khong-co"),
    ]  # fmt: skip


def _take(
    browser: Browser, client: FlaskClient, who: str, roads: list[tuple[str, str]],
    size: tuple[int, int], place: Path,
) -> None:  # fmt: skip
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, java_script_enabled=False, locale="vi-VN"
    )

    def answer(route: Route) -> None:
        asked = route.request.url.removeprefix("http://127.0.0.1")
        came = client.open(asked, method=route.request.method, follow_redirects=True)
        route.fulfill(status=came.status_code, headers=dict(came.headers), body=came.get_data())

    context.route("**/*", answer)
    page = context.new_page()
    for name, road in roads:
        page.goto(f"http://127.0.0.1{road}")
        # Animations go their way: ended, the question whether anybody is there would cover all.
        page.screenshot(path=place / f"{who}-{name.replace('/', '.')}.png", full_page=True)
    context.close()
