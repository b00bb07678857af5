"""For those who cannot see or read: what a screen reader says of the pages."""

import html5lib
import pytest

from shared.domain import clock
from shared.domain.proposal import Status
from shared.store.models import registry
from shared.store.models.registry import Words


def tree(page):
    return html5lib.HTMLParser(namespaceHTMLElements=False).parse(page.text)


def text(element):
    return " ".join("".join(element.itertext()).split())


def focused(page):
    """What has the focus when the page is opened: its id, else its name."""
    first = tree(page).find(".//*[@autofocus]")
    return None if first is None else first.get("id") or first.get("name")


def test_required_is_said_in_words_and_to_the_machine(citizen, kiosk):
    page = citizen.get("/gui")

    assert "cần trả lời" in text(tree(page).find(".//h1"))
    assert tree(page).find(".//textarea[@id='solution']").get("aria-required") == "true"
    assert "*" not in "".join(text(one) for one in tree(page).iter("label"))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"solution": ""}, "solution"),
        ({"phone": "12"}, "phone"),
        ({"phone": "0912345678"}, "consents.store"),
        ({"name": "Bé Na", "under_16": "yes", "consents.store": "yes"}, "guardian"),
        ({"effects": "no_such"}, "effects"),
    ],
)
def test_the_focus_goes_to_the_first_problem(citizen, a_form, changes, field):
    page = citizen.post("/gui", data=a_form(**changes))

    assert page.status_code == 422
    assert focused(page) == field


def test_without_a_field_the_focus_goes_to_the_list(citizen, a_form, locked):
    with locked():
        page = citizen.post("/gui", data=a_form())

    assert page.status_code == 503
    assert focused(page) == "problems"


def test_a_request_for_a_model_begins_at_what_is_wrong(db, citizen, a_proposal):
    entry = _published(db, a_proposal)

    page = citizen.post(f"/mo-hinh/{entry.slug}/ap-dung", data={"key": "k", "unit": "ấp 3"})

    assert page.status_code == 422
    assert focused(page) == "name"


def test_every_question_of_the_phones_form_is_a_heading(citizen):
    page = tree(citizen.get("/gui"))

    headings = [text(one) for one in page.iter("h2")]
    for words in ("Bây giờ đang vướng chỗ nào?", "Làm vậy thì được lợi gì?", "Ông/Bà ở đâu?"):
        assert words in headings


def test_vietnamese_on_an_english_page_says_so(db, citizen, a_proposal):
    entry = _published(db, a_proposal)

    for address in ("/mo-hinh", f"/mo-hinh/{entry.slug}"):
        citizen.delete_cookie("lang")
        assert ' lang="vi">' not in citizen.get(address).text.partition("<body")[2]
        citizen.set_cookie("lang", "en")
        marked = [text(one) for one in tree(citizen.get(address)).iterfind(".//*[@lang='vi']")]
        assert {"UBND xã Tân An", "Hẹn giờ chứng thực"} <= set(marked)


def _published(db, a_proposal):
    case = a_proposal(status=Status.RECOGNISED)
    words = Words("Hẹn giờ chứng thực", "Chờ lâu.", "Nhắn tin trước.", "Đỡ chờ.", False, False)
    return registry.publish(db, case.code, words, seen="", actor="an", at=clock.now())


def test_no_drawing_stands_beside_a_box_of_who_is_under_16_or_agrees(kiosk):
    kiosk.get("/gui/6")
    kiosk.post("/gui/6", data={"solution": "Cho bà con nhắn tin xin giờ."})

    rows = tree(kiosk.get("/gui/10")).iterfind(".//label[@class='choice']")

    assert [one.find(".//svg") for one in rows] == [None]
