"""Who is erased leaves no byte of themselves in the instance, the chain stays whole, and nobody
else loses a word."""

from datetime import date

import pytest

from shared.db import connection, daily_roots, event_log
from shared.db.connection import writing
from shared.domain import clock
from shared.domain.council import ScoreSheet
from shared.domain.measures import Figures
from shared.domain.proposal import Consents, NewProposal, Status
from shared.domain.record import replace
from shared.domain.redaction import strike_person
from shared.files import media, partial_uploads
from shared.privacy import erasing
from shared.store.cases import (
    authors,
    conversation,
    drafts,
    notes,
    paper_titles,
    proposals,
    queue,
    redactions,
)
from shared.store.cases.authors import NewAuthor
from shared.store.cases.drafts import Draft
from shared.store.cases.proposals import PROPOSAL
from shared.store.council import sessions
from shared.store.council.items import COUNCIL_ITEM
from shared.store.council.sheets import COUNCIL_SHEET
from shared.store.files import attachments, originals, transcript_drafts, uploads
from shared.store.messages import (
    call_backs,
    inbox,
    media_downloads,
    opt_outs,
    outgoing,
    sending,
    sms_list,
    threads,
)
from shared.store.models import adoptions, recognitions, registry, trials
from shared.store.people import staff
from shared.store.privacy import data_requests, erasures
from shared.store.privacy.erasures import Scope
from shared.workflows import (
    award_steps,
    case_data,
    co_authors,
    correct_sender,
    enter_for_citizen,
    erase,
    pending,
    verify,
    withdraw,
)
from shared.workflows.erase import ErasureRequest
from tests import residue
from tests.conftest import ZONE

NOW = clock.now()
NAME, NUMBER = "Lê Thị Khế Ngọt", "+84987654321"
# Words that stand in this case alone; how the name and the number are spelt in it.
WORDS = ("quả khế chín", "qua khe chin", "vườn cây xoài", "vuon cay xoai")
# How they stood before they were put right.
MISHEARD, WRONG = "Lê Thị Khía Mật", "976543218"
NAMED = (
    "Khế Ngọt", "Khe Ngot", "khe ngot", *residue.spellings("987654321"),
    "Khía Mật", *residue.spellings(WRONG),
)  # fmt: skip
SOUND = b"the sound of somebody's voice" * 900
_NOT_IN_THIS_LIFE = {
    "entry", "erasure", "lasting_check", "award_check", "delivery", "appraisal", "roadmap_step",
    "scouting",
}  # fmt: skip
MENTION = f"Bà {NAME} (0987 654 321) nói vậy."


def asked(scope, cause="asked", reason="theo đơn", **more):
    return ErasureRequest(scope, cause, reason, "an", NOW, **more)


@pytest.fixture
def lived(instance, db, a_proposal):
    """A recognised idea of somebody who is named wherever somebody can be."""
    for _ in range(25):
        _neighbour(db, a_proposal)
    idea = a_proposal(
        status=Status.RECOGNISED, name=NAME, phone="0987654321", unit="Xưởng Khế Ngọt",
        title="Quả khế chín cho mọi nhà",
        solution="Vườn cây xoài của tôi. Goi Le Thi Khe Ngot 0987.654.321.",
        consents={"store": True, "sms": True, "name_me": True},
    )  # fmt: skip
    for _ in range(25):
        _neighbour(db, a_proposal)
    officer = staff.add(
        db, "an", name="An", role="officer", password_hash="h", must_change=False, actor="t", at=NOW
    )
    code = idea.code
    conversation.add_more(db, code, f"Thêm vườn cây xoài. {NAME}", channel="web", key="a", at=NOW)
    _misheard(db, idea)
    conversation.answer(db, code, MENTION, staff_id=officer.id, key="r", at=NOW)
    notes.add(db, code, MENTION, key="n", actor=officer.id, at=NOW)
    pending.put(db, idea, "redirect", reason=MENTION, actor=officer.id, at=NOW)
    paper_titles.keep(db, code, f"Quả khế chín của {NAME}", actor=officer.id, at=NOW)
    redacted = dict.fromkeys(redactions.TEXTS, "quả khế chín của […]")
    redactions.keep(db, code, redacted, actor=officer.id, at=NOW)
    sound = media.keep(instance.media, [SOUND])
    attachments.add(db, idea.id, sound, source="web", key="f", actor="citizen", at=NOW)
    [file] = attachments.of_proposal(db, idea.id)
    attachments.note_transcript(db, file.id, MENTION + " quả khế chín", actor=officer.id, at=NOW)
    draft = transcript_drafts.ask(
        db, idea.id, file.id, transcript_drafts.HOW[0], actor=officer.id, at=NOW
    )
    transcript_drafts.settle(db, draft.id, MENTION + " quả khế chín", "")
    original = media.keep(instance.media, [SOUND, f"hình của {NAME}".encode()])
    with writing(db):
        originals.keep(db, file, original, "differs", at=NOW)
    origin = uploads.Origin("web", "citizen", "s")
    uploads.begin(db, "u1", idea.id, 99, {"name": f"{NAME}.mp3"}, origin, at=NOW)
    partial_uploads.begin(instance.media, "u1")
    partial_uploads.write(instance.media, "u1", 0, "quả khế chín".encode())
    waits = media.keep(instance.media, [SOUND + b"2"])
    uploads.add_whole(db, "u2", idea.id, waits, "t", origin, at=NOW)
    fetched = media.keep(instance.media, [SOUND + b"3"])
    words = registry.Words(
        "Quả khế chín", f"Chờ lâu, {NAME} nói", "Vườn cây xoài", "Đỡ chờ", True, False
    )
    registry.publish(db, code, words, seen="", actor=officer.id, at=NOW)
    unit = adoptions.add(db, idea.id, "Ấp 3", "applied", "2026-08-01", text=MENTION,
                         actor="t", at=NOW)  # fmt: skip
    figures = adoptions.NewMeasure(Figures("days", 3, 1), "", "2026-08-01", MENTION, unit)
    adoptions.measure(db, idea.id, figures, key="m", actor="t", at=NOW)
    trials.keep(db, idea.id, trials.Trial("ấp 3", "", "", NAME, MENTION), actor="t", at=NOW)
    by_decree = recognitions.Recognition("statutory", "", MENTION, "", f"{NAME}: 100%", "", "")
    recognitions.keep(db, idea.id, by_decree, actor="t", at=NOW)
    award_steps.propose(db, code, 1, "letter", key="h", today=date(2026, 8, 1), actor="t", at=NOW)
    _judge(db, idea, officer)
    with writing(db):
        media_downloads.add(db, idea.id, key="F", kind="mms", url=f"kept:{fetched.sha256}", at=NOW)
        call_backs.add(db, key="c", phone=NUMBER, why="asked", at=NOW)
        call_backs.add(db, key="d", phone=NUMBER, why="no_recording", at=NOW)
        call_backs.recorded(db, "d", idea.id)
        outgoing.notify(
            db, NUMBER, "refused", {"ma": code, "lydo": MENTION}, event="e", at=NOW,
            proposal_id=idea.id,
        )  # fmt: skip
    _say(db, f"SK Quả khế chín. {NAME}", idea.id)
    _say(db, f"Quả khế chín, {MENTION}", None)
    opt_outs.add_for(db, NUMBER, actor="t", at=NOW)
    wants = data_requests.NewDataRequest("access", "phone", idea.id, NAME, NUMBER, MENTION)
    data_requests.add(db, wants, key="d", zone=ZONE, at=NOW)
    key = proposals.form_key_of(db, idea.id)
    drafts.keep(db, "visit", Draft(key, {"name": NAME, "phone": "0987654321"}), at=NOW)
    daily_roots.close_day(db, at=NOW + clock.DAY, zone=ZONE)
    residue.at_rest(db)
    return proposals.by_id(db, idea.id)


def _misheard(db, idea):
    """The sender's name and number were written wrong before, and one of the texts has them so."""
    chair = staff.add(
        db, "chu", name="Chủ", role="chair", password_hash="h", must_change=False, actor="t", at=NOW
    )
    conversation.add_more(
        db, idea.code, f"{MISHEARD} nói, số {WRONG}", channel="web", key="w", at=NOW
    )
    sender = authors.of(db, idea.id)
    right = correct_sender.facts_of(idea, sender)
    for facts, seen in ((replace(right, name=MISHEARD, phone=f"+84{WRONG}"), False), (right, True)):
        last = correct_sender.last_change(db, sender.id) if seen else ""
        asked_for = correct_sender.Correction(facts, "sheet", f"theo {MISHEARD}", "v", last)
        correct_sender.correct(db, idea.code, asked_for, zone=ZONE, actor=chair.id, at=NOW)


def _neighbour(db, a_proposal):
    """Somebody else, whose rows lie before, behind and between."""
    other = a_proposal(
        name="Trần Văn Bưởi", phone="0912345678", consents={"store": True, "sms": True},
        solution="Hàng bưởi ngoài ngõ cho bà con nghỉ chân. " * 8,
    )  # fmt: skip
    conversation.add_more(db, other.code, "Thêm hàng bưởi.", channel="web", key=other.id, at=NOW)


def _judge(db, idea, officer):
    opened = sessions.open_session(
        db, sessions.NewSession(2026, "2026-07-01", "Hội trường", officer.id, officer.id,
                               (officer.id,)), key="s", actor=officer.id, at=NOW,
    )  # fmt: skip
    with writing(db):
        db.insert(COUNCIL_ITEM,
            {"id": "i1", "session_id": opened, "proposal_id": idea.id, "verdict": "recognise",
             "reason": MENTION, "concluded_at": NOW, "returned_reason": MENTION, "signed_at": None},
        )  # fmt: skip
        db.insert(COUNCIL_SHEET,
            {"id": "x1", "item_id": "i1", "staff_id": officer.id, "recused": "",
             "sheet": ScoreSheet((), (), (MENTION,)), "saved_at": NOW, "submitted_at": NOW},
        )  # fmt: skip


def _say(db, text, proposal_id):
    name = f"n{len(text)}"
    inbox.keep(
        db, inbox.Arrived("simulator", name, NUMBER, "mobile", text, f"From={NUMBER}", None, NOW)
    )
    with writing(db):
        [kept] = inbox.waiting(db)
        inbox.handled(db, kept.id, outcome="proposal", at=NOW, proposal_id=proposal_id)


def left_over(instance, db, *needles):
    return residue.where(instance.folder, *needles)


def test_everything_is_planted(lived, instance, db):
    """The tests below would see it if it were left."""
    for card in case_data.holding():
        if card.name not in _NOT_IN_THIS_LIFE:
            assert case_data.rows(db, card, lived.id), card.name
    found = " ".join(left_over(instance, db, *WORDS, *NAMED))
    for needle in (
        "quả khế chín",
        "vuon cay xoai",
        "Khế Ngọt",
        "khe ngot",
        "987.654.321",
        "Khía Mật",
    ):
        assert needle in found, needle


def test_of_who_is_erased_with_all_their_words_no_byte_is_left(lived, instance, db, caplog):
    erasing.erase(db, instance.media, lived.id, asked(Scope.ALL))

    assert left_over(instance, db, *WORDS, *NAMED) == []
    assert not [one for one in instance.media.rglob("*") if one.is_file()]
    assert not any(needle in caplog.text for needle in (*WORDS, *NAMED))
    assert verify.verify(db, instance.media).damage == ()
    kept = proposals.by_id(db, lived.id)
    assert (kept.code, kept.status, kept.title) == (lived.code, Status.RECOGNISED, "")
    assert queue.page(db, queue.QueueFilter("an", words="khe chin")).cases == []
    assert registry.find(db, registry.ModelFilter()).models == ()
    assert call_backs.waiting(db, now=NOW) == [] and opt_outs.page(db) == []
    assert {one.reason for one in attachments.of_proposal(db, lived.id)} == {"erased"}


def test_of_the_details_of_who_is_erased_no_byte_is_left_and_the_idea_stays(lived, instance, db):
    erasing.erase(db, instance.media, lived.id, asked(Scope.DETAILS))

    assert left_over(instance, db, *NAMED) == []
    assert verify.verify(db, instance.media).damage == ()
    kept = proposals.by_id(db, lived.id)
    assert kept.title == lived.title
    assert kept.solution == "Vườn cây xoài của tôi. Goi […] […]."
    found = queue.page(db, queue.QueueFilter(str(kept.assignee_id), words="xoai")).cases
    assert [one.code for one in found] == [lived.code]
    assert attachments.of_proposal(db, lived.id)[0].sha256
    author = authors.of(db, lived.id)
    assert (author.name, author.phone, author.consent_name) == (None, None, False)
    [model] = registry.find(db, registry.ModelFilter()).models
    assert registry.credited(db, model.entry) == []


@pytest.mark.parametrize("scope", Scope)
def test_nobody_else_loses_a_word(lived, instance, db, scope):
    others = [one for one in proposals.ids(db) if one != lived.id]
    before = [(proposals.by_id(db, one), authors.of(db, one)) for one in others]

    erasing.erase(db, instance.media, lived.id, asked(scope))

    assert [(proposals.by_id(db, one), authors.of(db, one)) for one in others] == before
    assert len(queue.page(db, queue.QueueFilter("an", words="bưởi")).cases) == queue.PAGE_SIZE
    sound = conversation.additions(db, others[3])
    assert [one.text for one in sound] == ["Thêm hàng bưởi."]


def test_erasing_twice_changes_nothing_more(lived, instance, db):
    erasing.erase(db, instance.media, lived.id, asked(Scope.ALL))
    before = db.rows("SELECT * FROM proposal ORDER BY id")

    erasing.erase(db, instance.media, lived.id, asked(Scope.ALL))

    assert db.rows("SELECT * FROM proposal ORDER BY id") == before
    assert len(erasures.of_proposal(db, lived.id)) == 2
    assert verify.verify(db, instance.media).damage == ()


def test_an_emptied_row_without_an_erasure_is_damage(lived, instance, db):
    with writing(db):
        db.change(PROPOSAL, {"id": lived.id}, {"solution": "", "salt": "00"})

    damage = " ".join(verify.verify(db, instance.media).damage)

    assert f"proposal {lived.id}" in damage and "words are gone" in damage


def test_a_number_that_another_idea_keeps_stays_with_it(lived, instance, db, a_proposal):
    other = a_proposal(phone="0987654321", consents={"store": True, "sms": True})

    erasing.erase(db, instance.media, lived.id, asked(Scope.DETAILS))

    assert authors.of(db, other.id).phone == NUMBER
    assert opt_outs.has(db, NUMBER)
    came, _ = threads.between(db, NUMBER)
    assert [one.proposal_id for one in came] == [None]


def test_a_file_that_another_case_has_too_stays(lived, instance, db, a_proposal):
    other = a_proposal()
    same = media.keep(instance.media, [SOUND])
    attachments.add(db, other.id, same, source="web", key="g", actor="citizen", at=NOW)

    erasing.erase(db, instance.media, lived.id, asked(Scope.ALL))

    assert media.is_whole(instance.media, same.sha256)
    assert verify.verify(db, instance.media).damage == ()


def test_of_two_authors_one_is_erased_and_the_other_stays(lived, instance, db, tmp_path):
    both = NewAuthor(
        "Phạm Văn Mít", "+84911222333", "Ấp 3", "", "citizen", False, False, "",
        Consents(store=True, sms=True, name_me=True),
    )  # fmt: skip
    co_authors.add(db, lived.code, both, actor="an", at=NOW, zone=ZONE)
    with writing(db):
        for number, event in ((NUMBER, "x"), ("+84911222333", "y")):
            outgoing.notify(
                db, number, "st_received", {}, event=event, at=NOW, proposal_id=lived.id
            )
    sender, other = authors.all_of(db, lived.id)
    older = tmp_path / "older"
    connection.copy_store(db, _at(older))

    erasing.erase(db, instance.media, lived.id, asked(Scope.DETAILS, author_id=sender.id))

    assert left_over(instance, db, *NAMED) == []
    gone, stays = authors.all_of(db, lived.id)
    assert (gone.name, stays) == (None, other)
    to_the_other = threads.between(db, "+84911222333")[1]
    assert [one.state for one in to_the_other] == ["queued"]
    assert verify.verify(db, instance.media).damage == ()
    erasing.write_list(db, tmp_path)
    back = connection.open_store(older / "hienke.db", cipher=instance.cipher())
    listed = erasing.read_list(erasing.list_path(tmp_path, db))
    assert erasing.replay(back, older / "media", listed, at=NOW + 1) == 1
    assert [one.name for one in authors.all_of(back, lived.id)] == [None, "Phạm Văn Mít"]
    back.close()


def test_what_waits_to_go_to_who_is_erased_never_goes(lived, instance, db):
    erasing.erase(db, instance.media, lived.id, asked(Scope.DETAILS))

    assert sending.claim(db, at=NOW, lease=NOW + 9) == []
    lines = sms_list.page(db, sms_list.SmsFilter("an")).lines
    assert {one.phone for one in lines if one.proposal_id == lived.id} == {""}


def test_the_same_sms_brought_again_does_not_bring_its_words_back(lived, instance, db):
    text = f"SK Quả khế chín. {NAME}"
    erasing.erase(db, instance.media, lived.id, asked(Scope.ALL))

    again = inbox.Arrived("simulator", f"n{len(text)}", NUMBER, "mobile", text, "", None, NOW)

    assert not inbox.keep(db, again)


def test_an_officers_note_is_emptied_where_they_say_so(lived, instance, db):
    [note] = [one for one in erase.passages(db, lived.id) if one.table == "case_note"]
    assert note.struck == "Bà […] ([…]) nói vậy."

    erasing.erase(db, instance.media, lived.id, asked(Scope.DETAILS, whole=(note.row_id,)))

    assert [one.text for one in notes.of(db, lived.id)] == [""]
    assert verify.verify(db, instance.media).damage == ()


def test_an_idea_that_can_be_withdrawn_is_when_all_of_it_goes(db, instance, a_proposal):
    idea = a_proposal(title="Quả khế chín cho mọi nhà")

    erasing.erase(db, instance.media, idea.id, asked(Scope.ALL))

    assert proposals.by_id(db, idea.id).status is Status.WITHDRAWN
    assert verify.verify(db, instance.media).damage == ()


def test_while_somebody_reads_the_journal_waits_for_the_next_look(lived, instance, db):
    other = instance.open()
    other.conn.execute("BEGIN")
    other.rows("SELECT count(*) FROM proposal")

    erasing.erase(db, instance.media, lived.id, asked(Scope.ALL))

    assert [one.proposal_id for one in erasures.unsettled(db)] == [lived.id]
    other.conn.execute("COMMIT")
    assert erasing.settle(db, instance.media, at=NOW)
    assert erasures.unsettled(db) == []
    assert left_over(instance, db, *WORDS, *NAMED) == []
    other.close()


@pytest.mark.parametrize("scope", Scope)
def test_an_older_copy_that_comes_back_is_erased_once_more(lived, instance, db, tmp_path, scope):
    older = tmp_path / "older"
    connection.copy_store(db, _at(older))
    [media.keep(older / "media", [SOUND + tail]) for tail in (b"", b"2", b"3")]
    whole = [one.row_id for one in erase.passages(db, lived.id) if one.table == "reply"]
    erasing.erase(db, instance.media, lived.id, asked(scope, whole=whole))
    archives = tmp_path / "archives"
    archives.mkdir()
    erasing.write_list(db, archives)
    listed = erasing.read_list(erasing.list_path(archives, db))
    back = connection.open_store(older / "hienke.db", cipher=instance.cipher())

    assert erasing.replay(back, older / "media", listed, at=NOW + 1) == 1

    needles = NAMED if scope is Scope.DETAILS else (*NAMED, *WORDS)
    assert residue.where(older, *needles) == []
    assert residue.where(archives, lived.id, lived.code, *NAMED, *WORDS) == []
    assert [one.text for one in conversation.replies(back, lived.id)] == [""]
    assert erasing.replay(back, older / "media", listed, at=NOW + 2) == 0
    back.close()


def test_the_list_says_each_erasure_once_and_survives_a_broken_line(lived, db, tmp_path, instance):
    erasing.erase(db, instance.media, lived.id, asked(Scope.DETAILS))
    erasing.write_list(db, tmp_path)
    path = erasing.list_path(tmp_path, db)
    path.write_text(path.read_text() + '{"at": 12, "of"')
    erasing.write_list(db, tmp_path)
    erasing.erase(
        db, instance.media, lived.id, ErasureRequest(Scope.ALL, "asked", "", "an", NOW + 5)
    )

    erasing.write_list(db, tmp_path)

    assert [one.scope for one in erasing.read_list(path)] == [Scope.DETAILS, Scope.ALL]
    assert erasing.read_list(tmp_path / "none") == []
    path.write_text('[]\n{"salt": 1}\n' + "[" * 100_000 + "\n" + path.read_text())
    assert [one.scope for one in erasing.read_list(path)] == [Scope.DETAILS, Scope.ALL]


def test_who_takes_an_idea_back_is_on_the_list_too(db, a_proposal, tmp_path, instance):
    idea = a_proposal(name=NAME, consents={"store": True}, solution=f"Hỏi {NAME} giúp tôi.")

    withdraw.withdraw(db, idea.code, at=NOW)
    erasing.settle(db, instance.media, at=NOW)
    erasing.write_list(db, tmp_path)

    [line] = erasing.read_list(erasing.list_path(tmp_path, db))
    assert line.is_of(idea.id) and line.scope is Scope.DETAILS
    assert left_over(instance, db, *NAMED) == []


@pytest.mark.parametrize(
    "typed",
    [
        "0987654321",
        "0987 654 321",
        "+84 987 654 321",
        "84987654321",
        "0987.654.321",
        "(0987)654-321",
        "\u202a0987\u202c‑654−321",
        "+84 (987) 65\u200b4\xa0321",
    ],
)
def test_a_number_is_struck_however_it_is_typed_and_no_other(typed):
    text = f"Gọi {typed} hoặc 0251 3861 111."

    assert strike_person(text, (), [NUMBER]).startswith("Gọi ")
    assert "987" not in strike_person(text, (), [NUMBER])
    assert "0251 3861 111." in strike_person(text, (), [NUMBER])


def test_a_paper_idea_and_what_was_heard_of_it_go_too(db, instance):
    from shared.domain.entry_on_behalf import Entry

    new = NewProposal("paper", "citizen", "Quả khế chín", "Vườn cây xoài", name=NAME)
    idea = enter_for_citizen.add(
        db, new, Entry("by_post", NOW - clock.DAY, "stamp", MENTION), key="p", fingerprint="f",
        receipt_key=b"k", zone=ZONE, actor="t", at=NOW,
    ).proposal  # fmt: skip

    erasing.erase(db, instance.media, idea.id, asked(Scope.ALL))

    assert left_over(instance, db, *WORDS, *NAMED) == []
    assert "personal" not in repr([one.data for one in event_log.of_proposal(db, idea.id)])
    assert verify.verify(db, instance.media).damage == ()


def _at(folder):
    (folder / "media").mkdir(parents=True)
    return folder / "hienke.db"
