"""Line ends of a template go where nobody would see a blank, and are one blank elsewhere."""

import jinja2
import pytest

from shared.runtime.template_lines import JoinedLines, joined

TEMPLATES = jinja2.Environment(extensions=[JoinedLines], autoescape=True)


@pytest.mark.parametrize(
    ("written", "served"),
    [
        ("<ul>\n  <li>\n    một\n  </li>\n</ul>\n", "<ul><li>một</li></ul>"),
        ("<p>\n  một\n  <b>hai</b>\n  ba\n</p>", "<p>một <b>hai</b> ba</p>"),
        ("<a>1</a>\n<a>2</a>", "<a>1</a> <a>2</a>"),
        ("<a>1</a><a>2</a>", "<a>1</a><a>2</a>"),
        ("<label>\n  <input name=a>\n  {{ 1 }}\n</label>", "<label><input name=a> 1</label>"),
        ("{{ 1 }}\n{{ 2 }}\n<p>3</p>\n{{ 4 }}", "1 2<p>3</p>4"),
        ('<b>1</b>\n<input type="hidden">\n<b>2</b>', '<b>1</b><input type="hidden"><b>2</b>'),
        ("một<br>\nhai", "một<br>hai"),
        ("{% if 1 %}\n  <b>một</b>\n{% endif %}\n<b>hai</b>", "<b>một</b> <b>hai</b>"),
        ("<b>một</b>\n{% if 0 %}\n  <i>hai</i>\n{% endif %}", "<b>một</b> "),
        ("{# what\n   it is #}\n{% set a = 1 %}\n<p>{{ a }}</p>\n", "<p>1</p>"),
        ("<b>1</b>\n{%- if 1 %}\n<b>2</b>\n{%- endif -%}\n<b>3</b>", "<b>1</b><b>2</b><b>3</b>"),
        ('<i\n  a="1"\n  {% if 1 %} b="2"{% endif %}\n  c\n>x</i>', '<i a="1" b="2" c>x</i>'),
        ("<textarea>\n{{ '1\n2' }}\n</textarea>\n<p>", "<textarea>\n1\n2\n</textarea><p>"),
        ("<pre>\n 1\n 2</pre>\n<p>", "<pre>\n 1\n 2</pre><p>"),
        ("<p>1 &lt; 2,\n  a < b</p>", "<p>1 &lt; 2, a < b</p>"),
    ],
)
def test_a_line_end_is_a_blank_only_where_it_parts_something(written, served):
    assert TEMPLATES.from_string(written).render() == served


def test_a_fault_in_a_template_is_said_of_its_own_line():
    with pytest.raises(jinja2.TemplateSyntaxError) as fault:
        TEMPLATES.from_string("<p>\n  <b>1</b>\n</p>\n\n{% nothing %}\n")

    assert fault.value.lineno == 5


def test_no_line_is_lost_or_added():
    written = "{# a\n   b #}\n<p\n  class='x'\n>\n\n  {{ 1 }}\n</p>\n"

    assert joined(written).count("\n") == written.count("\n")
