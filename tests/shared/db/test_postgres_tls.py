"""A line to PostgreSQL with `sslmode=verify-full`: it works with the authority that signed the
server's certificate, and whatever else stands there ends the start in one sentence."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from psycopg import sql

from shared.db.engines.choosing import engine_at
from shared.runtime.instance import Instance, create
from shared.runtime.start import in_one_sentence, start
from tests.conftest import UNIT, roomy
from tests.on_server import founded_at, told_by
from tests.ports import free_port
from tests.postgres import ACCOUNT, SUPERUSER, Cluster, cluster
from tests.serving import wait_until

PASSWORD = "mật-khẩu-của-kho"
RULES = f"""
local all {SUPERUSER} trust
hostssl all {ACCOUNT} 127.0.0.1/32 scram-sha-256
"""


@dataclass
class Authority:
    """An authority that signs certificates of servers."""

    name: str

    def __post_init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = self._signed(self.name, self._key, days=2, is_authority=True)

    def in_file(self, folder: Path) -> Path:
        """Put its certificate into a file, as `sslrootcert` names it."""
        path = folder / f"{self.name}.crt"
        path.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))
        return path

    def sign(self, host: str, to: Path, days: int = 1) -> None:
        """Put a certificate for `host` and its key where a server reads them; one of fewer than 0
        days is over."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._signed(host, key, days, is_authority=False)
        _own(to / "server.crt", certificate.public_bytes(serialization.Encoding.PEM))
        how = (
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        _own(to / "server.key", key.private_bytes(*how))

    def _signed(
        self, name: str, key: ec.EllipticCurvePrivateKey, days: int, *, is_authority: bool
    ) -> x509.Certificate:
        def called(who: str) -> x509.Name:
            return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, who)])

        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(called(name))
            .issuer_name(called(self.name))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=9))
            .not_valid_after(now + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
            .sign(self._key, hashes.SHA256())
        )


def _own(path: Path, content: bytes) -> None:
    """Write a file of the server's account, which nobody else may read."""
    path.write_bytes(content)
    owner = path.parent.stat()
    os.chown(path, owner.st_uid, owner.st_gid)
    path.chmod(0o600)


@dataclass
class Guarded:
    """A server that lets in by TLS and with a password alone."""

    running: Cluster
    ours: Authority

    def set_tls(self, is_on: str) -> None:
        """Let it have TLS or none, with the certificate that lies there now."""
        self.running.run(f"ALTER SYSTEM SET ssl = {is_on}")
        self.running.run("SELECT pg_reload_conf()")
        wait_until(lambda: self.running.asked("SHOW ssl") == [(is_on,)])

    def certify(self, host: str, days: int = 1) -> None:
        """Give it a certificate of our authority."""
        self.set_tls("off")
        self.ours.sign(host, self.running.data, days)
        self.set_tls("on")

    def url(self, database: str, rest: str, host: str = "localhost") -> str:
        """Return the address as an office writes it."""
        return f"postgresql://{ACCOUNT}@{host}:{self.running.port}/{database}?{rest}"


@pytest.fixture(scope="module")
def guarded() -> Iterator[Guarded]:
    with cluster(roomy(), port=free_port()) as running:
        (running.data / "pg_hba.conf").write_text(RULES)
        secret = sql.Literal(PASSWORD)
        running.run("SET password_encryption = 'scram-sha-256'")
        running.run(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(ACCOUNT), secret))
        made = Guarded(running, Authority("ours"))
        made.certify("localhost")
        yield made


@pytest.fixture
def trusted(guarded: Guarded, tmp_path: Path) -> str:
    """What stands in the address of who trusts our authority."""
    return trusting(guarded.ours.in_file(tmp_path))


def trusting(path: Path) -> str:
    return f"sslmode=verify-full&sslrootcert={quote(str(path), safe='')}"


@pytest.fixture
def told(tmp_path, monkeypatch, capsys):
    """A builder: `told(url)` starts an instance whose store is there, and returns the sentence that
    ended the start. It says nothing of the password, the account and the files of the address."""
    monkeypatch.setenv("HIENKE_STORE_PASSWORD", PASSWORD)
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "none"))

    def begin(url: str) -> str:
        instance = Instance(tmp_path / "instance")
        if not instance.folder.exists():
            create(instance, "")
        (instance.folder / "settings.toml").write_text(told_by(url, UNIT))
        try:
            with pytest.raises(SystemExit) as ended, in_one_sentence():
                start(instance)
        finally:
            engine_at(url).close()
        said = capsys.readouterr().err.strip()
        assert ended.value.code == 2
        assert said.endswith(".") and "\n" not in said and "Traceback" not in said
        assert not any(part in said for part in (PASSWORD, f"{ACCOUNT}@", str(tmp_path)))
        return said

    return begin


def test_a_start_with_the_right_authority_is_encrypted_and_asks_for_the_password(
    guarded, trusted, tmp_path, told, monkeypatch
):
    database = guarded.running.fresh()
    url = guarded.url(database, trusted)
    try:
        instance = founded_at(url, tmp_path / "instance")
        db = instance.open()
        assert start(instance).settings.store.url == url
        line = "SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
        assert db.row(line) == (True, "TLSv1.3")
        kept = "SELECT rolpassword FROM pg_authid WHERE rolname = '" + ACCOUNT + "'"
        assert str(guarded.running.asked(kept)[0][0]).startswith("SCRAM-SHA-256$")
    finally:
        engine_at(url).close()

    monkeypatch.setenv("HIENKE_STORE_PASSWORD", "sai-mật-khẩu")
    wrong = told(f"{url}&application_name=wrong")
    assert "password authentication failed" in wrong and "sai-mật-khẩu" not in wrong
    monkeypatch.delenv("HIENKE_STORE_PASSWORD")
    assert "no password supplied" in told(f"{url}&application_name=none")
    assert PASSWORD not in guarded.running.log.read_text()


def test_a_line_that_is_not_safe_ends_the_start_with_what_to_do(guarded, trusted, tmp_path, told):
    stranger = trusting(Authority("stranger").in_file(tmp_path))
    url = guarded.url("postgres", trusted)
    place = re.escape(guarded.url("postgres", "").partition("@")[2].rstrip("?"))
    begins = f"^The line to postgresql://{place} is not safe: "

    assert re.search(
        begins + ".*put that authority's cert", told(guarded.url("postgres", stranger))
    )
    nowhere = trusting(tmp_path / "nowhere.crt")
    assert re.search(begins + "sslrootcert names no file", told(guarded.url("postgres", nowhere)))
    assert "put the name that is in the certificate" in told(
        guarded.url("postgres", trusted, host="127.0.0.1")
    )
    assert "nobody without TLS; put sslmode" in told(guarded.url("postgres", "sslmode=disable"))
    try:
        guarded.certify("db.example")
        assert re.search(begins + "its certificate is for another name", told(url))
        guarded.certify("localhost", days=-1)
        assert re.search(begins + "its certificate is over", told(url))
        guarded.set_tls("off")
        assert re.search(begins + "it has no TLS; set ssl = on", told(url))
    finally:
        guarded.certify("localhost")
