"""A new version in place of the one that runs, tried beforehand; and the way back.

`place` knows the installed program, `trial` tries a new one on a copy of the office's data,
`upgrading` does one thing after the other. docs/decisions/0034 says in which order, and what a
power cut at each of them leaves.
"""
