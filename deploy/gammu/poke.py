#!/usr/bin/python3 -I
"""Tell the SMS program that gammu-smsd received something. Always ends well: when nobody
answers within 3 seconds, the SMS program finds what came by itself."""

import contextlib
import http.client

HOST, PORT = "127.0.0.1", 8082

with contextlib.suppress(OSError, http.client.HTTPException):
    http.client.HTTPConnection(HOST, PORT, timeout=3).request("POST", "/gammu")
