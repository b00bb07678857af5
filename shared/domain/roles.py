"""The roles of staff, by the names that the store, the command line and the screens use, and sets
of roles that share a task. A route names with these who may open it.
"""

Roles = frozenset[str]

ROLES = ("receptionist", "officer", "council", "chair", "culture", "organisation", "admin")

RECEPTIONIST: Roles = frozenset({"receptionist"})
OFFICER: Roles = frozenset({"officer"})
COUNCIL_MEMBER: Roles = frozenset({"council"})
# Decides, and rates the office's own people.
CHAIR: Roles = frozenset({"chair"})
CULTURE: Roles = frozenset({"culture"})
# Represents an organisation: sees its members' tally and sends in their ideas, nothing else.
ORGANISATION: Roles = frozenset({"organisation"})
ADMIN: Roles = frozenset({"admin"})

MEMBERS: Roles = frozenset(ROLES)
# Work on cases.
DESK = OFFICER | CHAIR
# Read cases.
READERS = RECEPTIONIST | DESK
# Meet in the council, and lead its sessions.
COUNCIL = DESK | COUNCIL_MEMBER
# Score ideas and vote on them.
SCORERS = COUNCIL_MEMBER | CHAIR
# Announce the campaign and record what was done.
OUTREACH = DESK | CULTURE
# Need more than a password (settings.staff.require_totp).
TWO_FACTORS = DESK | ADMIN
