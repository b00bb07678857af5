"""A row has one spelling, whichever way it is written: an old seal is checked with the code of
today."""

import json
from enum import StrEnum

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.db.checksums import canonical, seal_of


class Stand(StrEnum):
    HERE = "ở đây"


_TEXTS = st.text() | st.text(st.characters(categories=["Cs", "Cc", "Lu", "Zl", "Po"]))
_PLAIN = _TEXTS | st.integers() | st.booleans() | st.none() | st.sampled_from(Stand)
_REST = st.floats() | st.lists(_PLAIN) | st.dictionaries(_TEXTS, _PLAIN)


@given(st.dictionaries(_TEXTS, _PLAIN) | st.dictionaries(_TEXTS, _PLAIN | _REST))
@example({"share": 1e16})
@example({"share": 1e-5, "title": "a"})
@example({Stand.HERE: None})
@example({2: None})
def test_a_mapping_is_spelled_as_json_with_sorted_names_and_no_blanks(content):
    spelled = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    assert canonical(content) == spelled.encode("utf-8", "surrogatepass")


def test_what_json_cannot_spell_has_no_spelling():
    for value in (b"bytes", {1}, object()):
        with pytest.raises(TypeError):
            canonical({"value": value})


def test_a_seal_is_what_it_was_in_every_version_before():
    row = {"id": "1", "count": 3, "title": "Đường \x1f\x7f\u2028", "none": None}
    broken = row | {"share": 0.5, "title": f"{row['title']}\ud800"}

    assert seal_of(row) == "dbb57b1439d7b31efc5f19bea90fde47b1befbadfdd672db3ab5839b6654475c"
    assert seal_of(broken) == "b48e6f201eb433b277b03ec6242f7e32301badca644a21ea57d1cc8026d78e11"
