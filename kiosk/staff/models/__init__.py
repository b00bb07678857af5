"""Models that were recognised, their trials, and who uses them elsewhere."""
