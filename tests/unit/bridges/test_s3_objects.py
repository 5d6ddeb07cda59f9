"""What an S3 store promises beyond every store: transfers go on where they stopped, links are signed and end."""

import hashlib
import hmac
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
import urllib3

from bmo.bridges.s3 import S3Objects
from bmo.core.errors import Broken, Malformed, NotFound, Refused, TimedOut, TurnedAway, Unavailable, Unreachable
from faults.proxy import Cut, FaultProxy, Garbage, Hang, Pass, Refuse
from object_stores import ACCESS, BUCKET, PART, REGION, SECRET, client, emptied, moto_store

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("waiting")]

KEY = "maps/cave.webp"


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, int]]:
    with moto_store() as address:
        yield address


@pytest.fixture
def endpoint(address: tuple[str, int]) -> Iterator[str]:
    endpoint = f"http://{address[0]}:{address[1]}"
    yield endpoint
    emptied(endpoint)


@pytest.fixture
def proxy(address: tuple[str, int]) -> Iterator[FaultProxy]:
    with FaultProxy(address) as proxy:
        yield proxy


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """Four parts, the last one short."""
    file = tmp_path / "large"
    file.write_bytes(os.urandom(3 * PART + 1_000))
    return file


def store_at(endpoint: str, **options: object) -> S3Objects:
    given = {"access_key": ACCESS, "secret_key": SECRET, "endpoint": endpoint, "region": REGION, "part": PART}
    return S3Objects(BUCKET, **{**given, **options})  # type: ignore[arg-type]


def parts_sent(store: S3Objects) -> list[int]:
    """The numbers of the parts that this store sends from now on."""
    sent: list[int] = []
    store._s3.meta.events.register(
        "before-parameter-build.s3.UploadPart", lambda params, **_: sent.append(params["PartNumber"])
    )
    return sent


def interrupt_after(store: S3Objects, file: Path, done: int) -> None:
    """Begin to put a file and stop when so many bytes are there."""

    def stop(now: int, _total: int) -> None:
        if now >= done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.put(KEY, file, stop)


def test_a_large_file_goes_up_in_parts_and_comes_back_whole(endpoint: str, large: Path, tmp_path: Path) -> None:
    store = store_at(endpoint)
    sent = parts_sent(store)
    told: list[int] = []

    store.put(KEY, large, lambda done, _: told.append(done))
    store.get(KEY, tmp_path / "back")

    assert sent == [1, 2, 3, 4]
    assert told == [PART, 2 * PART, 3 * PART, 3 * PART + 1_000, 3 * PART + 1_000]
    assert (tmp_path / "back").read_bytes() == large.read_bytes()


UPLOADER = """
import sys
from pathlib import Path
from bmo.bridges.s3 import S3Objects
endpoint, bucket, access, secret, region, part, key, file = sys.argv[1:]
store = S3Objects(bucket, access_key=access, secret_key=secret, endpoint=endpoint, region=region, part=int(part))
store.put(key, Path(file), lambda done, total: print(done, flush=True) or sys.stdin.readline())
"""


def test_an_upload_whose_program_was_killed_is_gone_on_with_by_the_next(endpoint: str, large: Path) -> None:
    command = [sys.executable, "-c", UPLOADER, endpoint, BUCKET, ACCESS, SECRET, REGION, str(PART), KEY, str(large)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as uploader:
        assert uploader.stdin is not None
        assert uploader.stdout is not None
        for _ in range(2):
            uploader.stdout.readline()
            uploader.stdin.write("go on\n")
            uploader.stdin.flush()
        uploader.stdout.readline()
        uploader.send_signal(signal.SIGKILL)
    store = store_at(endpoint)
    sent = parts_sent(store)
    with pytest.raises(NotFound):
        store.get(KEY, large.with_name("back"))

    store.put(KEY, large)

    assert sent == [4]
    assert store.get(KEY, large.with_name("back")).sha256 == hashlib.sha256(large.read_bytes()).hexdigest()


def test_an_upload_cut_by_the_network_is_gone_on_with(endpoint: str, proxy: FaultProxy, large: Path) -> None:
    def cut(done: int, _total: int) -> None:
        if done == 2 * PART:
            proxy.behave(Refuse())

    with pytest.raises(Unreachable):
        store_at(proxy.url).put(KEY, large, cut)
    proxy.behave(Pass())
    again = store_at(proxy.url)
    sent = parts_sent(again)
    again.put(KEY, large)

    assert sent == [3, 4]
    assert again.get(KEY, large.with_name("back")).size == large.stat().st_size


def test_an_upload_of_another_file_is_not_gone_on_with(endpoint: str, large: Path) -> None:
    store = store_at(endpoint)
    interrupt_after(store, large, PART)
    large.write_bytes(os.urandom(2 * PART))
    sent = parts_sent(store)

    store.put(KEY, large)

    assert sent == [1, 2]
    assert store.get(KEY, large.with_name("back")).sha256 == hashlib.sha256(large.read_bytes()).hexdigest()


def test_a_file_that_only_begins_like_the_interrupted_one_ends_with_its_own_hash(endpoint: str, large: Path) -> None:
    store = store_at(endpoint)
    interrupt_after(store, large, PART)
    with large.open("r+b") as end:
        end.seek(-10, os.SEEK_END)
        end.write(b"other end.")

    kept = store.put(KEY, large)

    assert store.get(KEY, large.with_name("back")).sha256 == kept.sha256


def test_a_file_that_is_written_to_while_it_is_sent_is_not_kept(endpoint: str, large: Path) -> None:
    def write(done: int, _total: int) -> None:
        with large.open("r+b") as end:
            end.seek(-10, os.SEEK_END)
            end.write(str(done).rjust(10).encode())

    with pytest.raises(Broken, match="changed while"):
        store_at(endpoint).put(KEY, large, write)

    assert client(endpoint).list_multipart_uploads(Bucket=BUCKET).get("Uploads", []) == []
    with pytest.raises(NotFound):
        store_at(endpoint).get(KEY, large.with_name("back"))


def test_a_download_that_is_cut_goes_on_where_it_stopped(endpoint: str, proxy: FaultProxy, large: Path) -> None:
    store_at(endpoint).put(KEY, large)
    store = store_at(proxy.url)
    ranges: list[str] = []
    store._s3.meta.events.register(
        "before-parameter-build.s3.GetObject", lambda params, **_: ranges.append(params["Range"])
    )
    proxy.behave(Cut(6_000_000))  # every connection, so it takes three

    got = store.get(KEY, large.with_name("back"))

    assert got.sha256 == hashlib.sha256(large.read_bytes()).hexdigest()
    assert len(ranges) == 3
    assert ranges[0] == "bytes=0-"


def test_content_that_is_not_what_was_kept_is_not_handed_out(endpoint: str, tmp_path: Path) -> None:
    client(endpoint).put_object(Bucket=BUCKET, Key=KEY, Body=b"rotten", Metadata={"sha256": "0" * 64})

    with pytest.raises(Malformed, match="damaged"):
        store_at(endpoint).get(KEY, tmp_path / "back")
    assert list(tmp_path.iterdir()) == []


def test_objects_of_other_programs_are_handed_out_with_their_hash(endpoint: str, tmp_path: Path) -> None:
    plain = client(endpoint)
    plain.put_object(Bucket=BUCKET, Key=KEY, Body=b"by hand")
    plain.put_object(Bucket=BUCKET, Key="maps/", Body=b"")
    store = store_at(endpoint)

    assert store.get(KEY, tmp_path / "back").sha256 == hashlib.sha256(b"by hand").hexdigest()
    assert [stored.key for stored in store.list()] == [KEY]


def test_a_list_goes_on_over_all_pages(endpoint: str) -> None:
    for number in range(7):
        client(endpoint).put_object(Bucket=BUCKET, Key=f"many/{number}", Body=b"")
    store = store_at(endpoint)
    pages: list[int] = []

    def short(params: dict[str, object], **_: object) -> None:
        pages.append(1)
        params["MaxKeys"] = 3

    store._s3.meta.events.register("before-parameter-build.s3.ListObjectsV2", short)

    assert len(list(store.list("many/"))) == 7
    assert len(pages) == 3


def signature(url: str, secret: str) -> str:
    """AWS signature version 4 of a GET address, worked out from its specification alone.

    https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
    """
    split = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(split.query, strict_parsing=True).items()}
    query.pop("X-Amz-Signature")
    canonical_query = "&".join(f"{quote(name, safe='')}={quote(query[name], safe='')}" for name in sorted(query))
    request = "\n".join(["GET", split.path, canonical_query, f"host:{split.netloc}\n", "host", "UNSIGNED-PAYLOAD"])
    scope = query["X-Amz-Credential"].split("/", 1)[1]
    hashed = hashlib.sha256(request.encode()).hexdigest()
    key = b"AWS4" + secret.encode()
    for step in scope.split("/"):
        key = hmac.digest(key, step.encode(), "sha256")
    text = "\n".join(["AWS4-HMAC-SHA256", query["X-Amz-Date"], scope, hashed])
    return hmac.digest(key, text.encode(), "sha256").hex()


def test_a_link_carries_a_right_signature_and_its_end(endpoint: str, tmp_path: Path) -> None:
    """Checked on the address itself: the test server takes any."""
    key = "maps/Höhle (2).webp"
    (tmp_path / "file").write_bytes(b"a cave")
    store = store_at(endpoint)
    store.put(key, tmp_path / "file")

    link = store.link(key, 90.0)

    query = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
    today = datetime.now(UTC)
    assert query["X-Amz-Algorithm"] == "AWS4-HMAC-SHA256"
    assert query["X-Amz-Expires"] == "90"
    assert query["X-Amz-SignedHeaders"] == "host"
    assert query["X-Amz-Credential"] in {
        f"{ACCESS}/{day:%Y%m%d}/{REGION}/s3/aws4_request" for day in (today, today - timedelta(days=1))
    }
    signed = datetime.strptime(query["X-Amz-Date"] + "+0000", "%Y%m%dT%H%M%SZ%z")
    assert abs((today - signed).total_seconds()) < 10
    assert query["X-Amz-Signature"] == signature(link, SECRET)
    assert query["X-Amz-Signature"] != signature(link, "another secret")
    assert query["X-Amz-Signature"] != signature(link.replace("X-Amz-Expires=90", "X-Amz-Expires=91"), SECRET)
    assert SECRET not in link
    assert urllib3.request("GET", link).data == b"a cave"


@pytest.mark.parametrize("seconds", [0, -1, 0.5, 604_801, float("nan"), float("inf")])
def test_a_link_never_holds_longer_than_a_week(endpoint: str, seconds: float) -> None:
    with pytest.raises(Refused, match="seven days"):
        store_at(endpoint).link(KEY, seconds)


def test_a_store_that_is_not_there_hangs_or_talks_nonsense_is_unavailable(proxy: FaultProxy, tmp_path: Path) -> None:
    faults = ((Refuse(), Unreachable), (Hang(), TimedOut), (Garbage(), Unavailable))
    for fault, kind in faults:
        proxy.behave(fault)
        store = store_at(proxy.url, connect_seconds=0.5, silent_seconds=0.2)
        with pytest.raises(kind):
            store.get(KEY, tmp_path / "back")
        with pytest.raises(kind):
            list(store.list())


def test_a_bucket_that_is_not_there_is_not_a_missing_object(endpoint: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    store = S3Objects("nobodys-bucket", access_key=ACCESS, secret_key=SECRET, endpoint=endpoint, region=REGION)

    with pytest.raises(TurnedAway, match="no bucket"):
        store.put(KEY, tmp_path / "file")


def test_a_file_that_is_not_here_is_this_machines_fault(endpoint: str, tmp_path: Path) -> None:
    with pytest.raises(Broken):
        store_at(endpoint).put(KEY, tmp_path / "nothing")
