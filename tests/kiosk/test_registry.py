"""The registry shows what an officer published of recognised ideas, to read, to search, as data;
and a unit that wants the same leaves whom to call."""

import csv
import gzip
import io
import json
import re

import pytest

from shared.db.connection import writing
from shared.domain import clock
from shared.domain.measures import Figures
from shared.domain.proposal import Status
from shared.store.cases import proposals
from shared.store.models import adoptions, model_requests, registry
from shared.store.models.adoptions import NewMeasure
from shared.store.models.registry import Words
from shared.store.people import staff
from tests.forgetting import forget_authors

NAMED = {"name": "Lê Thị Mận", "phone": "0912345678", "consents": {"store": True, "name_me": True}}


@pytest.fixture
def published(db, a_proposal):
    """A builder: `published("Hẹn giờ", status=…, at=…, solution=…, **fields of the API)`."""

    def build(
        title="Hẹn giờ chứng thực", status=Status.RECOGNISED, at=None, solution="Nhắn tin trước.",
        names_author=False, guardian_agreed=False, **given,
    ):  # fmt: skip
        case = a_proposal(status=status, **given)
        words = Words(title, "Chờ lâu.", solution, "Đỡ chờ.", names_author, guardian_agreed)
        return registry.publish(
            db, case.code, words, seen="", actor="an", at=at or clock.now()
        )  # fmt: skip

    return build


def counted(db, entry, kind="days", before=3.0, after=1.0, **more):
    new = NewMeasure(Figures(kind, before, after), "", "2026-08-01", "sổ quầy", **more)
    adoptions.measure(db, entry.proposal_id, new, key=f"{entry.id}|{kind}", actor="an", at=1)


def titles(page):
    return re.findall(r'<h2><a href="/mo-hinh/[^"]+">([^<]+)</a>', page.text)


def asked(client, entry, **changes):
    given = {
        "key": "k", "unit": "UBND xã Vĩnh Tân", "name": "Anh Ba", "phone": "0912 345 678",
        "reason": "Bà con chờ lâu.", "consent": "yes", **changes,
    }  # fmt: skip
    return client.post(f"/mo-hinh/{entry.slug}/ap-dung", data=given)


def test_home_leads_to_the_registry_and_the_registry_to_a_model(citizen, published, db):
    entry = published()
    counted(db, entry)

    assert 'href="/mo-hinh"' in citizen.get("/").text
    assert 'href="/mo-hinh/hen-gio-chung-thuc"' in citizen.get("/mo-hinh").text
    page = citizen.get("/mo-hinh/hen-gio-chung-thuc").text
    assert "3 ngày" in page and "<b>1 ngày</b>" in page and "−67%" in page


@pytest.mark.parametrize(
    "status", [Status.UNDER_APPRAISAL, Status.ON_TRIAL, Status.NOT_RECOGNISED]
)  # fmt: skip
def test_nothing_is_published_before_it_is_recognised(db, a_proposal, citizen, status):
    case = a_proposal(status=status)

    with pytest.raises(registry.NotRecognised):
        registry.publish(
            db, case.code, Words("Một ý", "", "a", "", False, False), seen="", actor="an", at=1
        )

    assert titles(citizen.get("/mo-hinh")) == []


def test_a_case_kept_confidential_later_vanishes(db, published, citizen):
    entry = published()
    code = proposals.by_id(db, entry.proposal_id).code
    officer = staff.add(
        db, "an", name="An", role="officer", password_hash="", must_change=False, actor="t", at=1
    )  # fmt: skip

    proposals.flag(db, code, spam=False, confidential=True, actor=officer.id, at=1)

    assert citizen.get(f"/mo-hinh/{entry.slug}").status_code == 404
    assert citizen.get("/mo-hinh.json").json == {"models": []}


def test_a_withdrawn_model_is_gone_from_every_door(db, published, citizen):
    entry = published()
    registry.withdraw(db, proposals.by_id(db, entry.proposal_id).code, actor="an", at=1)

    assert titles(citizen.get("/mo-hinh")) == []
    for address in ("", ".json", "/ap-dung", "/da-gui"):
        assert citizen.get(f"/mo-hinh/{entry.slug}{address}").status_code == 404
    assert entry.slug not in citizen.get("/mo-hinh.csv").text


def test_addresses_are_short_plain_and_never_the_same(published):
    slugs = [published(title).slug for title in ("Đỡ chờ ở quầy!", "Đỡ chờ ở quầy", "Dữ liệu")]

    assert slugs == ["do-cho-o-quay", "do-cho-o-quay-2", "du-lieu-2"]
    assert len(registry.slug_of("một " * 40)) <= registry.SLUG_LETTERS


def test_models_are_found_without_accents_and_by_what_they_are(db, published, citizen):
    published("Hẹn giờ chứng thực", category="3")
    other = published("Bảng chỉ dẫn to", category="7", solution="Sơn chữ to ở cổng.")
    counted(db, other, "steps", 4, 2)

    assert titles(citizen.get("/mo-hinh?q=HEN+gio")) == ["Hẹn giờ chứng thực"]
    assert titles(citizen.get("/mo-hinh?q=chu+cong")) == ["Bảng chỉ dẫn to"]
    assert titles(citizen.get("/mo-hinh?category=3")) == ["Hẹn giờ chứng thực"]
    assert titles(citizen.get("/mo-hinh?effect=steps")) == ["Bảng chỉ dẫn to"]
    assert titles(citizen.get("/mo-hinh?effect=days")) == []
    assert titles(citizen.get("/mo-hinh?year=1999")) == []
    assert len(titles(citizen.get("/mo-hinh?category=zz&year=x&after=%00&q=%25"))) == 2


def test_figures_are_written_in_the_readers_language(db, published, citizen):
    entry = published()
    counted(db, entry, "cost", 20000, 1)
    counted(db, entry, "steps", 2, 1)

    vietnamese = citizen.get(f"/mo-hinh/{entry.slug}").text
    citizen.set_cookie("lang", "en")
    english = citizen.get(f"/mo-hinh/{entry.slug}").text

    assert "20.000 đồng" in vietnamese
    for words in ("20,000 dong", "2 steps", "1 step<"):
        assert words in english


def test_a_figure_that_got_worse_is_no_effect_to_find(db, published, citizen):
    counted(db, published(), "cost", 1000, 2000)

    assert titles(citizen.get("/mo-hinh?effect=cost")) == []


def test_pages_follow_each_other_without_a_gap(published, citizen):
    for number in range(registry.PAGE_SIZE + 3):
        published(f"Mô hình {number:02}", at=1_800_000_000_000 + number // 4)

    first = citizen.get("/mo-hinh")
    following = re.search(r'href="(/mo-hinh\?after=[^"]+)"', first.text)[1]
    second = citizen.get(following)

    seen = titles(first) + titles(second)
    assert len(seen) == len(set(seen)) == registry.PAGE_SIZE + 3
    assert "after=" not in second.text


def test_a_name_stands_there_only_with_consent_and_goes_with_an_erasure(db, published, citizen):
    agreed = published("Có tên", names_author=True, **NAMED)
    silent = published("Không tên", names_author=True, **NAMED | {"consents": {"store": True}})

    assert "Lê Thị Mận" in citizen.get(f"/mo-hinh/{agreed.slug}").text
    assert "Lê Thị Mận" not in citizen.get(f"/mo-hinh/{silent.slug}").text

    with writing(db):
        forget_authors(db, agreed.proposal_id, at=1)

    assert "Lê Thị Mận" not in citizen.get(f"/mo-hinh/{agreed.slug}").text
    assert "Lê Thị Mận" not in citizen.get("/mo-hinh.json").text


@pytest.mark.parametrize("guardian_agreed", [False, True])
def test_a_child_is_named_only_where_the_guardian_agreed(citizen, published, guardian_agreed):
    child = {**NAMED, "under_16": True, "guardian": "Bà Sáu"}

    entry = published(names_author=True, guardian_agreed=guardian_agreed, **child)

    page = citizen.get(f"/mo-hinh/{entry.slug}").text
    assert ("Lê Thị Mận" in page) is guardian_agreed
    assert "Bà Sáu" not in page


def test_the_open_data_hold_what_the_dictionary_names(db, published, citizen):
    entry = published()
    unit = adoptions.add(
        db, entry.proposal_id, "Ấp 3", "applying", "2026-08-01", actor="an", at=1
    )  # fmt: skip
    adoptions.add(db, entry.proposal_id, "Ấp 4", "asked", "2026-08-01", actor="an", at=1)
    counted(db, entry, adoption_id=unit)

    [told] = citizen.get("/mo-hinh.json").json["models"]

    means = re.findall(r"<dt>(\w+)</dt>", citizen.get("/mo-hinh/du-lieu").text)
    assert list(told) == means
    assert told == citizen.get(f"/mo-hinh/{entry.slug}.json").json
    assert told["decision_number"] == "12/QĐ-UBND"
    assert told["adopting_units"] == [{"unit": "Ấp 3", "state": "applying", "since": "2026-08-01"}]
    [measure] = told["measures"]
    assert (measure["before"], measure["after"], measure["unit"]) == (3, 1, "Ấp 3")


def test_the_open_data_say_the_same_however_many_statements_read_them(
    citizen, published, monkeypatch
):
    slugs = [published(f"Mô hình {n}", at=1_800_000_000_000 + n // 3).slug for n in range(7)]
    roads = ("/mo-hinh.json", "/mo-hinh.csv")
    whole = [citizen.get(road).data for road in roads]
    each = [citizen.get(f"/mo-hinh/{slug}.json").text for slug in reversed(slugs)]

    monkeypatch.setattr(registry, "AT_ONCE", 2)

    assert [citizen.get(road).data for road in roads] == whole
    told = json.loads(whole[0])["models"]
    assert sorted(one["slug"] for one in told) == sorted(slugs)
    text = whole[0].decode()
    assert len(text) == len('{"models":[]}') + sum(map(len, each)) + len(each) - 1
    assert all(one in text for one in each)
    packed = [citizen.get(road, headers={"Accept-Encoding": "gzip"}) for road in roads]
    assert [one.headers["Content-Encoding"] for one in packed] == ["gzip", "gzip"]
    assert [gzip.decompress(one.data) for one in packed] == whole


@pytest.mark.parametrize("road", ["/mo-hinh.json", "/mo-hinh.csv"])
@pytest.mark.parametrize("accepts", ["", "gzip"])
def test_the_open_data_are_read_while_they_are_sent(
    citizen, published, db, monkeypatch, road, accepts
):
    entries = [published(f"Mô hình {n}", at=1_800_000_000_000 + n) for n in range(6)]
    monkeypatch.setattr(registry, "AT_ONCE", 2)
    answer = citizen.get(road, headers={"Accept-Encoding": accepts}, buffered=False)
    pieces = answer.iter_encoded()
    begun = next(pieces)

    last = proposals.by_id(db, entries[0].proposal_id).code
    registry.withdraw(db, last, actor="an", at=1)
    published("Mới đến", at=1_900_000_000_000)

    data = b"".join([begun, *pieces])
    text = (gzip.decompress(data) if accepts else data).decode()
    assert [text.count(f"Mô hình {n}") for n in range(6)] == [0, 1, 1, 1, 1, 1]
    assert "Mới đến" not in text  # it was published after the reading began


@pytest.mark.parametrize("road", ["/mo-hinh.json", "/mo-hinh.csv"])
def test_whoever_asks_for_the_head_of_the_open_data_gets_it(citizen, published, road):
    published()

    head, whole = citizen.head(road), citizen.get(road)

    assert head.status_code == 200 and head.data == b""
    assert head.headers["Content-Type"] == whole.headers["Content-Type"]
    assert citizen.get("/mo-hinh.json").json["models"]


@pytest.mark.of_sqlite
def test_open_data_that_fail_on_their_way_are_cut_and_those_after_them_are_whole(
    citizen, published, monkeypatch
):
    for n in range(4):
        published(f"Mô hình {n}", at=1_800_000_000_000 + n)
    monkeypatch.setattr(registry, "AT_ONCE", 2)
    answer = citizen.get("/mo-hinh.json", buffered=False)
    read = registry.find
    with monkeypatch.context() as broken:
        broken.setattr(registry, "find", lambda *_, **__: read(None, None))
        with pytest.raises(AttributeError):
            answer.get_data()

    assert len(citizen.get("/mo-hinh.json").json["models"]) == 4


@pytest.mark.parametrize("title", ["=HYPERLINK(1)", "+84 900", "-2+3", "@SUM(A1)"])
def test_no_cell_of_the_csv_is_a_formula(published, citizen, title):
    published(title)

    answer = citizen.get("/mo-hinh.csv")

    assert answer.data.startswith(b"\xef\xbb\xbf")
    [head, row] = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert row[head.index("title")] == f"'{title}"


def test_a_unit_asks_once_however_often_it_taps(citizen, published, db):
    entry = published()

    first, second = asked(citizen, entry), asked(citizen, entry)

    assert first.location == second.location == f"/mo-hinh/{entry.slug}/da-gui"
    assert "0912" not in citizen.get(first.location).text
    [kept] = model_requests.waiting(db)
    assert (kept.unit, kept.phone) == ("UBND xã Vĩnh Tân", "+84912345678")


@pytest.mark.parametrize(
    "wrong", [{"unit": " "}, {"name": "..."}, {"phone": "12"}, {"consent": ""}, {"unit": "x" * 121}]
)  # fmt: skip
def test_a_request_that_lacks_something_is_given_back_with_all_that_was_typed(
    citizen, published, db, wrong
):
    answer = asked(citizen, published(), **wrong)

    assert answer.status_code == 422
    assert "Bà con chờ lâu." in answer.text
    assert model_requests.waiting(db) == []


def test_too_many_requests_from_one_address_must_wait(citizen, published, db):
    entry = published()

    answers = [asked(citizen, entry, key=str(number)).status_code for number in range(6)]

    assert answers == [303] * 5 + [429]
    assert len(model_requests.waiting(db)) == 5


@pytest.mark.of_sqlite
def test_a_request_is_not_lost_while_the_store_is_busy(citizen, published, locked):
    entry = published()

    with locked():
        answer = asked(citizen, entry)

    assert answer.status_code == 503
    assert "Bà con chờ lâu." in answer.text
