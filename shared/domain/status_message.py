"""What a citizen is told about the status of a proposal: one set of values for screen and SMS.

Pure values. The sentences are in shared/texts (`status.<status>.sentence`, `sms.st_<status>`);
the office's own values (its name, its numbers) are filled in where the sentence is said.
"""

from zoneinfo import ZoneInfo

from shared.domain import clock
from shared.domain.proposal import Standing, Status

# The SMS that is sent by itself at a move. A status without a text of its own sends its `st_`.
# A withdrawal is the sender's own act: they get an answer, not a notice.
_NOTICES = {
    Status.NEEDS_INFO: "ask_more",
    Status.RECOGNISED: "notify_recognised",
    Status.REPLICATED: "notify_replicated",
    Status.NOT_RECOGNISED: "refused",
    Status.REDIRECTED: "out_of_scope",
}

# The values that a member of staff wrote.
TYPED = ("thieu", "lydo", "noi", "so", "noi_apdung")


def notice_key(status: Status) -> str | None:
    """Return the key of the SMS that tells of a move to `status`, or None for none."""
    if status is Status.WITHDRAWN:
        return None
    return _NOTICES.get(status, f"st_{status}")


def is_trial_over(standing: Standing, at: int, zone: ZoneInfo) -> bool:
    """Say whether a trial has passed its last day, at an instant (ms UTC)."""
    until = standing.details.get("trial_to", "")
    is_tried = standing.status is Status.ON_TRIAL and until != ""
    return is_tried and until < clock.to_local(at, zone).date().isoformat()


def text_keys(standing: Standing, at: int, zone: ZoneInfo) -> tuple[str, str]:
    """Return the keys of the label and of the sentence of a standing, at an instant (ms UTC): a
    trial past its last day has its own."""
    if is_trial_over(standing, at, zone):
        return "trial_over.label", "trial_over.sentence"
    return f"status.{standing.status}.label", f"status.{standing.status}.sentence"


def sms_key(standing: Standing, at: int, zone: ZoneInfo) -> str:
    """Return the key of the SMS that answers a question about a standing, at an instant (ms
    UTC)."""
    return "st_trial_over" if is_trial_over(standing, at, zone) else f"st_{standing.status}"


def blanks(standing: Standing, zone: ZoneInfo) -> dict[str, str]:
    """Return the values for the sentence about a standing: `ma` its code, `ngay` the day that
    matters to this status, and what the last move said."""
    said = standing.details
    filled = {
        "ma": standing.code,
        "thieu": said.get("missing", ""),
        "lydo": said.get("reason", ""),
        "noi": said.get("to_office", ""),
        "so": said.get("decision_number", ""),
        "noi_apdung": said.get("where", ""),
        "ngay2": clock.written_day(said.get("trial_to", "")),
        "ngay": clock.day_words(standing.status_since, zone),
    }
    named = {
        Status.NEEDS_INFO: "until",
        Status.ON_TRIAL: "trial_from",
        Status.RECOGNISED: "decision_date",
        Status.REPLICATED: "since",
    }.get(standing.status)
    if named and said.get(named):
        filled["ngay"] = clock.written_day(said[named])
    if standing.status is Status.RECEIVED:
        filled["ngay"] = clock.day_words(standing.received_at, zone)
    if standing.status is Status.MERGED and said.get("into_received"):
        filled["ngay"] = clock.day_words(int(said["into_received"]), zone)
    return filled
