"""`python -m tests.pages_equal capture FOLDER [VISITOR]` keeps what the pages of a demo are like,
`… pictures FOLDER` adds how some of them look, and `… compare BEFORE AFTER` says what differs.
A VISITOR is "phone-vi", "kiosk-en", "program" or a role; without one, everybody's are kept."""

import sys
from pathlib import Path

from tests.pages_equal.frozen import freeze


def main(words: list[str]) -> int:
    """Do what is asked; return 0 when it is done and nothing differs, 1 when something does."""
    match words:
        case ["capture", folder, *whose]:
            freeze()
            from tests.pages_equal.capture import capture  # late: the clock must stand still first

            print(f"{capture(Path(folder), *whose)} pages")
        case ["pictures", folder]:
            freeze()
            from tests.pages_equal.pictures import take

            print(f"{take(Path(folder))} pictures")
        case ["compare", before, after]:
            from tests.pages_equal.compare import compare

            lines, differs = compare(Path(before), Path(after))
            print(*lines, sep="\n")
            return int(differs)
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
