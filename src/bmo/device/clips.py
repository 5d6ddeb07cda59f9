"""Sounds that the app names by their address: the sentence of an alarm."""

import io
import logging
import wave
from collections.abc import Callable

import urllib3

from bmo.capabilities.media import SAMPLE_WIDTH, Pcm

log = logging.getLogger(__name__)

TIMEOUT = urllib3.Timeout(connect=2.0, read=10.0)
LARGEST = 5_000_000
"""Bytes: about a minute and a half."""


class Clips:
    """Fetches with this satellite's key, and from its own app only."""

    def __init__(self, url: Callable[[], str], key: str) -> None:
        self._url = url
        self._headers = {"Authorization": f"Bearer {key}"}
        self._http = urllib3.PoolManager(timeout=TIMEOUT, retries=False)

    def fetch(self, address: str) -> Pcm | None:
        """The sound at this path of the app; None when it cannot be had, for the ringing says it all."""
        if not address.startswith("/") or address.startswith("//"):
            log.warning("BMO named a sound that is not its own")
            return None
        try:
            answer = self._http.request(
                "GET", self._url().rstrip("/") + address, headers=self._headers, preload_content=False
            )
            try:
                body = answer.read(LARGEST) if answer.status == 200 else b""
            finally:
                answer.release_conn()
            with wave.open(io.BytesIO(body), "rb") as file:
                if (file.getnchannels(), file.getsampwidth()) == (1, SAMPLE_WIDTH):
                    return Pcm(file.readframes(file.getnframes()), file.getframerate())
        except (urllib3.exceptions.HTTPError, OSError, EOFError, wave.Error) as fault:
            log.warning("a sound of BMO's could not be fetched: %s", fault)
        return None
