"""Vietnamese text: kept whole, found without accents, spelled plainly for a telephone."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.vietnamese import clean, fold, one_line, unaccent

ANY_TEXT = st.text(st.characters(exclude_categories=()))


def test_the_stroke_of_d_is_folded_too():
    assert fold("Đường ĐI, đất đai") == "duong di, dat dai"
    assert unaccent("Đề nghị") == "De nghi"


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
