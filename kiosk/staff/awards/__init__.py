"""Letters of commendation and awards, from a proposal to the day they are handed over."""
