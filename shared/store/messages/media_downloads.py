"""Files that wait at a gateway to be fetched: a call's recordings, the pictures of an SMS.

A fetch is kept in the transaction that learns of the file, and done later (sms/fetching.py): at
once and again after 1, 5, 15 and 60 minutes, then it has failed, and staff see that.
"""

from shared.db.card import Table, Whose, choice, ident, instant, number, text
from shared.db.connection import Store, writing
from shared.db.engines import WorkQueue
from shared.db.event_log import new_id, note
from shared.domain import clock
from shared.domain.record import Record

RETRIES = (clock.MINUTE, 5 * clock.MINUTE, 15 * clock.MINUTE, clock.HOUR)


class Fetch(Record):
    """One file to fetch. `key` is the gateway's own name for it, `kind` recording or mms, `state`
    waiting, done or failed; `attempts` counts those begun, `error` is why the last one failed."""

    id: str
    key: str
    kind: str
    url: str
    proposal_id: str
    state: str
    attempts: int
    due_at: int
    error: str
    created_at: int

    @property
    def is_last_attempt(self) -> bool:
        """True while the present attempt is the last one."""
        return self.attempts > len(RETRIES)


FETCH = Table(
    "media_download",
    Fetch,
    {
        "id": ident(),
        "key": ident(),
        "kind": choice(("recording", "mms")),
        "url": text(Whose.WORDS),
        "proposal_id": ident(),
        "state": choice(("waiting", "done", "failed")),
        "attempts": number(),
        "due_at": instant(),
        "error": ident(),
        "created_at": instant(),
        "changed_at": instant(),
    },
    unique=(("key",),),
    foreign={"proposal_id": "proposal"},
    indexes={
        "media_download_by_state": "state, due_at",
        "media_download_of_proposal": "proposal_id, id",
    },
    sealed=True,
    left_out="on its way; what came is an attachment",
)

QUEUE = WorkQueue(FETCH.name, "state = 'waiting'")


def add(db: Store, proposal_id: str, *, key: str, kind: str, url: str, at: int) -> bool:
    """Keep a file to fetch, once per `key`; only inside `writing`. Return whether it is new."""
    if db.row(
        "SELECT 1 FROM media_download WHERE commune_id = :commune_id AND key = :key", key=key
    ):
        return False
    db.insert(
        FETCH,
        {
            "id": new_id(),
            "key": key,
            "kind": kind,
            "url": url,
            "proposal_id": proposal_id,
            "state": "waiting",
            "attempts": 0,
            "due_at": at,
            "error": "",
            "created_at": at,
            "changed_at": at,
        },
    )
    return True


def claim(db: Store, *, at: int) -> Fetch | None:
    """Begin the fetch that is due longest, or return None.

    Its next attempt is already due later when this returns, so a program that crashes over a file
    tries it again, but not for ever.
    """
    if _due(db, at) is None:
        return None
    with writing(db):
        found = _due(db, at)
        if found is None:
            return None
        wait = RETRIES[min(found.attempts, len(RETRIES) - 1)]
        changes = {"attempts": found.attempts + 1, "due_at": at + wait, "changed_at": at}
        db.change(FETCH, {"id": found.id}, changes)
        return by_id(db, found.id)


def settle(db: Store, fetch_id: str, state: str, *, at: int, error: str = "") -> None:
    """Record how an attempt ended: `waiting` for the next one, done or failed."""
    with writing(db):
        changes = {"state": state, "error": error[:200], "changed_at": at}
        db.change(FETCH, {"id": fetch_id}, changes)


def give_up(db: Store, proposal_id: str) -> list[str]:
    """Fetch nothing more for a proposal and delete the addresses, for an erasure; only inside
    `writing`. Return the addresses of what had not been fetched."""
    rows = db.rows(
        "SELECT id, url, state FROM media_download"
        " WHERE commune_id = :commune_id AND proposal_id = :proposal_id",
        proposal_id=proposal_id,
    )
    for fetch_id, _, state in rows:
        changes = {"url": "", "state": "failed" if state == "waiting" else state}
        db.change(FETCH, {"id": fetch_id}, changes)
    return [str(url) for _, url, state in rows if state != "done"]


def again(db: Store, fetch_id: str, *, actor: str, at: int) -> None:
    """Try a failed fetch again, as a member of staff asks."""
    with writing(db):
        found = by_id(db, fetch_id)
        if found is None or found.state != "failed":
            return
        changes = {"state": "waiting", "attempts": 0, "due_at": at, "error": "", "changed_at": at}
        db.change(FETCH, {"id": fetch_id}, changes)
        note(db, "fetch_again", found.proposal_id, actor, at, fetch=fetch_id)


def by_id(db: Store, fetch_id: str) -> Fetch | None:
    """Return one file to fetch, or None."""
    return db.get(FETCH, "id = :id", id=fetch_id)


def open_of(db: Store, proposal_id: str) -> list[Fetch]:
    """Return a proposal's files that are not here yet, failed ones too, oldest first."""
    return db.all(
        FETCH, "proposal_id = :proposal_id AND state <> 'done' ORDER BY id", proposal_id=proposal_id
    )


def _due(db: Store, at: int) -> Fetch | None:
    return db.get(FETCH, "state = 'waiting' AND due_at <= :at ORDER BY due_at, id", at=at)
