"""Letters and awards: rows, names as they are printed, checks, conferences."""
