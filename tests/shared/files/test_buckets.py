"""Files in a bucket: moto's server stands for one, so this tests the protocol, not durability."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from moto.server import ThreadedMotoServer

from shared import founding
from shared.domain import clock
from shared.files import buckets, media, partial_uploads
from shared.files.buckets import Bucket, BucketDown, BucketUnfit
from shared.runtime import start
from shared.runtime.instance import Instance
from shared.settings import SettingWrong
from shared.store.files import references

SOUND = b"heard at the counter"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    held = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    held.start()
    host, port = held.get_host_and_port()
    yield f"http://{host}:{port}"
    held.stop()


@pytest.fixture(scope="module")
def plain(server: str) -> Any:
    """boto3's own client, to look at what the server holds."""
    with pytest.MonkeyPatch.context() as patch:
        for key, value in {
            "AWS_ACCESS_KEY_ID": "one",
            "AWS_SECRET_ACCESS_KEY": "two",
            "AWS_DEFAULT_REGION": "us-east-1",
        }.items():
            patch.setenv(key, value)
        made = Bucket("s3://files", server)._client
        made.create_bucket(Bucket="files")
        yield made


@pytest.fixture
def bucket(server: str, plain: Any) -> Iterator[str]:
    """The server's address, with a bucket that is empty again afterwards."""
    yield server
    for name in _there(plain):
        plain.delete_object(Bucket="files", Key=name)


@pytest.fixture
def office(bucket: str, tmp_path: Path) -> Iterator[Path]:
    """The folder of files of one machine."""
    folder = tmp_path / "one"
    folder.mkdir()
    buckets.bind(folder, "s3://files/26068", bucket)
    yield folder
    buckets.bind(folder, "")


@pytest.fixture
def other(bucket: str, tmp_path: Path) -> Iterator[Path]:
    """The folder of another machine, with the same bucket."""
    folder = tmp_path / "two"
    folder.mkdir()
    buckets.bind(folder, "s3://files/26068", bucket)
    yield folder
    buckets.bind(folder, "")


def _there(plain: Any) -> list[str]:
    return [one["Key"] for one in plain.list_objects_v2(Bucket="files").get("Contents", ())]


def test_what_one_machine_keeps_another_finds(office: Path, other: Path, plain: Any) -> None:
    kept = media.keep(office, [SOUND])

    assert _there(plain) == [f"26068/{kept.sha256}"]
    assert media.path_of(other, kept.sha256).read_bytes() == SOUND
    assert media.every(other) == {kept.sha256}
    assert media.is_whole(other, kept.sha256)


def test_an_upload_in_pieces_is_shared_when_it_is_whole(office: Path, other: Path) -> None:
    partial_uploads.begin(office, "u1")
    partial_uploads.write(office, "u1", 0, SOUND)
    kept = partial_uploads.whole(office, "u1")
    partial_uploads.keep(office, "u1", kept)

    assert media.path_of(other, kept.sha256).read_bytes() == SOUND


def test_a_file_that_the_bucket_lost_or_changed_is_not_whole(office: Path, plain: Any) -> None:
    lost, changed = media.keep(office, [SOUND]).sha256, media.keep(office, [b"another"]).sha256
    plain.delete_object(Bucket="files", Key=f"26068/{lost}")
    plain.put_object(Bucket="files", Key=f"26068/{changed}", Body=b"something else")

    assert not media.is_whole(office, lost)
    assert not media.is_whole(office, changed)


def test_an_erased_file_is_nowhere_once_the_copies_are_dropped(
    office: Path, other: Path, plain: Any
) -> None:
    kept = media.keep(office, [SOUND])
    beside = media.path_of(other, kept.sha256)
    media.remove(office, kept.sha256)

    assert _there(plain) == []
    assert not media.path_of(office, kept.sha256).exists()

    media.drop_copies(other, before=time.time() - buckets.COPY_SECONDS)
    assert beside.exists()  # it was asked for just now
    os.utime(beside, (0, time.time() - buckets.COPY_SECONDS - 1))
    media.drop_copies(other, before=time.time() - buckets.COPY_SECONDS)
    assert not media.path_of(other, kept.sha256).exists()


def test_a_dropped_copy_comes_back(office: Path) -> None:
    kept = media.keep(office, [SOUND])
    media.drop_copies(office, before=time.time() + 1)

    assert media.path_of(office, kept.sha256).read_bytes() == SOUND


def test_a_folder_without_a_bucket_drops_nothing(tmp_path: Path) -> None:
    kept = media.keep(tmp_path, [SOUND])
    media.drop_copies(tmp_path, before=time.time() + 1)

    assert media.is_whole(tmp_path, kept.sha256)


def test_nothing_is_kept_without_the_bucket(tmp_path: Path, plain: Any) -> None:
    buckets.bind(tmp_path, "s3://files", "http://127.0.0.1:9")
    try:
        with pytest.raises(BucketDown):
            media.keep(tmp_path, [SOUND])
    finally:
        buckets.bind(tmp_path, "")


def test_a_bucket_with_versions_is_refused(server: str, plain: Any) -> None:
    plain.create_bucket(Bucket="old")
    Bucket("s3://old", server).assert_forgets()
    for status in ("Enabled", "Suspended"):
        plain.put_bucket_versioning(Bucket="old", VersioningConfiguration={"Status": status})
        with pytest.raises(BucketUnfit, match="keeps old versions"):
            Bucket("s3://old", server).assert_forgets()


def test_a_bucket_that_does_not_exist_is_refused(server: str, plain: Any) -> None:
    with pytest.raises(BucketUnfit, match="does not exist"):
        Bucket("s3://nobodys", server).assert_forgets()


def test_a_bucket_without_keys_is_refused(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    with pytest.raises(BucketUnfit, match="no keys"):
        Bucket("s3://files", server, "us-east-1").assert_forgets()


def test_files_of_an_office_that_takes_a_bucket_later_are_still_found(
    bucket: str, other: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "one"
    folder.mkdir()
    kept = media.keep(folder, [SOUND])
    buckets.bind(folder, "s3://files/26068", bucket)
    try:
        assert media.is_whole(folder, kept.sha256)
        assert not media.is_whole(other, kept.sha256)

        media.share(folder, kept.sha256)
        media.share(folder, kept.sha256)
        assert media.is_whole(other, kept.sha256)
    finally:
        buckets.bind(folder, "")


def test_an_office_with_a_bucket_starts_shares_what_it_had_and_says_so_when_it_cannot(
    bucket: str, plain: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = Instance(tmp_path / "office")
    founding.found(office, 26068, is_demo=True, at=clock.now())
    named = {sha256 for _, sha256 in references.files(office.open())}
    monkeypatch.setenv("HIENKE_FILES_URL", "s3://files/26068")
    monkeypatch.setenv("HIENKE_FILES_ENDPOINT", bucket)
    try:
        start.start(office)
        assert named and {one.rpartition("/")[2] for one in _there(plain)} == named

        monkeypatch.setenv("HIENKE_FILES_ENDPOINT", "http://127.0.0.1:9")
        with pytest.raises(BucketDown):
            start.start(office)
        monkeypatch.setenv("HIENKE_FILES_URL", "https://files")
        with pytest.raises(SettingWrong, match=r"files\.url.*s3://"):
            start.start(office)
    finally:
        buckets.bind(office.media, "")
