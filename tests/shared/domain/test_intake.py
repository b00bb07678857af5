"""Whatever comes in becomes a sound proposal or a list of what to put right: never a crash."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import texts
from shared.domain.intake import KNOWN_FIELDS, Problem, read_proposal
from shared.domain.proposal import CHANNELS, NOT_ASKED, NewProposal, counted_as
from shared.domain.record import astuple
from shared.domain.sms_idea import auto_title

SOUND = {
    "participant_type": "citizen",
    "title": "Hẹn giờ trước khi đi chứng thực",
    "solution": "Cho bà con nhắn tin xin một khung giờ 30 phút.",
}
WITH_NAME = {"name": "Nguyễn Thị Lan", "consents": {"store": True, "notice": "2026-1"}}
TEXT_FIELDS = ["title", "solution", "current_state", "expected_effect", "unit", "position",
               "hamlet", "name", "guardian", "mobiliser"]  # fmt: skip
CHOICE_FIELDS = ["participant_type", "maturity", "category", "residence"]
LIST_FIELDS = ["effects", "more_categories"]
TRUTH_FIELDS = ["insider", "under_16"]
HOSTILE = {
    "html": "<script>alert(1)</script> <b>Hẹn giờ</b> & \"'",
    "sql": "'; DROP TABLE proposal; -- OR 1=1",
    "emoji": "👍🏽 Hẹn giờ 👨‍👩‍👧 😀",
    "rtl": "\u202eHẹn giờ\u202c \u0645\u0648\u0639\u062f",
    "blanks": "Hẹn\u00a0giờ \u3000 trước",
    "braces": "{ma} {0} %s %(x)s {{ 7*7 }}",
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(
        st.characters(exclude_categories=()), max_size=30
    ),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.text(st.characters(exclude_categories=()), max_size=8), inner, max_size=4
    ),
    max_leaves=12,
)  # fmt: skip
FIELD = st.sampled_from(sorted(KNOWN_FIELDS))


def read(**changes: object) -> NewProposal | list[Problem]:
    return read_proposal({**SOUND, **changes}, "web")


def wrong(answer: NewProposal | list[Problem]) -> list[tuple[str, str]]:
    assert isinstance(answer, list), answer
    return [(problem.field, problem.text) for problem in answer]


# --- what is required


def test_three_answers_are_enough():
    new = read()

    assert isinstance(new, NewProposal)
    assert (new.title, new.solution) == (SOUND["title"], SOUND["solution"])
    assert (new.channel, new.maturity, new.category, new.insider) == ("web", "unknown", None, False)


def test_only_the_words_are_required():
    assert wrong(read_proposal({}, "web")) == [("solution", "err.solution_empty")]


@pytest.mark.parametrize("channel", CHANNELS)
def test_where_nobody_said_who_sends_it_nobody_was_asked(channel):
    new = read_proposal({"solution": SOUND["solution"]}, channel)

    assert isinstance(new, NewProposal)
    assert new.participant_type == NOT_ASKED
    assert counted_as(new.participant_type) == "citizen"


def test_nobody_says_that_they_were_not_asked():
    assert wrong(read(participant_type=NOT_ASKED)) == [("participant_type", "err.choice")]


def test_a_missing_title_is_made_of_the_words_and_says_so():
    new = read(title=None)

    assert isinstance(new, NewProposal)
    assert new.title == auto_title(SOUND["solution"]) and not new.title_is_own


def test_what_was_not_typed_gets_no_title_of_our_own():
    new = read_proposal({"solution": SOUND["solution"]}, "paper")

    assert isinstance(new, NewProposal)
    assert new.title == "" and new.title_is_own


BLANK = ["", "   ", "\n\t", "\u200b\u200b\u200b\u200b\u200b\u200b"]


@pytest.mark.parametrize(
    ("field", "problem", "empty"),
    [
        *(("title", "err.title_short", empty) for empty in BLANK),
        *(("solution", "err.solution_empty", empty) for empty in (*BLANK, None)),
    ],
)
def test_blank_and_invisible_words_are_no_words(field, problem, empty):
    assert wrong(read(**{field: empty})) == [(field, problem)]


@pytest.mark.parametrize("field", sorted(KNOWN_FIELDS - {"solution"}))
def test_everything_else_may_be_empty(field):
    assert isinstance(read(**{field: None}), NewProposal)


# --- how long


@pytest.mark.parametrize(
    ("field", "most"),
    [("title", 120), ("solution", 2000), ("current_state", 2000), ("expected_effect", 2000),
     ("unit", 120), ("position", 120), ("hamlet", 120), ("mobiliser", 120)],
)  # fmt: skip
def test_a_text_may_be_as_long_as_it_says_and_no_letter_longer(field, most):
    assert isinstance(read(**{field: "ữ" * most}), NewProposal)

    assert [(one.field, one.text, one.blanks) for one in read(**{field: "ữ" * (most + 1)})] == [
        (field, "err.too_long", {"n": most})
    ]


def test_letters_are_counted_as_they_are_kept():
    decomposed = unicodedata.normalize("NFD", "ữ" * 120)

    assert len(decomposed) == 360
    assert isinstance(read(title=decomposed), NewProposal)


@pytest.mark.parametrize("letters", [4, 5])
def test_a_title_has_five_letters(letters):
    answer = read(title="x" * letters)

    assert isinstance(answer, NewProposal) if letters == 5 else wrong(answer)


@pytest.mark.parametrize("field", TEXT_FIELDS)
def test_a_megabyte_is_refused_in_a_sentence(field):
    answer = read(**{**WITH_NAME, field: "dài quá " * 131_072})

    assert wrong(answer) == [(field, "err.too_long")]


# --- hostile words are only words


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_words_are_kept_as_they_are(kind):
    for field in TEXT_FIELDS:
        if field == "name":
            continue
        new = read(**{**WITH_NAME, field: HOSTILE[kind]})

        assert isinstance(new, NewProposal), field
        kept = getattr(new, field)
        is_long = field in ("solution", "current_state", "expected_effect")
        assert kept == (HOSTILE[kind] if is_long else " ".join(HOSTILE[kind].split())), field


@pytest.mark.parametrize("parting", ["\t", "\v", "\f", "\x85", "\r", "\u2028", "\u2029", "\x1f"])
def test_words_from_a_table_or_a_typing_program_are_not_glued(parting):
    for field in TEXT_FIELDS:
        new = read(**{**WITH_NAME, field: f"Khai sinh{parting}3 ngày"})

        assert isinstance(new, NewProposal), field
        assert getattr(new, field).split() == ["Khai", "sinh", "3", "ngày"], field


@pytest.mark.parametrize("field", TEXT_FIELDS)
def test_every_text_is_kept_composed_and_without_control_characters(field):
    given = unicodedata.normalize("NFD", "Ấp Bình\x00 Lợi\x1b, đường\x9f số 7")

    new = read(**{**WITH_NAME, field: given})

    assert isinstance(new, NewProposal)
    assert getattr(new, field) == "Ấp Bình Lợi, đường số 7"


@pytest.mark.parametrize("field", TEXT_FIELDS)
def test_halves_of_broken_pairs_are_replaced(field):
    new = read(**{**WITH_NAME, field: "nửa cặp \ud83d ở đây"})

    assert isinstance(new, NewProposal)
    json.dumps(getattr(new, field), ensure_ascii=False).encode()


def test_line_ends_stay_in_a_long_text_and_go_from_a_short_one():
    new = read(solution="một\r\nhai\rba", title="một\nhai ba")

    assert (new.solution, new.title) == ("một\nhai\nba", "một hai ba")


# --- wrong types and values


@pytest.mark.parametrize("value", [5, 1.5, True, [], ["a"], {}, {"a": 1}])
def test_a_text_of_the_wrong_type_is_told(value):
    for field in (*TEXT_FIELDS, "phone"):
        assert (field, "err.wrong_type") in wrong(read(**{field: value}))


@pytest.mark.parametrize("value", ["nobody", "CITIZEN", "9", 0, 99, -1, 1.5, True, [], {}, "1 "])
def test_an_unknown_choice_is_told(value):
    for field in CHOICE_FIELDS:
        assert (field, "err.choice") in wrong(read(**{field: value}))


@pytest.mark.parametrize("value", ["3", 3])
def test_a_category_may_be_a_number_or_its_text(value):
    assert read(category=value).category == "3"


@pytest.mark.parametrize("field", LIST_FIELDS)
@pytest.mark.parametrize("value", ["other", 5, True, {"other": 1}])
def test_a_list_that_is_none_is_told(field, value):
    assert wrong(read(**{field: value})) == [(field, "err.wrong_type")]


@pytest.mark.parametrize("field", LIST_FIELDS)
@pytest.mark.parametrize("value", [["other", "x"], [None], [["other"]], [{}]])
def test_an_unknown_thing_in_a_list_is_told(field, value):
    assert wrong(read(**{field: value})) == [(field, "err.choice")]


def test_a_thing_chosen_twice_counts_once():
    assert read(effects=["faster", "other", "faster"]).effects == ("faster", "other")


@pytest.mark.parametrize("field", TRUTH_FIELDS)
@pytest.mark.parametrize("value", ["yes", "true", 1, 0, [], {}])
def test_a_claim_is_true_or_false_and_nothing_else(field, value):
    assert wrong(read(**{field: value})) == [(field, "err.wrong_type")]


@pytest.mark.parametrize(
    "field", ["constructor", "__proto__", "status", "received_at", "", " title"]
)
def test_an_unknown_field_is_refused(field):
    assert wrong(read(**{field: "x"})) == [(field.strip(), "err.unknown_field")]


def test_an_endless_field_name_is_said_back_short():
    [problem] = read_proposal({**SOUND, "x\ud800" * 100_000: 1}, "web")

    assert len(problem.field) <= 120
    problem.field.encode()


@pytest.mark.parametrize("given", [None, [], "x", 5, True, [SOUND]])
def test_a_body_that_is_no_object_is_told(given):
    assert wrong(read_proposal(given, "web")) == [("", "err.not_an_object")]


# --- names, numbers, consent


@pytest.mark.parametrize("personal", [{"name": "Lan"}, {"phone": "0912345678"}, {"guardian": "Ba"}])
def test_nobody_s_name_or_number_is_kept_without_consent(personal):
    assert wrong(read(**personal)) == [("consents.store", "err.consent")]
    assert wrong(read(**personal, consents={"store": False, "sms": True})) == [
        ("consents.store", "err.consent")
    ]
    assert isinstance(read(**personal, consents={"store": True}), NewProposal)


@pytest.mark.parametrize("phone", ["84 912.345.678", "0912 345 678", "+84 912345678"])
def test_a_number_is_kept_in_one_form(phone):
    assert read(phone=phone, consents={"store": True}).phone == "+84912345678"


@pytest.mark.parametrize(
    "phone", ["0251 3861 111", "8188", "0912", "chín một hai", "０９１２３４５６７８"]
)
def test_a_number_that_is_no_mobile_is_told(phone):
    assert wrong(read(phone=phone, consents={"store": True})) == [("phone", "err.phone")]


def test_a_child_who_leaves_a_name_needs_a_grown_up():
    child = {**WITH_NAME, "under_16": True}

    assert wrong(read(**child)) == [("guardian", "err.guardian")]
    assert isinstance(read(**child, guardian="Trần Văn Ba"), NewProposal)
    assert isinstance(read(under_16=True), NewProposal)


def test_no_consent_is_given_by_silence():
    consents = read().consents

    assert (consents.store, consents.sms, consents.name_me) == (False, False, False)


@pytest.mark.parametrize("consents", ["yes", True, [], ["store"], 1])
def test_consents_of_the_wrong_shape_are_told(consents):
    assert wrong(read(consents=consents)) == [("consents", "err.wrong_type")]


@pytest.mark.parametrize("value", ["yes", 1, "true", [True]])
def test_a_consent_is_true_or_none(value):
    assert ("consents.store", "err.wrong_type") in wrong(read(consents={"store": value}))


def test_an_unknown_consent_is_told():
    assert wrong(read(consents={"all": True})) == [("consents.all", "err.unknown_field")]


def test_only_officials_are_insiders():
    assert read(insider=True).insider is False
    assert read(insider=True, participant_type="worker").insider is False
    assert read(insider=True, participant_type="official").insider is True


# --- anything at all


@given(JSON)
def test_no_json_whatever_makes_reading_stumble(given):
    _is_sound_or_told(read_proposal(given, "web"))


@given(st.dictionaries(FIELD, JSON, max_size=8))
def test_no_json_in_any_field_makes_reading_stumble(given):
    _is_sound_or_told(read_proposal({**SOUND, **given}, "kiosk"))
    _is_sound_or_told(read_proposal({**SOUND, "consents": given}, "kiosk"))


def _is_sound_or_told(answer: NewProposal | list[Problem]) -> None:
    if isinstance(answer, NewProposal):
        for value in astuple(answer):
            if isinstance(value, str):
                assert unicodedata.is_normalized("NFC", value)
                value.encode()
        return
    assert answer
    for problem in answer:
        for language in texts.LANGUAGES:
            assert texts.load(language).say(problem.text, **problem.blanks)
        problem.field.encode()
