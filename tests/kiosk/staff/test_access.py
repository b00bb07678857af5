"""Every route asks who you are, and opens to those whom it names and to nobody else."""

import pytest

from kiosk.staff.door import session_over, setting_up
from shared.domain.roles import MEMBERS, ROLES
from shared.runtime.guarded import ANYBODY, THIS_MACHINE
from shared.store.cases import proposals
from shared.store.people import devices, staff
from tests.told_routes import said, told
from tests.walker import every_route


def test_the_document_tells_of_each_route_whom_it_lets_in(office):
    assert said(office) == told("Staff app")


def test_a_route_names_roles_or_says_that_it_is_open(office):
    for endpoint, allowed in office.allowed.items():
        assert allowed in (ANYBODY, THIS_MACHINE) or allowed <= MEMBERS, endpoint


def test_what_stands_in_front_of_some_routes_names_routes_that_are_there(office):
    named = session_over.SECRET | setting_up.MEANWHILE | setting_up.TOTP_PAGES

    assert named <= set(office.allowed)


def test_whoever_is_not_logged_in_is_led_to_the_login(office, a_proposal):
    client = office.test_client()

    for endpoint, method, address in every_route(office, a_proposal().code):
        answer = client.open(address, method=method)
        if office.allowed[endpoint] in (ANYBODY, THIS_MACHINE):
            assert answer.status_code in (200, 204, 422), address
        else:
            assert (answer.status_code, answer.location) == (303, "/login"), address


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_the_routes_that_name_it_and_nothing_else(
    office, logged_in, a_proposal, role
):
    client = logged_in("an", role=role)
    routes = list(every_route(office, a_proposal().code))

    for endpoint, method, address in routes:
        if endpoint in ("staff.log_out", "staff.log_in"):
            continue
        status = client.open(address, method=method).status_code
        if role in office.allowed[endpoint] or office.allowed[endpoint] in (ANYBODY, THIS_MACHINE):
            assert status in (200, 204, 303, 404, 422), (address, status)
        else:
            assert status == 403, (address, status)


def test_what_is_for_this_machine_alone_is_not_there_for_others(office):
    answer = office.test_client().get("/metrics", environ_base={"REMOTE_ADDR": "203.0.113.7"})

    assert answer.status_code == 404


def test_what_is_refused_changes_nothing(logged_in, db, a_proposal):
    client, proposal = logged_in("tiep", role="receptionist"), a_proposal()

    client.post(f"/ho-so/{proposal.code}/move", data={"to": "under_appraisal"})
    client.post("/nhan-su", data={"login": "gian", "name": "Gián", "role": "admin"})
    client.post("/thiet-bi", data={"name": "Kiosk 9"})

    assert proposals.by_code(db, proposal.code) == proposal
    assert [person.login for person in staff.everyone(db)] == ["tiep"]
    assert devices.everyone(db) == []


def test_an_admin_is_led_to_the_people_and_sees_no_case(logged_in, a_proposal):
    client, proposal = logged_in("quan", role="admin"), a_proposal()

    assert client.get("/").location == "/nhan-su"
    assert client.get(f"/ho-so/{proposal.code}").status_code == 403


def test_another_sites_form_is_refused(officer, db, a_proposal):
    proposal = a_proposal()

    answer = officer.post(
        f"/ho-so/{proposal.code}/move",
        data={"to": "under_appraisal"},
        headers={"Sec-Fetch-Site": "cross-site"},
    )

    assert answer.status_code == 403
    assert proposals.by_code(db, proposal.code) == proposal
