"""Keep objects in any S3-compatible store (AWS, Cloudflare R2, MinIO, ...), by boto3.

Files above one part go up in parts. The store remembers the parts of an upload that was interrupted, so the next
`put` of the same file sends only the rest. Uploads nobody goes on with are the store's to clear away: R2 does after a
week, AWS by a lifecycle rule (`AbortIncompleteMultipartUpload`).
"""

import math
import os
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import file_digest, md5, sha256
from pathlib import Path
from typing import IO, Any

import boto3
from botocore.config import Config

from bmo.bridges.s3_faults import own_faults, store_faults
from bmo.capabilities.objects import Progress, Stored, check_key
from bmo.core.errors import Broken, Malformed, Refused, Unavailable
from bmo.core.whole import whole

PART = 8 << 20
"""Bytes of a part; more where a file would have more parts than a store allows."""
MOST_PARTS = 10_000
"""https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html"""
LONGEST_LINK = 7 * 24 * 3600.0
"""Seconds that a signature of version 4 may hold."""
TRIES = 4
_PIECE = 1 << 16
_MEGABYTE = 1 << 20
_HASH = "sha256"
"""The metadata that carries an object's hash."""


class S3Objects:
    """One bucket. Thread-safe. Objects whose key no store of ours may have are not listed."""

    def __init__(
        self,
        bucket: str,
        *,
        access_key: str,
        secret_key: str,
        endpoint: str | None = None,
        region: str = "auto",
        part: int = PART,
        connect_seconds: float = 5.0,
        silent_seconds: float = 30.0,
        name: str = "s3",
    ) -> None:
        """`endpoint` is the store's address (None: AWS in `region`); `part` in bytes, at least 5 MiB on AWS."""
        self.name = name
        self._bucket = bucket
        self._part = part
        self._s3: Any = boto3.session.Session().client(
            "s3",
            endpoint_url=endpoint,
            region_name=region,
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            config=Config(
                signature_version="s3v4",
                connect_timeout=connect_seconds,
                read_timeout=silent_seconds,
                retries={"mode": "standard", "total_max_attempts": 3},
                s3={"addressing_style": "path" if endpoint else "auto"},
                # Not every store knows AWS's own checksums; all know Content-MD5, which we send.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    def put(self, key: str, file: Path, progress: Progress | None = None) -> Stored:
        """As `Objects.put`. Raises `Broken` when somebody writes to the file meanwhile."""
        check_key(key)
        with own_faults(key), file.open("rb") as source, store_faults(self.name):
            size = os.fstat(source.fileno()).st_size
            if size <= self._part:
                content = source.read()
                size, digest = len(content), sha256(content).hexdigest()
                self._put_whole(key, content, digest)
            else:
                digest = file_digest(source, "sha256").hexdigest()
                if self._put_parts(key, source, size, digest, progress, go_on=True) != digest:
                    # We went on with the upload of another file that begins with the same parts.
                    self._put_parts(key, source, size, digest, progress, go_on=False)
        if progress is not None:
            progress(size, size)
        return Stored(key, size, digest, datetime.now(UTC))

    def get(self, key: str, into: Path, progress: Progress | None = None) -> Stored:
        stored, tag = self._head(key)
        with own_faults(key), whole(into) as out:
            digest = self._fetch(stored, tag, out, progress)
            if stored.sha256 and stored.sha256 != digest:
                raise Malformed(f"The object {key} of {self.name} is damaged: its content is not what was kept.")
        return replace(stored, sha256=digest)

    def list(self, prefix: str = "") -> Iterator[Stored]:
        with store_faults(self.name):
            for page in self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix):
                for found in page.get("Contents", ()):
                    if _fits(found["Key"]):
                        yield Stored(found["Key"], found["Size"], "", found["LastModified"].astimezone(UTC))

    def delete(self, key: str) -> None:
        check_key(key)
        with store_faults(self.name):
            self._s3.delete_object(Bucket=self._bucket, Key=key)

    def link(self, key: str, seconds: float) -> str:
        """Signed on this machine (AWS signature version 4, in the query). Raises `Refused` beyond seven days."""
        check_key(key)
        if not 1 <= seconds <= LONGEST_LINK:
            raise Refused(f"A link holds from 1 s to {LONGEST_LINK:.0f} s (seven days), not {seconds:g} s.")
        self._head(key)
        with store_faults(self.name):
            link: str = self._s3.generate_presigned_url(
                "get_object", {"Bucket": self._bucket, "Key": key}, ExpiresIn=math.floor(seconds)
            )
        return link

    def _head(self, key: str) -> tuple[Stored, str]:
        """The object, and the tag of its present content."""
        check_key(key)
        with store_faults(self.name, key):
            head = self._s3.head_object(Bucket=self._bucket, Key=key)
        digest = head["Metadata"].get(_HASH, "")
        return Stored(key, head["ContentLength"], digest, head["LastModified"].astimezone(UTC)), head["ETag"]

    def _put_whole(self, key: str, content: bytes, digest: str) -> None:
        self._s3.put_object(
            Bucket=self._bucket, Key=key, Body=content, ContentMD5=_md5(content), Metadata={_HASH: digest}
        )

    def _put_parts(
        self, key: str, source: IO[bytes], size: int, digest: str, progress: Progress | None, *, go_on: bool
    ) -> str:
        """Upload in parts; the hash the store has for the object afterwards."""
        length = max(self._part, _rounded_up(size / MOST_PARTS))
        upload, there = self._interrupted(key, source, length) if go_on else ("", {})
        if not upload:
            made = self._s3.create_multipart_upload(Bucket=self._bucket, Key=key, Metadata={_HASH: digest})
            upload = made["UploadId"]
        place = {"Bucket": self._bucket, "Key": key, "UploadId": upload}
        parts, sent = [], sha256()
        for number in range(1, math.ceil(size / length) + 1):
            content = _part(source, number, length)
            sent.update(content)
            parts.append({"PartNumber": number, "ETag": there.get(number) or self._send(place, number, content)})
            if progress is not None:
                progress(min(number * length, size), size)
        if sent.hexdigest() != digest:
            self._s3.abort_multipart_upload(**place)
            raise Broken(f"The file for {key} was changed while it was sent: put it again once nobody writes to it.")
        self._s3.complete_multipart_upload(**place, MultipartUpload={"Parts": parts})
        return self._head(key)[0].sha256

    def _send(self, place: Mapping[str, str], number: int, content: bytes) -> str:
        tag: str = self._s3.upload_part(**place, PartNumber=number, Body=content, ContentMD5=_md5(content))["ETag"]
        return tag

    def _interrupted(self, key: str, source: IO[bytes], length: int) -> tuple[str, dict[int, str]]:
        """The upload to go on with: its id and the tags of the parts that are there; empty when there is none."""
        found = self._s3.list_multipart_uploads(Bucket=self._bucket, Prefix=key).get("Uploads", ())
        for upload in sorted((one for one in found if one["Key"] == key), key=_begun, reverse=True):
            there = self._parts(key, upload["UploadId"])
            # The tag of a part is the MD5 of its bytes. No part, or one of other bytes: not an upload of this file.
            if there and all(tag.strip('"') == _hex_md5(_part(source, n, length)) for n, tag in there.items()):
                return upload["UploadId"], there
        return "", {}

    def _parts(self, key: str, upload: str) -> dict[int, str]:
        pages = self._s3.get_paginator("list_parts").paginate(Bucket=self._bucket, Key=key, UploadId=upload)
        return {part["PartNumber"]: part["ETag"] for page in pages for part in page.get("Parts", ())}

    def _fetch(self, stored: Stored, tag: str, out: IO[bytes], progress: Progress | None) -> str:
        """Write the object's bytes, going on after a cut for as long as there is progress; their hash in hex."""
        digest, done = sha256(), 0
        for tries_left in range(TRIES - 1, -1, -1):
            before = done
            try:
                for piece in self._pieces(stored, tag, done):
                    out.write(piece)
                    digest.update(piece)
                    done += len(piece)
                    if progress is not None:
                        progress(done, stored.size)
                break
            except Unavailable:
                if not tries_left or done == before:
                    raise
        return digest.hexdigest()

    def _pieces(self, stored: Stored, tag: str, start: int) -> Iterator[bytes]:
        if start >= stored.size:
            return
        with store_faults(self.name, stored.key):
            place = {"Bucket": self._bucket, "Key": stored.key, "IfMatch": tag}
            answer = self._s3.get_object(**place, Range=f"bytes={start}-")
            with closing(answer["Body"]) as body:
                yield from body.iter_chunks(_PIECE)


def _fits(key: str) -> bool:
    try:
        check_key(key)
    except Refused:
        return False
    return True


def _begun(upload: Mapping[str, Any]) -> datetime:
    begun: datetime = upload["Initiated"]
    return begun


def _part(source: IO[bytes], number: int, length: int) -> bytes:
    """Part `number` of a file, counted from 1."""
    source.seek((number - 1) * length)
    return source.read(length)


def _rounded_up(size: float) -> int:
    return math.ceil(size / _MEGABYTE) * _MEGABYTE


def _md5(content: bytes) -> str:
    """As the header Content-MD5 has it: the store refuses what was damaged on the way."""
    return b64encode(md5(content, usedforsecurity=False).digest()).decode()


def _hex_md5(content: bytes) -> str:
    return md5(content, usedforsecurity=False).hexdigest()
