"""Figures, reports, copies and what was sent out."""
