"""Vietnamese text: kept whole, found without accents, spelled plainly for a telephone."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.vietnamese import clean, fold, initials, is_readable, one_line, unaccent, visible

ANY_TEXT = st.text(st.characters(exclude_categories=()))


def test_the_stroke_of_d_is_folded_too():
    assert fold("Đường ĐI, đất đai") == "duong di, dat dai"
    assert unaccent("Đề nghị") == "De nghi"


@pytest.mark.parametrize("letter", ["Đ", "đ", "Ð", "ð", "Ɖ", "ɖ"])
def test_what_looks_like_d_with_a_stroke_is_folded_as_it_and_kept_as_typed(letter):
    typed = f"{letter}ường liên ấp"

    assert fold(typed) == "duong lien ap"
    assert unaccent(typed).lower() == "duong lien ap"
    assert clean(typed) == typed


@pytest.mark.parametrize("letter", "\u00ad\u200b\u200d\u202a\u202c\u2060\u2066\u2069\ufeff")
def test_what_nobody_sees_parts_no_word(letter):
    typed = f"chứ{letter}ng{letter} thực"

    assert fold(typed) == "chung thuc"
    assert visible(typed) == "chứng thực"
    assert clean(typed) == typed


@pytest.mark.parametrize("blank", [chr(code) for code in range(0x3001) if chr(code).isspace()])
def test_no_blank_of_any_kind_glues_two_words(blank):
    assert clean(f"một{blank}hai").split() == ["một", "hai"]
    assert one_line(f"một{blank}hai") == "một hai"


@pytest.mark.parametrize(
    ("text", "readable"),
    [("Khai sinh\t3 ngày", True), ("một\xa0hai\u200d", True), ("👨‍👩‍👧\nhai", True),
     ("\x00\x01", False), ("a\x1b[31m", False), ("\x07", False)],
)  # fmt: skip
def test_words_are_told_from_bytes_of_something_else(text, readable):
    assert is_readable(text) is readable


def test_composed_and_decomposed_spellings_fold_alike():
    word = "Thủ tục chứng thực ở Ấp Bình Lợi"

    assert fold(unicodedata.normalize("NFD", word)) == fold(word)
    assert fold(word) == "thu tuc chung thuc o ap binh loi"


def test_every_vietnamese_letter_folds_to_a_plain_one():
    marked = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"

    assert set(fold(marked + marked.upper())) <= set("aeiouyd")


def test_text_is_kept_composed():
    given = unicodedata.normalize("NFD", "Hẹn giờ trước khi đến")

    assert clean(given) == "Hẹn giờ trước khi đến"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("một\r\nhai\rba\n", "một\nhai\nba"),
        ("a\x00b\x07c\x1b[31md\x7fe\x9f", "abc[31mde"),
        ("  \t\n x \n", "x"),
        ("Khai sinh\t3 ngày", "Khai sinh 3 ngày"),
        ("Dòng một\vDòng hai", "Dòng một\nDòng hai"),
        ("một\fhai\x85ba\u2028bốn\u2029năm", "một\nhai\nba\nbốn\nnăm"),
        ("một\xa0hai\u202fba\u3000bốn\u2009năm\x1fsáu", "một\xa0hai\u202fba\u3000bốn\u2009năm sáu"),
        ("👍🏽 tốt 👨‍👩‍👧", "👍🏽 tốt 👨‍👩‍👧"),
        ("\u202ealo", "\u202ealo"),
        ("nửa \ud83d cặp", "nửa \ufffd cặp"),
        ("\ud83d\ude00", "😀"),
        ("<b>'; DROP TABLE proposal; --", "<b>'; DROP TABLE proposal; --"),
        ("\u200b\u200c\u200d\ufeff\u2060", ""),
        ("\u202e \u200b", ""),
        ("", ""),
    ],
)
def test_what_a_person_wrote_is_kept_and_what_nobody_sees_goes(given, kept):
    assert clean(given) == kept


@given(ANY_TEXT)
def test_cleaning_never_raises_and_cleans_once(text):
    kept = clean(text)

    assert clean(kept) == kept
    assert unicodedata.is_normalized("NFC", kept)
    kept.encode("utf-8")
    assert not [letter for letter in kept if unicodedata.category(letter) == "Cc"] or "\n" in kept


@given(ANY_TEXT)
def test_folding_never_raises(text):
    assert fold(text) == fold(fold(text)) or not text.isascii()
    assert one_line(text).count("\n") == 0


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Mai Thị Út (hư cấu)", "M. T. Ú."),
        ("Nguyễn Văn Đạt", "N. V. Đ."),
        ("– 'An' Bình", "B."),
        ("(không tên)", ""),
        (None, ""),
    ],
)
def test_initials_are_of_the_words_of_a_name(name, shown):
    assert initials(name) == shown


def test_what_is_beyond_the_marks_of_vietnamese_is_folded_letter_by_letter():
    assert unaccent("Nhà 5 m² – 3 € ở Đắk Lắk 東京 🙂") == "Nha 5 m2 – 3 € o Dak Lak 東京 🙂"
    assert unaccent("ở\u200b Xã") == "o Xa"


def test_a_control_character_among_plain_words_is_not_kept():
    assert clean("một\r\nhai\tba\x07") == "một\nhai ba"
