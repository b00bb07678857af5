"""Whom each route of an app lets in: as docs/routes.md tells, and as the routes themselves say."""

import re
from pathlib import Path

from shared.domain.roles import MEMBERS, ROLES
from shared.runtime.guarded import GuardedApp

DOC = Path(__file__).resolve().parent.parent / "docs" / "routes.md"
# Flask answers these by itself; nobody reads or changes anything with them.
_BY_ITSELF = {"HEAD", "OPTIONS"}


def told(section: str) -> set[tuple[str, str, str]]:
    """Return (method, address, who) of each row below a heading of the document."""
    below = DOC.read_text("utf-8").partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    return set(re.findall(r"^\| (\w+) \| `(.+)` \| (.+) \|$", below, re.MULTILINE))


def said(app: GuardedApp) -> set[tuple[str, str, str]]:
    """Return the same of each route of an app, and print it as the document's rows."""
    rows = {
        (method, rule.rule, _in_words(app.allowed[rule.endpoint]))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - _BY_ITSELF
    }
    for method, address, who in sorted(rows, key=lambda row: (row[1], row[0])):
        print(f"| {method} | `{address}` | {who} |")
    return rows


def _in_words(allowed: frozenset[str]) -> str:
    if allowed == MEMBERS:
        return "every member"
    ranks = {role: rank for rank, role in enumerate(ROLES)}
    return ", ".join(sorted(allowed, key=lambda name: ranks.get(name, len(ranks))))
