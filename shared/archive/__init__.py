"""A campaign year, put away: one file that is read without this software and says of every part
whether it is still what it was.

`making` writes one, `pages` what people read in it; `box` knows the file itself and checks it.
"""
