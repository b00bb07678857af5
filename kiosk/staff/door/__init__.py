"""How a member of staff logs in: proving who one is, the session, what must be set up first."""
