"""Personal data: what people ask about theirs, and what is past its time."""
