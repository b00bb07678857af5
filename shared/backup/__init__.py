"""Copies of an instance that survive it: made, kept, tried out and brought back.

`making` writes one, `places` keeps them, `restoring` brings one back; `archive` knows the file
itself, `keys` who can open it. docs/decisions/0033 says why it is made like this.
"""
