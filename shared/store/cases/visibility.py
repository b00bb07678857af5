"""Who may see a case, in SQL. `Proposal` says the same in Python: `is_open_to`, `is_open_to_all`,
`is_counted`, and redactions.py which texts a reader gets. Nothing else decides it.

Each condition speaks of a row of `proposal`; a statement with `:viewer` is given a staff id, ""
for nobody's. Where no case is joined, nothing is kept from anybody.
"""

# A confidential case is its assignee's alone.
VISIBLE = "(proposal.is_confidential IS NOT 1 OR proposal.assignee_id IS :viewer)"
# What several readers look at together leaves every confidential case out.
OPEN_TO_ALL = "proposal.is_confidential = 0"
# What figures, public pages and papers for many readers count: neither junk nor confidential.
COUNTED = f"proposal.is_spam = 0 AND {OPEN_TO_ALL}"

# A redacted case is read as it was redacted by all but its assignee: `redaction` is joined for
# them alone.
REDACTION = (
    " LEFT JOIN redaction ON redaction.commune_id = proposal.commune_id"
    " AND redaction.proposal_id = proposal.id AND proposal.assignee_id IS NOT :viewer"
)
# What was not redacted itself (files, messages, names) is kept from who reads the redacted texts.
REDACTED = (
    "(proposal.assignee_id IS NOT :viewer AND EXISTS (SELECT 1 FROM redaction"
    " WHERE redaction.commune_id = :commune_id AND redaction.proposal_id = proposal.id))"
)
