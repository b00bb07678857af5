"""What a kiosk's browser is started with: locked down, and yet remembering what it must."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.promises.conftest import ROOT

FOLDER = ROOT / "deploy" / "kiosk"
SCRIPT = FOLDER / "hienke-kiosk"
POLICY = json.loads((FOLDER / "policy.json").read_text("utf-8"))


@pytest.fixture
def started_with(tmp_path: Path):
    """A builder: the words with which the script starts the browser on such a screen."""

    def start(**env: str) -> list[str]:
        for name in {"chromium", "curl", "openbox", "xset", "xrandr", "wlr-randr"} - {
            one.name for one in tmp_path.iterdir()
        }:
            stand_in(tmp_path / name, said=tmp_path / "said")
        (tmp_path / "said").write_text("")
        ended = subprocess.run(
            ["sh", str(SCRIPT)],
            env={"PATH": f"{tmp_path}:/usr/bin:/bin", "HOME": str(tmp_path), **env},
            capture_output=True, text=True, timeout=30, check=False,
        )  # fmt: skip
        assert ended.returncode == 0, ended.stderr
        return (tmp_path / "said").read_text().splitlines()

    return start


def stand_in(path: Path, *, said: Path) -> None:
    """Make a program that only notes how it was called; each knows one screen."""
    path.write_text(
        f'#!/bin/sh\nprintf "%s\\n" "${{0##*/}} $*" >> {said}\n'
        'case "$0 $1" in *wlr-randr" ") echo "HDMI-A-1 made by nobody";;'
        ' *xrandr" --query") echo "HDMI-1 connected primary";; esac\n'
    )
    path.chmod(0o755)


def test_the_script_is_sound_shell() -> None:
    subprocess.run(["sh", "-n", str(SCRIPT)], check=True, timeout=30)
    assert SCRIPT.stat().st_mode & 0o111


def test_the_browser_is_locked_down_and_keeps_its_profile(started_with, tmp_path) -> None:
    *_, browser = started_with(HIENKE_KIOSK_URL="https://hienke.example.vn/")

    words = browser.split()
    assert {
        "--kiosk", "--kiosk-printing", "--disable-back-forward-cache", "--disable-pinch",
        "--overscroll-history-navigation=0", f"--user-data-dir={tmp_path}/.config/hienke-kiosk",
    } <= set(words)  # fmt: skip
    assert words[-1] == "https://hienke.example.vn/"
    assert not {word for word in words if "incognito" in word or "guest" in word}
    assert (tmp_path / ".config/hienke-kiosk").is_dir()


def test_a_lock_that_a_power_cut_left_behind_stops_nothing(started_with, tmp_path) -> None:
    profile = tmp_path / ".config/hienke-kiosk"
    profile.mkdir(parents=True)
    (profile / "SingletonLock").symlink_to("kiosk-4711")
    (profile / "Cookies").write_text("enrolled")

    started_with()

    assert not (profile / "SingletonLock").is_symlink()
    assert (profile / "Cookies").exists()


def test_a_server_that_never_answers_is_waited_for_and_then_done_without(
    started_with, tmp_path
) -> None:
    # The browser keeps the pages it needs; nothing listens here.
    (tmp_path / "curl").write_text("#!/bin/sh\nexit 7\n")

    assert started_with(HIENKE_KIOSK_PATIENCE="0")[-1].startswith("chromium ")


@pytest.mark.parametrize(
    ("screen", "turned"),
    [
        ({"WAYLAND_DISPLAY": "wayland-0"}, "wlr-randr --output HDMI-A-1 --transform 90"),
        ({"DISPLAY": ":0"}, "xrandr --output HDMI-1 --rotate right"),
    ],
)
def test_a_screen_that_stands_upright_is_turned(started_with, screen, turned) -> None:
    said = started_with(HIENKE_KIOSK_ROTATE="90", **screen)

    assert turned in said
    assert any(words.startswith("chromium ") for words in said)


def test_the_policy_leads_nowhere_else_and_remembers_nobody() -> None:
    assert POLICY["URLBlocklist"] == ["*", "chrome://*"]
    ours = POLICY["URLAllowlist"][0]
    assert POLICY["AudioCaptureAllowedUrls"] == POLICY["VideoCaptureAllowedUrls"] == [ours]
    off = {
        "AutofillAddressEnabled", "AutofillCreditCardEnabled", "PasswordManagerEnabled",
        "TranslateEnabled", "SyncDisabled", "SavingBrowserHistoryDisabled", "SearchSuggestEnabled",
    }  # fmt: skip
    assert {name: POLICY[name] for name in off} == {name: name.endswith("Disabled") for name in off}
    assert POLICY["BrowserSignin"] == 0
    assert POLICY["DeveloperToolsAvailability"] == 2
    assert POLICY["DownloadRestrictions"] == 3
    assert POLICY["ExtensionInstallBlocklist"] == ["*"]


def test_the_policy_lets_the_browser_keep_what_is_the_kiosks() -> None:
    assert POLICY["IncognitoModeAvailability"] == 1
    assert POLICY["ForceEphemeralProfiles"] is False
    assert "ClearBrowsingDataOnExitList" not in POLICY
    assert "DefaultCookiesSetting" not in POLICY


def test_the_unit_starts_it_again_however_often_it_ends() -> None:
    unit = (FOLDER / "hienke-kiosk.service").read_text("utf-8")

    assert "Restart=always" in unit
    assert "StartLimitIntervalSec=0" in unit
    assert "/usr/local/bin/hienke-kiosk" in unit
    assert "/usr/local/bin/hienke-kiosk" in (FOLDER / "x.conf").read_text("utf-8")
