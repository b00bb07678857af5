"""The roles of staff, by the names that the store, the command line and the screens share, and the
sets of them that do a task together. A route says with these whom it lets in.
"""

Roles = frozenset[str]

ROLES = ("receptionist", "officer", "council", "chair", "culture", "organisation", "admin")

RECEPTIONIST: Roles = frozenset({"receptionist"})
OFFICER: Roles = frozenset({"officer"})
COUNCIL_MEMBER: Roles = frozenset({"council"})
# Who decides, and who rates the office's own people.
CHAIR: Roles = frozenset({"chair"})
CULTURE: Roles = frozenset({"culture"})
# Who calls its members: their tally and what they send in together, nothing else.
ORGANISATION: Roles = frozenset({"organisation"})
ADMIN: Roles = frozenset({"admin"})

MEMBERS: Roles = frozenset(ROLES)
# Who works on cases.
DESK = OFFICER | CHAIR
# Who reads cases.
READERS = RECEPTIONIST | DESK
# Who meets in the council, and who leads its sessions.
COUNCIL = DESK | COUNCIL_MEMBER
# Who scores ideas and votes on them.
SCORERS = COUNCIL_MEMBER | CHAIR
# Who spreads the word and writes down what was done.
OUTREACH = DESK | CULTURE
# Whose password alone is not enough (settings.staff.require_totp).
TWO_FACTORS = DESK | ADMIN
