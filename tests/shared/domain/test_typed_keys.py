"""Keys that an input method left are put together, and nothing else is changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.everyday import plain
from shared.domain.typed_keys import decoded


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("neen mowr cuwra buooir toosi", "nên mở cửa buổi tối"),
        ("Neen Mowr", "Nên Mở"),
        ("dduwowngf vaof aaps 3", "đường vào ấp 3"),
        ("d9e62 nghi5 xa4 ga81n d9e2n o73 a61p 3", "đề nghị xã gắn đèn ở ấp 3"),
        ("d9u7o7ng2 vao2 a6p1 to6i1 qua1", "đường vào ấp tối quá"),
        ("camr own casn booj nhieefu", "cảm ơn cán bộ nhiều"),
        ("quoocs lộ 1 ngập", "quốc lộ 1 ngập"),
        ("thus bary xax mowr cuwar", "thú bảy xã mở cửa"),
    ],
)
def test_telex_and_vni_are_put_together(typed, meant):
    assert decoded(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "nen mo cua them sang thu 7",
        "xe bus so 3 qua ap 2, quay2",
        "I think the office should open on Saturday",
        "Please put a bench at the reception desk",
        "fax, box, gas, wifi, zalo, internet",
        "Đường vào ấp 3 chưa có đèn, xem web xa tan nhon",
        "ma OTP, VNeID, CCCD, ubnd xa",
        "",
    ],
)
def test_other_words_stay_as_they_are(typed):
    assert decoded(typed) == typed


@given(st.text(max_size=200))
def test_any_text_is_read(text):
    assert len(decoded(text)) <= len(text)
    assert plain(text) == " ".join(plain(text).split())


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("ko bik kq s r z", "khong biet ket qua sao roi vay"),
        ("Hổng biết răng rứa hè", "khong biet sao vay he"),
        ("bao h co kq v ad", "bao gio co ket qua vay ad"),
        ("keets quar sao roofi", "ket qua sao roi"),
    ],
)
def test_short_and_regional_words_are_written_out(typed, said):
    assert plain(typed) == said
