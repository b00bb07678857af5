"""The counter: paper, calls, lists of organisations, printing, and who rang."""
