"""axe-core asked for faults alone. Of what is in order it would tell as much, for each element of a
page, and to fetch every style sheet anew is for a rule that is not asked for."""

from collections.abc import Sequence
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_AXE = Axe().axe_script
_RUN = "async options => (await axe.run(options)).violations"


def faults(page: Page, *, tags: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Return axe's violations in a page: of the rules with one of `tags`, or of all."""
    options: dict[str, Any] = {"resultTypes": ["violations"], "preload": {"assets": ["media"]}}
    if tags:
        options["runOnly"] = {"type": "tag", "values": list(tags)}
    page.evaluate(_AXE)
    return list(page.evaluate(_RUN, options))
