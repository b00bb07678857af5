"""Who may see a case, in SQL. `Proposal` says the same in Python: `is_open_to`, `is_open_to_all`,
`is_counted`, and redactions.py which texts a reader gets. Nothing else decides it.

Each condition speaks of a row of `proposal`; a statement with `:viewer` is given a staff id, ""
for nobody's. Where no case is joined, nothing is kept from anybody.
"""

from collections.abc import Mapping
from typing import Any

# Only its assignee sees a confidential case.
VISIBLE = (
    "(proposal.is_confidential IS DISTINCT FROM 1"
    " OR proposal.assignee_id IS NOT DISTINCT FROM :viewer)"
)
THEIRS_ALONE = "proposal.is_confidential = 1 AND proposal.assignee_id = :viewer"
# What several readers see together leaves every confidential case out.
OPEN_TO_ALL = "proposal.is_confidential = 0"
# The few that only their assignees see, found by an index of their own.
CONFIDENTIAL_ONES = "proposal.is_confidential = 1"
# Figures, public pages and papers for many readers count neither junk nor confidential cases.
COUNTED = f"proposal.is_spam = 0 AND {OPEN_TO_ALL}"
# What a case counts as in figures, among those that are shown or in a number beside them, and the
# columns that say so.
KIND_COLUMNS = ("is_spam", "is_confidential")
SHOWN, SPAM, CONFIDENTIAL = "shown", "spam", "confidential"

# Everybody except its assignee reads a redacted case in its redacted words: `redaction` is joined
# for these readers only.
REDACTION = (
    " LEFT JOIN redaction ON redaction.commune_id = proposal.commune_id"
    " AND redaction.proposal_id = proposal.id AND proposal.assignee_id IS DISTINCT FROM :viewer"
)
# What was not redacted itself (files, messages, names) is hidden from readers of the redacted
# texts.
REDACTED = (
    "(proposal.assignee_id IS DISTINCT FROM :viewer AND EXISTS (SELECT 1 FROM redaction"
    " WHERE redaction.commune_id = :commune_id AND redaction.proposal_id = proposal.id))"
)


def kind_of(row: Mapping[str, Any]) -> str:
    """Return what a row of `proposal` counts as; junk that is confidential is junk."""
    return SPAM if row["is_spam"] else CONFIDENTIAL if row["is_confidential"] else SHOWN
