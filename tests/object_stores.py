"""A real S3 server for tests: moto's, with a bucket in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import boto3
import urllib3
from moto.server import ThreadedMotoServer

BUCKET = "bmo-test"
ACCESS = "an-access-key"
SECRET = "a-secret-key"
REGION = "eu-central-1"
PART = 5 << 20
"""Bytes; the smallest part that S3 takes."""


@contextmanager
def moto_store() -> Iterator[tuple[str, int]]:
    """Address and port of the server."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        client(f"http://{host}:{port}").create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        yield host, port
    finally:
        urllib3.request("POST", f"http://{host}:{port}/moto-api/reset")  # its state is the process's
        client.cache_clear()
        server.stop()


@cache
def client(endpoint: str) -> "boto3.client":
    """boto3's own view of the store."""
    return boto3.session.Session().client(
        "s3", endpoint_url=endpoint, region_name=REGION, aws_access_key_id=ACCESS, aws_secret_access_key=SECRET
    )


def emptied(endpoint: str) -> None:
    """Delete every object and every unfinished upload."""
    plain = client(endpoint)
    for found in plain.list_objects_v2(Bucket=BUCKET).get("Contents", ()):
        plain.delete_object(Bucket=BUCKET, Key=found["Key"])
    for upload in plain.list_multipart_uploads(Bucket=BUCKET).get("Uploads", ()):
        plain.abort_multipart_upload(Bucket=BUCKET, Key=upload["Key"], UploadId=upload["UploadId"])
