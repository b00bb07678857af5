"""All that one unit's programs do, room by room; what they give out is looked through.

Whatever is asked of our own rows is asked once more of the other unit's: they are not there.
"""

import threading
from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from kiosk.apps import public_app, staff_app
from kiosk.closing import Closer
from kiosk.examining import Examiner
from kiosk.forgetting import forget, settle_erasures
from kiosk.long_work import LongWork
from shared import nightly
from shared.backup import archive, keys
from shared.db.connection import Store
from shared.documents import export
from shared.documents.write import Desk, Registered
from shared.documents.year_report import paper, workbook
from shared.domain import clock, codes
from shared.domain.roles import ROLES
from shared.nightly.jobs import Night
from shared.runtime.listening import Address
from shared.store.jobs import export_jobs, print_jobs
from shared.store.messages import inbox
from shared.store.people import devices, staff
from shared.texts.sms_text import office_blanks
from shared.workflows import late_notices
from sms.app import sms_app
from sms.fetching import Fetcher
from sms.gateways.simulator import Simulator
from sms.inbound import InboundContext, handle_waiting
from sms.outbox import Outbox
from tests.conftest import LEAST
from tests.kiosk.staff.conftest import PASSWORD
from tests.units.world import OUR_NUMBER, THEIR_NUMBER, World, secret_of
from tests.walker import Walker

PUBLIC, STAFF, SMS = (Address("127.0.0.1", port) for port in (8080, 8081, 8082))
# One with nothing in its blanks, and one of ours.
OF_ONE_KIND = 2
# What is said of a row that is not there: not found, forbidden, led on, or what is wrong with it.
NOT_THERE = {303, 403, 404, 410, 422, 429}


def staff_walk(world: World, db: Store) -> None:
    """Every staff route, as each role."""
    # A twin, as where one program serves many units: what it shares with theirs must hold nothing.
    theirs = staff_app(world.site(world.theirs), STAFF)
    assert theirs.test_client().get("/login").status_code == 200
    app = staff_app(world.site(world.ours), STAFF, like=theirs)
    for role in ROLES:
        client = begin_work(app, db, f"di-{role}", role)
        walker = Walker(app, client, codes_of(db)[0], of_one_kind=OF_ONE_KIND)
        _walk(world, f"staff, {role}", walker)
    member = staff.by_login(db, "di-officer")
    staff.set_totp(db, member.id, "JBSWY3DPEHPK3PXP", actor="test", at=clock.now())
    of_somebody = {"login": member.login, "password": PASSWORD, "totp": "1234567890" * 2}
    assert app.test_client().post("/login", data=of_somebody).location is None


def begin_work(app: Flask, db: Store, login: str, role: str) -> FlaskClient:
    """Return the browser of a new member who has logged in."""
    staff.add(
        db, login, name="Bà Lệ", role=role, password_hash=LEAST.hash(PASSWORD),
        must_change=False, actor="test", at=clock.now(),
    )  # fmt: skip
    client = app.test_client()
    assert client.post("/login", data={"login": login, "password": PASSWORD}).status_code == 303
    return client


def citizens_walk(world: World, db: Store) -> None:
    """Every public route, on a phone and at a kiosk, with our codes and QRs."""
    theirs = public_app(world.site(world.theirs), PUBLIC)
    for page in ("/", "/gui", "/mo-hinh"):
        theirs.test_client().get(page)
    app = public_app(world.site(world.ours), PUBLIC, like=theirs)
    kiosk = app.test_client()
    [device] = [one for one in devices.everyone(db) if one.name == "Kiosk 1"]
    link = codes.secret_hash("our link")
    devices.renew_link(db, device.id, link, actor="test", at=clock.now())
    assert kiosk.get("/kiosk/our link").status_code == 303
    secrets = _secrets(world, db)
    for who, client in (("phone", app.test_client()), ("kiosk", kiosk)):
        walker = Walker(app, client, codes_of(db)[0], of_one_kind=OF_ONE_KIND)
        for code, secret in secrets.items():
            walker.todo += [
                ("GET", address, {})
                for address in (
                    f"/r/{secret}", f"/t/{code}", f"/g/{code}", f"/tra-cuu?ma={code}",
                    f"/tra-cuu?ma={secret}", f"/xac-minh?ma={code}", f"/api/v1/proposals/{code}",
                )
            ]  # fmt: skip
        _walk(world, f"citizens, {who}", walker)


def _walk(world: World, part: str, walker: Walker) -> None:
    for endpoint, method, address, answer in walker.answers():
        assert answer.status_code < 500, (part, method, address)
        world.heard.see(part, f"{method} {address}", answer.data, str(answer.headers))
        other = world.as_theirs(address)
        sent = {name: world.as_theirs(value) for name, value in walker.sent.items()}
        if (other, sent) == (address, walker.sent):
            continue
        answer = walker.client.open(other, method=method, data=sent or None)
        where = f"{method} {other} (theirs)"
        # A page may say again what it was asked for.
        told = f"{other} {sent}"
        world.heard.see(part, where, answer.data, str(answer.headers), but=told)
        if other.partition("?")[0] != address.partition("?")[0]:
            world.heard.theirs[endpoint, answer.status_code].append(where)


def codes_of(db: Store) -> list[str]:
    """Return the codes of a unit's ideas, the newest first."""
    return [
        code
        for (code,) in db.rows(
            "SELECT code FROM proposal WHERE commune_id = :commune_id ORDER BY id DESC LIMIT 4"
        )
    ]


def _secrets(world: World, db: Store) -> dict[str, str]:
    """Return what the QRs of our ideas say, by code."""
    return {code: secret_of(world.ours, db, code) for code in codes_of(db)}


def sms_walk(world: World, db: Store) -> None:
    """The SMS program: what people write to us, of our ideas and of theirs, and what goes out."""
    site = world.site(world.ours)
    app = sms_app(site, SMS, like=sms_app(world.site(world.theirs), SMS))
    _walk(world, "sms, addresses", Walker(app, app.test_client(), codes_of(db)[0]))
    _take_for_an_idea(world, db)
    desk = InboundContext(site.settings, site.secrets.receipt_key)
    code, other = codes_of(db)[0], world.swap[codes_of(db)[0]]
    written = (
        f"TT {code}",
        f"TT {other}",
        f"RUT {other}",
        f"THEM {other} một ý",
        "SK Một ý nữa",
        "HD",
    )
    for sender in (f"+84{OUR_NUMBER}", f"+84{THEIR_NUMBER}"):
        for number, text in enumerate(written):
            at = clock.now()
            came = inbox.Arrived(
                "simulator", f"{sender}|{number}", sender, "mobile", text, "", None, at
            )
            inbox.keep(db, came)
            handle_waiting(db, desk)
    world.heard.written_to_us |= {other, db.encrypt(f"+84{THEIR_NUMBER}").strip("~=")}
    outbox = Outbox(Simulator(), site.settings, office_blanks(site.settings, site.public_url))
    outbox.explain(db, at=clock.now())
    outbox.tidy(db, at=clock.now())
    _to_the_end(lambda: outbox.send_one(db, at=clock.now()))
    Fetcher(site.settings.twilio, site.instance.media).fetch_one(db, at=clock.now())
    late_notices.tell_in_time(db, at=clock.now(), zone=site.settings.office.zone)
    for text, key, blanks in db.rows(
        "SELECT text, text_key, blanks FROM outbox WHERE commune_id = :commune_id"
    ):
        world.heard.see("sms, outbox", key, text, blanks)


def _take_for_an_idea(world: World, db: Store) -> None:
    """An officer takes what was set aside for an idea: ours, and theirs, which is not there."""
    client = begin_work(staff_app(world.site(world.ours), STAFF), db, "di-apart", "officer")
    apart = "SELECT id FROM message_in WHERE commune_id = :commune_id AND state = 'quarantined'"
    found = [row for (row,) in db.rows(apart)]
    for row in found:
        assert client.post(f"/tin-nhan/{row}/cua-dan").status_code == 303
    theirs = [world.swap[row] for row in found if row in world.swap]
    assert theirs
    for row in theirs:
        assert client.post(f"/tin-nhan/{row}/cua-dan").status_code == 404


def workers_walk(world: World, db: Store) -> None:
    """What works beside the pages: copies, examined files, closed days, what is forgotten."""
    site = world.site(world.ours)
    work = LongWork(site)
    work.begin(db, at=clock.now())
    _only_one_of_each(db)
    _to_the_end(lambda: work.work_one(db, threading.Event()))
    for path in world.ours.copies.iterdir():
        world.heard.see("copies", path.name, path.read_bytes())
    examiner = Examiner(site.instance)
    _to_the_end(lambda: examiner.examine_one(db, at=clock.now()))
    examiner.tidy(db, at=clock.now())
    forget(db)
    settle_erasures(db, site.instance)
    Closer(site.instance, site.settings.office.zone).close(db)
    print_jobs.take_up_again(db, at=clock.now())
    _to_the_end(lambda: _print_one(db))
    office = staff_app(site, STAFF)
    office.extensions["daily"].look(db)


def _only_one_of_each(db: Store) -> None:
    """Forget what several asked for alike, but the first: an archive takes seconds."""
    known: set[tuple[str, bool, int]] = set()
    for job in db.all(export_jobs.LONG_JOB, "state = 'waiting' ORDER BY id"):
        alike = job.kind, job.asked["personal"], job.asked.get("year", 0)
        if alike in known:
            export_jobs.forget(db, job.id)
        known.add(alike)
    assert known


def _print_one(db: Store) -> bool:
    job = print_jobs.claim(db, at=clock.now())
    if job is not None:
        print_jobs.begin_sending(db, job.id, at=clock.now())
        print_jobs.settle(db, job.id, "printed", at=clock.now())
    return job is not None


def _to_the_end(work: Callable[[], bool]) -> None:
    """Let a worker work until nothing is left; who takes up what is not ours never ends."""
    assert any(not work() for _ in range(200))


def papers_walk(world: World, db: Store) -> None:
    """The year's report and the whole register, with names."""
    zone, at = world.site(world.ours).settings.office.zone, clock.now()
    desk = Desk(db, world.ours.media, "operator", "UBND xã Tân An", zone, at)
    year = clock.to_local(at, zone).year
    draft = paper(desk, year, Registered("", None))
    world.heard.see("papers", "report", draft, workbook(db, year, at=at, zone=zone))
    target = world.ours.folder.parent / "register"
    export.write(db, target, export.Copy(viewer="", personal=True, zone=zone), lambda: None)
    for path in target.iterdir():
        world.heard.see("papers", path.name, path.read_bytes())


def night_walk(world: World, db: Store) -> None:
    """The night's work, a backup too, and what lies in our folder afterwards."""
    pair = keys.new()
    keys.keep(pair, world.ours)
    site = world.site(world.ours)
    for job in nightly.JOBS:
        done = job.work(Night(world.ours, site.settings, db, clock.now()))
        assert done.is_well, job.name
    [made] = world.ours.backups.glob("*.tar.age")
    unpacked = world.ours.folder.parent / "unpacked"
    unpacked.mkdir()
    archive.unpack(made, keys.read_identities(pair.identity), unpacked, accept=lambda about: None)
    for folder in (unpacked, world.ours.backups, world.ours.media):
        for path in folder.rglob("*"):
            if path.is_file():
                world.heard.see("files", path.name, path.read_bytes())


WALKS: tuple[Callable[[World, Store], None], ...] = (
    staff_walk, citizens_walk, sms_walk, workers_walk, papers_walk, night_walk,
)  # fmt: skip
