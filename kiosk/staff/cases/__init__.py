"""One case and the list of cases: read it, appraise it, move it, answer it."""
