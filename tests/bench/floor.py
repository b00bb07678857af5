"""The floor: a bare Flask app that does the same work as ours and nothing beside it.

No session, no check of where a form comes from, no roles, no languages: the least that Flask,
waitress and SQLite can do it with. `python -m tests.bench.floor PORT DATABASE`.
"""

import base64
import gzip
import hashlib
import hmac
import secrets
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pysqlite3 as sqlite3
from flask import Flask, Response, redirect, request
from qrcode.constants import ERROR_CORRECT_Q
from qrcode.main import QRCode
from qrcode.util import MODE_8BIT_BYTE, MODE_ALPHA_NUM, QRData
from waitress import serve

ROWS = 20_000
TOKEN = "0123456789abcdef0123456789abcdef"
# The address a gateway signs: whatever it is, the work is the same.
SMS_URL = "https://floor.example.vn/sms"
LEAST_WORTH_COMPRESSING = 400

SCHEMA = """
CREATE TABLE proposal (
    id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, secret TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL, body TEXT NOT NULL, status TEXT NOT NULL, received_at INTEGER NOT NULL
);
CREATE INDEX proposal_by_status ON proposal (status, received_at);
CREATE VIRTUAL TABLE proposal_fts USING fts5(title, body, content=proposal, content_rowid=id);
CREATE TRIGGER proposal_ai AFTER INSERT ON proposal BEGIN
    INSERT INTO proposal_fts (rowid, title, body) VALUES (new.id, new.title, new.body);
END;
CREATE TABLE message_in (
    id INTEGER PRIMARY KEY, gateway_id TEXT NOT NULL UNIQUE, sender TEXT NOT NULL,
    text TEXT NOT NULL, arrived_at INTEGER NOT NULL
);
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY, message_id INTEGER NOT NULL UNIQUE, phone TEXT NOT NULL,
    text TEXT NOT NULL, state TEXT NOT NULL
);
"""
app = Flask(__name__)
_page = app.jinja_env.from_string  # read once: the floor must not compile a page at each request
_HEAD = (
    '<!doctype html><html lang="vi"><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"><title>Hiến Kế</title>'
    '<link rel="icon" href="data:,">'
)
_FORM = _page(
    _HEAD + '<form method="post"><label>Tên <input name="title"></label>'
    '<label>Cách làm <textarea name="solution"></textarea></label><button>Gửi</button></form>'
)
_STATUS = _page(_HEAD + "<h1>{{ code }}</h1><p>{{ status }}<p>{{ at }}")
_RECEIPT = _page(
    _HEAD + "<h1>{{ code }}</h1>{{ qr | safe }}<p>{{ at }}<h2>{{ title }}</h2><p>{{ body }}<p>"
    "{{ status }}"
)
_LIST = _page(
    _HEAD + "<ul>{% for row in rows %}<li><a href='/ho-so/{{ row[0] }}'>{{ row[1] }}</a>"
    "<p>{{ row[2] }}<p>{{ row[3] }}</li>{% endfor %}</ul>"
)
_here = threading.local()
_write_lock = threading.Lock()
_path = ""


def make_store(path: Path) -> None:
    """Make the floor's database with its 20,000 rows."""
    db = sqlite3.connect(str(path))
    db.execute("PRAGMA journal_mode=WAL")
    db.executescript(SCHEMA)
    db.executemany(
        "INSERT INTO proposal (code, secret, title, body, status, received_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            (f"{n:012d}", f"{n:016d}", f"Hẹn giờ chứng thực {n}", "Cho bà con hẹn giờ. " * 8,
             "received" if n % 4 else "under_appraisal", n)
            for n in range(ROWS)
        ),
    )  # fmt: skip
    db.commit()
    db.close()


@app.get("/gui")
def form() -> str:
    return _FORM.render()


@app.post("/gui")
def submit() -> Any:
    secret = _secret()
    with _write_lock:
        db = _db()
        db.execute("BEGIN IMMEDIATE")
        db.execute(
            "INSERT INTO proposal (code, secret, title, body, status, received_at)"
            " VALUES (?, ?, ?, ?, 'received', ?)",
            (_code(), secret, request.form["title"], request.form["solution"],
             time.time_ns() // 1_000_000),
        )  # fmt: skip
        db.execute("COMMIT")
    return redirect(f"/r/{secret}", 303)


@app.get("/t/<code>")
def status(code: str) -> str:
    row = _db().execute(
        "SELECT status, received_at FROM proposal WHERE code = ?", (code,)
    ).fetchone()  # fmt: skip
    return _STATUS.render(code=code, status=row[0], at=row[1])


@app.get("/r/<secret>")
def receipt(secret: str) -> str:
    row = _db().execute(
        "SELECT code, title, body, status, received_at FROM proposal WHERE secret = ?", (secret,)
    ).fetchone()  # fmt: skip
    code, title, body, now, at = row
    return _RECEIPT.render(code=code, title=title, body=body, status=now, at=at,
        qr=_qr(f"https://FLOOR.EXAMPLE.VN/R/{secret}"),
    )  # fmt: skip


@app.get("/")
def newest() -> str:
    rows = _db().execute(
        "SELECT code, title, substr(body, 1, 140), received_at FROM proposal"
        " WHERE status = ? ORDER BY received_at DESC LIMIT 25",
        (request.args["status"],),
    ).fetchall()  # fmt: skip
    return _LIST.render(rows=rows)


@app.post("/twilio/sms")
def inbound() -> Any:
    form = request.form
    signed = SMS_URL + "".join(name + form[name] for name in sorted(form))
    mark = base64.b64encode(hmac.new(TOKEN.encode(), signed.encode(), hashlib.sha1).digest())
    if not hmac.compare_digest(mark, request.headers["X-Twilio-Signature"].encode()):
        return "", 403
    with _write_lock:
        db = _db()
        db.execute("BEGIN IMMEDIATE")
        kept = db.execute(
            "INSERT INTO message_in (gateway_id, sender, text, arrived_at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (gateway_id) DO NOTHING",
            (form["MessageSid"], form["From"], form["Body"], time.time_ns() // 1_000_000),
        )
        if kept.rowcount:
            db.execute(
                "INSERT INTO proposal (code, secret, title, body, status, received_at)"
                " VALUES (?, ?, ?, ?, 'received', ?)",
                (_code(), _secret(), form["Body"][:80], form["Body"],
                 time.time_ns() // 1_000_000),
            )  # fmt: skip
            db.execute(
                "INSERT INTO outbox (message_id, phone, text, state) VALUES (?, ?, ?, 'queued')",
                (kept.lastrowid, form["From"], "Da nhan. Cam on ba con."),
            )
        db.execute("COMMIT")
    return Response("<Response/>", mimetype="text/xml")


@app.after_request
def _compress(answer: Response) -> Response:
    body = answer.get_data()
    if len(body) >= LEAST_WORTH_COMPRESSING and "gzip" in request.headers.get(
        "Accept-Encoding", ""
    ):
        answer.set_data(gzip.compress(body, 6))
        answer.headers["Content-Encoding"] = "gzip"
    return answer


def _code() -> str:
    return secrets.token_hex(6)


def _secret() -> str:
    return secrets.token_hex(8).upper()


def _db() -> Any:
    db = getattr(_here, "db", None)
    if db is None:
        db = _here.db = sqlite3.connect(_path, isolation_level=None, timeout=4)
        db.execute("PRAGMA synchronous=FULL")
    return db


def _qr(text: str) -> str:
    """The cheapest QR the library gives: a fixed mask, one path, a stroke for each run."""
    code = QRCode(error_correction=ERROR_CORRECT_Q, border=4, mask_pattern=2)
    scheme, _, rest = text.partition(":")
    code.add_data(QRData(scheme.encode(), mode=MODE_8BIT_BYTE))
    code.add_data(QRData(f":{rest}".encode(), mode=MODE_ALPHA_NUM))
    code.make(fit=True)
    rows, strokes = code.get_matrix(), []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            start = x
            while x < len(row) and row[x]:
                x += 1
            if x > start:
                strokes.append(f"M{start} {y}h{x - start}v1h-{x - start}z")
            x += 1
    side = len(rows)
    return f'<svg viewBox="0 0 {side} {side}" width="50mm"><path d="{"".join(strokes)}"/></svg>'


if __name__ == "__main__":
    port, _path = int(sys.argv[1]), sys.argv[2]
    serve(app, host="127.0.0.1", port=port, threads=4, ident=None)
