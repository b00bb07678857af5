"""What `make fresh` does before it makes a Debian: says why it cannot, and hands on how this
machine reaches the registries of packages."""

import os
from pathlib import Path

import pytest

from tests.deploy import debian_root, fresh_debian, registries


def test_a_release_that_is_not_known_is_refused_in_one_sentence() -> None:
    with pytest.raises(SystemExit) as ended:
        fresh_debian.main(["bookwurm"], "")

    assert ended.value.code == "RELEASE is one of bookworm, trixie, not bookwurm."


def test_who_is_not_root_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    with pytest.raises(SystemExit, match="sudo make fresh"):
        fresh_debian.main(["trixie"], "")


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_beside_a_make_run_nothing_is_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    def taken(*_: object, **__: object) -> None:
        raise fresh_debian.AddressWrong("127.0.0.1:8080 cannot be listened on.")

    monkeypatch.setattr(fresh_debian, "check_free", taken)

    with pytest.raises(SystemExit, match="8080 cannot be listened on"):
        fresh_debian.main(["trixie"], "")


def test_what_pip_and_npm_are_set_to_goes_along_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    (tmp_path / "pip.conf").write_text("[global]\nfind-links = /a\n  /b\nretries = 7\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    monkeypatch.setenv("PIP_RETRIES", "9")
    monkeypatch.setenv("npm_config_registry", "https://npm.example")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("HIENKE_INSTANCE", "/elsewhere")
    monkeypatch.setenv("PATH", str(tmp_path))

    found = registries.environment()

    assert found["PIP_FIND_LINKS"] == "/a /b"
    assert found["PIP_RETRIES"] == "9"
    assert found["npm_config_registry"] == "https://npm.example"
    assert found["HTTPS_PROXY"] == "http://proxy.example:3128"
    assert not {"HIENKE_INSTANCE", "PATH", "HOME"} & set(found)


def test_files_and_folders_that_they_name_are_handed_in(tmp_path: Path) -> None:
    root, here = tmp_path / "root", tmp_path / "here"
    here.mkdir()
    (here / "ca.crt").write_text("certificate")
    values = {
        "PIP_CERT": str(here / "ca.crt"),
        "PIP_INDEX_URL": "https://example.vn/simple",
        "PIP_EXTRA_INDEX_URL": f"file://{here} /no/such/folder",
    }

    named = registries.paths(values)
    folders = registries.hand_in(root, named)

    assert named == [here, here / "ca.crt"]
    assert (root / (here / "ca.crt").relative_to("/")).read_text() == "certificate"
    assert folders == [Path(*here.parts[:3])]


def test_a_debian_gets_security_updates_from_where_its_packages_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where this machine has no apt, debootstrap's own address counts."""
    (tmp_path / "etc/apt/apt.conf.d").mkdir(parents=True)
    (tmp_path / "etc/apt/sources.list").write_text("deb http://mirror.example/debian trixie main\n")
    monkeypatch.setenv("PATH", str(tmp_path))

    debian_root._connect(tmp_path, "trixie")

    assert (tmp_path / "etc/apt/sources.list").read_text() == (
        "deb http://mirror.example/debian trixie main\n"
        "deb http://mirror.example/debian trixie-updates main\n"
        "deb http://mirror.example/debian-security trixie-security main\n"
    )
    assert "localhost" in (tmp_path / "etc/hosts").read_text()
