"""axe-core asked for faults alone. Of what is in order it would tell as much, for each element of a
page, and to fetch every style sheet anew is for a rule that is not asked for."""

from collections.abc import Sequence
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# It reads each colour of each element from its words; a page has few, so each is read once.
_EACH_COLOUR_ONCE = """;(() => {
  const read = axe.commons.color.Color.prototype.parseString;
  const known = new Map();
  axe.commons.color.Color.prototype.parseString = function (words) {
    const kept = known.get(words);
    if (kept) return Object.assign(this, kept);
    const { r, g, b, alpha } = read.call(this, words);
    known.set(words, { r, g, b, alpha });
    return this;
  };
})()"""
_AXE = Axe().axe_script + _EACH_COLOUR_ONCE
_RUN = "async options => window.axe ? (await axe.run(options)).violations : null"


def faults(page: Page, *, tags: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Return axe's violations in a page: of the rules with one of `tags`, or of all."""
    options: dict[str, Any] = {"resultTypes": ["violations"], "preload": {"assets": ["media"]}}
    if tags:
        options["runOnly"] = {"type": "tag", "values": list(tags)}
    found = page.evaluate(_RUN, options)
    if found is None:  # a page that was just opened
        page.evaluate(_AXE)
        found = page.evaluate(_RUN, options)
    return list(found)
