"""What the people who work here do: log in, see the queue, move a case, answer.

`routes.py` imports all screens, `access.py` checks who is asking; one folder a subject.
"""
