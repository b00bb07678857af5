"""A browser's name and system, from what it says of itself: for the eyes of whoever asks where they
are logged in. Nothing is ever decided by it."""

# The first that is found counts: nearly all of them call themselves Chrome and Safari too.
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
    """Return "Chrome, Windows"; what is not known is left out, all of it at the worst."""
    said = agent[:500].casefold()
    return ", ".join(
        found
        for names in (_BROWSERS, _SYSTEMS)
        if (found := next((name for sign, name in names if sign in said), ""))
    )
