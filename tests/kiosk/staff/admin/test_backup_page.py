"""No backup for too long, and damaged records, stand in red where those who can act look first."""

import pytest

from shared.backup import keys
from shared.domain import clock
from shared.store.jobs import backup_status, job_runs

LATE = "đã quá 26 giờ"
FIRST_PAGE = {"officer": "/", "chair": "/", "admin": "/nhan-su"}


def ran(db, job: str, ago: int, outcome: str = "ok", key: str = "job.backup.ok", **blanks) -> None:
    at = clock.now() - ago
    filled = {"ideas": 1, "files": 0, "size": 1, "places": "", "damage": "", **blanks}
    job_runs.end(db, job_runs.begin(db, job, at=at), outcome, key, filled, at=at)


@pytest.fixture(autouse=True)
def founded_long_ago(db):
    db.conn.execute("UPDATE commune SET created_at = created_at - ?", (90 * clock.DAY,))


@pytest.mark.parametrize("role", FIRST_PAGE)
def test_a_backup_older_than_26_hours_is_red_on_the_first_page(logged_in, db, role):
    ran(db, "backup", 26 * clock.HOUR + clock.MINUTE)

    page = logged_in("an", role=role).get(FIRST_PAGE[role]).text

    assert LATE in page and 'class="notice late"' in page and 'href="/sao-luu"' in page


@pytest.mark.parametrize("role", FIRST_PAGE)
def test_a_backup_of_last_night_says_nothing(logged_in, db, role):
    ran(db, "backup", 25 * clock.HOUR)

    assert 'class="notice late"' not in logged_in("an", role=role).get(FIRST_PAGE[role]).text


def test_an_office_without_any_backup_is_told_why_and_what_to_do(officer, db):
    ran(db, "backup", clock.HOUR, "failed", "job.backup.no_key")

    page = officer.get("/").text

    assert "Chưa có bản sao lưu nào" in page and "hienke backup-key" in page


def test_damaged_records_are_named(officer, db):
    ran(db, "backup", clock.HOUR)
    ran(db, "verify", clock.HOUR, "failed", "job.verify.damaged", n=1, damage="proposal 0198")

    assert "proposal 0198" in officer.get("/").text

    ran(db, "verify", 0, "ok", "job.verify.ok")
    assert "proposal 0198" not in officer.get("/").text


@pytest.mark.parametrize("role", ["receptionist", "culture"])
def test_others_are_not_alarmed(logged_in, db, role):
    page = logged_in("an", role=role).get("/", follow_redirects=True).text

    assert "sao lưu" not in page


def test_the_page_says_what_is_well_and_what_is_to_be_done(officer, instance, db):
    page = officer.get("/sao-luu").text
    assert page.count(">cần xử lý<") == 3 and "chạy hienke backup-key" in page

    keys.keep(keys.new(), instance)
    ran(db, "backup", clock.HOUR)
    ran(db, backup_status.KEY_CHECK, clock.HOUR, "ok", "job.key_check.ok", name="x")
    page = officer.get("/sao-luu").text
    assert page.count(">cần xử lý<") == 1 and "backup.folders" in page  # one place is not two
    assert f"{instance.backups}" in page and "hienke restore" in page


def test_the_page_says_where_the_further_copies_are(a_site, a_member, db):
    from kiosk.apps import staff_app
    from tests.kiosk.staff.conftest import PASSWORD, Address

    app = staff_app(
        a_site(staff={"require_totp": False}, backup={"folders": ("/media/usb/hienke",)}),
        Address("127.0.0.1", 8081),
    )
    ran(db, "backup", clock.HOUR)
    a_member("an", role="admin")
    admin = app.test_client()
    admin.post("/login", data={"login": "an", "password": PASSWORD})

    page = admin.get("/sao-luu").text

    assert "<code>/media/usb/hienke</code>" in page and page.count(">tốt<") == 2
