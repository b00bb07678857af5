"""Replaces the running version by a new one that was tested before; and the way back.

`place` knows the installed program, `trial` tests a new one on a copy of the office's data,
`upgrading` does one thing after the other. docs/decisions/0034 gives the order, and what a power
cut at each step leaves.
"""
