"""What the people who work here do: log in, see the queue, move a case, answer.

`routes.py` brings all screens together, `access.py` asks who it is at the door; a folder a subject.
"""
