"""How a member of staff comes in: proving who one is, the session, what is set up first."""
