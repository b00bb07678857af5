"""Whatever is put into a form of the office, a page comes back and says what it is."""

import io
import itertools
import re
from html.parser import HTMLParser

import pytest
from werkzeug.datastructures import MultiDict

from tests.tables import TABLES
from tests.walker import every_route

# Each stands in every field of a form at once.
ODD = (
    "", "\0", "9" * 5000, "-1", "1e999", "٣", "½", "x" * 3000, "9999-12-31", "0001-01-01",
    "../../../etc/passwd", "\u202e0912345678\u202c", "a\tb\x0bc\x85d", "%s{}{{7*7}}", "nan",
    "😀" * 60,
)  # fmt: skip
FILES = (
    b"", b"PK\x03\x04", b"%PDF-1.7", b"\xff\xd8\xff\xe0\0", b"\x89PNG\r\n\x1a\n", b'ma,ten\n1,"x',
    (TABLES / "m3-crc.xlsx").read_bytes(), b"\xff\xfe\0", b"GIF89a\xff\xff\xff\xff",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99),
)  # fmt: skip
# A password that is changed or a login that ends would end the rest.
NOT_THESE = re.compile(r"/(login|logout|dang-xuat|dang-nhap|tai-khoan)")


class Forms(HTMLParser):
    """The forms of a page: where each posts to, and its fields by name with their kind."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.found.append((given.get("method", "get"), given.get("action"), {}))
        elif tag in ("input", "textarea", "select", "button") and given.get("name") and self.found:
            self.found[-1][2][given["name"]] = given.get("type", "")


@pytest.mark.parametrize("role", ["officer", "chair", "admin"])
def test_any_form_takes_whatever_is_put_into_it(office, logged_in, a_proposal, role):
    client, odd, files = logged_in("an", role=role), itertools.cycle(ODD), itertools.cycle(FILES)
    tried = {}
    for _, method, address in every_route(office, a_proposal().code):
        page = client.get(address) if method == "GET" and not NOT_THESE.search(address) else None
        if page is None or page.status_code != 200 or page.mimetype != "text/html":
            continue
        for how, action, fields in Forms(page.text).found:
            where = action or address
            if how == "post" and not NOT_THESE.search(where) and where not in tried:
                tried[where] = post(client, where, fields, odd, files)

    assert {status for status in tried.values() if status >= 500} <= {507}, tried
    assert len(tried) >= {"officer": 25, "chair": 20, "admin": 3}[role], tried


def post(client, where, fields, odd, files):
    """Post one odd value in each field, and return the status that comes back."""
    value, given = next(odd), MultiDict()
    for name, kind in fields.items():
        is_file = kind == "file"
        given.add(name, (io.BytesIO(next(files)), "tep.xlsx") if is_file else value)
    return client.post(where, data=given, content_type="multipart/form-data").status_code
