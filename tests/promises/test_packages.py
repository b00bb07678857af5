"""deploy/packages.txt lists every program, library and font that the product or its tests take
from Debian or npm: nobody starts one that is not listed, and all of it can be installed."""

import os
import re
from pathlib import Path

import pytest

from deploy import packages
from tests import npm
from tests.promises import started
from tests.promises.conftest import ROOT
from tests.promises.shells import started_by_shell

LISTED = packages.listed(packages.LIST.read_text("utf-8"))
BROUGHT = {brought: one for one in LISTED for brought in one.brings}
WHOM = {"tests", "office", "kiosk", "stick", "screen", "before", "fresh", "papers", "debian"}
# Those who have what the tests start: by `make test`, from before it, or from Debian itself.
OF_TESTS = {"tests", "before", "debian"}
# What the project brings itself: into .venv, or onto an office's PC.
OURS = {"hienke", "hienke-kiosk", "lint-imports", "mypy", "python", "ruff"}
# Asked for, and done without where it is not there.
ASKED_FOR = {"sudo"}
# What these modules load of the system.
LOADED = {"pyzbar": "libzbar.so.0", "usb": "libusb-1.0.so.0"}
# Fresh Debians are made by hand, by `make office` and `make fresh`.
BY_HAND = re.compile(r"tests/deploy/(\w+_debian|debian_root)\.py")


def test_every_program_that_code_and_tests_start_is_listed() -> None:
    names = {(where, name) for where, name in started.by_code() if name not in OURS | ASKED_FOR}

    assert ("shared/runtime/machine.py", "timedatectl") in {
        (w.partition(":")[0], n) for w, n in names
    }
    assert not {one for one in names if one[1] not in BROUGHT}


def test_every_program_that_tests_start_comes_with_make_test() -> None:
    names = {
        (where, name)
        for where, name in started.by_code()
        if where.startswith("tests/") and name not in OURS and not BY_HAND.match(where)
    }

    assert names
    assert not {one for one in names if not OF_TESTS & set(BROUGHT[one[1]].wanted_by)}


def test_no_code_starts_a_program_in_a_way_that_is_not_looked_at() -> None:
    assert started.by_code_unseen() == []


def test_every_program_that_a_script_a_unit_or_make_starts_is_listed() -> None:
    names = {(where, name) for where, name in started.by_scripts() if name not in OURS | ASKED_FOR}

    assert {"deploy/install.sh", "Makefile", ".ci/run"} <= {where for where, _ in names}
    assert not {one for one in names if one[1] not in BROUGHT}


def test_a_script_is_read_as_a_shell_reads_it() -> None:
    script = """#!/bin/sh
    # rm is not started here
    say() { printf '%s; mv\\n' "$* (cp)"; }
    if [ -e x ] && ! grep -q "it's" y; then say "$(date +%s; id -un)" | tail -1; fi
    case $1 in
      a|b) LC_ALL=C sort <<END ;;
dd if=here
END
      *) exec nice -n 5 /usr/bin/find . ;;
    esac
    runuser -u hienke -- sqlite3 "$x"; x=${y:-touch}; command -v curl >/dev/null 2>&1 || wget z
    """

    found = set(started_by_shell(script))

    assert found == {
        "curl", "date", "find", "grep", "id", "nice", "runuser", "sort", "sqlite3", "tail", "wget",
    }  # fmt: skip


def test_every_file_of_debian_that_code_names_is_listed() -> None:
    named = list(started.files_of_debian())

    assert named
    for where, path in named:
        shown = {path, path.rpartition("/")[2]}
        assert any(one in BROUGHT or f"{path}*" in BROUGHT for one in shown), f"{where}: {path}"


@pytest.mark.parametrize("module", LOADED)
def test_a_library_that_a_module_loads_is_listed(module: str) -> None:
    assert LOADED[module] in BROUGHT
    assert any(module in one for one in started.imported())


def test_what_needs_node_is_listed_in_one_version_each() -> None:
    wanted = [one.names[0] for one in LISTED if one.is_npm]

    assert all(re.fullmatch(r"@?[\w/.-]+@\d+\.\d+\.\d+", one) for one in wanted)
    assert started.asked_of_npm() <= {one.rpartition("@")[0] for one in wanted}
    assert npm.MODULES.parent == ROOT / ".venv" / "npm"


def test_the_list_is_tidy() -> None:
    names = [name for one in LISTED for name in one.names]

    assert len(names) == len(set(names))
    assert {whom for one in LISTED for whom in one.wanted_by} == WHOM
    assert all(one.brings for one in LISTED if not one.is_npm)


def test_make_installs_from_the_list_and_from_nowhere_else() -> None:
    make, install = ((ROOT / name).read_text("utf-8") for name in ("Makefile", "deploy/install.sh"))

    assert "deploy/packages.py tests .venv/npm" in make
    assert "apt-get install" not in make.replace("sudo apt-get install python3-venv", "").replace(
        "sudo apt-get install debootstrap", ""
    )
    assert "$here/deploy/packages.txt" in install
    assert set(re.findall(r"wanted=(.*)", install)) <= {
        "$(listed_for office)", "$(printf '%s\\n' \"$wanted\" | grep -vx systemd-timesyncd)",
        '"$wanted $(listed_for kiosk)"', '"$wanted $(listed_for stick)"',
    }  # fmt: skip


def test_the_readme_names_what_comes_before_make() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    wanted = sorted(one.names[0] for one in LISTED if "before" in one.wanted_by)

    assert f"`sudo apt-get install {' '.join(wanted)}`" in readme


def test_ci_does_what_make_test_does_and_has_an_hour() -> None:
    lines = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()

    assert lines[-1] == "exec timeout 3600 make test </dev/null"


# --- what is missing


def test_what_is_there_is_not_asked_for_and_what_is_not_is_named() -> None:
    assert packages.lies_here("sh")
    assert packages.lies_here("libc.so.6")
    assert packages.lies_here("/etc/debian_versio*") or packages.lies_here("/etc/os-release")
    assert not packages.lies_here("no-such-program")
    assert not packages.lies_here("libnosuch.so.9")
    assert not packages.lies_here("/no/such*")


def test_whoever_may_not_install_is_told_the_one_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As on a machine that has nothing of the list, for somebody who is not root."""
    wanted = tmp_path / "packages.txt"
    wanted.write_text(
        "age          tests   no-such-age\n"
        "tool|tool64  tests   libnosuch.so.9\n"
        "libc         tests   libc.so.6\n"
        "other        office  no-such-other\n"
    )
    monkeypatch.setattr(packages, "LIST", wanted)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(SystemExit) as ended:
        packages.main("tests", tmp_path / "npm")

    assert ended.value.code == 2
    assert capsys.readouterr().err == (
        "The tests need Debian packages: sudo apt-get install age tool\n"
    )


def test_a_new_postgresql_comes_without_a_cluster_and_one_that_was_set_up_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[tuple[str, str]] = []
    run = lambda command, told="": done.append((" ".join(command), told))  # noqa: E731
    wanted = [one for one in LISTED if "postgresql" in one.names]
    monkeypatch.setattr(packages, "_run", run)
    monkeypatch.setattr(packages, "_may_install", lambda: True)
    monkeypatch.setattr(packages, "_is_known", lambda name: True)
    monkeypatch.setattr(packages, "_CLUSTERS", tmp_path / "new.conf")

    packages._install_from_debian(wanted)
    (tmp_path / "new.conf").touch()
    packages._install_from_debian(wanted)

    written = [(place, told) for place, (_, told) in enumerate(done) if told]
    assert written == [(1, "create_main_cluster = false\n")]
    assert done[1][0].endswith(f"/dev/stdin {tmp_path}/new.conf")
    assert [place for place, (command, _) in enumerate(done) if " install -y" in command] == [2, 4]
