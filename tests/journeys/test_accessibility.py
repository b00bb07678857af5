"""Every page, error pages too, for everybody: axe-core finds nothing, nothing is cut off or too
small to press, and no Vietnamese letter falls out of its typeface."""

from collections.abc import Iterable, Iterator

import pysqlite3
import pytest
from playwright.sync_api import Page, ViewportSize, expect

from shared.domain import codes
from shared.domain.proposal import Status
from shared.runtime.instance import Instance
from shared.store.cases import queue
from tests import axe
from tests.journeys import roads
from tests.journeys.conftest import KIOSK, PHONE, TABLET
from tests.serving import Serving
from tests.sizes import at_each

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
NARROW = {"width": 320, "height": 640}
# What is pressed. A link within a sentence is as tall as its line (WCAG 2.5.8).
TARGETS = (
    "button, a.button, a.tile, a.back, label.choice, input.field, input[type=file], textarea,"
    " .summary a, .foot a"
)
# What a page is wide: 1 px more is rounding.
TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"
LETTERS = "aăâeêioôơuưyàằầèềìòồờùừỳáắấéếíóốớúứýảẳẩẻểỉỏổởủửỷãẵẫẽễĩõỗỡũữỹạặậẹệịọộợụựỵđ"


def assert_for_everybody(
    page: Page, least: int = 48, *, rows: int = 0, sizes: Iterable[ViewportSize] = ()
) -> None:
    """Raise AssertionError when axe finds something, a line is cut off, or a target or a row of
    the page is lower than `least` or `rows` px; at each of these sizes, or at the one it has."""
    expect(page.locator("main, h1").first).to_be_attached()
    page.wait_for_load_state("load")
    for size in at_each(page, sizes or (page.viewport_size,)):
        seen = f"{page.url} on {size}"
        assert [
            (one["id"], [node["html"][:160] for node in one["nodes"][:3]])
            for one in axe.faults(page, tags=RULES)
        ] == [], seen
        assert not page.evaluate(TOO_WIDE), f"{seen} is wider than its screen"
        assert small_targets(page, least) == [], seen
        assert small_rows(page, rows) == [], seen


def small_targets(page: Page, least: int) -> list[str]:
    """Return what is less than `least` px high of all that is pressed and seen."""
    sizes = page.locator(TARGETS).evaluate_all(
        "(all, least) => all.filter(one => one.checkVisibility() && one.type !== 'hidden')"
        ".filter(one => one.getBoundingClientRect().height < least - 0.5)"
        ".map(one => one.outerHTML.slice(0, 120) + one.getBoundingClientRect().height)",
        least,
    )
    return list(sizes)


def a_secret(programs, status: Status) -> tuple[str, str]:
    """Return code and QR secret of a case of the demo that stands at `status`."""
    instance = Instance(programs.serving.folder)
    db = instance.open()
    try:
        [case, *_] = queue.page(db, queue.QueueFilter("nobody", status=status)).cases
        key = instance.secrets().receipt_key
        return case.code, codes.secret_of(case.code, key=key, commune_id=db.commune_id)
    finally:
        db.close()


# English differs by its words alone: where they are narrowest.
@pytest.mark.parametrize(
    ("language", "sizes"), [("vi", (PHONE, NARROW, TABLET, KIOSK)), ("en", (NARROW,))],
    ids=["vi", "en"],
)  # fmt: skip
def test_the_pages_of_a_citizens_own_phone(screen, programs, sizes, language):
    page = screen(sizes[0])
    page.context.add_cookies([{"name": "lang", "value": language, "url": programs.public}])
    code, secret = a_secret(programs, Status.NOT_RECOGNISED)

    for path in (
        "/", "/gui", "/gui/1", "/tra-cuu", "/tra-cuu?ma=123", "/xac-minh", f"/xac-minh?ma={code}",
        f"/xac-minh?ma={codes.new_code()}", "/tro-giup", "/rt", f"/t/{code}", "/t/123",
        f"/t/{codes.new_code()}", f"/r/{secret}", f"/r/{secret}/phieu", f"/r/{secret}/rut",
        f"/r/{secret}/gui-tep",
        "/khong-co",
    ):  # fmt: skip
        page.goto(programs.public + path)
        assert_for_everybody(page, sizes=sizes)
    page.goto(f"{programs.public}/gui")
    page.locator("form[action='/gui'] button").first.tap()
    expect(page.locator("#problems")).to_be_visible()
    assert_for_everybody(page, sizes=sizes)


def test_every_screen_of_a_kiosk_upright_and_across(kiosk, programs):
    page = kiosk(KIOSK, script=True)
    sizes = (KIOSK, TABLET)
    for path in (
        "/",
        "/tra-cuu",
        "/tra-cuu?ma=1",
        "/tro-giup",
        "/rt",
        "/khong-co",
        "/ngoai-tuyen/vi",
        "/ngoai-tuyen/en/gui",
    ):
        page.goto(programs.public + path)
        assert_for_everybody(page, rows=72, sizes=sizes)

    page.goto(programs.public)
    roads.answer_at_kiosk(page, roads.TITLE, phone="0900 000 941")
    for step in (1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12):
        page.goto(f"{programs.public}/gui/{step}")
        assert_for_everybody(page, rows=72, sizes=sizes)
    page.goto(f"{programs.public}/gui/4")
    page.locator("#title").fill("x")
    roads.press(page, "Tiếp tục")
    expect(page.locator("#problems")).to_be_visible()
    assert_for_everybody(page, sizes=sizes)
    page.goto(f"{programs.public}/gui/12")
    roads.press(page, "Gửi")
    expect(page.locator("#problems")).to_be_visible()
    assert_for_everybody(page, sizes=sizes)
    page.goto(f"{programs.public}/gui/4")
    page.locator("#title").fill(roads.TITLE)
    roads.next_question(page, "/gui/12")
    page.goto(f"{programs.public}/gui/6")
    page.evaluate("document.querySelector('dialog[data-asks-after]').showModal()")
    assert_for_everybody(page, rows=72, sizes=sizes)
    roads.press(page, "Tôi còn đây")
    number = roads.hold(page)
    assert_for_everybody(page, sizes=sizes)
    roads.press(page, "Xong, về màn hình đầu")
    expect(page).to_have_url(f"{programs.public}/")
    page.locator("a[href='/lam-tiep']").tap()
    page.locator("#so").fill("x")
    roads.press(page, "Mở bài")
    expect(page.get_by_role("alert")).to_be_visible()
    assert_for_everybody(page, sizes=sizes)
    page.locator("#so").fill(number)
    roads.next_question(page, "/gui/6", "Mở bài")
    page.goto(f"{programs.public}/gui/12")
    roads.send(page)
    assert_for_everybody(page, sizes=sizes)
    page.goto(f"{page.url.partition('?')[0]}/phieu")
    assert_for_everybody(page, sizes=sizes)


def small_rows(page: Page, least: int) -> list[str]:
    """Return what a thumb could miss: choices, tiles and buttons lower than `least` px."""
    return list(
        page.locator("main .button, dialog .button, .tile, .choice, .summary a").evaluate_all(
            "(all, least) => all.filter(one => one.checkVisibility())"
            ".filter(one => one.getBoundingClientRect().height < least - 0.5)"
            ".map(one => one.outerHTML.slice(0, 120) + one.getBoundingClientRect().height)",
            least,
        )
    )


def test_the_two_telephones(screen, programs):
    page, sizes = screen(TABLET), (TABLET, PHONE, KIOSK)
    page.goto(f"{programs.sms}/phone")
    assert_for_everybody(page, 24, sizes=sizes)
    page.get_by_role("button", name="Gửi tin").first.tap()
    expect(page.get_by_role("alert")).to_be_visible()
    assert_for_everybody(page, 24, sizes=sizes)
    page.goto(f"{programs.sms}/khong-co")
    assert_for_everybody(page, 24, sizes=sizes)


def test_no_page_of_the_office_is_wider_than_a_narrow_phone(officer, programs):
    page = officer(NARROW)
    code, _ = a_secret(programs, Status.UNDER_APPRAISAL)

    lists = ("/", "/?q=khong-co-gi", "/?xem=bang", "/?xem=lich", "/?chon=1&tich=trang")
    for path in (*lists, f"/ho-so/{code}", f"/ho-so/{code}/phieu", "/mat-khau"):
        page.goto(programs.staff + path)
        assert not page.evaluate(TOO_WIDE), page.url


@pytest.mark.parametrize("path", ["/", "/gui", "/tra-cuu"])
def test_every_vietnamese_letter_has_the_same_typeface(screen, programs, path):
    page = screen(KIOSK)
    page.goto(programs.public + path)
    page.evaluate(
        "letters => { for (const one of document.querySelectorAll('h1, label, textarea, button'))"
        " one.textContent = letters }",
        LETTERS + LETTERS.upper(),
    )
    # A page that was not painted since has no typeface.
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]

    for selector in ("h1", "label", "button"):
        if not page.locator(selector).count():
            continue
        node = session.send("DOM.querySelector", {"nodeId": root, "selector": selector})
        fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": node["nodeId"]})["fonts"]
        assert len({font["familyName"] for font in fonts}) == 1, (selector, fonts)
    # The letters in a field lie where no tool looks; it takes the typeface of its page.
    families = page.locator("body, input.field, textarea").evaluate_all(
        "all => all.map(one => getComputedStyle(one).fontFamily.replace(/,?\\s*monospace/, ''))"
    )
    assert len({family for family in families if family}) == 1


# --- pages that only show when something is wrong


@pytest.fixture(scope="module")
def in_trouble(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """Programs whose store is about to be hurt."""
    serving = Serving(tmp_path_factory.mktemp("trouble") / "office")
    assert serving.run("init", "--unit", "26068").returncode == 0
    try:
        yield serving.start(HIENKE_LIMITS_LOOKUP_MISSES_PER_HOUR_IP="1").wait_until_well()
    finally:
        serving.end_for_certain()


def test_the_pages_of_faults(screen, in_trouble):
    page = screen(PHONE)
    public = f"http://127.0.0.1:{in_trouble.public}"

    def shown(path: str, status: int) -> None:
        answer = page.goto(public + path)
        assert answer.status == status
        assert_for_everybody(page)

    shown("/khong-co", 404)
    shown(f"/t/{codes.new_code()}", 404)
    shown(f"/t/{codes.new_code()}", 429)
    shown(f"/xac-minh?ma={codes.new_code()}", 429)
    store = pysqlite3.connect(str(in_trouble.folder / "hienke.db"), isolation_level=None)
    store.execute("BEGIN IMMEDIATE")
    shown("/gui/1", 503)
    page.goto(f"{public}/gui")
    roads.fill_form(page)
    roads.press(page, "Gửi")
    expect(page.locator("#problems")).to_contain_text("bận")
    expect(page.locator("#solution")).to_have_value(roads.IDEA)
    assert_for_everybody(page)
    store.execute("ROLLBACK")
    roads.press(page, "Gửi")
    expect(page).to_have_url(roads.RECEIPT)
    receipt = roads.receipt_address(page).removeprefix(public)
    store.execute("ALTER TABLE reply RENAME TO lost")
    shown("/khong-co", 404)
    store.execute("DELETE FROM throttle")
    shown(receipt, 500)
    store.execute("ALTER TABLE lost RENAME TO reply")
    shown(receipt, 200)
    store.close()
