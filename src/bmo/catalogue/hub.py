"""Fetch a file from its publisher's address, going on where an earlier try stopped."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import urllib3

from bmo.catalogue.record import HubFile, ModelFile
from bmo.core.errors import Malformed, Skipped, TimedOut, TurnedAway, Unavailable, Unreachable

CONNECT_SECONDS = 3.0
READ_SECONDS = 20.0
TRIES = 5
CHUNK = 1 << 16
"""Bytes at a time; a cut loses less than this."""
_RETRIES = urllib3.Retry(total=5, connect=0, read=0, status=0, other=0, redirect=5)


class Hub:
    """One pull's line to the publishers; a host that cannot be reached is asked once, not once per file."""

    def __init__(self, http: urllib3.PoolManager | None = None) -> None:
        self._http = http or urllib3.PoolManager()
        self._unreachable: set[str] = set()

    def fetch(self, source: HubFile, file: ModelFile, part: Path, moved: Callable[[int], None]) -> None:
        """Fill `part` up to the file's size; `moved` gets the bytes it holds. Raises a kind of `Unavailable`."""
        host = urlsplit(source.url).netloc
        if host in self._unreachable:
            raise Skipped(f"{host} could not be reached a moment ago")
        for last in range(TRIES - 1, -1, -1):
            before = _size(part)
            try:
                with _hub_faults(host):
                    self._try(source.url, host, file, part, moved)
                return
            except Unreachable:
                self._unreachable.add(host)
                raise
            except Unavailable:
                if not last or _size(part) <= before:  # without progress another try would end the same way
                    raise

    def _try(self, url: str, host: str, file: ModelFile, part: Path, moved: Callable[[int], None]) -> None:
        have = _size(part)
        if have >= file.size:
            return
        response = self._http.request(
            "GET",
            url,
            headers={"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {}),
            preload_content=False,
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
            retries=_RETRIES,
        )
        try:
            _write(response, _start(response, host, have, file, part), host, file, part, moved)
        finally:
            response.close()


def _start(response: urllib3.BaseHTTPResponse, host: str, have: int, file: ModelFile, part: Path) -> int:
    """At which byte the answer starts; raises when it is not the file we want."""
    if response.status == 206 and response.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
        start = have
    elif response.status == 200:
        start = 0
    elif response.status in (206, 416):
        part.unlink(missing_ok=True)
        raise Malformed(f"{host} does not go on where the last download of {file.path} stopped")
    else:
        raise TurnedAway(f"{host} answered {response.status} for {file.path}", status=response.status)
    announced = response.headers.get("Content-Length", "")
    if announced.isdigit() and start + int(announced) != file.size:
        raise Malformed(f"{host} offers {start + int(announced):,} bytes as {file.path}, but it has {file.size:,}")
    return start


def _write(
    response: urllib3.BaseHTTPResponse, start: int, host: str, file: ModelFile, part: Path, moved: Callable[[int], None]
) -> None:
    done = start
    with part.open("ab" if start else "wb") as out:
        for chunk in response.stream(CHUNK):
            done += len(chunk)
            if done > file.size:
                part.unlink()
                raise Malformed(f"{host} sends more than the {file.size:,} bytes of {file.path}")
            out.write(chunk)
            moved(done)
    if done < file.size:
        raise Malformed(f"{host} stopped {file.path} after {done:,} of {file.size:,} bytes")


@contextmanager
def _hub_faults(host: str) -> Iterator[None]:
    """urllib3's faults as BMO's: no connection, too slow, or cut."""
    try:
        yield
    except urllib3.exceptions.HTTPError as fault:
        reason = (fault.reason if isinstance(fault, urllib3.exceptions.MaxRetryError) else None) or fault
        if isinstance(reason, urllib3.exceptions.ReadTimeoutError):
            raise TimedOut(f"{host} sent nothing for {READ_SECONDS:g} s") from fault
        if isinstance(reason, urllib3.exceptions.ResponseError | urllib3.exceptions.ProtocolError):
            raise Malformed(f"{host} cut the download") from fault
        raise Unreachable(f"{host} could not be reached") from fault


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0
