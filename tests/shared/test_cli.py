"""`hienke` as its operator meets it: one command, its words, its exit code."""

import contextlib
import json
import os
import pty
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pysqlite3 as sqlite3
import pytest

from shared import settings
from shared.db import event_log
from shared.db.connection import open_store
from shared.domain import codes
from shared.domain.proposal import Status
from shared.domain.roles import ROLES
from shared.runtime import passwords
from shared.runtime.instance import Instance
from shared.store.cases import proposals
from shared.store.office import campaigns
from shared.store.people import devices, recovery_codes, staff
from tests import commands, residue
from tests.ports import elsewhere

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]

Hienke = Callable[..., subprocess.CompletedProcess[str]]
# Root may write anywhere; without these two powers it meets closed doors like anybody else.
LIKE_ANYBODY = (
    ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", "--"]
    if os.geteuid() == 0
    else []
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the command makes and finds its instance."""
    return tmp_path / "office"


@pytest.fixture
def hienke(folder: Path, tmp_path: Path) -> Hienke:
    """Run `hienke …` as a process of its own and return what it said."""

    def run(
        *words: str,
        given: str = "",
        disk: int | None = None,
        like_anybody: bool = False,
        **env: str,
    ) -> subprocess.CompletedProcess[str]:
        def fill_the_disk() -> None:
            if disk is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (disk, disk))

        known = {"HIENKE_INSTANCE": str(folder), **env}
        if disk is None and not like_anybody:
            return commands.hienke(*words, cwd=tmp_path, env=known, given=given)
        return subprocess.run(
            [*(LIKE_ANYBODY if like_anybody else []), sys.executable, "-m", "shared.cli", *words],
            input=given, capture_output=True, text=True, cwd=tmp_path, timeout=60,
            preexec_fn=fill_the_disk,
            # A full disk must not leave half-written byte code for the next run.
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT),
                 "PYTHONDONTWRITEBYTECODE": "1", **known},
        )  # fmt: skip

    return run


@pytest.fixture
def office(initialised: Path, folder: Path) -> Instance:
    """An instance as `hienke init` leaves it."""
    return Instance(shutil.copytree(initialised, folder))


@pytest.fixture(scope="session")
def initialised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `hienke init` made, once."""
    return _made(tmp_path_factory.mktemp("initialised") / "office", "init", "--unit", "26068")


@pytest.fixture
def demo(demonstrated: Path, folder: Path) -> Instance:
    """An instance as `hienke init --demo` leaves it."""
    return Instance(shutil.copytree(demonstrated, folder))


@pytest.fixture(scope="session")
def demonstrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `hienke init --demo` made, once."""
    return _made(tmp_path_factory.mktemp("demonstrated") / "office", "init", "--demo")


def _made(folder: Path, *words: str) -> Path:
    """Make an instance in a folder and return it."""
    commands.hienke(*words, cwd=folder.parent, env={"HIENKE_INSTANCE": str(folder)})
    return folder


def at_a_terminal(words: list[str], typed: list[str], folder: Path) -> str:
    """Run `hienke …` at a terminal, type these lines, and return what stood on it."""
    ours, its = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "shared.cli", *words], stdin=its, stdout=its, stderr=its,
        cwd=folder.parent,
        env={
            "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HIENKE_INSTANCE": str(folder),
        },
    )  # fmt: skip
    os.close(its)
    os.write(ours, "".join(f"{line}\n" for line in typed).encode())
    said = b""
    with contextlib.suppress(OSError):  # a terminal that its program left
        while part := os.read(ours, 4096):
            said += part
    os.close(ours)
    assert process.wait(timeout=60) == 0
    return said.decode()


def one_sentence(text: str) -> bool:
    return text.count("\n") == 1 and text.endswith(".\n") and "Traceback" not in text


# --- version


def test_the_command_says_which_version_it_is(hienke: Hienke, folder: Path) -> None:
    said = hienke("--version")

    assert (said.returncode, said.stdout) == (0, f"hienke {version('hienke')}\n")
    assert not folder.exists()


# --- init


def test_init_makes_an_instance_that_verifies(hienke: Hienke, folder: Path) -> None:
    made = hienke("init", "--unit", "26068")

    assert made.returncode == 0
    assert sorted(path.name for path in folder.iterdir() if path.suffix != ".lock") == [
        "hienke.db", "media", "secrets", "settings.toml",
    ]  # fmt: skip
    assert hienke("verify").stdout.splitlines()[-1] == "OK: 0 proposals, 3 events, 0 files"


def test_init_prints_the_password_that_opens_the_admin_once(hienke: Hienke, folder: Path) -> None:
    said = hienke("init", "--unit", "26068").stdout

    [(login, password)] = re.findall(r"^login: (\w+)  one-time password: (\S+)$", said, re.M)
    admin = staff.by_login(Instance(folder).open(), login)
    assert (admin.login, admin.role, admin.must_change) == ("admin", "admin", True)
    assert passwords.matches(password, admin.password_hash)


def test_only_the_owner_reads_what_init_made(hienke: Hienke, folder: Path) -> None:
    hienke("init", "--unit", "26068")

    for name in ("secrets", "settings.toml", "hienke.db"):
        assert (folder / name).stat().st_mode & 0o777 == 0o600, name


def test_init_makes_the_campaign_of_this_year(office: Instance) -> None:
    db = office.open()

    [year] = db.row("SELECT year FROM campaign")
    assert campaigns.campaign_of(db, year).cutoff.inclusive
    assert not campaigns.this(db).is_demo


def test_init_leaves_a_folder_that_holds_anything_alone(hienke: Hienke, folder: Path) -> None:
    folder.mkdir()
    (folder / "letter.txt").write_text("keep me")

    refused = hienke("init", "--unit", "26068")

    assert refused.returncode == 2
    assert one_sentence(refused.stderr) and "not empty" in refused.stderr
    assert [path.name for path in folder.iterdir()] == ["letter.txt"]


def test_the_example_settings_do_not_make_a_folder_used(hienke: Hienke, folder: Path) -> None:
    folder.mkdir()
    (folder / "settings.example.toml").write_text(settings.example())

    assert hienke("init", "--unit", "26068").returncode == 0


@pytest.mark.parametrize("room", [0, 1000, 100_000])
def test_init_on_a_full_disk_leaves_nothing_behind(hienke: Hienke, folder: Path, room: int) -> None:
    full = hienke("init", "--demo", disk=room)

    assert full.returncode == 1
    assert one_sentence(full.stderr), full.stderr
    assert not folder.exists()


def test_init_says_where_it_may_not_write(hienke: Hienke, folder: Path) -> None:
    folder.parent.chmod(0o500)

    refused = hienke("init", "--unit", "26068", like_anybody=True)

    folder.parent.chmod(0o700)
    assert refused.returncode == 1
    assert one_sentence(refused.stderr) and str(folder) in refused.stderr


def test_a_wrong_setting_in_the_environment_stops_init(hienke: Hienke, folder: Path) -> None:
    refused = hienke("init", "--unit", "26068", HIENKE_OFFICE_NAM="UBND xã Tân An")

    assert refused.returncode == 2
    assert one_sentence(refused.stderr) and "office.nam" in refused.stderr
    assert not folder.exists()


@pytest.mark.parametrize(
    ("words", "unit"),
    [
        (["--unit", "00001"], "00001"),
        (["--demo"], "99999"),
        (["--demo", "--unit", "26071"], "26071"),
    ],
)
def test_a_unit_has_its_number_from_the_beginning(
    hienke: Hienke, folder: Path, words: list[str], unit: str
) -> None:
    made = hienke("init", *words)

    assert f"of unit {unit} in" in made.stdout
    assert Instance(folder).open().commune_id == int(unit)
    assert settings.load(folder, {}).office.unit == unit
    assert hienke("verify").returncode == 0


@pytest.mark.parametrize("wrong", ["00000", "1", "123456", "2606x", "٢٦٠٦٨", "-2606", ""])
def test_a_wrong_number_is_refused_before_anything_is_made(
    hienke: Hienke, folder: Path, wrong: str
) -> None:
    refused = hienke("init", "--unit", wrong)

    assert refused.returncode == 2
    assert "five digits from 00001 to 99999" in refused.stderr
    assert not folder.exists()


def test_an_office_is_not_made_without_its_number(hienke: Hienke, folder: Path) -> None:
    refused = hienke("init")

    assert refused.returncode == 2
    assert one_sentence(refused.stderr) and "hienke init --unit NUMBER" in refused.stderr
    assert not folder.exists()


def test_at_a_terminal_an_office_is_asked_for_its_number_until_it_has_one(folder: Path) -> None:
    said = at_a_terminal(["init"], ["2606", "26068"], folder)

    assert "five digits from 00001 to 99999" in said
    assert Instance(folder).open().commune_id == 26068


def test_another_number_in_the_environment_stops_init(hienke: Hienke, folder: Path) -> None:
    refused = hienke("init", "--unit", "26068", HIENKE_OFFICE_UNIT="26071")

    assert refused.returncode == 2
    assert one_sentence(refused.stderr) and "26068" in refused.stderr
    assert not folder.exists()


def test_the_example_is_what_the_settings_class_says() -> None:
    example = ROOT / "instance" / "settings.example.toml"

    assert example.read_text("utf-8") == settings.example()


# --- the demo


def test_a_demo_prints_a_login_of_each_role_and_an_enrolment_link(
    hienke: Hienke, folder: Path
) -> None:
    said = hienke("init", "--demo").stdout

    logins = re.findall(r"^login: (\w+)  one-time password: \S+  first: \w+", said, re.M)
    [secret] = re.findall(r"http://127\.0\.0\.1:8080/kiosk/(\S+)$", said, re.M)
    db = Instance(folder).open()
    kiosk = devices.enrol(db, codes.secret_hash(secret), at=1)
    assert sorted(logins) == sorted(ROLES)
    assert "A new one: hienke user password LOGIN" in said
    assert kiosk is not None and kiosk.name == "Kiosk 1"
    assert campaigns.this(db).is_demo


def test_a_demo_verifies_and_stands_at_every_status(hienke: Hienke, demo: Instance) -> None:
    db = demo.open()
    found = {status for (status,) in db.rows("SELECT DISTINCT status FROM proposal")}
    assert found == set(Status)
    assert hienke("verify").stdout.startswith("OK: 40 proposals, ")


# --- user


def test_a_new_user_gets_a_one_time_password(hienke: Hienke, office: Instance) -> None:
    said = hienke(
        "user", "add", "lan", "--role", "receptionist", "--position", "Phó Chủ tịch",
        "--phone", "0912 345 678",
    ).stdout  # fmt: skip

    [password] = re.findall(r"^login: lan  one-time password: (\S+)$", said, re.M)
    member = staff.by_login(office.open(), "lan")
    assert (member.role, member.must_change) == ("receptionist", True)
    assert (member.position, member.phone) == ("Phó Chủ tịch", "+84912345678")
    assert passwords.matches(password, member.password_hash)


def test_a_password_from_standard_input_is_final(hienke: Hienke, office: Instance) -> None:
    given = "cửa sổ mở ra vườn cau"

    said = hienke(
        "user", "add", "lan", "--role", "chair", "--password-stdin", given=given + "\n",
    )  # fmt: skip

    member = staff.by_login(office.open(), "lan")
    assert said.returncode == 0 and given not in said.stdout
    assert not member.must_change
    assert passwords.matches(given, member.password_hash)


@pytest.mark.parametrize("given", ["", "ngắn\n", "12345678\n", "x" * 300])
def test_a_weak_password_makes_no_user(hienke: Hienke, office: Instance, given: str) -> None:
    refused = hienke("user", "add", "lan", "--role", "chair", "--password-stdin", given=given)

    assert refused.returncode == 2
    assert "This password cannot be used" in refused.stderr
    with pytest.raises(staff.StaffUnknown):
        staff.by_login(office.open(), "lan")


def test_a_login_is_given_once(hienke: Hienke, office: Instance) -> None:
    before = staff.by_login(office.open(), "admin")

    refused = hienke("user", "add", "admin", "--role", "admin")

    assert refused.returncode == 1
    assert one_sentence(refused.stderr)
    assert staff.by_login(office.open(), "admin") == before


@pytest.mark.parametrize(
    "words",
    [
        ("user", "add", "lan", "--role", "mayor"),
        ("user", "add", "lan"),
        ("user", "add", "Lan Anh", "--role", "officer"),
        ("user", "add", "lan", "--role", "officer", "--phone", "0251 3861 111"),
        ("user", "add", "lan; DROP TABLE", "--role", "officer"),
        ("device", "add", ""),
        ("device", "add", "x" * 41),
        ("serve", "--public", "18080"),
        ("serve", "--public", "127.0.0.1:99999"),
        ("serve", "--public", "127.0.0.1:18080", "--staff", "127.0.0.1:18080"),
        ("init", "--demon"),
        ("fly",),
    ],
)
def test_wrong_use_ends_with_2(hienke: Hienke, office: Instance, words: tuple[str, ...]) -> None:
    refused = hienke(*words)

    assert refused.returncode == 2
    assert refused.stderr and "Traceback" not in refused.stderr


def test_a_new_password_replaces_the_old_one(hienke: Hienke, office: Instance) -> None:
    old = staff.by_login(office.open(), "admin").password_hash

    said = hienke("user", "password", "admin").stdout

    [password] = re.findall(r"one-time password: (\S+)$", said, re.M)
    admin = staff.by_login(office.open(), "admin")
    assert admin.must_change and admin.password_hash != old
    assert passwords.matches(password, admin.password_hash)


def test_the_only_admin_who_lost_phone_and_paper_gets_in_again(
    hienke: Hienke, office: Instance
) -> None:
    db = office.open()
    admin = staff.by_login(db, "admin")
    staff.set_totp(db, admin.id, "A" * 32, actor="test", at=1)
    recovery_codes.draw(db, admin.id, ["hash"], actor="test", at=1)

    hienke("user", "password", "admin")
    assert staff.by_id(db, admin.id).totp_secret == "A" * 32
    hienke("user", "password", "admin", "--new-phone")

    assert staff.by_id(db, admin.id).totp_secret is None
    assert recovery_codes.count(db, admin.id) == 0


def test_keys_are_renewed_and_it_is_said_what_to_do_then(hienke: Hienke, office: Instance) -> None:
    before = office.secrets()

    said = hienke("secrets", "rotate")

    assert said.returncode == 0
    assert "restart the programs now" in said.stdout and "Not renewed: receipt_key" in said.stdout
    assert office.secrets().staff_key != before.staff_key
    assert [one.actor for one in event_log.of_kind(office.open(), "keys_renewed")] == ["operator"]
    assert office.secrets().staff_key.hex() not in said.stdout


def test_nobody_gets_a_password_under_an_unknown_login(hienke: Hienke, office: Instance) -> None:
    refused = hienke("user", "password", "nobody")

    assert refused.returncode == 1
    assert one_sentence(refused.stderr) and not refused.stdout


# --- device


def test_the_link_of_a_new_kiosk_enrols_it(hienke: Hienke, office: Instance) -> None:
    said = hienke("device", "add", "Kiosk 2", HIENKE_OFFICE_PUBLIC_URL="https://sangkien.example")

    [secret] = re.findall(r"https://sangkien\.example/kiosk/(\S+)$", said.stdout, re.M)
    kiosk = devices.enrol(office.open(), codes.secret_hash(secret), at=1)
    assert kiosk is not None and kiosk.name == "Kiosk 2"


def test_the_name_of_a_kiosk_is_taken_once(hienke: Hienke, office: Instance) -> None:
    hienke("device", "add", "Kiosk 2")

    refused = hienke("device", "add", "Kiosk 2")

    assert refused.returncode == 1
    assert one_sentence(refused.stderr) and "/kiosk/" not in refused.stdout


# --- verify


@pytest.mark.parametrize(
    "words",
    [("verify",), ("serve", *elsewhere()), ("user", "password", "admin"), ("backup",),
     ("backup-key",), ("carry", "--to", "file"), ("carry", "--remove", "file"), ("nightly",),
     ("secrets", "rotate"), ("device", "add", "Kiosk 9"), ("export", "--to", "new.xlsx"),
     ("report", "2026", "--to", "new"), ("archive", "2026", "--to", "."),
     ("erase", "482173950688", "--reason", "x")],
)  # fmt: skip
def test_without_an_instance_every_command_says_so(hienke: Hienke, words: tuple[str, ...]) -> None:
    refused = hienke(*words)

    assert refused.returncode == 2
    assert one_sentence(refused.stderr.replace(") first", ")")), refused.stderr
    assert "hienke init" in refused.stderr


def test_verify_finds_a_flipped_bit_in_the_text_of_a_proposal(
    hienke: Hienke, demo: Instance
) -> None:
    victim = _flip_a_bit(demo.database)

    report = hienke("verify")

    assert report.returncode == 1
    assert report.stdout.splitlines()[-1].startswith("DAMAGED: ")
    assert f"proposal {victim}" in report.stdout


def test_verify_finds_a_deleted_event(hienke: Hienke, demo: Instance) -> None:
    with sqlite3.connect(demo.database) as db:
        db.execute("DELETE FROM event WHERE place = 20")
        [(following,)] = db.execute("SELECT id FROM event WHERE place = 21")

    report = hienke("verify")

    assert report.returncode == 1
    assert f"event {following}" in report.stdout


def test_verify_finds_that_the_end_of_the_chain_was_cut_off(hienke: Hienke, demo: Instance) -> None:
    with sqlite3.connect(demo.database) as db:
        [(last,)] = db.execute("SELECT max(place) FROM event WHERE kind = 'moved'")
        db.execute("DELETE FROM event WHERE place >= ?", (last,))
        [(move,)] = db.execute("SELECT max(id) FROM move")

    report = hienke("verify")

    assert report.returncode == 1
    assert f"move {move}" in report.stdout


def test_verify_finds_a_changed_event(hienke: Hienke, demo: Instance) -> None:
    with sqlite3.connect(demo.database) as db:
        [(changed, data)] = db.execute("SELECT id, data FROM event WHERE kind = 'moved' LIMIT 1")
        said = {**json.loads(data), "to": "recognised"}
        db.execute("UPDATE event SET data = ? WHERE id = ?", (json.dumps(said), changed))

    report = hienke("verify")

    assert report.returncode == 1
    assert f"event {changed}" in report.stdout


def test_verify_finds_that_the_file_is_no_database(hienke: Hienke, office: Instance) -> None:
    office.database.write_bytes(b"x" * 8192)

    report = hienke("verify")

    assert report.returncode == 1
    assert report.stdout.startswith("DAMAGED: database (")


def test_verify_leaves_the_data_alone(hienke: Hienke, demo: Instance) -> None:
    before = _dump(demo.folder)

    hienke("verify")

    assert _dump(demo.folder) == before


def _flip_a_bit(database: Path) -> str:
    """Flip one bit of a stored solution, as a tired disk would, and return the proposal's id."""
    db = open_store(database)
    long = db.rows("SELECT id, solution FROM proposal WHERE length(solution) > 60 ORDER BY id")
    db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    content = bytearray(database.read_bytes())
    # What was published stands in the file a second time.
    proposal_id, solution = next(
        (one, text) for one, text in long if content.count(text.encode()[:40]) == 1
    )
    at = content.find(solution.encode()[:40])
    content[at + 5] ^= 1
    database.write_bytes(content)
    assert proposals.by_id(open_store(database), proposal_id).solution != solution
    return str(proposal_id)


def _dump(folder: Path) -> list[object]:
    db = open_store(folder / "hienke.db")
    tables = [name for (name,) in db.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return [(table, db.rows(f"SELECT * FROM {table}")) for table in tables]


# --- erase


def test_erase_takes_all_of_an_idea_with_it_and_says_so(hienke: Hienke, demo: Instance) -> None:
    db = demo.open()
    [code, title, status] = db.row(
        "SELECT proposal.code, proposal.title, status FROM proposal JOIN author"
        " ON author.proposal_id = proposal.id WHERE author.phone IS NOT NULL"
        " AND status = 'under_appraisal' ORDER BY proposal.id"
    )
    db.close()

    said = hienke("erase", code, "--reason", "theo đơn ngày 2/4")

    assert (said.returncode, status) == (0, "under_appraisal")
    assert said.stdout.startswith(f"Erased of {codes.grouped(code)}: who sent it and all they said")
    assert residue.where(demo.folder, title) == []
    assert hienke("verify").stdout.splitlines()[-1].startswith("OK: 40 proposals")
    assert hienke("erase", code[:4], "--reason", "x").returncode == 1
    assert hienke("erase", code).returncode == 2
    assert hienke("erase", code, "--reason", " ").returncode == 2


def test_erase_can_leave_the_idea_and_take_its_sender(hienke: Hienke, demo: Instance) -> None:
    db = demo.open()
    [code, title, hidden] = db.row(
        "SELECT proposal.code, proposal.title, author.phone FROM proposal JOIN author"
        " ON author.proposal_id = proposal.id WHERE author.phone IS NOT NULL ORDER BY proposal.id"
    )
    db.close()

    said = hienke("erase", code, "--reason", "theo đơn", "--details-only")

    assert said.returncode == 0, said.stderr
    db = demo.open()
    assert proposals.by_code(db, code).title == title
    assert db.row("SELECT count(*) FROM author WHERE phone = :hidden", hidden=hidden) == (0,)


# --- export


def test_export_writes_the_register_once_notes_it_and_overwrites_nothing(
    hienke: Hienke, office: Instance, tmp_path: Path
) -> None:
    target = tmp_path / "so.xlsx"

    wrote = hienke("export", "--to", str(target))
    again = hienke("export", "--to", str(target))

    assert (wrote.returncode, wrote.stdout, wrote.stderr) == (0, f"Wrote {target}.\n", "")
    assert target.read_bytes().startswith(b"PK")
    assert again.returncode == 2
    assert f"{target} is there already; nothing was written." in again.stderr
    db = office.open()
    assert db.row("SELECT count(*) FROM event WHERE kind = 'exported'") == (1,)
    db.close()


def test_export_names_a_folder_that_is_not_there(hienke: Hienke, office: Instance) -> None:
    refused = hienke("export", "--to", "nowhere/so.xlsx")

    assert refused.returncode == 2
    assert "There is no folder nowhere." in refused.stderr


# --- report


def test_report_writes_a_paper_and_its_tables_once(
    hienke: Hienke, office: Instance, tmp_path: Path
) -> None:
    folder = tmp_path / "bao-cao"

    wrote = hienke("report", "2026", "--to", str(folder))
    again = hienke("report", "2026", "--to", str(folder))

    assert (wrote.returncode, wrote.stderr) == (0, "")
    assert sorted(file.name for file in folder.iterdir()) == [
        "bao-cao-2026.docx", "bao-cao-2026.xlsx",
    ]  # fmt: skip
    assert again.returncode == 2
    assert "is there already; nothing was written." in again.stderr


# --- import


def test_import_tells_what_is_wrong_by_row_and_keeps_nothing_until_all_is_right(
    hienke: Hienke, office: Instance, tmp_path: Path
) -> None:
    head = "Thời điểm tiếp nhận,Đối tượng,Tên sáng kiến,Nội dung giải pháp\n"
    good = "16/03/2026,Người dân,Bớt một chữ ký,Ký điện tử.\n"
    (tmp_path / "so.csv").write_text(head + good + "hôm qua,Người dân,Bớt giấy,Ký.\n", "utf-8")

    refused = hienke("import", "so.csv")
    (tmp_path / "so.csv").write_text(head + good, "utf-8")
    first, again = hienke("import", "so.csv"), hienke("import", "so.csv")

    assert refused.returncode == 1
    assert "row 3, Thời điểm tiếp nhận:" in refused.stderr
    assert refused.stderr.endswith("Nothing was brought in: 1 row of 2 cannot be kept as it is.\n")
    assert first.stdout == "Brought in 1 idea; 0 were there already. Read 1 row, 0 blank.\n"
    assert again.stdout == "Brought in 0 ideas; 1 was there already. Read 1 row, 0 blank.\n"
    assert hienke("verify").stdout.startswith("OK: 1 proposal")


def test_import_refuses_a_column_that_it_does_not_know_until_it_is_to_be_left_out(
    hienke: Hienke, office: Instance, tmp_path: Path
) -> None:
    (tmp_path / "so.csv").write_text(
        "STT;Ngày tiếp nhận;Đối tượng;Tên sáng kiến;Nội dung;Ghi chú;Ưu, nhược;\n"
        "1;16/03/2026;Người dân;Bớt một chữ ký;Ký điện tử.;gấp;dễ;a\n;;;;;;;\n",
        "utf-8",
    )

    refused = hienke("import", "so.csv")
    wrong = hienke("import", "so.csv", "--ignore-columns", "Ghi chép")
    done = hienke("import", "so.csv", "--ignore-columns", "GHI CHÚ, H", "--ignore-columns",
                  "ưu, nhược")  # fmt: skip

    assert refused.returncode == 1
    assert "“Ghi chú”, “Ưu, nhược”, (H)" in refused.stderr
    assert "--ignore-columns" in refused.stderr
    assert wrong.returncode == 2
    assert "“Ghi chép”" in wrong.stderr
    assert done.stdout == "Brought in 1 idea; 0 were there already. Read 2 rows, 1 blank.\n"


@pytest.mark.parametrize(
    ("name", "content", "code", "said"),
    [
        ("trong.csv", b"", 1, "There is nothing in the file."),
        ("so.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), 1, "(.xls)"),
        ("so.xls", b"<html><table><tr><td>x</td></tr></table></html>", 1, "a web page"),
        ("so.xlsx", b"PK\x03\x04 and no more", 1, "is broken"),
        ("so.csv", b"Ng\xe0y,\xd0\xf4\xeci t\xfd\xf5\xf2ng\n", 1, "windows-1258"),
        (".", None, 2, "is a directory"),
        ("mat.csv", None, 2, "does not exist"),
    ],
)
def test_import_says_in_a_sentence_why_a_file_is_not_taken(
    hienke: Hienke, office: Instance, tmp_path: Path, name: str, content: bytes | None, code: int,
    said: str,
) -> None:  # fmt: skip
    if content is not None:
        (tmp_path / name).write_bytes(content)

    done = hienke("import", name)

    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
