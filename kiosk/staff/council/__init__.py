"""The council's sessions: scores, votes, minutes, and what the chair signs."""
