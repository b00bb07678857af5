"""The floor: a bare Flask app that does the work of ours and keeps the same promises.

Which promises those are, and which it leaves out, is a table in docs/speed.md: the headers, gzip,
the check of the host, the rows. Its pages are plain templates of ours (blanks.py), drawn anew for
each request. No roles but one, no languages, no units, no seals: the least that Flask, waitress and
SQLite can do it with.
`python -m tests.bench.floor PORT DATABASE FOLDER-OF-TEMPLATES`.
"""

import base64
import hashlib
import hmac
import json
import secrets
import sys
import threading
import time
import unicodedata
import zlib
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, Response, abort, g, redirect, request
from waitress import serve

from tests.bench import floor_page, floor_store

TOKEN = "0123456789abcdef0123456789abcdef"
# The address a gateway signs: whatever it is, the work is the same.
SMS_URL = "https://floor.example.vn/sms"
OFFICE, PHONE = "UBND xã Tân An", "0251 3861 111"
# What a request for `/least` gets from waitress alone: nothing that it serves can cost less.
LEAST = b"waitress alone"

_HOSTS = frozenset({"127.0.0.1", "localhost"})
_LEAST_BYTES = 400
# Our own levels of compression (kiosk/compression.py).
FOR_CITIZENS, FOR_STAFF = 6, 3
_IDLE, _ABSOLUTE = 30 * 60_000, 10 * 3_600_000
_WAYS = {"kiosk": "Máy tại quầy", "web": "Trang mạng", "paper": "Giấy", "sms": "Tin nhắn"}
_EXCERPT_LETTERS = 140
_DAY = 24 * 3_600_000
_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

app = Flask(__name__)
_pages: dict[str, floor_page.Page] = {}
_here = threading.local()
_write_lock = threading.Lock()
_path = ""


@app.get("/")
def home() -> Response:
    return _page("home")


@app.get("/gui")
def form() -> Response:
    return _page("form", key=secrets.token_urlsafe(16))


@app.get("/tra-cuu")
def look_up() -> Response:
    return _page("look-up")


@app.post("/gui")
def submit() -> Any:
    given = request.form
    words = given["solution"].strip()
    if not (words and len(words) <= 2000):
        abort(422)
    title = given["title"].strip() or words[:80]
    secret = secrets.token_hex(8).upper()
    with _write_lock:
        _begin()
        _keep(given["key"], title, words, "web", secret, None)
        _db().execute("COMMIT")
    return redirect(f"/r/{secret}?moi=1", 303)


@app.get("/t/<code>")
def status(code: str) -> Response:
    row = _db().execute(
        "SELECT received_at, due_at FROM proposal WHERE code = ? AND status = 'received'", (code,)
    ).fetchone()  # fmt: skip
    return _page("status", grouped=_grouped(code), **_days(*(row or abort(404))))


@app.get("/r/<secret>")
def receipt(secret: str) -> Response:
    row = _db().execute(
        "SELECT proposal.code, title, body, received_at, due_at FROM receipt"
        " JOIN proposal ON proposal.id = proposal_id WHERE secret_hash = ?",
        (hashlib.sha256(secret.encode()).hexdigest(),),
    ).fetchone()  # fmt: skip
    code, title, body, received_at, due_at = row or abort(404)
    return _page(
        "receipt", code=code, grouped=_grouped(code), secret=secret, title=title, body=body,
        key=secrets.token_urlsafe(16), qr=floor_page.qr_path(secret), **_days(received_at, due_at),
    )  # fmt: skip


@app.get("/staff")
def newest() -> Response:
    """The list of cases, for a member who is logged in."""
    _refuse_strangers()
    g.gzip_level, wanted = FOR_STAFF, request.args["status"]
    found = _db().execute(
        "SELECT id, code, title, substr(body, 1, 141), channel, category, phone, received_at,"
        " due_at FROM proposal WHERE status = ? ORDER BY due_at, id LIMIT 26",
        (wanted,),
    ).fetchall()  # fmt: skip
    counts = dict(_db().execute("SELECT status, count FROM status_count"))
    today = datetime.now(_ZONE).date()
    answer = _page(
        "list", rows=[_row(row, today) for row in found[:25]], counts=counts,
        total=sum(counts.values()), after=found[24][8],
    )  # fmt: skip
    answer.set_cookie("list", f"status={wanted}", httponly=True, samesite="Strict")
    return answer


@app.post("/twilio/sms")
def inbound() -> Any:
    given = request.form
    signed = SMS_URL + "".join(name + given[name] for name in sorted(given))
    mark = base64.b64encode(hmac.new(TOKEN.encode(), signed.encode(), hashlib.sha1).digest())
    if not hmac.compare_digest(mark, request.headers["X-Twilio-Signature"].encode()):
        return "", 403
    with _write_lock:
        db = _begin()
        kept = db.execute(
            "INSERT INTO message_in (gateway_id, sender, text, arrived_at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (gateway_id) DO NOTHING",
            (given["MessageSid"], given["From"], given["Body"], _now()),
        )
        if kept.rowcount:
            secret, words = secrets.token_hex(8).upper(), given["Body"]
            code = _keep(given["MessageSid"], words[:80], words, "sms", secret, given["From"])
            db.execute(
                "INSERT INTO outbox (message_id, phone, text, state) VALUES (?, ?, ?, 'queued')",
                (kept.lastrowid, given["From"], f"Da nhan, ma so {code}. Cam on ba con."),
            )
        db.execute("COMMIT")
    return Response("<Response/>", mimetype="text/xml")


@app.before_request
def _refuse() -> Any:
    """Refuse a host that is not ours, and a form that another site's page sends."""
    if request.host.partition(":")[0] not in _HOSTS:
        return "", 400
    if request.method == "POST":
        given = request.headers
        where, origin = given.get("Sec-Fetch-Site", "none"), given.get("Origin")
        if where not in ("same-origin", "none") or origin not in (None, f"http://{request.host}"):
            return "", 403
    return None


@app.after_request
def _finish(answer: Response) -> Response:
    """Add the headers of the page, or of what is none, and compress."""
    answer.headers.update(g.get("headers", floor_page.HEADERS))
    body = answer.get_data()
    if len(body) >= _LEAST_BYTES and "gzip" in request.headers.get("Accept-Encoding", ""):
        level = g.get("gzip_level", FOR_CITIZENS)
        answer.set_data(zlib.compress(body, level, wbits=31))
        answer.headers["Content-Encoding"] = "gzip"
    return answer


def _page(name: str, **given: Any) -> Response:
    page = _pages[name]
    g.headers = page.headers
    return Response(page.template.render(office=OFFICE, phone=PHONE, **given), mimetype="text/html")


def _keep(
    key: str, title: str, words: str, channel: str, secret: str, phone: str | None
) -> str:  # fmt: skip
    """Keep an idea, its receipt, its event, its words for the search and the count, once a key."""
    db, at, code = _db(), _now(), f"{secrets.randbelow(10**12):012d}"
    kept = db.execute(
        "INSERT INTO proposal (key, code, title, body, channel, phone, status, received_at, due_at)"
        " VALUES (?, ?, ?, ?, ?, ?, 'received', ?, ?) ON CONFLICT (key) DO NOTHING",
        (key, code, title, words, channel, phone, at, at + 21 * _DAY),
    )
    if not kept.rowcount:
        return code
    secret_hash = hashlib.sha256(secret.encode()).hexdigest()
    db.execute("INSERT INTO receipt VALUES (?, ?, ?)", (code, secret_hash, kept.lastrowid))
    db.execute(
        "INSERT INTO event (proposal_id, kind, actor, at, data)"
        " VALUES (?, 'received', 'citizen', ?, ?)",
        (kept.lastrowid, at, json.dumps({"code": code, "channel": channel})),
    )
    db.execute(
        "INSERT INTO proposal_fts (rowid, words) VALUES (?, ?)",
        (kept.lastrowid, _folded(f"{title} {words}")),
    )
    db.execute(
        "INSERT INTO status_count VALUES ('received', 1)"
        " ON CONFLICT (status) DO UPDATE SET count = count + 1"
    )
    return code


def _row(row: tuple[Any, ...], today: date) -> dict[str, Any]:
    _, code, title, body, channel, category, phone, received_at, due_at = row
    is_long = len(body) > _EXCERPT_LETTERS
    return {
        "code": code,
        "grouped": _grouped(code),
        "title": title,
        "excerpt": body[: _EXCERPT_LETTERS - 1].rstrip() + "…" if is_long else body,
        "way": _WAYS[channel],
        "category": category,
        "number": phone[-2:] if phone else "",
        "day": f"{_local(received_at):%d/%m}",
        "left": (_local(due_at).date() - today).days,
    }


def _refuse_strangers() -> None:
    token, at = request.cookies.get("hk_staff", ""), _now()
    row = _db().execute(
        "SELECT role FROM session JOIN staff ON staff.id = staff_id WHERE token_hash = ?"
        " AND is_active = 1 AND seen_at >= ? AND created_at >= ?",
        (floor_store.token_hash(token), at - _IDLE, at - _ABSOLUTE),
    ).fetchone()  # fmt: skip
    if row is None or row[0] != "officer":
        abort(403)


def _folded(words: str) -> str:
    parted = unicodedata.normalize("NFD", words.lower().replace("đ", "d"))
    return "".join(letter for letter in parted if not unicodedata.combining(letter))


def _days(received_at: int, due_at: int) -> dict[str, str]:
    came = _local(received_at)
    return {
        "at": f"{came:%H:%M ngày %d/%m/%Y}",
        "day": f"{came:%d/%m/%Y}",
        "due": f"{_local(due_at):%d/%m/%Y}",
    }


def _local(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, _ZONE)


def _grouped(code: str) -> str:
    return f"{code[:4]} {code[4:8]} {code[8:]}"


def _now() -> int:
    return time.time_ns() // 1_000_000


def _begin() -> Any:
    db = _db()
    db.execute("BEGIN IMMEDIATE")
    return db


def _db() -> Any:
    db = getattr(_here, "db", None)
    if db is None:
        db = _here.db = floor_store.connect(_path)
    return db


def _with_the_least(wsgi: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """Let waitress alone answer what asks for nothing."""

    def asked(environ: Any, start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/least":
            return wsgi(environ, start_response)
        start_response("200 OK", [("Content-Length", str(len(LEAST)))])
        return [LEAST]

    return asked


if __name__ == "__main__":
    port, _path = int(sys.argv[1]), sys.argv[2]
    _pages |= floor_page.read(app.jinja_env, sys.argv[3])
    app.wsgi_app = _with_the_least(app.wsgi_app)  # type: ignore[method-assign]
    serve(app, host="127.0.0.1", port=port, threads=8, ident=None)
