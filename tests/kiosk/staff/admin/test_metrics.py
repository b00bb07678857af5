"""Prometheus reads numbers and no person; nobody but this PC reads them."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from kiosk.apps import public_app, staff_app
from shared.db.connection import writing
from shared.domain import clock
from shared.domain.proposal import CHANNELS, Status
from shared.runtime import metrics
from shared.runtime.listening import Address
from shared.runtime.metrics import Requests
from shared.store.jobs import job_runs
from shared.store.messages import outgoing

STAFF = Address("127.0.0.1", 8081)
SENT = {"name": "Trần Thị Mận", "phone": "0912345678", "solution": "Gộp hai tờ khai làm một.",
        "consents": {"store": True, "sms": True}}  # fmt: skip


@pytest.fixture
def site(a_site):
    """An office whose SMS have a budget."""
    return a_site(sms={"monthly_budget": 200})


@pytest.fixture
def told(site):
    """A builder: what the staff app tells now, {(name, labels): value}."""
    browser = staff_app(site, STAFF).test_client()

    def read() -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
        answer = browser.get("/metrics")
        assert answer.status_code == 200 and answer.content_type == metrics.CONTENT_TYPE
        return {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in text_string_to_metric_families(answer.text)
            for sample in family.samples
        }

    return read


def key(name: str, **labels: str) -> tuple[str, frozenset[tuple[str, str]]]:
    return f"hienke_{name}", frozenset(labels.items())


def test_ideas_sms_jobs_and_the_disk_are_told(told, db, instance, a_proposal):
    at = clock.now()
    kept = a_proposal()
    a_proposal(status=Status.UNDER_APPRAISAL, channel="kiosk")
    with writing(db):
        outgoing.notify(
            db, "+84912345678", "st_received", {"ma": "1"}, event="e", at=at - 60_000,
            proposal_id=kept.id,
        )  # fmt: skip
    run = job_runs.begin(db, "verify", at=at - 5000)
    job_runs.end(db, run, job_runs.OK, "job.verify.ok", {}, at=at)
    run = job_runs.begin(db, "backup", at=at)
    job_runs.end(db, run, job_runs.FAILED, "job.failed", {}, at=at)

    found = told()

    assert found[key("proposals", status="received")] == 1
    assert found[key("proposals", status="under_appraisal")] == 1
    assert found[key("proposals_by_channel", channel="kiosk")] == 1
    assert found[key("outbox", state="queued")] == found[key("outbox_waiting")] == 1
    assert 5 <= found[key("job_well_seconds", job="verify")] < 600
    assert found[key("job_failed", job="verify")] == 0
    assert found[key("job_failed", job="backup")] == 1
    assert found[key("disk_bytes")] > found[key("disk_free_bytes")] > 0
    assert found[key("store_bytes", file="database")] == instance.database.stat().st_size
    assert found[key("store_bytes", file="journal")] > 0
    assert found[key("sms_budget")] == 200
    assert found[key("backup_late")] == 0


def test_answers_of_both_apps_are_counted_by_route_and_never_by_address(site, told, a_proposal):
    citizen = public_app(site, Address("127.0.0.1", 8080)).test_client()
    code = a_proposal().code
    for address in ("/", "/", f"/t/{code}", "/t/123456789012", "/wp-admin.php", "/%00"):
        citizen.get(address)
    citizen.open("/", method="PROPFIND")

    found = told()

    def answers(route: str, status: str, method: str = "GET") -> float:
        return found[key("request_seconds_count", app="kiosk.public", route=route, method=method,
                         status=status)]  # fmt: skip

    assert answers("citizen.home", "200") == 2
    assert answers("status.standing", "200") == answers("status.standing", "404") == 1
    assert answers("other", "404") == 2
    assert answers("other", "405", method="other") == 1
    routes = {dict(labels)["route"] for name, labels in found if "request_seconds" in name}
    assert routes <= {"citizen.home", "status.standing", "staff.metrics_text", "other"}


def test_no_person_can_be_in_a_label(told, site, a_proposal):
    code = a_proposal(**SENT).code
    staff_app(site, STAFF).test_client().get("/login?x=0912345678")

    labels = {value for _, pairs in told() for _, value in pairs}

    known = {str(one) for one in (*Status, *CHANNELS)}
    assert code not in labels and "0912345678" not in labels
    assert not {one for one in labels if " " in one or "/" in one}
    assert known & labels


def test_only_this_pc_reads_them_and_through_no_proxy(site):
    browser = staff_app(site, STAFF).test_client()

    far = browser.get("/metrics", environ_base={"REMOTE_ADDR": "192.168.1.9"})
    proxied = browser.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"})

    assert (far.status_code, proxied.status_code) == (404, 404)


def test_the_public_app_has_none(site):
    browser = public_app(site, Address("127.0.0.1", 8080)).test_client()

    assert browser.get("/metrics").status_code == 404


def test_durations_fall_into_the_bucket_that_holds_them():
    requests = Requests()
    for seconds in (0.001, 0.005, 0.3, 99):
        requests.note("sms", "x", "GET", 200, seconds)

    [family] = text_string_to_metric_families(metrics.text(requests.metrics()).decode())

    found = {one.labels["le"]: one.value for one in family.samples if "le" in one.labels}
    assert (found["0.005"], found["0.25"], found["0.5"], found["+Inf"]) == (2, 2, 3, 4)
    [total] = [one.value for one in family.samples if one.name.endswith("_sum")]
    assert total == pytest.approx(99.306)
