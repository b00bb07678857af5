"""What waits for the person who is logged in: one list from all desks, and its number."""
