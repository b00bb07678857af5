"""A number and its noun agree, in English: "1 idea", "2 ideas". Vietnamese needs none of it."""


def number_of(count: int, one: str, many: str = "") -> str:
    """Return a number with its noun, its thousands parted by commas: "0 ideas", "1 idea",
    "1,204 ideas". `many` is the noun of all but one; where it is left out, `one` with an s."""
    return f"{count:,} {agreeing(count, one, many or f'{one}s')}"


def agreeing(count: object, one: str, many: str) -> str:
    """Return which of two words goes with a number: `one` with 1 alone, written or counted."""
    return one if str(count).strip() == "1" else many
