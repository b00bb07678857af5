"""What the people who work here do: log in, see the queue, move a case, answer.

`routes.py` imports every module here, `access.py` checks who is asking; one folder a subject.
"""
