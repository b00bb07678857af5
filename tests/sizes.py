"""One page at several sizes: it is loaded once and looked at anew at each, as a window is drawn
larger and a tablet turned."""

from collections.abc import Iterable, Iterator

from playwright.sync_api import Locator, Page, ViewportSize


def at_each(page: Page, sizes: Iterable[ViewportSize]) -> Iterator[ViewportSize]:
    """Give a page each of these sizes in turn, beginning with the one it has; it keeps the last."""
    for size in sorted(sizes, key=lambda one: one != page.viewport_size):
        if size != page.viewport_size:
            page.set_viewport_size(size)
        yield size


def tap_at_each(where: Locator, sizes: Iterable[ViewportSize]) -> None:
    """Tap there at one of these sizes, where a finger reaches it at each of the others too."""
    for _ in at_each(where.page, sizes):
        where.tap(trial=True)
    where.tap()
