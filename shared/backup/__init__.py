"""Backups of an instance: made, kept, tested and restored.

`making` writes one, `places` keeps them, `restoring` restores one; `archive` knows the file format,
`keys` who can open it. docs/decisions/0033 says why backups are made like this.
"""
