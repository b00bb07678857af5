"""The roles of staff, by the names the command line and the screens share."""

ROLES = ("receptionist", "officer", "council", "chair", "culture", "organisation", "admin")
