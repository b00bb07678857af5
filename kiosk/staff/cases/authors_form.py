"""What staff typed of a further author and of everybody's share, read once: a sound value or what
must be put right."""

from collections.abc import Sequence

from kiosk.staff.forms import Form
from shared.domain import phone
from shared.domain.intake import SHORT_LETTERS, Problem
from shared.domain.proposal import INSIDER_TYPES, PARTICIPANT_TYPES, Consents
from shared.domain.vietnamese import one_line
from shared.store.cases.authors import Author, NewAuthor
from shared.texts import NOTICE_VERSION
from shared.workflows.co_authors import WHOLE

_LINES = ("name", "unit", "position", "guardian")


def read_author(form: Form) -> NewAuthor | list[Problem]:
    """Return a further author as a paper names them. A person's name and number need their consent,
    a body is named by its unit."""
    said = {name: one_line(form.get(name, "")) for name in _LINES}
    kind, number = form.get("participant_type", ""), form.get("phone", "").strip()
    store, sms, name_me = (form.get(f"consent_{one}") == "yes" for one in ("store", "sms", "name"))
    consents = Consents(store, sms, name_me, NOTICE_VERSION)
    under_16, known_number = form.get("under_16") == "yes", phone.mobile(number)
    problems = [
        Problem(name, "err.too_long", {"n": SHORT_LETTERS})
        for name in _LINES
        if len(said[name]) > SHORT_LETTERS
    ]
    if not any(letter.isalnum() for letter in said["name"] + said["unit"]):
        problems.append(Problem("name", "staff.authors.who_empty"))
    if number and known_number is None:
        problems.append(Problem("phone", "staff.authors.phone_wrong"))
    if kind not in PARTICIPANT_TYPES:
        problems.append(Problem("participant_type", "err.choice"))
    if (said["name"] or number or said["guardian"]) and not consents.store:
        problems.append(Problem("consent_store", "staff.authors.consent_empty"))
    if said["name"] and under_16 and not said["guardian"]:
        problems.append(Problem("guardian", "staff.authors.guardian_empty"))
    if consents.sms and not number:
        problems.append(Problem("phone", "staff.authors.phone_for_sms"))
    return problems or NewAuthor(
        said["name"], known_number, said["unit"], said["position"], kind,
        kind in INSIDER_TYPES and form.get("insider") == "yes", under_16, said["guardian"],
        consents,
    )  # fmt: skip


def read_shares(form: Form, of_idea: Sequence[Author]) -> dict[str, int | None] | list[Problem]:
    """Return everybody's share by author id: whole percents that make a hundred, or all None."""
    said = {one.id: form.get(f"share-{one.id}", "").strip().removesuffix("%") for one in of_idea}
    if not any(said.values()):
        return dict.fromkeys(said)
    problems, shares = [], dict[str, int | None]()
    for author_id, text in said.items():
        is_whole = text.isascii() and text.isdigit() and len(text) < 4 and int(text) <= WHOLE
        if not is_whole:
            problems.append(Problem(f"share-{author_id}", "staff.authors.share_wrong"))
        shares[author_id] = int(text) if is_whole else None
    if not problems and sum(one or 0 for one in shares.values()) != WHOLE:
        total = sum(one or 0 for one in shares.values())
        first = f"share-{of_idea[0].id}"
        problems.append(Problem(first, "staff.authors.shares_wrong", {"n": total}))
    return problems or shares
