"""What our pages weigh: as Chromium counts it on the wire, and with the same words in them each
time, so that one byte more is seen.
"""

import zlib

from playwright.sync_api import Browser

from kiosk.compression import FOR_CITIZENS, FOR_STAFF
from tests.bench import blanks, offices, phone
from tests.bench.offices import Running
from tests.bench.programs import Answer
from tests.bench.tables import Budgets

PAGE_BYTES, HOME_BYTES, STATUS_BYTES, JOURNEY_BYTES = 14_600, 4_096, 2_048, 10_240
JOURNEY_SECONDS = 6.0
# What each page weighed when it was last made lighter: none may weigh a byte more since.
BEFORE = {
    "home": 2_478, "form": 5_280, "look-up": 2_096, "status": 2_036, "receipt": 3_346,
    "list": 4_426, "kiosk": 2_880, "slip": 4_140, "help": 1_895, "privacy": 2_072,
    "nowhere": 1_733,
}  # fmt: skip


def print_on_the_wire(browser: Browser, here: Running) -> None:
    """Measure and print what a browser receives, page by page and on the way to a receipt."""
    bare, ours = (f"http://127.0.0.1:{port}" for port in (here.bare_port, here.sqlite.public))
    secret = here.sqlite.secret
    table = Budgets("on the wire, as Chromium counts it", "floor", "ours", "requests", "budget")
    for name, path, budget, has_floor in (
        ("home", "/", HOME_BYTES, True),
        ("whole form", "/gui", PAGE_BYTES, True),
        ("first screen of the kiosk", "/gui/1", PAGE_BYTES, False),
        ("status", f"/t/{here.sqlite.code}", STATUS_BYTES, True),
        ("receipt", f"/r/{secret}", PAGE_BYTES, True),
        ("printable receipt", f"/r/{secret}/phieu", PAGE_BYTES, False),
        ("look-up", "/tra-cuu", PAGE_BYTES, True),
        ("help", "/tro-giup", PAGE_BYTES, False),
        ("privacy notice", "/rt", PAGE_BYTES, False),
        ("no such page", "/khong-co", PAGE_BYTES, False),
    ):
        load = phone.page_load(browser, ours + path)
        floor_size = phone.page_load(browser, bare + path).size if has_floor else None
        table.add(
            name, _bytes(floor_size), _bytes(load.size), str(load.requests), f"≤ {budget:,} B, 1",
            is_held=load.size <= budget and load.requests == 1,
        )  # fmt: skip
    bare_load, load = (phone.journey(browser, site, on_2g=True) for site in (bare, ours))
    table.add(
        "phone journey: form, submit, receipt", _bytes(bare_load.size), _bytes(load.size),
        str(load.requests), f"≤ {JOURNEY_BYTES:,} B", is_held=load.size <= JOURNEY_BYTES,
    )  # fmt: skip
    table.add(
        "… on 2G (50/20 kbit/s, 800 ms)", f"{bare_load.seconds:.1f} s", f"{load.seconds:.1f} s",
        "", f"≤ {JOURNEY_SECONDS:g} s", is_held=load.seconds <= JOURNEY_SECONDS,
    )  # fmt: skip
    table.print()


def print_alike(here: Running) -> None:
    """Weigh each page with the same code, day and key in it, and print that beside what it weighed
    before."""
    table = Budgets("a page with the same words in it", "bytes", "before")
    for name, answer in _pages(here).items():
        weight = weigh(answer, FOR_STAFF if name == "list" else FOR_CITIZENS)
        table.add(
            name, _bytes(weight), f"≤ {BEFORE[name]:,} B", is_held=weight <= BEFORE[name]
        )  # fmt: skip
    table.print()


def weigh(answer: Answer, level: int) -> int:
    """Return what an answer would weigh on the wire if it spoke of the same idea each time, to a
    browser that was here before. A page that is compressed in a way of its own is kept ready, and
    weighs what it weighs."""
    cookies = answer.headers.get_all("Set-Cookie", [])
    head = answer.size - len(answer.body) - sum(len(f"Set-Cookie: {one}\r\n") for one in cookies)
    if answer.body not in (answer.text().encode(), _packed(answer.text(), level)):
        return head + len(answer.body)
    return head + len(_packed(blanks.alike(answer), level))


def _packed(text: str, level: int) -> bytes:
    return zlib.compress(text.encode(), level, wbits=31)


def _pages(here: Running) -> dict[str, Answer]:
    office = here.sqlite
    return offices.pages_of(office) | {
        name: office.kiosk.ask(office.public, path)
        for name, path in (
            ("kiosk", "/gui/1"), ("slip", f"/r/{office.secret}/phieu"), ("help", "/tro-giup"),
            ("privacy", "/rt"), ("nowhere", "/khong-co"),
        )
    }  # fmt: skip


def _bytes(size: int | None) -> str:
    return "–" if size is None else f"{size:,} B"
