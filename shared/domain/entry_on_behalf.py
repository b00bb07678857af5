"""An idea that a member of staff enters for somebody else: how it came, when, and what shows when.

Pure values and the rule of the day that counts (the plan says received, not sent): never later
than the entering, earlier only with evidence and a reason.
"""

from dataclasses import dataclass

from shared.domain.proposal import Channel

# How it came to the desk → the channel it counts to. What somebody told is written down like a
# call: `voice`.
WAYS: dict[str, Channel] = {
    "by_hand": "paper",
    "by_post": "paper",
    "stick_document": "paper",
    "stick_audio": "audio",
    "stick_video": "video",
    "spoken": "voice",
}
# How an idea came that an organisation's clerk entered for a member
# (workflows/enter_for_members.py).
TOGETHER = "collective"
# What shows that it came before it was entered: the stamp of the incoming post, the register of
# incoming papers, a slip that was given, a message that brought it, somebody who was there.
EVIDENCE = ("stamp", "register", "slip", "message", "witness")


@dataclass(frozen=True)
class Entry:
    """How and when an idea came (ms UTC); `evidence` and `why` are "" for one that was entered as
    it came."""

    way: str
    arrived_at: int
    evidence: str = ""
    why: str = ""
