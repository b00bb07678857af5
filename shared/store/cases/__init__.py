"""Ideas, who sent them, what was said and done about them."""
