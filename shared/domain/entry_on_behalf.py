"""An idea that a member of staff enters for somebody else: how it came, when, and the evidence.

Pure values and the rule for the day that counts (the plan says received, not sent): never later
than the day of entering, and earlier only with evidence and a reason.
"""

from shared.domain.proposal import Channel
from shared.domain.record import Record

# How it came to the desk → the channel it counts to. What somebody said aloud counts as a call:
# `voice`.
WAYS: dict[str, Channel] = {
    "by_hand": "paper",
    "by_post": "paper",
    "stick_document": "paper",
    "stick_audio": "audio",
    "stick_video": "video",
    "spoken": "voice",
}
# How an idea came if an organisation's clerk entered it for a member
# (workflows/enter_for_members.py).
TOGETHER = "collective"
# Evidence that it came before it was entered: the stamp of the incoming post, the register of
# incoming papers, a slip that was given, a message that brought it, a witness.
EVIDENCE = ("stamp", "register", "slip", "message", "witness")


class Entry(Record):
    """How and when an idea came (ms UTC). `evidence` and `why` are "" if it was entered at once."""

    way: str
    arrived_at: int
    evidence: str = ""
    why: str = ""
