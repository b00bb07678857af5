"""What was written is what is read: one flipped bit, one missing link, and verify tells where."""

from datetime import date

import pytest

from shared.db import checksums, daily_roots, event_log
from shared.db.connection import Store, writing
from shared.domain import clock, codes
from shared.domain.appraisal import Expected, Said
from shared.domain.council import Tally
from shared.domain.entry_on_behalf import Entry
from shared.domain.measures import Figures
from shared.domain.proposal import NewProposal, Status
from shared.files import media
from shared.runtime.instance import Instance
from shared.store.awards import checks, conferences, rules
from shared.store.cases import (
    appraisals,
    completeness,
    conversation,
    notes,
    paper_checks,
    paper_forms,
    proposals,
    redactions,
    reserved_codes,
    roadmap,
    scouting,
    similar,
)
from shared.store.council import minutes, sessions, votes
from shared.store.files import attachments, office_files, originals, paper_templates, uploads
from shared.store.jobs import print_jobs
from shared.store.messages import call_backs, inbox, media_downloads
from shared.store.models import adoptions, follow_up, recognitions, registry, trials
from shared.store.office import campaigns, dispatches, outreach, procedures, profile
from shared.store.people import clerks, devices, recovery_codes, staff
from shared.store.people import sessions as people_sessions
from shared.store.privacy import break_glass, data_requests
from shared.store.reports import staff_year
from shared.workflows import (
    award_steps,
    enter_for_citizen,
    enter_for_members,
    erase,
    late_notices,
    verify,
    withdraw,
)
from tests.conftest import ZONE

NOW = clock.now()
# A column of every sealed table in which a bit flips, and how.
FLIPS = {
    "campaign": "council_name = council_name || 'x'",
    "office_profile": "name = name || 'x'",
    "legal_basis": "until = '2020-01-01'",
    "organisation": "code = 'other'",
    "proposal": "solution = replace(solution, 'o', 'ô')",
    "author": "consent_sms = 1 - consent_sms",
    "move": "details = replace(details, '2', '3')",
    "addition": "text = text || ' '",
    "reply": "text = upper(text)",
    "attachment": "bytes = bytes + 1",
    "original_file": "why = why || 'x'",
    "receipt": "killed_at = 5",
    "message_in": "sender = '+84999999999'",
    "outbox": "phone = '+84999999999'",
    "staff_member": "role = 'admin'",
    "fetch": "url = url || 'x'",
    "call_back": "phone = '+84999999999'",
    "reserved_code": "issued_at = issued_at + 1",
    "upload": "bytes = bytes + 1",
    "print_job": "is_again = 1 - is_again",
    "paper_form": "mobiliser = 'other'",
    "opening": "ended_at = 1",
    "recovery_code": "code_hash = code_hash || 'x'",
    "redaction": "solution = solution || 'x'",
    "completeness": "points = '[]'",
    "case_note": "text = upper(text)",
    "told_apart": "actor = 'other'",
    "expectation": "expected_on = '2030-01-01'",
    "entry": "why = upper(why)",
    "model": "solution = upper(solution)",
    "model_request": "phone = '+84999999999'",
    "adoption": "state = 'stopped'",
    "trial": "place = upper(place)",
    "lasting_check": "outcome = 'stopped'",
    "recognition": "kind = 'plan'",
    "measure": "after_value = after_value + 1",
    "council_session": "place = place || 'x'",
    "council_seat": "state = 'left'",
    "council_item": "verdict = 'refuse'",
    "council_sheet": "recused = 'x'",
    "council_vote": "agree = agree + 1",
    "council_ballot": "choice = 'against'",
    "council_minutes": "reserved = reserved || 'x'",
    "council_file": "taken_back_at = 5",
    "administrative_procedure": "name = upper(name)",
    "appraisal": "opinion = upper(opinion)",
    "expected_effect": "after_value = after_value + 1",
    "roadmap_step": "state = 'done'",
    "scouting": "outcome = 'not_fit'",
    "honour": "amount = amount + 1",
    "honour_name": "state = 'waived'",
    "award_check": "answer = 'clear'",
    "conference": "place = upper(place)",
    "delivery": "presence = 'absent'",
    "award_rules": "rules = '{}'",
    "same_person": "is_same = 1 - is_same",
    "organisation_clerk": "staff_id = (SELECT id FROM staff_member WHERE login = 'lan')",
    "collective": "closed_at = 1",
    "collective_item": "place = place + 1",
    "outreach": "reached = reached + 1",
    "outgoing_paper": "number = '99'",
    "dispatch": "confirmed_on = '2026-08-09'",
    "office_file": "bytes = bytes + 1",
    "reconciliation": "expected = expected + 1",
    "reconciliation_paper": "state = 'missing'",
    "paper_template": "name = upper(name)",
    "template_choice": "chosen_at = chosen_at + 1",
    "daily_head": "closed_at = closed_at + 1",
    "erasure": "reason = upper(reason)",
    "data_request": "due_at = due_at + 1",
    "device": "revoked_at = NULL, enrolled_at = 7",
}


@pytest.fixture
def lived(instance: Instance, db: Store, a_proposal) -> Store:
    """A store in which every sealed table has rows."""
    kept = a_proposal(
        status=Status.NEEDS_INFO, name="Lan", phone="0912345678",
        consents={"store": True, "sms": True},
    )  # fmt: skip
    officer = staff.add(
        db, "lan", name="Lan", role="officer", password_hash="h", must_change=False, actor="t",
        at=NOW,
    )  # fmt: skip
    people_sessions.begin(db, officer.id, "t", people_sessions.Where("", ""), at=NOW)
    break_glass.begin(db, officer.id, "t", "hồ sơ quá hạn", at=NOW)
    recovery_codes.draw(db, officer.id, ["h"], actor="t", at=NOW)
    conversation.add_more(db, kept.code, "thêm một ý", channel="web", key="a", at=NOW)
    conversation.answer(db, kept.code, "xã trả lời", staff_id=officer.id, key="r", at=NOW)
    recording = media.keep(instance.media, [b"no recording at all"])
    attachments.add(db, kept.id, recording, source="desk", key="f", actor=officer.id, at=NOW)
    profile.add_profile(
        db, "2025-07-01", "UBND xã Tân An", "", "Tân An", "Văn phòng", actor="t", at=NOW
    )
    profile.add_basis(db, "Luật Tổ chức chính quyền địa phương", "", "", actor="t", at=NOW)
    profile.add_organisation(db, "hoi-nong-dan", "Hội Nông dân", actor="t", at=NOW)
    uploads.begin(db, "u1", kept.id, 9, {}, uploads.Origin("kiosk", "citizen", "s"), at=NOW)
    print_jobs.ask(db, kept.id, asked_by="citizen", at=NOW)
    paper_forms.issue(db, 1, mobiliser="", actor=officer.id, key=b"k", at=NOW)
    entered = enter_for_citizen.add(
        db, NewProposal("paper", "citizen", "Một ý trên giấy", ""),
        Entry("by_post", NOW - clock.DAY, "stamp", "số đến 12"), key="p", fingerprint="",
        receipt_key=b"k", zone=ZONE, actor=officer.id, at=NOW,
    ).proposal  # fmt: skip
    redactions.keep(db, kept.code, dict.fromkeys(redactions.TEXTS, "[…]"), actor=officer.id, at=NOW)
    redactions.keep(db, kept.code, dict.fromkeys(redactions.TEXTS, "x"), actor=officer.id, at=NOW)
    completeness.correct(db, kept.code, ["state"], actor=officer.id, at=NOW)
    notes.add(db, kept.code, "hỏi ấp", key="n", actor=officer.id, at=NOW)
    similar.tell_apart(db, kept.code, entered.code, actor=officer.id, at=NOW)
    late_notices.expect(db, kept.code, date(2027, 1, 4), actor=officer.id, at=NOW, zone=ZONE)
    kiosk = devices.add(db, "Kiosk 1", "hash", actor="t", at=NOW)
    reserved_codes.issue(db, kiosk.id, reserved_codes.FULL - 2, key=b"k", at=NOW)
    inbox.keep(db, inbox.Arrived("simulator", "1", "+84912345678", "mobile", "TT", "", None, NOW))
    done = a_proposal(status=Status.RECOGNISED)
    words = registry.Words("Hẹn giờ", "Chờ lâu", "nhắn tin trước", "", False, False)
    registry.publish(db, done.code, words, seen="", actor="t", at=NOW)
    asked = registry.NewRequest("Ấp 3", "Ba", "+84912345678", "", "n")
    registry.ask(db, registry.find(db, registry.Wanted()).models[0], asked, key="k", at=NOW)
    unit = adoptions.add(db, done.id, "Ấp 3", "applying", "2026-08-01", actor="t", at=NOW)
    counted = adoptions.NewMeasure(Figures("days", 3, 1), "", "2026-08-01", "sổ", unit)
    adoptions.measure(db, done.id, counted, key="m", actor="t", at=NOW)
    trials.keep(db, done.id, trials.Trial("ấp 3", "", "", "Ba", ""), actor="t", at=NOW)
    follow_up.check(db, unit, 30, "lasts", "", today="2026-09-01", actor="t", at=NOW)
    by_decree = recognitions.Recognition("statutory", "", "", "", "Ba: 100%", "", "")
    recognitions.keep(db, done.id, by_decree, actor="t", at=NOW)
    award = award_steps.propose(
        db, done.code, 1, "award", key="h", today=date(2026, 8, 1), actor="t", at=NOW
    )
    held = checks.Check("pending", "Thanh tra", "2026-08-01", "", "t", NOW)
    award_steps.check(db, award.id, held, seen=award.version)
    year_end = conferences.open_one(db, "a", "2026-12-20", "xã", key="c", actor="t", at=NOW)
    conferences.choose(db, award.id, year_end, actor="t", at=NOW)
    rules.keep(db, rules.of(db), actor="t", at=NOW)
    _of_the_offices_own(db, instance, officer.id, [kept.id, entered.id])
    judged = a_proposal(status=Status.AT_COUNCIL)
    seats = (officer.id,)
    opened = sessions.open_session(
        db, sessions.NewSession(2026, "2026-07-01", "Hội trường", officer.id, officer.id, seats),
        key="s", actor=officer.id, at=NOW,
    )  # fmt: skip
    sessions.list_ideas(db, opened, (judged.code,), actor=officer.id, at=NOW)
    [one] = sessions.whole(db, opened).judged
    sheet = sessions.own_sheet(db, one.item.id, officer.id).sheet
    sessions.score(db, one.item.id, officer.id, sheet, hand_in=False, at=NOW)
    procedures.bring_in(db, [procedures.NewProcedure("1.1", "Khai sinh", "")], actor="t", at=NOW)
    appraisals.keep(
        db, kept.code, Said("nên làm"), [Expected("days", 3, 1)], seen="", actor="t", at=NOW
    )
    roadmap.add(db, kept.id, "in bảng", "2027-01-01", key="k", actor="t", at=NOW)
    scouting.settle(db, kept.code, "fit", "", actor="t", at=NOW)
    minutes.keep(db, opened, minutes.Minutes("14:00"), actor=officer.id, at=NOW)
    [file] = attachments.of_proposal(db, kept.id)
    original = media.keep(instance.media, [b"as it was sent"])
    with writing(db):
        originals.keep(db, file, original, "differs", at=NOW)
    shown = {
        "id": "s", "proposal_id": kept.id, "attachment_id": file.id, "actor": officer.id, "at": NOW,
        "taken_back_at": None,
    }  # fmt: skip
    with writing(db):
        votes.write_down(db, one.item.id, Tally(1, 0, 0), actor=officer.id, at=NOW)
        votes.put_in(db, one.item.id, officer.id, "agree", at=NOW)
        checksums.insert(db, "council_file", shown)
        inbox.notify(
            db, "+84912345678", "st_received", {"ma": kept.code},
            event="e", at=NOW, proposal_id=kept.id,
        )  # fmt: skip
        media_downloads.add(db, kept.id, key="RE1", kind="recording", url="https://x", at=NOW)
        call_backs.add(db, key="c", phone="+84912345678", why="asked", at=NOW)
    wants = data_requests.NewRequest("access", "counter", kept.id, said="cho xem")
    data_requests.add(db, wants, key="d", zone=ZONE, at=NOW, actor="t")
    erased = a_proposal(name="Ba", consents={"store": True})
    how = erase.Asked(erase.Scope.ALL, "asked", "theo đơn", "t", NOW)
    erase.erase(db, erased.id, how)
    daily_roots.close_day(db, at=NOW + clock.DAY, zone=ZONE)
    return db


def _of_the_offices_own(db: Store, instance: Instance, officer: str, ideas: list[str]) -> None:
    """Let organisations, outreach, papers and the people's record have rows too."""
    authors_of = [
        db.row("SELECT id FROM author WHERE proposal_id = :idea", idea=idea)[0] for idea in ideas
    ]
    staff_year.say(db, *authors_of, is_same=False, actor="t", at=NOW)
    [its] = profile.organisations(db)
    clerk = staff.add(
        db, "nong", name="Nông", role="organisation", password_hash="h", must_change=False,
        actor="t", at=NOW,
    )  # fmt: skip
    clerks.seat(db, clerk.id, its.id, actor="t", at=NOW)
    begun = enter_for_members.begin(db, its, "Ấp 3", key="l", actor=clerk.id, at=NOW)
    enter_for_members.add(
        db, enter_for_members.by_id(db, begun), NewProposal("paper", "citizen", "Ý hội viên", ""),
        key="m", fingerprint="", receipt_key=b"k", zone=ZONE, actor=clerk.id, at=NOW,
    )  # fmt: skip
    effort = outreach.add(
        db,
        outreach.NewEffort("meeting", "Họp ấp", "Ấp 3", "2026-03-02", "", "Hạnh", "", 40, None, ""),
        key="e", actor="t", at=NOW,
    )  # fmt: skip
    photo = media.keep(instance.media, [b"a photograph"])
    shown = office_files.NewFile("a.jpg", "image", "image/jpeg", photo.sha256, photo.bytes)
    office_files.keep(db, "outreach", effort, shown, actor="t", at=NOW)
    template = paper_templates.keep(
        db, "to-trinh", media.keep(instance.media, [b"a template"]), "a.docx", actor="t", at=NOW
    )
    paper_templates.choose(db, "to-trinh", template.id, actor="t", at=NOW)
    paper = dispatches.add_paper(
        db, dispatches.NewPaper(2026, "Báo cáo năm", "7/BC-UBND", "2026-12-20"), key="p",
        actor="t", at=NOW,
    )  # fmt: skip
    sent = dispatches.NewDispatch("Đảng ủy xã", "2026-12-21", "edoc", "Văn thư", "số 12")
    dispatches.send(db, paper, sent, key="s", actor="t", at=NOW)
    paper_checks.keep(db, "2026-12", [], {codes.new_code()}, "", key="r", actor="t", at=NOW)


def damage(db: Store, instance: Instance) -> tuple[str, ...]:
    return verify.verify(db, instance.media).damage


def test_every_sealed_table_is_flipped_here():
    assert set(FLIPS) == set(checksums.SEALED_TABLES)


def test_a_store_that_lived_is_whole(lived, instance):
    report = verify.verify(lived, instance.media)

    assert report.damage == ()
    assert (report.proposals, report.files) == (6, 2)
    assert report.events == lived.row("SELECT count(*) FROM event")[0]


@pytest.mark.parametrize("table", FLIPS)
def test_a_flipped_bit_is_found_in_every_sealed_table(lived, instance, table):
    name = "code" if table in ("receipt", "reserved_code", "paper_form") else "id"
    [victim] = lived.row(f"SELECT {name} FROM {table} ORDER BY {name} LIMIT 1")

    lived.conn.execute(f"UPDATE {table} SET {FLIPS[table]} WHERE {name} = ?", (victim,))

    assert f"{table} {victim}" in damage(lived, instance)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE event SET actor = 'nobody' WHERE place = 4",
        "UPDATE event SET at = at + 1 WHERE place = 4",
        "UPDATE event SET kind = 'other' WHERE place = 4",
        "DELETE FROM event WHERE place = 4",
        "UPDATE event SET previous_hash = hash WHERE place = 4",
    ],
)
def test_the_chain_tells_of_a_link_that_was_changed(lived, instance, change):
    lived.conn.execute(change)

    assert [one for one in damage(lived, instance) if one.startswith("event ")]


def test_the_chain_tells_of_words_changed_together_with_their_seal(lived, instance):
    [key] = lived.row("SELECT id FROM addition")
    with writing(lived):
        checksums.change(lived, "addition", {"id": key}, {"text": "never said"})

    assert [one for one in damage(lived, instance) if "its words are gone or changed" in one]


def test_the_chain_tells_of_a_row_that_is_gone(lived, instance):
    lived.conn.execute("PRAGMA foreign_keys=OFF")
    lived.conn.execute("DELETE FROM addition")

    assert damage(lived, instance)


def test_a_file_that_is_gone_or_changed_is_told(lived, instance):
    [(key, sha256)] = lived.rows("SELECT id, sha256 FROM attachment")
    file = media.path_of(instance.media, sha256)

    file.chmod(0o600)
    file.write_bytes(b"other")
    changed = damage(lived, instance)
    file.unlink()

    for found in (changed, damage(lived, instance)):
        assert f"attachment {key} (its file is gone or changed)" in found


def test_a_wrong_counter_is_told(lived, instance):
    lived.conn.execute("UPDATE status_count SET count = count + 1 WHERE status = 'received'")

    assert "status_count received" in damage(lived, instance)


def test_an_event_carries_no_word_name_or_number_of_a_citizen(lived):
    said = " ".join(str(row) for row in lived.rows("SELECT * FROM event"))

    for word in ("Lan", "912345678", "chứng thực", "thêm một ý", "xã trả lời", "ai làm"):
        assert word not in said


def test_an_erasure_leaves_the_chain_whole(lived, instance):
    [code] = lived.row("SELECT code FROM proposal")

    withdraw.withdraw(lived, code, at=NOW)

    assert damage(lived, instance) == ()


def test_the_head_changes_with_every_event(lived):
    before = event_log.head(lived)

    with writing(lived):
        event_log.note(lived, "tried", None, "t", NOW)

    assert event_log.head(lived) != before
    assert lived.row("SELECT previous_hash FROM event ORDER BY place DESC") == (before,)


def test_a_second_commune_in_the_same_file_is_another_world(lived, instance):
    other = Store(lived.path, commune_id=2, hiding=instance.hiding())
    with writing(other):
        campaigns.create(other, "UBND xã Bình Lợi", is_demo=False, at=NOW)

    assert campaigns.this(lived).name != campaigns.this(other).name
    assert [one.place for one in event_log.every(other)] == [1]
    assert damage(lived, instance) == damage(other, instance) == ()
    [code] = lived.row("SELECT code FROM proposal")
    with pytest.raises(proposals.ProposalUnknown):
        proposals.by_code(other, code)
    other.close()
