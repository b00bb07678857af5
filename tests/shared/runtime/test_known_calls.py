"""What a template calls gets what it wants to be given, asked for by Jinja or known."""

import pytest
from jinja2 import Environment, pass_context, pass_eval_context
from jinja2.runtime import Context

from shared.runtime.shared_macros import KnownCalls

PAGE = """
{% macro shown(word, loud=false) %}
  <b>{{ word }}{{ "!" if loud }}</b>{{ caller() if caller }}
{% endmacro %}
{% autoescape false %}{{ (shown("<c>") ~ "<d>") | escape }}{% endautoescape %}
{% block main scoped %}
  {% for word in words.split(" ") %}
    {{ shown(word, loud=loop.last) }} {{ words.count(word) }} {{ said.plain(word, n=loop.index) }}
    {{ said.of_page(word) }} {{ said.escaped(word) }} {{ said(word) }} {{ outside(word) }}
    {{ twice(word) }} {{ in_page(word) }}
    {% call shown(word) %}<i>{{ said.plain(word) }}</i>{% endcall %}
  {% endfor %}
{% endblock %}
"""


class _Said:
    def plain(self, word, n=0):
        return f"{word}{n}"

    @pass_context
    def of_page(self, context, word):
        return f"{word} of {context['page']}"

    @pass_eval_context
    def escaped(self, evaluated, word):
        return f"{word} {evaluated.autoescape}"

    def __call__(self, word):
        return word.upper()


def _twice(word):
    return word + word


@pass_context
def _in_page(context, word):
    return f"{word} in {context['page']}"


def _drawn(kind):
    made = Environment(autoescape=True)
    made.context_class = kind
    given = {
        "words": "<a> b <a>", "said": _Said(), "page": "here", "outside": len, "twice": _twice,
        "in_page": _in_page,
    }  # fmt: skip
    return made.from_string(PAGE).render(given)


def test_a_page_is_what_jinja_alone_draws():
    page = _drawn(KnownCalls)

    assert page == _drawn(Context)
    assert "&lt;a&gt; of here" in page
    assert "&lt;a&gt;&lt;a&gt; &lt;a&gt; in here" in page
    assert "<b>&lt;a&gt;!</b>" in page


def test_what_a_called_thing_raises_is_told_as_it_is():
    made = Environment()
    made.context_class = KnownCalls

    with pytest.raises(TypeError, match="plain"):
        made.from_string("{{ said.plain() }}").render(said=_Said())
