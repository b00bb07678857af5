"""The archive of a campaign year: one file that can be read without this software, and that shows
for every part whether it is unchanged.

`making` writes one, `pages` makes what people read in it; `box` knows the file format and checks
it.
"""
