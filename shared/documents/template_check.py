"""Decides whether a template that an office edited may be used: reads its tags, compares its blanks
with those of its paper, and fills it in on trial.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from shared.documents import batch, docx_clean, fill, overlay
from shared.documents.catalogue import Paper
from shared.documents.docx_clean import DocxRefused
from shared.documents.template_names import TemplateNames
from shared.documents.template_problems import shown, wrong
from shared.documents.template_tags import Opened
from shared.documents.write import numbered
from shared.domain import award_rules
from shared.domain.intake import Problem

MOST_PROBLEMS = 12


def checked(content: bytes, paper: Paper) -> bytes | list[Problem]:
    """Return the template as it may be kept, or what must be corrected, the worst first."""
    try:
        clean = docx_clean.cleaned(content)
    except DocxRefused as refusal:
        return refusal.problems[:MOST_PROBLEMS]
    problems = _problems(clean, paper)
    return problems[:MOST_PROBLEMS] or clean


def _problems(clean: bytes, paper: Paper) -> list[Problem]:
    """Return what is wrong; a later kind of fault is looked for only if the earlier are right."""
    opened = Opened(clean)
    found = list(opened.tag_problems())
    if found:
        return found
    names = TemplateNames(paper)
    found = list(names.problems(opened.sources()))
    if not found:
        found = list(_trial(clean, paper))
    return found


def _trial(clean: bytes, paper: Paper) -> Iterator[Problem]:
    """Yield what goes wrong when it is filled in, with samples and empty."""
    from lxml import etree

    for samples in (trial_blanks(paper), _emptied(trial_blanks(paper))):
        template = Opened(clean).template
        try:
            etree.fromstring(template.build_xml(samples, fill.environment()))
            filled = fill.fill(clean, samples)
            # The next steps are a batch, and for a certificate the pre-printed form.
            batch.join([filled, overlay.set_out(filled, award_rules.FIRST_RULES.overlay)])
        except Exception:  # a hostile file may raise anything in a library: it is the file's fault
            yield wrong("trial_failed")
            return
    said = fill.words(fill.fill(clean, trial_blanks(paper)))
    if left := re.search(r"\{[{%#].{0,40}|.{0,40}[}%#]\}", said):
        yield wrong("left_over", doan=shown(left[0]))


def trial_blanks(paper: Paper) -> dict[str, Any]:
    """Return what a trial fills in: the samples, and the number with the paper's own symbol."""
    return paper.samples | {"number": numbered("", paper.symbol)}


def _emptied(value: Any) -> Any:
    match value:
        case Mapping():
            return {key: _emptied(one) for key, one in value.items()}
        case list():
            return []
        case str():
            return ""
        case bool():
            return False
        case _:
            return value
