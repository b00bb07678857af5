"""Which thread of a server works: the one that was free last."""

import threading
import time

from shared.runtime.threads import WarmThreads


class Task:
    """What a thread has to do: say which it is, and wait."""

    def __init__(self, *, waits=False):
        self.begun, self.may_end = threading.Event(), threading.Event()
        self.by = None
        if not waits:
            self.may_end.set()

    def service(self):
        self.by = threading.get_ident()
        self.begun.set()
        self.may_end.wait(60)


def until_all_rest(threads):
    until = time.monotonic() + 60
    while threads.active_count and time.monotonic() < until:
        time.sleep(0.001)
    assert not threads.active_count


def worked(threads, *tasks):
    for task in tasks:
        threads.add_task(task)
        assert task.begun.wait(60)
    for task in tasks:
        task.may_end.set()
    until_all_rest(threads)
    return [task.by for task in tasks]


def test_what_comes_one_after_the_other_is_done_by_one_thread():
    threads = WarmThreads(8)
    until_all_rest(threads)

    by = [worked(threads, Task()) for _ in range(20)]

    assert by == by[:1] * 20
    assert threads.shutdown()


def test_what_comes_at_once_is_done_by_as_many_threads_as_there_are():
    threads = WarmThreads(8)

    assert len(set(worked(threads, *(Task(waits=True) for _ in range(8))))) == 8
    assert threads.shutdown()


def test_more_than_there_are_threads_wait_and_none_is_lost():
    threads = WarmThreads(2)
    tasks = [Task(waits=True) for _ in range(40)]

    for task in tasks:
        threads.add_task(task)
    for task in tasks:
        assert task.begun.wait(60)  # in the order in which they came
        task.may_end.set()

    until_all_rest(threads)
    assert threads.shutdown()


def test_threads_that_are_told_to_stop_stop():
    threads = WarmThreads(8)
    until_all_rest(threads)

    threads.shutdown()

    assert not threads.threads
