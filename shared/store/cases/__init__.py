"""Ideas, their senders, and what was said and done about them."""
