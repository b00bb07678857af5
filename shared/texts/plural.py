"""A number and its noun agree in English: "1 idea", "2 ideas". Vietnamese does not need this."""


def number_of(count: int, one: str, many: str = "") -> str:
    """Return a number with its noun and thousands separators: "0 ideas", "1 idea", "1,204 ideas".
    `many` is the plural; without it, `one` with an s."""
    return f"{count:,} {agreeing(count, one, many or f'{one}s')}"


def agreeing(count: object, one: str, many: str) -> str:
    """Return the word that fits a number: `one` only for 1, `many` otherwise."""
    return one if str(count).strip() == "1" else many
