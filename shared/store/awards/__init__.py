"""Letters and awards: rows, printed names, checks, conferences."""
