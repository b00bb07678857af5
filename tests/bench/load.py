"""Fifty ideas a second for a minute, to a program that runs: `python -m tests.bench.load PORT`.

Each sending has an instant at which it is due; its time counts from there, so that waiting in line
counts too. The ideas are kept: point it at an instance that may be thrown away.
"""

import http.client
import json
import sys
import threading
import time
import uuid

A_SECOND = 50
SECONDS = 60
SENDERS = 40


def send_share(first: int, port: int, begins: float, took: list[float], failed: list[str]) -> None:
    """Send every SENDERSth idea when it is due; note seconds taken and what failed."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for number in range(first, A_SECOND * SECONDS, SENDERS):
        due = begins + number / A_SECOND
        time.sleep(max(0.0, due - time.monotonic()))
        body = {
            "participant_type": "citizen",
            "title": f"Ý thứ {number} cho xã",
            "solution": "Cho bà con nhắn tin xin một khung giờ.",
        }
        headers = {"Content-Type": "application/json", "Idempotency-Key": uuid.uuid4().hex}
        try:
            line.request("POST", "/api/v1/proposals", json.dumps(body).encode(), headers)
            answer = line.getresponse()
            answer.read()
            said = "" if answer.status == 201 else str(answer.status)
        except (OSError, http.client.HTTPException) as fault:
            line.close()
            said = repr(fault)
        took.append(time.monotonic() - due)
        if said:
            failed.append(said)


def main(port: int) -> None:
    """Send them all and print how many failed and how long they took."""
    took: list[float] = []
    failed: list[str] = []
    begins = time.monotonic() + 1
    senders = [
        threading.Thread(target=send_share, args=(first, port, begins, took, failed))
        for first in range(SENDERS)
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    took.sort()
    shown = ", ".join(
        f"p{part} {took[len(took) * part // 100 - 1] * 1000:.0f} ms" for part in (50, 99)
    )
    print(f"{len(took)} sent, {len(failed)} failed; {shown}, max {took[-1] * 1000:.0f} ms")
    if failed:
        print("failed:", *failed[:5])


if __name__ == "__main__":
    main(int(sys.argv[1]))
