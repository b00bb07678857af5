"""deploy/install.sh in a fresh Debian, for real: `make office`. Root, a network and five minutes.

Not among the tests that `make test` collects. DEBIAN_BASE may name a folder that debootstrap made.
"""

import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.debian_root import fresh_debian
from tests.ports import free_ports
from tests.promises.conftest import ROOT
from tests.serving import wait_until

INSTALL = str(ROOT / "deploy" / "install.sh")


def run(*words: str, **more: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, capture_output=True, text=True, timeout=1800, **more)


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every wheel that the program needs, as an office without internet is handed them."""
    folder = tmp_path_factory.mktemp("wheels")
    made = run(sys.executable, "-m", "pip", "wheel", "--quiet", "--wheel-dir", str(folder),
               str(ROOT), "setuptools")  # fmt: skip
    assert made.returncode == 0, made.stderr
    return folder


@pytest.fixture(scope="session")
def debian() -> Iterator[Path]:
    """A fresh Debian 12 in a folder."""
    with fresh_debian("bookworm", ["ca-certificates"]) as root:
        yield root


@pytest.fixture(scope="session")
def installed(debian: Path, wheels: Path) -> Path:
    """That Debian, once `install.sh` has run there."""
    began = time.monotonic()
    first = install(debian, wheels)
    print(f"\nfirst run: {time.monotonic() - began:.0f} s")
    assert first.returncode == 0, first.stdout + first.stderr
    assert first.stdout.count("one-time password:") == 1
    return debian


def install(debian: Path, wheels: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return run(INSTALL, "--unit", "26068", "--name", "UBND xã Tân An", "--wheels", str(wheels),
               "--root", str(debian), *more)  # fmt: skip


def inside(debian: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return run("chroot", str(debian), *words)


def changes(done: subprocess.CompletedProcess[str]) -> list[str]:
    return [
        line.strip()
        for line in done.stdout.splitlines()
        if line.startswith("    ") and not line.strip().startswith("(")
    ]


def test_a_second_run_changes_nothing(installed, wheels):
    again = install(installed, wheels)

    assert again.returncode == 0, again.stderr
    assert changes(again) == []
    assert "nothing was changed" in again.stdout
    assert "one-time password" not in again.stdout


def test_what_was_taken_away_is_put_back_and_data_stay(installed, wheels):
    secrets = (installed / "srv/hienke/secrets").read_bytes()
    (installed / "etc/hienke/caddy.env").unlink()
    (installed / "etc/nftables.conf").write_text("flush ruleset\n")
    (installed / "etc/systemd/system/multi-user.target.wants/hienke.service").unlink()

    again = install(installed, wheels)

    assert changes(again) == [
        "hienke.service starts with the PC", "/etc/hienke/caddy.env", "/etc/nftables.conf",
    ]  # fmt: skip
    assert (installed / "srv/hienke/secrets").read_bytes() == secrets


def test_the_data_belong_to_the_account_alone(installed):
    found = inside(installed, "stat", "-c", "%U %a", "/srv/hienke", "/srv/hienke/hienke.db",
                   "/srv/hienke/secrets", "/srv/hienke/settings.toml")  # fmt: skip

    assert found.stdout.split("\n")[:4] == ["hienke 700", *["hienke 600"] * 3]
    settings = (installed / "srv/hienke/settings.toml").read_text("utf-8")
    assert 'name = "UBND xã Tân An"' in settings and 'unit = "26068"' in settings


def test_the_firewall_is_one_that_the_kernel_takes(installed):
    done = run(
        "unshare", "--net", "chroot", str(installed), "nft", "-c", "-f", "/etc/nftables.conf"
    )

    assert done.returncode == 0, done.stderr


def test_a_name_on_the_internet_can_be_added_and_taken_away(installed, wheels):
    by_router = install(installed, wheels, "--public", "hienke.example.vn", "--email", "a@b.vn")
    by_proxy = install(installed, wheels, "--public", "hienke.example.vn", "--front", "10.0.0.2")
    without = install(installed, wheels)

    for done in (by_router, by_proxy):
        assert "/etc/hienke/public.caddy" in changes(done), done.stdout + done.stderr
    assert "no name on the internet any more" in changes(without)


def test_what_was_installed_serves(installed):
    public, staff, sms = free_ports(3)
    serving = subprocess.Popen(
        ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c",
         'mount -t proc proc "$0/proc"; exec chroot "$0" /usr/local/bin/hienke serve "$@"',
         str(installed), "--public", f"127.0.0.1:{public}", "--staff", f"127.0.0.1:{staff}",
         "--sms", f"127.0.0.1:{sms}"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_until(lambda: all(map(_is_well, (public, staff, sms))), 60)
        page = urllib.request.urlopen(f"http://127.0.0.1:{public}/").read().decode()
    finally:
        serving.kill()  # unshare heeds nothing else; it takes what it started along
        serving.wait(30)

    assert "UBND xã Tân An" in page
    assert inside(installed, "hienke", "verify").stdout.startswith("OK: 0 proposals")


def _is_well(port: int) -> bool:
    try:
        return urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).status == 200
    except OSError:
        return False
