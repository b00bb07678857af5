"""Writes the copies that somebody asked for at a screen, one at a time, outside any request.

A file appears in its place complete or not at all. After a crash the program begins that copy
again; half files are deleted first, and every copy is deleted after a day.
"""

import logging
import shutil
import threading
import time
from pathlib import Path

from shared.db.connection import DatabaseError, Store, StoreUnavailable
from shared.documents.write import Desk
from shared.domain import clock
from shared.runtime import logs
from shared.runtime.instance import Instance
from shared.runtime.site import Site
from shared.runtime.worker_loop import Chore, Turn
from shared.store.jobs import export_jobs
from shared.store.jobs.export_jobs import LongJob

POLL_SECONDS = 1.0
TIDY_SECONDS = 600.0
# How often progress is stored: a person at the page asks every few seconds.
TELL_SECONDS = 1.0

log = logging.getLogger("hienke")


class Stopped(Exception):
    """The program ends; the copy is begun again at its next start."""


def path_of(instance: Instance, job: LongJob) -> Path:
    """Return where a job's file lies once it is ready."""
    return instance.copies / job.id


class LongWork:
    """Does the long work of a site."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def chore(self) -> Chore:
        """Return the work: doing what waits."""
        to_begin, tidied = True, time.monotonic()

        def look(db: Store, turn: Turn) -> None:
            nonlocal to_begin, tidied
            if to_begin:
                self.begin(db, at=clock.now())
            to_begin = True  # if the store fails halfway, what was begun waits again
            if time.monotonic() - tidied > TIDY_SECONDS:
                tidied = time.monotonic()
                self.tidy(db, at=clock.now())
            while turn.goes_on() and self.work_one(db, turn.stopping):
                pass
            to_begin = False

        return Chore(
            "long_work", POLL_SECONDS, self._site.instance, look, "long", queue=export_jobs.QUEUE
        )

    def begin(self, db: Store, *, at: int) -> None:
        """Take up what a crashed program left."""
        export_jobs.release(db, at=at)
        self.tidy(db, at=at)

    def work_one(self, db: Store, stopping: threading.Event) -> bool:
        """Write the copy that waits longest; return whether there was one."""
        job = export_jobs.claim(db)
        if job is None:
            return False
        try:
            name, size = self._write(db, job, stopping)
        except Stopped:
            export_jobs.release(db, at=clock.now())
        except (StoreUnavailable, DatabaseError):
            raise
        except Exception as fault:  # a full disk or a fault of ours: the waiting person is told
            log.error("copy_failed job=%s %s", job.id, logs.fall(fault))
            export_jobs.give_up(db, job.id, at=clock.now())
        else:
            export_jobs.settle(db, job.id, name, size, at=clock.now())
        return True

    def tidy(self, db: Store, *, at: int) -> None:
        """Delete what is a day old, and files that belong to nothing that is ready."""
        folder = self._folder()
        for job_id in export_jobs.over(db, at=at):
            (folder / job_id).unlink(missing_ok=True)
            export_jobs.forget(db, job_id)
        for path in folder.iterdir():
            if path.name not in export_jobs.known(db):
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)

    def _write(self, db: Store, job: LongJob, stopping: threading.Event) -> tuple[str, int]:
        """Write a job's file and return its name and length."""
        target = self._folder() / f"{job.id}.{job.asked['ending']}"
        write = self._archive if job.kind == "archive" else self._export
        write(db, job, target, stopping)
        done = target.rename(path_of(self._site.instance, job))
        return f"{job.asked['name']}.{job.asked['ending']}", done.stat().st_size

    def _export(self, db: Store, job: LongJob, target: Path, stopping: threading.Event) -> None:
        from shared.documents import export  # imported late: the programs must start fast

        zone = self._site.settings.office.zone
        copy = export.Copy(viewer=job.asked_by, personal=job.asked["personal"], zone=zone)
        write = export.write if job.asked["ending"] == "xlsx" else export.write_zip
        with _Told(self._site.instance, job, export.size(db), stopping) as told:
            write(db, target, copy, told.step)

    def _archive(self, db: Store, job: LongJob, target: Path, stopping: threading.Event) -> None:
        from shared.archive import making  # imported late: the programs must start fast

        office, year = self._site.settings.office, job.asked["year"]
        desk = Desk(db, self._site.instance.media, "", office.name, office.zone, clock.now())
        asked = making.ArchiveRequest(year, job.asked["personal"], office.public_url.rstrip("/"))
        with _Told(self._site.instance, job, making.size(db, year), stopping) as told:
            making.write(desk, target, asked, actor=job.asked_by, on_step=told.step)

    def _folder(self) -> Path:
        folder = self._site.instance.copies
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder


class _Told:
    """Counts steps and stores the progress from time to time, on a connection of its own: the work
    itself reads the store as it was at its beginning."""

    def __init__(
        self, instance: Instance, job: LongJob, total: int, stopping: threading.Event
    ) -> None:
        self._job, self._total, self._stopping = job, total, stopping
        self._db = instance.open()
        self._done, self._told_at = 0, float("-inf")

    def __enter__(self) -> "_Told":
        return self

    def __exit__(self, *_fault: object) -> None:
        self._db.close()

    def step(self) -> None:
        """Count one more row. Raises Stopped when the program ends."""
        self._done += 1
        now = time.monotonic()
        if now - self._told_at > TELL_SECONDS:
            if self._stopping.is_set():
                raise Stopped
            self._told_at = now
            export_jobs.note_progress(self._db, self._job.id, self._done, self._total)
