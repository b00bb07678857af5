"""Who holds a receipt's QR reads and acts as its sender: the staff app gives it to nobody but on
the paper that is printed for that sender."""

import io
import shutil
import zipfile
from collections import Counter

import pytest
import zxingcpp
from PIL import Image

from kiosk.apps import staff_app
from shared import founding
from shared.db import event_log
from shared.domain import clock, codes, unit_number
from shared.domain.roles import ROLES
from shared.runtime.instance import Instance
from shared.runtime.listening import Address
from shared.store.cases import proposals, queue, redactions
from shared.store.cases.queue import QueueFilter
from shared.store.jobs import print_jobs
from shared.store.people import staff
from tests.kiosk.staff.conftest import PASSWORD
from tests.walker import Walker

# Where a receipt's QR is drawn, and why.
DRAWN = {
    "staff.print_receipt": "the receipt that a desk prints for whoever sent the idea",
    "staff.twin": "the idea as a form that its sender signs and takes along",
    "staff.take_twin": "the same as a file",
    "staff.blank_forms": "the foot of a blank form, torn off by who fills it; no idea yet",
    "staff.collective_receipts": "a receipt for each member who signed the list",
}
WORDS = "Nguyên văn chỉ người gửi và cán bộ phụ trách đọc"


@pytest.fixture(scope="module")
def forty(tmp_path_factory):
    """The folder of an office with forty cases at every status: what there is to give away."""
    made = Instance(tmp_path_factory.mktemp("forty") / "instance")
    founding.found(made, unit_number.DEMO, is_demo=True, at=clock.now())
    return made.folder


@pytest.fixture
def instance(tmp_path, forty):
    return Instance(shutil.copytree(forty, tmp_path / "instance"))


@pytest.fixture
def secrets(instance, db):
    """The secret of every receipt that was ever issued."""
    key = instance.secrets().receipt_key
    return {
        codes.secret_of(code, key=key, commune_id=db.commune_id, copy=copy)
        for code, copy in db.rows("SELECT code, copy FROM receipt")
    }


def texts_of(answer):
    """Return all that an answer says: its head, its page, what is packed in its file, and what the
    pictures in it say."""
    said = [str(answer.headers), answer.get_data(as_text=False).decode("utf-8", "replace")]
    if answer.data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(answer.data)) as pack:
            for name in pack.namelist():
                content = pack.read(name)
                said += [content.decode("utf-8", "replace"), *_read(name, content)]
    return said


def _read(name, content):
    if not name.endswith(".png"):
        return []
    picture = Image.open(io.BytesIO(content)).convert("L")
    return [one.text for one in zxingcpp.read_barcodes(picture)]


def given_away(texts, secrets):
    large = [text.upper() for text in texts]
    return [one for one in secrets if any(one in text for text in large)]


@pytest.mark.parametrize("role", ROLES)
def test_no_page_file_or_address_gives_a_receipts_secret_away(
    office, logged_in, db, secrets, drawn, role
):
    client = logged_in("an", role=role)
    [case, *_] = queue.page(db, QueueFilter("nobody")).cases
    last = max((one.id for one in event_log.every(db)), default="")

    looked = Counter()
    for endpoint, method, address, answer in Walker(office, client, case.code).answers():
        looked[endpoint] += answer.status_code == 200
        found = given_away(texts_of(answer), secrets)
        assert not found or endpoint == "staff.take_twin", (method, address)
        if given_away(drawn, secrets):
            assert endpoint in DRAWN, (method, address)
        drawn.clear()
        assert "/r/" not in (answer.location or "").lower(), (method, address)

    # Whatever they did in passing, the log says that it was they.
    new = [one for one in event_log.every(db) if one.id > last]
    assert {one.actor for one in new} <= {staff.by_login(db, "an").id, event_log.SYSTEM}
    if role in ("receptionist", "officer", "chair"):
        assert looked["staff.case"] >= 3 and looked["staff.print_receipt"] >= 3


def test_a_receipt_is_printed_for_its_sender_and_the_log_names_the_desk(
    logged_in, a_proposal, db, secret_of, drawn
):
    desk, case = logged_in("tiep", role="receptionist"), a_proposal()
    address = f"/ho-so/{case.code}/phieu"

    shown, noted = desk.get(address), event_log.has(db, case.id, "receipt_reprinted")
    before, printed = list(drawn), desk.post(address)

    assert not noted and before == [] and codes.grouped(case.code) in shown.text
    assert drawn == [secret_of(case)]
    assert "/r/" not in printed.text.lower() and printed.headers["Cache-Control"] == "no-store"
    [event] = [one for one in event_log.of_proposal(db, case.id) if one.kind == "receipt_reprinted"]
    assert event.actor == staff.by_login(db, "tiep").id


def test_a_receipt_without_qr_begins_with_how_to_ask_by_sms(a_site, a_member, a_proposal):
    a_member("tiep", role="receptionist")
    site, case = a_site(office={"sms_number": "0912 345 678"}), a_proposal()
    desk = staff_app(site, Address("127.0.0.1", 8081)).test_client()
    desk.post("/login", data={"login": "tiep", "password": PASSWORD})

    without, printed = (ask(f"/ho-so/{case.code}/phieu").text for ask in (desk.get, desk.post))

    assert f"XEM KẾT QUẢ: nhắn TT {case.code}" in without and "hoặc nhắn" not in without
    assert (
        "XEM KẾT QUẢ: gõ mã số ở máy của xã" in printed and f"hoặc nhắn: TT {case.code}" in printed
    )


@pytest.fixture
def veiled(a_proposal, a_member, db):
    """A case of officer Bình's, redacted for everybody else."""
    case, binh = a_proposal(title=WORDS, solution=WORDS), a_member("binh", name="Trần Văn Bình")
    texts = dict.fromkeys(redactions.TEXTS, "[đã che]")
    redactions.keep(db, case.code, texts, actor=binh.id, at=clock.now())
    return proposals.by_code(db, case.code)


@pytest.mark.parametrize("role", ["receptionist", "officer", "chair"])
def test_whoever_reads_a_case_redacted_gets_no_qr_of_it(logged_in, veiled, drawn, role):
    desk, address = logged_in("an", role=role), f"/ho-so/{veiled.code}"

    pages = [
        desk.get(f"{address}/phieu"), desk.post(f"{address}/phieu"),
        desk.get(f"{address}/phieu-de-xuat"), desk.post(f"{address}/phieu-de-xuat/tai"),
    ]  # fmt: skip

    assert drawn == []
    assert [page.status_code for page in pages[:2]] == [200, 403]
    assert all(WORDS not in page.text and "Trần Văn Bình" in page.text for page in pages[:2])


def test_whose_case_it_is_prints_its_receipt_whole(office, veiled, drawn, secret_of):
    client = office.test_client()
    client.post("/login", data={"login": "binh", "password": PASSWORD})

    assert client.post(f"/ho-so/{veiled.code}/phieu").status_code == 200
    assert drawn == [secret_of(veiled)]


def test_the_offices_printer_prints_no_redacted_case_for_others(a_site, a_member, veiled, db):
    a_member("tiep", role="receptionist")
    site = a_site(staff={"require_totp": False}, printer={"kind": "file", "device": "/dev/lp"})
    desk = staff_app(site, Address("127.0.0.1", 8081)).test_client()
    desk.post("/login", data={"login": "tiep", "password": PASSWORD})

    led_to = desk.post(f"/ho-so/{veiled.code}/in").location

    assert led_to == f"/ho-so/{veiled.code}/phieu"
    assert print_jobs.of_proposal(db, veiled.id) == []
    assert "Trần Văn Bình" in desk.get(led_to).text
