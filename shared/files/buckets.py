"""Files that lie in an S3 bucket, so that several machines share them (setting `files.url`).

The folder of files stays: what is being handed in is written there first, and a copy of what is
asked for lies there for a while. The bucket is what counts: a file is kept once the bucket has said
so, and deleted once the bucket has (decision 84). Any server with the S3 protocol will do. Versions
must be off, or an erasure would only hide what it deletes; `assert_forgets` asks that.

boto3 is imported when the first bucket is opened: an office without one does not load it.
"""

import base64
import os
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

# Seconds until a silent server counts as down; each request is tried three times.
CONNECT_SECONDS, READ_SECONDS, TRIES = 3, 30, 3
# Seconds that a local copy of a file stays after it was last brought. An erased file may lie that
# much longer on another machine.
COPY_SECONDS = 600


class BucketUnfit(Exception):
    """The bucket cannot be used as it is set up; the message is one sentence for the person who
    set it up."""


class BucketDown(OSError):
    """The bucket does not answer, or refuses. Callers treat it as a disk that refuses."""

    def __init__(self, why: str) -> None:
        super().__init__(EIO, f"the bucket refuses: {why}")


class Bucket:
    """One unit's files in a bucket: `url` is s3://bucket/prefix, `endpoint` the server's address
    ("" for Amazon's). The keys to it come from where boto3 looks: the environment or ~/.aws."""

    def __init__(self, url: str, endpoint: str = "", region: str = "") -> None:
        place = urlsplit(url)
        self.name, self._prefix = place.netloc, place.path.strip("/")
        self._client = _client(endpoint, region)

    def assert_forgets(self) -> None:
        """Raise BucketUnfit when the bucket keeps versions, does not exist or does not let us in;
        BucketDown when it cannot be asked."""
        with _told(self.name):
            kept = self._client.get_bucket_versioning(Bucket=self.name).get("Status")
        if kept:
            raise BucketUnfit(
                f"The bucket {self.name} of files.url keeps old versions ({kept}), so an erased"
                " file would stay in it: take a bucket that never had versions."
            )

    def put(self, path: Path, sha256: str) -> None:
        """Keep a file under its hash; the server compares the bytes with it. Raises BucketDown."""
        checksum = base64.b64encode(bytes.fromhex(sha256)).decode("ascii")
        with _told(self.name), path.open("rb") as file:
            self._client.put_object(
                Bucket=self.name, Key=self._key(sha256), Body=file, ChecksumSHA256=checksum
            )

    def bring(self, sha256: str, path: Path) -> bool:
        """Write a file's bytes to a new file, on disk when this returns; False if there is none.
        Raises BucketDown."""
        with _told(self.name):
            try:
                found = self._client.get_object(Bucket=self.name, Key=self._key(sha256))
            except self._client.exceptions.NoSuchKey:
                return False
            with path.open("xb") as file:
                for piece in found["Body"].iter_chunks(256 * 1024):
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
        return True

    def delete(self, sha256: str) -> None:
        """Delete a file for good; one that is not there is no fault. Raises BucketDown."""
        with _told(self.name):
            self._client.delete_object(Bucket=self.name, Key=self._key(sha256))

    def names(self) -> set[str]:
        """Return the SHA-256 of every file. Raises BucketDown."""
        pages = self._client.get_paginator("list_objects_v2")
        with _told(self.name):
            return {
                one["Key"].rpartition("/")[2]
                for page in pages.paginate(Bucket=self.name, Prefix=self._key(""))
                for one in page.get("Contents", ())
            }

    def _key(self, sha256: str) -> str:
        return f"{self._prefix}/{sha256}" if self._prefix else sha256


# The bucket of each folder that has one, and what it was opened with, for all threads.
_of_folder: dict[Path, tuple[tuple[str, str, str], Bucket]] = {}


def bind(folder: Path, url: str, endpoint: str = "", region: str = "") -> None:
    """Let the files of a folder lie in a bucket from now on, in this program; in the folder itself
    if `url` is empty. Raises BucketUnfit."""
    wanted = (url, endpoint, region)
    if not url:
        _of_folder.pop(folder, None)
    elif folder not in _of_folder or _of_folder[folder][0] != wanted:
        _of_folder[folder] = (wanted, Bucket(*wanted))


def of(folder: Path) -> Bucket | None:
    """Return the bucket in which the files of a folder lie; None if they lie in the folder."""
    bound = _of_folder.get(folder)
    return bound[1] if bound else None


def _client(endpoint: str, region: str) -> Any:
    try:
        import boto3
        from botocore.config import Config
    except ImportError:
        raise BucketUnfit(
            "files.url names a bucket, but boto3 is not installed: pip install 'hienke[s3]'."
        ) from None
    return boto3.session.Session().client(
        "s3",
        endpoint_url=endpoint or None,
        region_name=region or None,
        config=Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"total_max_attempts": TRIES, "mode": "standard"},
            s3={"addressing_style": "path"} if endpoint else None,
        ),
    )


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Tell what boto3 raises as what it means for us."""
    from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

    try:
        yield
    except NoCredentialsError as fault:
        raise BucketUnfit(
            f"There are no keys to the bucket {name} of files.url: set AWS_ACCESS_KEY_ID and"
            " AWS_SECRET_ACCESS_KEY, or write ~/.aws/credentials."
        ) from fault
    except ClientError as fault:
        code = str(fault.response.get("Error", {}).get("Code", ""))
        if code in _UNFIT:
            raise BucketUnfit(f"The bucket {name} of files.url {_UNFIT[code]} ({code}).") from fault
        raise BucketDown(code) from fault
    except BotoCoreError as fault:
        raise BucketDown(type(fault).__name__) from fault


_UNFIT = {
    "NoSuchBucket": "does not exist",
    "AccessDenied": "does not let these keys in",
    "InvalidAccessKeyId": "does not know these keys",
    "SignatureDoesNotMatch": "does not accept these keys",
}
