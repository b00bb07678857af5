"""The README's two commands in a bare Debian: `make fresh`, or `make fresh RELEASE=trixie`.

In a Debian that debootstrap makes, with an empty home and nothing but what README.md asks for, HEAD
is cloned; `make run` must serve, and `make test` be green beside it. Root, a network, three
gigabytes and half an hour for each release; the ports of `make run` must be free. All of it happens
in a namespace of its own for mounts and processes: when that ends, however it does, none is left.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from deploy import packages
from shared.runtime.listening import AddressWrong, check_free
from shared.runtime.start import PUBLIC, SMS, STAFF
from tests.deploy import registries
from tests.deploy.debian_root import RELEASES, WHERE, NoDebian, fresh_debian

ROOT = Path(__file__).resolve().parents[2]
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
HOME, CLONE = "/home/anybody", "/home/anybody/hienke"
BYTES_NEEDED = 5_000_000_000
SERVES_SECONDS = 900.0
# PID 1 of the namespace: a shell, as it also takes leave of those whose parents are gone.
INIT = '"$@"; exit $?'


def main(releases: list[str], tests: str) -> None:
    """Try every release; exits with 0 when all is green, 1 when it is not, 2 when it cannot be
    tried here."""
    if fault := _why_not(releases):
        sys.exit(fault)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    signal.signal(signal.SIGHUP, lambda *_: sys.exit(1))
    wanted = [one.names[0] for one in packages.listed(packages.LIST.read_text("utf-8"))
              if "before" in one.wanted_by]  # fmt: skip
    tried = [_try(release, wanted, tests) for release in releases]
    print("\n".join(["", *(said for _, said in tried)]))
    sys.exit(0 if all(is_green for is_green, _ in tried) else 1)


def _why_not(releases: list[str]) -> str:
    """Return why it cannot be tried here, "" when it can."""
    if unknown := set(releases) - set(RELEASES):
        return f"RELEASE is one of {', '.join(RELEASES)}, not {', '.join(unknown)}."
    if os.geteuid() != 0:
        return "A Debian in a folder needs root: sudo make fresh"
    if shutil.disk_usage(WHERE).free < BYTES_NEEDED:
        return f"{WHERE} needs {BYTES_NEEDED // 10**9} GB free."
    try:
        for address in (PUBLIC, STAFF, SMS):
            check_free(address, patience=0)
    except AddressWrong as fault:
        return str(fault)
    return ""


def _try(release: str, wanted: list[str], tests: str) -> tuple[bool, str]:
    """Try one release; return whether it is green, and what came of it in one line."""
    name = f"Debian {RELEASES[release]}"
    print(f"— {name}: debootstrap", flush=True)
    try:
        with fresh_debian(release, wanted) as root:
            _bundle(root)
            is_green = _in_a_namespace(root, tests)
            return is_green, f"{name}: {(root / 'outcome').read_text('utf-8')}"
    except NoDebian as fault:
        return False, f"{name}: debootstrap made none: {fault}"


def _bundle(root: Path) -> None:
    """Lay HEAD, with what led to it, where it can be cloned from."""
    (root / HOME[1:]).mkdir(parents=True)
    (root / "outcome").write_text("broken off")
    bundled = ["bundle", "create", "--quiet", str(root / "hienke.bundle"), "HEAD"]
    subprocess.run(["git", "-C", str(ROOT), *bundled], check=True)


def _in_a_namespace(root: Path, tests: str) -> bool:
    process = subprocess.Popen(
        ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", INIT, "sh",
         sys.executable, "-m", "tests.deploy.fresh_debian", "--inside", str(root), tests],
        cwd=ROOT,
    )  # fmt: skip
    try:
        return process.wait() == 0
    finally:
        process.kill()  # no more than a word where it has ended; unshare takes all it began along
        process.wait()


# --- inside the namespace


class Inside:
    """The Debian, from inside its namespace."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.environment = registries.environment()
        self._mount(registries.hand_in(root, registries.paths(self.environment)))

    def words(self, *command: str, folder: str = CLONE) -> list[str]:
        """Return the command that runs another one in there, for somebody with an empty home."""
        world = {"HOME": HOME, "PATH": PATH, **self.environment}
        said = [f"{name}={value}" for name, value in world.items()]
        return ["chroot", str(self.root), "env", "-i", *said,
                "sh", "-c", 'cd "$0" && exec "$@"', folder, *command]  # fmt: skip

    def _mount(self, folders: list[Path]) -> None:
        for kind, place in (("proc", "proc"), ("sysfs", "sys"), ("tmpfs", "tmp")):
            self._run("-t", kind, kind, self.root / place)
        self._run("--rbind", "/dev", self.root / "dev")
        self._run("-t", "tmpfs", "tmpfs", self.root / "dev" / "shm")
        for folder in folders:
            there = self.root / folder.relative_to("/")
            there.mkdir(parents=True, exist_ok=True)
            self._run("--bind", "--read-only", folder, there)

    def _run(self, *words: object) -> None:
        subprocess.run(["mount", *map(str, words)], check=True)


def inside(root: Path, tests: str) -> None:
    """Clone, run, test, and write the outcome into the root."""
    debian = Inside(root)
    # A bundle of HEAD alone names no branch, of which git would have much to say.
    quiet = ["-c", "init.defaultBranch=main", "-c", "advice.detachedHead=false"]
    cloned = ["git", *quiet, "clone", "--quiet", "/hienke.bundle", CLONE]
    subprocess.run(debian.words(*cloned, folder=HOME), check=True)
    print("— make run", flush=True)
    log = root / "run.log"
    with log.open("wb") as said:
        running = subprocess.Popen(
            debian.words("make", "run"), stdin=subprocess.DEVNULL, stdout=said, stderr=said
        )
    try:
        served = _seconds_until_it_serves(running)
        if served is None:
            print(log.read_text("utf-8", "replace"), flush=True)
            _tell(root, "make run did not serve")
            sys.exit(1)
        print(f"served after {served:.0f} s\n— make test", flush=True)
        began = time.monotonic()
        is_green, closing = _test(debian, tests)
        minutes, seconds = divmod(round(time.monotonic() - began), 60)
        still = running.poll() is None and _is_well()
        _tell(
            root,
            f"make run served after {served:.0f} s, and {'still' if still else 'NO LONGER'} does;"
            f" make test {'green' if is_green else 'RED'} in {minutes} min {seconds} s: {closing}",
        )
        sys.exit(0 if is_green and still else 1)
    finally:
        running.terminate()
        running.wait()


def _seconds_until_it_serves(running: "subprocess.Popen[bytes]") -> float | None:
    began = time.monotonic()
    while running.poll() is None and time.monotonic() < began + SERVES_SECONDS:
        if _is_well():
            return time.monotonic() - began
        time.sleep(0.5)
    return None


def _is_well() -> bool:
    directly = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        for address in (PUBLIC, STAFF, SMS):
            directly.open(f"http://{address}/healthz", timeout=5).close()
    except OSError:
        return False
    return True


def _test(debian: Inside, tests: str) -> tuple[bool, str]:
    """Run the tests, show what they say, and return whether they are green and their last line."""
    testing = subprocess.Popen(
        debian.words("make", "test", f"TESTS={tests}"), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
    )  # fmt: skip
    last, closing = "no test ran", ""
    for line in testing.stdout or ():
        print(line, end="", flush=True)
        last = line.strip() or last
        closing = last if re.match(r"\d+ (passed|failed|error|skipped)", last) else closing
    return testing.wait() == 0, closing or last


def _tell(root: Path, outcome: str) -> None:
    (root / "outcome").write_text(outcome, "utf-8")
    print(outcome, flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "--inside":
        inside(Path(sys.argv[2]), sys.argv[3])
    else:
        main(sys.argv[2:], sys.argv[1])
