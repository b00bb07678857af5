"""What the people who work here do: log in, see the queue, move a case, answer.

`routes.py` brings all screens together, `access.py` says who may open what; a folder a subject.
"""
