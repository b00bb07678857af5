"""What a program reports to Prometheus: how it answers, and the state of the store and the disk.

Only numbers. Every label comes from a list in the code (routes, statuses, channels, gateways,
jobs), so no citizen and no address can appear in one, and their number is limited. Counting costs
one dictionary access; the library is loaded when somebody first asks.
"""

import shutil
import threading
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shared.db.connection import Store
from shared.runtime.instance import Instance
from shared.settings import Settings
from shared.store.jobs import metrics

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# Upper bounds in seconds; the store waits four for its lock, /healthz one.
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
# The labels for paths without a route and for unknown methods.
_OTHER = "other"
_METHODS = frozenset({"GET", "HEAD", "POST", "PATCH", "OPTIONS", "DELETE", "PUT"})


@dataclass
class _Answers:
    """The answers of one kind so far; `within[n]` took at most BOUNDS[n] and more than the bound
    before, the last one more than all."""

    seconds: float = 0.0
    within: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))


class Requests:
    """Counts a program's answers by app, route, method and status."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: dict[tuple[str, str, str, str], _Answers] = {}

    def note(self, app: str, route: str | None, method: str, status: int, seconds: float) -> None:
        """Count one answer; `route` is None if nothing is served there."""
        kind = (app, route or _OTHER, method if method in _METHODS else _OTHER, str(status))
        with self._lock:
            answers = self._answers.setdefault(kind, _Answers())
            answers.seconds += seconds
            answers.within[bisect_left(BOUNDS, seconds)] += 1

    def metrics(self) -> "Iterator[Metric]":
        """Yield what was counted, as Prometheus has it."""
        from prometheus_client.metrics_core import HistogramMetricFamily

        found = HistogramMetricFamily(
            "hienke_request_seconds",
            "Answers by app, route, method and status, and how long they took.",
            labels=("app", "route", "method", "status"),
        )
        with self._lock:
            kinds = {kind: (one.seconds, list(one.within)) for kind, one in self._answers.items()}
        for kind, (seconds, within) in sorted(kinds.items()):
            found.add_metric(kind, _buckets(within), seconds)
        yield found


def of_store(instance: Instance, settings: Settings, db: Store, at: int) -> "Iterator[Metric]":
    """Yield the state of store, gateways, nightly jobs and disk at `at` (ms UTC)."""
    yield gauge("proposals", "Ideas by status, spam left out.", metrics.by_status(db), "status")
    yield gauge("proposals_by_channel", "Ideas by channel.", metrics.by_channel(db), "channel")
    yield from _of_sms(db, settings.sms.monthly_budget, at)
    yield from _of_jobs(db, at)
    yield from _of_disk(instance)


def text(*parts: "Iterable[Metric]") -> bytes:
    """Return metrics as the text that Prometheus reads."""
    from prometheus_client import CollectorRegistry, generate_latest

    class Once:
        def collect(self) -> "Iterator[Metric]":
            for part in parts:
                yield from part

    registry = CollectorRegistry(auto_describe=False)
    registry.register(Once())
    return generate_latest(registry)


def _of_sms(db: Store, monthly_budget: int, at: int) -> "Iterator[Metric]":
    waits, oldest = metrics.outbox_queue(db)
    yield gauge("outbox", "SMS by state.", metrics.outbox(db), "state")
    yield gauge("outbox_waiting", "SMS that are to go.", {(): waits})
    yield gauge(
        "outbox_oldest_seconds",
        "Since when the oldest of them waits; 0: none.",
        {(): (at - oldest) / 1000 if oldest else 0},
    )
    yield gauge("inbox", "SMS that came, by state.", metrics.inbox(db), "state")
    yield gauge(
        "heard_seconds",
        "Since when a program or gateway was last heard.",
        _since(metrics.heard(db), at),
        "what",
    )
    yield gauge("sms_budget", "Notices a month at most; 0: no limit.", {(): monthly_budget})


def _of_jobs(db: Store, at: int) -> "Iterator[Metric]":
    yield gauge(
        "job_well_seconds",
        "Since when a job of the night last ended well.",
        _since(metrics.jobs_well(db), at),
        "job",
    )
    yield gauge(
        "job_failed",
        "1 while the last run of a job of the night did not end well.",
        {(name,): 0 if is_well else 1 for name, is_well in metrics.jobs_last(db).items()},
        "job",
    )
    is_late = metrics.is_backup_late(db, at)
    yield gauge("backup_late", "1 while the last backup is too old.", {(): is_late})


def _of_disk(instance: Instance) -> "Iterator[Metric]":
    disk = shutil.disk_usage(instance.folder)
    yield gauge("disk_free_bytes", "Free on the disk of the instance.", {(): disk.free})
    yield gauge("disk_bytes", "Size of that disk.", {(): disk.total})
    yield gauge(
        "store_bytes",
        "Size of the store's files.",
        {(part,): size for part, size in instance.engine().sizes().items()},
        "file",
    )


def gauge(name: str, help: str, values: Mapping[tuple[str, ...], float], *labels: str) -> "Metric":
    """Return values by their labels, as Prometheus has them."""
    from prometheus_client.metrics_core import GaugeMetricFamily

    found = GaugeMetricFamily(f"hienke_{name}", help, labels=labels)
    for words, value in sorted(values.items()):
        found.add_metric(words, value)
    return found


def _since(moments: Mapping[str, int], at: int) -> dict[tuple[str, ...], float]:
    return {(name,): (at - moment) / 1000 for name, moment in moments.items()}


def _buckets(within: list[int]) -> list[tuple[str, float]]:
    counted, found = 0, []
    for bound, count in zip([*map(str, BOUNDS), "+Inf"], within, strict=True):
        counted += count
        found.append((bound, float(counted)))
    return found
