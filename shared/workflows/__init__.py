"""Steps that touch several subjects, each in one transaction."""
