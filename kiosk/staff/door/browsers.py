"""A browser's name and system, from what it says of itself: only for people who want to see where
they are logged in. Nothing depends on it."""

# The first match counts: nearly all of them also call themselves Chrome and Safari.
_BROWSERS = (
    ("coc_coc", "Cốc Cốc"),
    ("edg", "Edge"),
    ("opr", "Opera"),
    ("samsungbrowser", "Samsung Internet"),
    ("firefox", "Firefox"),
    ("chrom", "Chrome"),
    ("safari", "Safari"),
)
_SYSTEMS = (
    ("android", "Android"),
    ("iphone", "iPhone"),
    ("ipad", "iPad"),
    ("windows", "Windows"),
    ("mac os", "macOS"),
    ("linux", "Linux"),
)


def browser_of(agent: str) -> str:
    """Return "Chrome, Windows"; unknown parts are left out, perhaps all."""
    said = agent[:500].casefold()
    return ", ".join(
        found
        for names in (_BROWSERS, _SYSTEMS)
        if (found := next((name for sign, name in names if sign in said), ""))
    )
