"""A style sheet is served on one line, and says what its author wrote."""

import pytest

from shared.runtime.style_sheets import joined


@pytest.mark.parametrize(
    ("written", "served"),
    [
        ("a,\nb > c {\n  color: red;\n  margin: 0 1em;\n}\n", "a,b>c{color:red;margin:0 1em}"),
        ("/* why:\n   so */\na {\n  b: c;\n}\n", "a{b:c}"),
        (".a :focus {\n  width: calc(1px + 2px);\n}", ".a :focus{width:calc(1px + 2px)}"),
        ('a:after {\n  content: "a,  b: {c} ";\n}', 'a:after{content:"a,  b: {c} "}'),
        (
            "@media (max-width: 9px) {\n  a {\n    b: c;\n  }\n\n  d {\n    e: f;\n  }\n}",
            "@media (max-width:9px){a{b:c}d{e:f}}",
        ),
        ("a {\n  grid: minmax(\n    9em, 1fr\n  ) / 2;\n}", "a{grid:minmax( 9em,1fr ) / 2}"),
    ],
)
def test_a_sheet_is_served_on_one_line(written, served):
    assert joined(written) == served
