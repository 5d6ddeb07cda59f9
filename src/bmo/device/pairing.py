"""How `bmo voice` gets its key: it shows a code and waits until somebody types it; then the key lies in its home."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import urllib3
from pydantic import BaseModel, ValidationError

from bmo.core.errors import BmoError, Broken, Denied, Malformed, Unreachable
from bmo.core.whole import whole
from bmo.wire.problem import Problem
from bmo.wire.satellites import Pairing, PairingAnswer, PairingClaim, PairingCode, PairingWish

FILE = "voice-key"
LOOK_SECONDS = 2.0
"""Between two questions whether the code was typed."""
TIMEOUT = urllib3.Timeout(connect=3.0, read=10.0)

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Kept:
    """What this satellite comes in with."""

    key: str
    app: str = ""
    """Address of the app; empty for the app of this home, whose port may change."""


def kept(home: Path) -> Kept | None:
    """The key of this home; None when there is none yet. Raises `Broken` when it cannot be read."""
    path = home / FILE
    try:
        told = json.loads(path.read_text("utf-8"))
        return Kept(str(told["key"]), str(told["app"]))
    except FileNotFoundError:
        return None
    except OSError as fault:
        raise Broken(f"{path} cannot be read: {fault.strerror}.", code="key_file") from fault
    except (ValueError, KeyError, TypeError) as fault:
        raise Broken(f"{path} holds no key. Delete it and pair again: `bmo voice pair`.", code="key_file") from fault


def keep(home: Path, wanted: Kept) -> None:
    """Write the key where only this user can read it. Raises `Broken`."""
    path = home / FILE
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        with whole(path) as file:  # made for this user alone
            file.write(json.dumps({"app": wanted.app, "key": wanted.key}).encode() + b"\n")
    except OSError as fault:
        raise Broken(f"{path} cannot be written: {fault.strerror}.", code="key_file") from fault


class Knock:
    """One satellite before the door of the app at `url`."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._http = urllib3.PoolManager(timeout=TIMEOUT, retries=False)

    def pair(self, name: str, room: str, show: Callable[[str], None], stop: threading.Event) -> PairingAnswer | None:
        """The answer with the key, once somebody typed the code that `show` is told; None when `stop` came first.

        A code that expires is followed by another. Raises `Unreachable`, or what the app answered.
        """
        while not stop.is_set():
            pairing = self._ask(Pairing, "/pair", PairingWish(name=name, room=room))
            show(pairing.code)
            try:
                answer = self._wait(pairing, stop)
            except Denied:
                continue  # expired
            if answer is not None:
                return answer
        return None

    def pair_as_owner(self, name: str, room: str, token: str) -> PairingAnswer:
        """The key at once: who can read the owner's token acts for the owner."""
        pairing = self._ask(Pairing, "/pair", PairingWish(name=name, room=room))
        self._post("/api/satellites", PairingCode(code=pairing.code), {"Authorization": f"Bearer {token}"})
        return self._ask(PairingAnswer, "/pair/claim", PairingClaim(ticket=pairing.ticket))

    def _wait(self, pairing: Pairing, stop: threading.Event) -> PairingAnswer | None:
        while not stop.wait(LOOK_SECONDS):
            answer = self._ask(PairingAnswer, "/pair/claim", PairingClaim(ticket=pairing.ticket))
            if answer.state == "paired":
                return answer
        return None

    def _ask(self, kind: type[M], path: str, body: BaseModel) -> M:
        try:
            return kind.model_validate_json(self._post(path, body, {}))
        except ValidationError as fault:
            raise Malformed(f"What answers at {self._url} is not BMO.") from fault

    def _post(self, path: str, body: BaseModel, headers: dict[str, str]) -> bytes:
        sent = {"Content-Type": "application/json", **headers}
        try:
            answer = self._http.request("POST", self._url + path, body=body.model_dump_json(), headers=sent)
        except urllib3.exceptions.HTTPError as fault:
            raise Unreachable(
                f"BMO does not answer at {self._url}. Is it running, and is the address right?"
            ) from fault
        if answer.status >= 400:
            raise _problem(answer.status, answer.data)
        return answer.data


def _problem(status: int, body: bytes) -> BmoError:
    try:
        told = Problem.model_validate_json(body)
    except ValidationError:
        return BmoError(f"Something that is not BMO answered with status {status}. Is the address right?")
    return Denied(told.sentence, code=told.code) if told.code == "expired" else BmoError(told.sentence, code=told.code)
