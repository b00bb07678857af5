"""What an office's PC is told: sound files, a program that may touch little, a firewall that lets
in what the proxy serves and nothing else."""

import os
import pty
import re
import shutil
import subprocess
from configparser import RawConfigParser
from dataclasses import replace
from pathlib import Path

import pytest

from shared import settings
from tests.promises.conftest import ROOT

DEPLOY = ROOT / "deploy"
INSTALL = (DEPLOY / "install.sh").read_text("utf-8")
UNITS = sorted(DEPLOY.rglob("*.service"))


def unit_of(path: Path) -> dict[str, list[str]]:
    """Return the settings of a unit's [Service]; one may stand there several times."""
    found: dict[str, list[str]] = {}
    section = ""
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("["):
            section = line
        elif section == "[Service]" and "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


SERVICE = unit_of(DEPLOY / "systemd" / "hienke.service")


@pytest.mark.parametrize(
    "script", [DEPLOY / "install.sh", DEPLOY / "system" / "hienke"], ids=lambda one: one.name
)
def test_a_script_is_sound_shell(script):
    subprocess.run(["sh", "-n", str(script)], check=True, timeout=30)
    assert script.stat().st_mode & 0o111


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--nonsense", "x"], "There is no --nonsense"),
        (["--unit", "2606"], "it has five digits"),
        (["--unit", "00000"], "it has five digits"),
        (["--unit", "2606x"], "it has five digits"),
        (["--name"], "--name needs a value"),
        (["--public", "a.vn"], "--public needs --email"),
        (["--from", "/nowhere.whl"], "There is no /nowhere.whl"),
        (["--wheels", "/nowhere"], "There is no folder /nowhere"),
        (["--lan", "a b"], "A name has letters"),
        (["--name", 'UBND "x"'], "no quotes"),
    ],
)
def test_wrong_words_end_the_installation_before_it_begins(words, told):
    done = subprocess.run(
        [str(DEPLOY / "install.sh"), *words], capture_output=True, text=True, timeout=30
    )

    assert done.returncode == 2
    assert told in done.stderr and done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_a_folder_that_holds_no_debian_is_named(tmp_path):
    done = subprocess.run(
        [str(DEPLOY / "install.sh"), "--unit", "26068", "--root", str(tmp_path)],
        capture_output=True, text=True, timeout=30,
    )  # fmt: skip

    assert done.returncode == 1
    assert done.stderr.startswith(f"Stopped: {tmp_path} holds no Debian")
    assert not list(tmp_path.iterdir())


def in_folder(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(DEPLOY / "install.sh"), *words, "--root", str(root)],
        capture_output=True, text=True, timeout=30, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def test_an_office_is_not_installed_without_its_number(tmp_path):
    done = in_folder(tmp_path)

    assert done.returncode == 2
    assert done.stderr.startswith("--unit is missing") and done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("typed", "told"), [("26068", "holds no Debian"), ("2606", "2606 is no unit's number")]
)
def test_at_a_terminal_the_number_is_asked_for_first(tmp_path, typed, told):
    ours, its = pty.openpty()
    os.write(ours, f"{typed}\n".encode())
    done = subprocess.run(
        [str(DEPLOY / "install.sh"), "--root", str(tmp_path)],
        stdin=its, capture_output=True, text=True, timeout=30,
    )  # fmt: skip

    assert "administrative code (five digits" in done.stdout
    assert told in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("words", "goes_on"), [([], True), (["26068"], True), (["26071"], False)])
def test_an_office_that_is_there_keeps_its_number(tmp_path, words, goes_on):
    (tmp_path / "srv" / "hienke").mkdir(parents=True)
    office = replace(settings.OfficeSettings(), unit="26068")
    text = settings.written(replace(settings.Settings(), office=office))
    (tmp_path / "srv" / "hienke" / "settings.toml").write_text(text, "utf-8")

    done = in_folder(tmp_path, *(["--unit", *words] if words else []))

    told = "holds no Debian" if goes_on else "are unit 26068's, not 26071's"
    assert told in done.stderr and done.stderr.count("\n") == (2 if goes_on else 1)


def test_the_program_may_write_its_own_folder_and_what_is_plugged_in():
    assert SERVICE["ProtectSystem"] == ["strict"]
    assert SERVICE["ReadWritePaths"] == ["/srv/hienke -/media -/mnt"]
    assert SERVICE["CapabilityBoundingSet"] == [""]
    on = {
        "NoNewPrivileges", "PrivateTmp", "ProtectHome", "ProtectKernelTunables",
        "ProtectKernelModules", "ProtectControlGroups", "RestrictSUIDSGID", "LockPersonality",
        "RestrictRealtime", "RestrictNamespaces", "ProtectClock", "ProtectHostname",
    }  # fmt: skip
    assert {name: SERVICE.get(name) for name in on} == {name: ["yes"] for name in on}


def test_the_program_comes_back_and_is_never_given_up():
    assert SERVICE["Restart"] == ["always"]
    assert SERVICE["Type"] == ["notify"] and int(SERVICE["WatchdogSec"][0]) > 30
    text = (DEPLOY / "systemd" / "hienke.service").read_text("utf-8")
    assert "StartLimitIntervalSec=0" in text
    assert "time-sync.target" in text


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd-analyze")
def test_systemd_finds_little_to_attack():
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--threshold=25",
         str(DEPLOY / "systemd" / "hienke.service")],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout[-400:]


@pytest.mark.parametrize("unit", UNITS, ids=lambda one: one.name)
@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd-analyze")
def test_systemd_reads_every_unit(unit):
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip

    # Only what is not installed where tests run may be missing.
    told = [line for line in done.stderr.splitlines() if unit.name in line]
    assert [line for line in told if "is not executable" not in line] == []


def test_no_setting_of_the_program_is_hidden_in_a_unit():
    # Whatever begins with HIENKE_ is read as a setting and stops the start when it is none.
    for unit in UNITS:
        names = re.findall(r"\bHIENKE_[A-Z_]+", unit.read_text("utf-8"))
        assert set(names) <= {"HIENKE_INSTANCE"}, unit


def test_what_the_installation_copies_is_there():
    for source in re.findall(r'"\$here/(deploy/[^"]+)"', INSTALL):
        assert (ROOT / source).is_file(), source


def test_the_firewall_lets_in_the_ports_the_proxy_listens_on():
    rules = (DEPLOY / "system" / "hienke.nft").read_text("utf-8")
    behind = (DEPLOY / "caddy" / "public-behind-proxy.caddy").read_text("utf-8")

    assert "policy drop" in rules
    assert "HIENKE_STAFF_PORT=8443" in INSTALL and "http://:8088" in behind
    open_to_all = re.findall(r"tcp dport \{ ([\d, ]+) \} accept", rules)
    assert open_to_all == ["80, 443"]
    office = set(re.findall(r"tcp dport \{ ([\d, ]+) \} ip6? saddr @office[46] accept", rules))
    assert office == {"22, 8088, 8443"}
    assert not re.search(r"808[012]\b", rules)


def test_the_clock_the_logs_and_the_updates_are_seen_to():
    assert "systemd-timesyncd" in INSTALL
    journal = RawConfigParser()
    journal.read(DEPLOY / "system" / "journald.conf")
    assert journal["Journal"]["Storage"] == "persistent"
    assert journal["Journal"]["SystemMaxUse"] == "500M"
    updates = (DEPLOY / "system" / "apt-upgrades").read_text("utf-8")
    assert 'APT::Periodic::Unattended-Upgrade "1";' in updates
    assert "/srv/hienke/sms/smsd.log" in (DEPLOY / "system" / "logrotate").read_text("utf-8")
